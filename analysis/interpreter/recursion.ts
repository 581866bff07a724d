/**
 * The summary of a recursive routine while it is computed: the join of the states at its entry and at its returns, over the calls
 * of all depths. Both states grow until the routine's own calls add nothing to them.
 */

import { enterFrame, frameOfCall, hasKeptFrame, leaveFrame, trimFrame } from "../domain/frames.ts";
import { forkState, joinState, NO_CONDITIONS, type State } from "../domain/state.ts";

/** How many rounds are joined before values are widened, and before the summary is given up. */
const WIDEN_AFTER = 1;
const MAX_ROUNDS = 30;

export class Recursion {
  /** Whether there is no summary, because the frame can't be described or there were too many rounds. */
  failed = false;
  /** The first place of the frame in the callee's view, see `frames.ts`. */
  private readonly frame: number;
  /** How many cells of the frame are kept. */
  private readonly size: number;
  private readonly entry: State;
  private exit: State | undefined;
  private grown = false;
  private round = 0;

  private constructor(frame: number, size: number, entry: State) {
    this.frame = frame;
    this.size = size;
    this.entry = entry;
  }

  /**
   * Begins a summary with the state before a call; undefined if the memory can't be described by the callee's frame.
   *
   * @param size how many cells of a frame are kept after calls
   */
  static at(state: State, size: number): Recursion | undefined {
    const frame = frameOfCall(state.memory);
    const entry = frame === undefined ? undefined : enteredFrom(state, frame, size);
    return entry && new Recursion(frame!, size, entry);
  }

  /** Whether another round is needed. */
  get hasGrown(): boolean {
    return this.grown && !this.failed;
  }

  fail(): void {
    this.failed = true;
  }

  beginRound(): void {
    this.grown = false;
    this.round++;
    if (this.round > MAX_ROUNDS) this.failed = true;
  }

  /** A copy of the state at the entry. */
  entered(): State {
    return forkState(this.entry);
  }

  /** Joins the state before a recursive call into the one at the entry. Returns whether its frame can be described. */
  enter(state: State): boolean {
    const entered = enteredFrom(state, this.frame, this.size);
    if (!entered) this.failed = true;
    else if (joinState(this.entry, entered, this.round > WIDEN_AFTER ? "all" : "none")) this.grown = true;
    return !this.failed;
  }

  /** Joins the states in which the routine returns. */
  returned(states: readonly State[]): void {
    for (const state of states) {
      if (!hasKeptFrame(state.memory, this.frame)) {
        this.failed = true;
        return;
      }
      trimFrame(state.memory, this.frame, this.size);
      state.conditions = NO_CONDITIONS;
      state.assumption = undefined;
      if (!this.exit) {
        this.exit = state;
        this.grown = true;
      } else if (joinState(this.exit, state, this.round > WIDEN_AFTER ? "all" : "none")) this.grown = true;
    }
  }

  /** The state after a call; empty as long as no return of the routine was found. */
  after(caller: State): State[] {
    if (!this.exit) return [];
    const memory = leaveFrame(this.exit.memory, caller.memory, this.frame);
    const { isStatic } = caller;
    return [{ memory, conditions: NO_CONDITIONS, isStatic, history: undefined, assumption: undefined }];
  }
}

function enteredFrom({ memory, isStatic }: State, frame: number, size: number): State | undefined {
  const entered = enterFrame(memory, frame);
  if (!entered) return undefined;
  trimFrame(entered, frame, size);
  return { memory: entered, conditions: NO_CONDITIONS, isStatic, history: undefined, assumption: undefined };
}
