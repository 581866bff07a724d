/** The invariant of a loop: what holds at its head in every round. */

import { heapEnd, movesBy, regionIds, restart } from "../domain/heap.ts";
import {
  forgetState,
  forkState,
  HEAP_POINTER,
  joinState,
  NO_CONDITIONS,
  type State,
} from "../domain/state.ts";

/** Rounds of a loop that are joined before its values are widened, and before everything is forgotten. */
const WIDEN_AFTER = 1;
const FORGET_AFTER = 30;

/** A state that covers all states which have arrived at one place of a loop, in all rounds so far. */
export class LoopInvariant {
  state: State;
  private readonly known: ReadonlySet<number>;
  /** The state in which the loop was entered. */
  private readonly entry: State | undefined;
  /** Where in each round the cells begin that are free then; undefined as long as no round allocates any. */
  private free: number | undefined;
  private forgotten = false;

  /** The fewest instructions of a round. */
  private readonly instructions: () => number;

  /** `head`: it is the loop's only entry. */
  constructor(entry: State, head: boolean, instructions: () => number) {
    this.state = entry;
    this.instructions = instructions;
    this.known = regionIds(entry.memory);
    this.entry = head ? forkState(entry) : undefined;
  }

  /** Joins further states into the invariant. Returns whether it grew. */
  add(states: readonly State[], round: number): boolean {
    // A state of which nothing is known covers whatever arrives.
    if (this.forgotten) return false;
    if (this.free === undefined && this.entry && this.allocates(states)) {
      const end = heapEnd(this.entry.memory, HEAP_POINTER);
      if (end !== undefined) {
        this.free = this.entry.memory.tables.values.newMovingRegion(end);
        this.state = forkState(this.entry);
        this.state.conditions = NO_CONDITIONS;
        restart(this.state.memory, HEAP_POINTER, this.free, this.known);
        return true;
      }
    }
    let grown = false;
    for (const state of states) {
      const moves =
        this.free !== undefined && movesBy(state.memory, HEAP_POINTER, this.free, this.instructions);
      // The condition may be about cells that have another name now.
      if (regionIds(state.memory).size > this.known.size) state.conditions = NO_CONDITIONS;
      restart(state.memory, HEAP_POINTER, moves ? this.free : undefined, this.known);
      if (joinState(this.state, state, round > WIDEN_AFTER)) grown = true;
    }
    if (grown && round > FORGET_AFTER) {
      this.forgotten = true;
      forgetState(this.state);
    }
    return grown;
  }

  /** Whether the loop allocates: the pointer to the next free cell differs between rounds. */
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
