/** An abstract state: what holds at one program point for a set of runs. */

import type { TagSet } from "../../isa/tags.ts";
import { dropUnreachable, reconcile } from "./heap.ts";
import type { Memory } from "./memory.ts";
import type { Value, Widening } from "./value.ts";

/** M[0], the base of relative operands. */
export const BASE = 0;
/**
 * M[1], in which Aztec's compiler keeps the address of the next free cell. Only precision depends on that convention: if a program
 * doesn't follow it, its cells are named by address.
 */
export const HEAP_POINTER = 1;

/** Shares above this count as 1, because of rounding errors. */
const ALMOST_ALL = 1 - 1e-9;

/** A point at which a state was divided into several: by an undecided branch, or by the choices of a pointer. */
export interface Fork {
  /** The content of {@link HEAP_POINTER} at that point. */
  readonly mark: Value;
}

/** The forks on the path to a state, as a linked list from the last fork to the first. A joined state may have several branches. */
export interface PathHistory {
  readonly fork: Fork;
  /** The binary logarithm of the share of all paths from the first fork that this one covers; 0 if it covers all of them. */
  readonly share: number;
  readonly depth: number;
  readonly parent: PathHistory | undefined;
  /** An entry further back (a skip pointer). Its distance depends only on the depth, so a few jumps lead to any lower depth. */
  readonly jump: PathHistory | undefined;
}

/** @param share the share of the fork's branches that the state covers */
export function extendHistory(parent: PathHistory | undefined, fork: Fork, share: number): PathHistory {
  const jump = parent?.jump;
  // Two jumps of one length become one of twice that length (a skew-binary number system).
  const doubles = depthOf(parent) - depthOf(jump) === depthOf(jump) - depthOf(jump?.jump);
  return {
    fork,
    share: (parent?.share ?? 0) + Math.log2(share),
    depth: depthOf(parent) + 1,
    parent,
    jump: doubles && jump ? jump.jump : parent,
  };
}

function depthOf(history: PathHistory | undefined): number {
  return history?.depth ?? 0;
}

/**
 * The cell `cell` holds the result of a comparison of two others, or whether the call is static. As long as none of these cells is
 * written, a branch on `cell` refines the other two.
 */
export interface Condition {
  readonly cell: number;
  readonly kind: "eq" | "lt" | "lte" | "static";
  /** Addresses; -1 for `static`. */
  readonly a: number;
  readonly b: number;
  /** True if the cell holds 1 when the comparison is false. */
  readonly negated: boolean;
}

/**
 * The tag that an `.assume` states for the cell that a pointer points to, if it isn't known which cell that is. It holds until the
 * pointer, or a cell that it may point to, is written.
 */
export interface PointeeAssumption {
  /** The pointer's cell. */
  readonly pointer: number;
  readonly tags: TagSet;
  /** The first and the last cell that the pointer may point to. */
  readonly low: number;
  readonly high: number;
}

export const NO_CONDITIONS: readonly Condition[] = [];

export interface State {
  readonly memory: Memory;
  /** The last comparisons whose result and operands haven't been written since, the oldest first. */
  conditions: readonly Condition[];
  /** Whether the contract call is static; undefined if that isn't known. */
  isStatic: boolean | undefined;
  history: PathHistory | undefined;
  assumption: PointeeAssumption | undefined;
}

export function forkState(state: State): State {
  return {
    memory: state.memory.fork(),
    conditions: state.conditions,
    isStatic: state.isStatic,
    history: state.history,
    assumption: state.assumption,
  };
}

/** Makes a state cover all runs. */
export function forgetState(state: State): void {
  state.memory.forget(0);
  state.conditions = NO_CONDITIONS;
  state.isStatic = undefined;
  state.history = undefined;
  state.assumption = undefined;
}

/** Joins `other` into `state`. Returns whether `state` changed. */
export function joinState(state: State, other: State, widen: Widening): boolean {
  let changed = state.memory.join(other.memory, widen);
  const { conditions } = state;
  if (conditions !== other.conditions) {
    const common = conditions.filter((one) => other.conditions.some((their) => sameCondition(one, their)));
    if (common.length < conditions.length) {
      state.conditions = common;
      changed = true;
    }
  }
  if (state.assumption && state.assumption !== other.assumption) {
    state.assumption = undefined;
    changed = true;
  }
  if (state.isStatic !== undefined && state.isStatic !== other.isStatic) {
    state.isStatic = undefined;
    changed = true;
  }
  return changed;
}

/** The join of all states, which reuses the first one. */
export function joinAll(states: readonly State[], reconcileHeaps: boolean): State {
  const [first] = states;
  if (states.length === 1) return first;
  const { history, mark } = meet(states.map((state) => state.history));
  if (reconcileHeaps && mark !== undefined) {
    reconcile(
      states.map(({ memory }) => memory),
      HEAP_POINTER,
      mark,
    );
    for (const state of states) dropUnreachable(state.memory, () => namedIn(state));
  }
  for (let k = 1; k < states.length; k++) joinState(first, states[k], "none");
  first.history = history;
  return first;
}

/** The addresses and places that a state names outside its memory. */
function namedIn({ conditions, assumption }: State): number[] {
  const named = conditions.flatMap(({ cell, a, b }) => [cell, a, b]);
  if (assumption) named.push(assumption.pointer, assumption.low, assumption.high);
  return named;
}

/** Records in each of the states that a fork has separated them. */
export function divide(states: readonly State[]): void {
  const [{ memory, history }] = states;
  memory.read(HEAP_POINTER);
  const fork: Fork = { mark: memory.value };
  for (const state of states) state.history = extendHistory(history, fork, 1 / states.length);
}

/** The history of a join of several states, and the heap pointer at the last fork that they have in common. */
function meet(ways: readonly (PathHistory | undefined)[]): {
  readonly history: PathHistory | undefined;
  readonly mark: Value | undefined;
} {
  const common = ways.reduce(commonHistory);
  const fork = ancestor(ways[0], depthOf(common) + 1)?.fork;
  let share = 0;
  for (const way of ways) {
    if (!fork || ancestor(way, depthOf(common) + 1)?.fork !== fork)
      return { history: common, mark: common?.fork.mark };
    share += 2 ** (way!.share - (common?.share ?? 0));
  }
  // If not all branches of the fork are joined yet, the history keeps the fork.
  const history = share > ALMOST_ALL ? common : extendHistory(common, fork!, share);
  return { history, mark: fork!.mark };
}

/** The entry of a history at some depth; undefined if the history is shorter. */
function ancestor(way: PathHistory | undefined, depth: number): PathHistory | undefined {
  if (depthOf(way) < depth) return undefined;
  while (depthOf(way) > depth) way = depthOf(way?.jump) >= depth ? way?.jump : way?.parent;
  return way;
}

/** The longest history with which both begin. */
export function commonHistory(
  a: PathHistory | undefined,
  b: PathHistory | undefined,
): PathHistory | undefined {
  if (depthOf(a) < depthOf(b)) [a, b] = [b, a];
  while (depthOf(a) > depthOf(b)) a = depthOf(a?.jump) >= depthOf(b) ? a?.jump : a?.parent;
  while (a !== b) {
    const jumps = a?.jump !== b?.jump;
    a = jumps ? a?.jump : a?.parent;
    b = jumps ? b?.jump : b?.parent;
  }
  return a;
}

export function sameCondition(a: Condition, b: Condition): boolean {
  return (
    a === b ||
    (a.cell === b.cell && a.kind === b.kind && a.a === b.a && a.b === b.b && a.negated === b.negated)
  );
}
