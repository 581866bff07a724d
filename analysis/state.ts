/** What holds at one point of the code on some set of runs. */

import type { Memory } from "./memory.ts";

/**
 * What the cell `cell` says about two others, or about the call: as long as none of them is written, a jump that depends
 * on it narrows down the others.
 */
export interface Condition {
  readonly cell: number;
  readonly kind: "eq" | "lt" | "lte" | "static";
  /** Addresses; -1 for `static`. */
  readonly a: number;
  readonly b: number;
  /** The cell holds 1 where the comparison doesn't hold. */
  readonly negated: boolean;
}

export interface State {
  readonly memory: Memory;
  condition: Condition | undefined;
  /** Whether the call is a static one. */
  isStatic: boolean | undefined;
}

export function forkState(state: State): State {
  return { memory: state.memory.fork(), condition: state.condition, isStatic: state.isStatic };
}

/** Makes `state` cover `other` as well. Returns whether it changed. */
export function joinState(state: State, other: State, widen: boolean): boolean {
  let changed = state.memory.join(other.memory, widen);
  if (state.condition && !sameCondition(state.condition, other.condition)) {
    state.condition = undefined;
    changed = true;
  }
  if (state.isStatic !== undefined && state.isStatic !== other.isStatic) {
    state.isStatic = undefined;
    changed = true;
  }
  return changed;
}

function sameCondition(a: Condition, b: Condition | undefined): boolean {
  return (
    a === b ||
    (b !== undefined &&
      a.cell === b.cell &&
      a.kind === b.kind &&
      a.a === b.a &&
      a.b === b.b &&
      a.negated === b.negated)
  );
}
