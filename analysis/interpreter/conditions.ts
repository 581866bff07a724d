/**
 * What taking a branch tells: comparisons are remembered, and the branch that depends on one narrows down its operands.
 */

import { ALL_TAGS } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded } from "../domain/arithmetic.ts";
import type { Condition, State } from "../domain/state.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";
import type { InstructionRun } from "./instruction-run.ts";

/** The member of GETENVVAR's enum that asks whether the call is static. */
export const STATIC_MEMBER = "ISSTATICCALL";

/** Remembers the operands of a comparison, and drops what a write makes out of date. */
export function rememberComparison(run: InstructionRun, op: Op, state: State, cell: Value): void {
  const { computes } = op.plan;
  if (op.member === STATIC_MEMBER) {
    if (cell >= 0 && state.memory.isOneCell(cell))
      state.condition = { cell, kind: "static", a: -1, b: -1, negated: false };
    return;
  }
  if (computes === undefined || cell < 0) return;
  const [a, b] = run.address;
  const old = run.previousCondition;
  if (computes === "eq" || computes === "lt" || computes === "lte") {
    if (computes === "eq" && old && (old.cell === a || old.cell === b)) {
      const constant = run.value[old.cell === a ? 1 : 0];
      if (constant === 0 || constant === 1) {
        carryOver(state, old, cell, constant === 0 ? !old.negated : old.negated);
        return;
      }
    }
    const { memory } = state;
    if (a < 0 || b < 0 || !memory.isOneCell(a) || !memory.isOneCell(b) || !memory.isOneCell(cell)) return;
    if (a !== cell && b !== cell) {
      state.condition = { cell, kind: computes, a, b, negated: false };
    }
  } else if (computes === "not" && old?.cell === a && run.tags[0] === 2) {
    carryOver(state, old, cell, !old.negated);
  }
}

function carryOver(state: State, old: Condition, cell: number, negated: boolean): void {
  if (old.a !== cell && old.b !== cell && state.memory.isOneCell(cell))
    state.condition = { ...old, cell, negated };
}

export function forgetOverwritten(run: InstructionRun, state: State, low: number, high: number): void {
  const { condition, assumption } = state;
  if (
    assumption &&
    (within(assumption.pointer, low, high) || (low <= assumption.high && high >= assumption.low))
  )
    state.assumption = undefined;
  run.previousCondition = condition;
  if (!condition) return;
  const { cell, a, b } = condition;
  if (
    within(cell, low, high) ||
    within(a, low, high) ||
    within(b, low, high) ||
    !state.memory.isOneCell(low) ||
    (high !== low && !state.memory.isOneCell(high))
  )
    state.condition = undefined;
}

function within(address: number, low: number, high: number): boolean {
  return address >= low && address <= high;
}

/** Narrows a state down to the runs in which a cell holds 0 or 1. Returns false if there are none. */
export function assume(run: InstructionRun, state: State, cell: Value, outcome: 0 | 1): boolean {
  const { memory, condition } = state;
  if (cell < 0) return true;
  memory.read(cell);
  memory.refine(cell, memory.tags, outcome, memory.origin);
  if (condition?.cell !== cell) return true;
  const holds = (outcome === 1) !== condition.negated;
  if (condition.kind === "static") {
    if (state.isStatic !== undefined && state.isStatic !== holds) return false;
    state.isStatic = holds;
    return true;
  }
  return compare(run, state, condition, holds);
}

function compare(run: InstructionRun, state: State, { kind, a, b }: Condition, holds: boolean): boolean {
  const { values } = run.tables;
  const { memory } = state;
  memory.read(a);
  const tagsA = memory.tags;
  const originA = memory.origin;
  const namedA = bounded(values, tagsA & ALL_TAGS, memory.value);
  memory.read(b);
  const tagsB = memory.tags;
  const originB = memory.origin;
  const namedB = bounded(values, tagsB & ALL_TAGS, memory.value);
  // Names are bounds only for what has the same name.
  const alike = values.nameOf(namedA) === values.nameOf(namedB);
  const valueA = alike ? namedA : values.unnamed(namedA);
  const valueB = alike ? namedB : values.unnamed(namedB);
  let newA: Value | undefined;
  let newB: Value | undefined;
  if (kind === "eq") {
    if (holds) {
      newA = newB = meet(run, valueA, valueB);
    } else {
      newA = valueB >= 0 ? values.without(valueA, valueB) : valueA;
      newB = valueA >= 0 ? values.without(valueB, valueA) : valueB;
    }
  } else {
    // Both `<` and `<=`, and their opposites with the sides exchanged, are x + gap <= y.
    const gap = (kind === "lt") === holds ? 1 : 0;
    const [x, y] = holds ? [valueA, valueB] : [valueB, valueA];
    const endsX = values.ends(x);
    const endsY = values.ends(y);
    const inOne = endsX && endsY && endsX.low >= REGION && values.sameObject(endsX.low, endsY.low);
    const newX = inOne
      ? values.clampPlaces(x, endsX.low, endsY.high - gap)
      : values.clamp(x, 0, values.high(y) - gap);
    const newY = inOne
      ? values.clampPlaces(y, endsX.low + gap, Infinity)
      : values.clamp(y, values.low(x) + gap, Infinity);
    [newA, newB] = holds ? [newX, newY] : [newY, newX];
  }
  if (newA === undefined || newB === undefined) return false;
  if (newA !== valueA) memory.refine(a, tagsA, newA, originA);
  if (newB !== valueB) memory.refine(b, tagsB, newB, originB);
  return true;
}

/** The intersection of two values that are known to be equal; undefined if it is empty. */
function meet(run: InstructionRun, a: Value, b: Value): Value | undefined {
  const { values } = run.tables;
  if (a === TOP || a === b) return b;
  if (b === TOP) return a;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ]) {
    const members = values.members(one);
    if (!members) continue;
    const rest = members.filter((member) => values.admits(other, member));
    return rest.length === 0 ? undefined : values.set(rest);
  }
  // A constant that no range covers is equal only to itself and to unknown values.
  if (values.exact(a) !== undefined || values.exact(b) !== undefined)
    return values.exact(a) === undefined ? b : a;
  return values.clamp(a, values.low(b), values.high(b));
}
