/** The invariant of a loop: what holds at its head at the start of every round. */

import { heapEnd, movesBy, regionIds, restart } from "../domain/heap.ts";
import {
  forgetState,
  forkState,
  HEAP_POINTER,
  joinState,
  NO_CONDITIONS,
  type State,
} from "../domain/state.ts";
import type { Widening } from "../domain/value.ts";

/** How many rounds of a loop are joined before numbers are widened, before addresses are too, and before the whole state is forgotten. */
const WIDEN_NUMBERS_AFTER = 1;
const WIDEN_AFTER = 4;
const FORGET_AFTER = 30;

/** A state that covers all states that have arrived at one entry of a loop, in all rounds so far. */
export class LoopInvariant {
  state: State;
  /** The regions that existed when the loop was entered. */
  private readonly known: ReadonlySet<number>;
  /** The state in which the loop was entered, for the head; undefined for other entries. */
  private readonly entry: State | undefined;
  /** The place at which the free cells of each round begin; undefined as long as no round allocates. */
  private free: number | undefined;
  private forgotten = false;

  /** Returns the least number of instructions in a round. */
  private readonly instructions: () => number;
  /** How numbers are widened. */
  private readonly widening: Widening;

  /**
   * @param head whether this is the entry at the loop's head
   * @param allocates whether earlier rounds have allocated
   * @param isLong whether a round takes so long that fewer rounds are worth more than precise bounds
   */
  constructor(entry: State, head: boolean, allocates: boolean, isLong: boolean, instructions: () => number) {
    this.state = entry;
    this.instructions = instructions;
    this.widening = isLong ? "far" : "numbers";
    this.known = regionIds(entry.memory);
    this.entry = head ? forkState(entry) : undefined;
    if (allocates) this.beginAnew();
  }

  /** Joins further states into the invariant. Returns whether it grew. */
  add(states: readonly State[], round: number): boolean {
    // A forgotten state covers all others.
    if (this.forgotten) return false;
    if (this.free === undefined && this.allocates(states) && this.beginAnew()) return true;
    let grown = false;
    const widen = round > WIDEN_AFTER ? "all" : round > WIDEN_NUMBERS_AFTER ? this.widening : "none";
    for (const state of states) {
      const moves =
        this.free !== undefined && movesBy(state.memory, HEAP_POINTER, this.free, this.instructions);
      // Conditions may name cells that `restart` renames.
      if (regionIds(state.memory).size > this.known.size) state.conditions = NO_CONDITIONS;
      restart(state.memory, HEAP_POINTER, moves ? this.free : undefined, this.known);
      if (joinState(this.state, state, widen)) grown = true;
    }
    if (grown && round > FORGET_AFTER) {
      this.forgotten = true;
      forgetState(this.state);
    }
    return grown;
  }

  /** Begins with the entry again, for a loop that allocates. Returns whether that is possible. */
  private beginAnew(): boolean {
    const end = this.entry && heapEnd(this.entry.memory, HEAP_POINTER);
    if (!this.entry || end === undefined) return false;
    this.free = this.entry.memory.tables.values.newMovingRegion(end);
    this.state = forkState(this.entry);
    this.state.conditions = NO_CONDITIONS;
    restart(this.state.memory, HEAP_POINTER, this.free, this.known);
    return true;
  }

  /** Whether the loop allocates, which is if the pointer to the next free cell differs between rounds. */
  private allocates(states: readonly State[]): boolean {
    const { memory } = this.state;
    memory.read(HEAP_POINTER);
    const { value } = memory;
    return states.some((state) => {
      state.memory.read(HEAP_POINTER);
      return state.memory.value !== value;
    });
  }
}
