/** An abstract state: what holds at one point of the code for some set of runs. */

import type { TagSet } from "../../isa/tags.ts";
import { dropUnreachable, reconcile } from "./heap.ts";
import type { Memory } from "./memory.ts";
import type { Value } from "./value.ts";

/**
 * Compilers keep the address of the next free cell here. Only precision depends on that: if a program doesn't, its
 * cells are named by address.
 */
export const HEAP_POINTER = 1;

/** A share of a fork that is all of it, but for what calculating with fractions has lost. */
const ALMOST_ALL = 1 - 1e-9;

/** Where a state was divided into several: by an undecided branch, or by what a pointer may hold. */
export interface Fork {
  /** The content of {@link HEAP_POINTER} there. */
  readonly mark: Value;
}

/** The way to a state, from fork to fork: one or some of the ways that the last one has opened, and the way to that. */
export interface PathHistory {
  readonly fork: Fork;
  /** The logarithm of the share of all ways to there that this is: 0 would be all of them. */
  readonly share: number;
  readonly depth: number;
  readonly parent: PathHistory | undefined;
  /** One further back, at a distance that depends on the depth alone: from any depth a few of them lead to any lower one. */
  readonly jump: PathHistory | undefined;
}

/** `share`: of the ways that the fork has opened. */
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
 * What the cell `cell` says about two others, or about the call: as long as none of them is written, a jump that depends
 * on it narrows down the others.
 */
export interface Condition {
  readonly cell: number;
  readonly kind: "eq" | "lt" | "lte" | "static";
  /** Addresses; -1 for `static`. */
  readonly a: number;
  readonly b: number;
  /** Whether the cell holds 1 if the comparison does not hold. */
  readonly negated: boolean;
}

/**
 * What `.assume` says of the cell that a pointer points to, while it isn't known which cell that is: it holds as long as
 * neither the pointer nor any cell that it can point to is written.
 */
export interface PointeeAssumption {
  /** The pointer's cell. */
  readonly pointer: number;
  readonly tags: TagSet;
  /** The cells that it can point to: from the first to the last. */
  readonly low: number;
  readonly high: number;
}

export const NO_CONDITIONS: readonly Condition[] = [];

export interface State {
  readonly memory: Memory;
  /** The last comparisons whose result and operands weren't written since, the oldest first. */
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

/** Makes `state` cover all runs. */
export function forgetState(state: State): void {
  state.memory.forget(0);
  state.conditions = NO_CONDITIONS;
  state.isStatic = undefined;
  state.history = undefined;
  state.assumption = undefined;
}

/** Makes `state` cover `other` as well. Returns whether it changed. */
export function joinState(state: State, other: State, widen: boolean): boolean {
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

/** One state that covers all of them; the first of them is used for it. */
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
    for (const state of states) dropUnreachable(state.memory, namedIn(state));
  }
  for (let k = 1; k < states.length; k++) joinState(first, states[k], false);
  first.history = history;
  return first;
}

/** The addresses and places that a state tells something of, besides what its memory holds. */
function namedIn({ conditions, assumption }: State): number[] {
  const named = conditions.flatMap(({ cell, a, b }) => [cell, a, b]);
  if (assumption) named.push(assumption.pointer, assumption.low, assumption.high);
  return named;
}

/** Gives states the ways that a fork has opened. */
export function divide(states: readonly State[]): void {
  const [{ memory, history }] = states;
  memory.read(HEAP_POINTER);
  const fork: Fork = { mark: memory.value };
  for (const state of states) state.history = extendHistory(history, fork, 1 / states.length);
}

/** The way of a state that joins several, and what the start of the free cells was, at the latest, where they parted. */
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
  // Other ways of the fork may still be to come.
  const history = share > ALMOST_ALL ? common : extendHistory(common, fork!, share);
  return { history, mark: fork!.mark };
}

/** The way up to some depth; undefined if it is shorter. */
function ancestor(way: PathHistory | undefined, depth: number): PathHistory | undefined {
  if (depthOf(way) < depth) return undefined;
  while (depthOf(way) > depth) way = depthOf(way?.jump) >= depth ? way?.jump : way?.parent;
  return way;
}

/** The longest history that is the start of both. */
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

function sameCondition(a: Condition, b: Condition): boolean {
  return (
    a === b ||
    (a.cell === b.cell && a.kind === b.kind && a.a === b.a && a.b === b.b && a.negated === b.negated)
  );
}
