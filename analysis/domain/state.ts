/** What holds at one point of the code on some set of runs. */

import { Memory } from "./memory.ts";
import type { Value } from "./value.ts";

/**
 * Compilers keep the address of the next free cell here. Nothing depends on that but precision: where a program doesn't,
 * its memory is told by address.
 */
export const HEAP_POINTER = 1;

/** The branches that were taken on the way, the last one first. */
export interface Trail {
  /** What {@link HEAP_POINTER} held there. */
  readonly mark: Value;
  readonly depth: number;
  readonly parent: Trail | undefined;
}

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
  trail: Trail | undefined;
}

export function forkState(state: State): State {
  return {
    memory: state.memory.fork(),
    condition: state.condition,
    isStatic: state.isStatic,
    trail: state.trail,
  };
}

/** Makes `state` cover all runs. */
export function forgetState(state: State): void {
  state.memory.forget(0);
  state.condition = undefined;
  state.isStatic = undefined;
  state.trail = undefined;
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

/** One state that covers all of them; the first of them is used for it. */
export function joinAll(states: readonly State[], reconcile: boolean): State {
  const [first] = states;
  if (states.length === 1) return first;
  let trail = first.trail;
  for (let k = 1; k < states.length; k++) trail = commonTrail(trail, states[k].trail);
  if (reconcile && trail) {
    Memory.reconcile(
      states.map(({ memory }) => memory),
      HEAP_POINTER,
      trail.mark,
    );
  }
  for (let k = 1; k < states.length; k++) joinState(first, states[k], false);
  first.trail = trail?.parent;
  return first;
}

/** Where the ways to two states parted. */
function commonTrail(a: Trail | undefined, b: Trail | undefined): Trail | undefined {
  while (a !== b) {
    if ((a?.depth ?? 0) >= (b?.depth ?? 0)) a = a?.parent;
    else b = b?.parent;
  }
  return a;
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
