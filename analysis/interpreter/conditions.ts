/** Refinement by branches: comparisons are remembered, and a branch on the result of one refines its operands. */

import { ALL_TAGS } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded } from "../domain/arithmetic.ts";
import { MAX_WEAK_RANGE } from "../domain/memory.ts";
import { NO_CONDITIONS, type Condition, type State } from "../domain/state.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";
import type { InstructionRun } from "./instruction-run.ts";

/** The member of GETENVVAR's enum that asks whether the call is static. */
export const STATIC_MEMBER = "ISSTATICCALL";

/** How many comparisons are remembered. */
const MAX_CONDITIONS = 8;

/** Remembers the operands of a comparison whose result was written to `cell`, or of one whose result is copied or negated there. */
export function rememberComparison(run: InstructionRun, op: Op, state: State, cell: Value): void {
  const { computes } = op.plan;
  const { memory } = state;
  if (cell < 0) return;
  if (op.member === STATIC_MEMBER) {
    if (memory.isOneCell(cell)) remember(state, { cell, kind: "static", a: -1, b: -1, negated: false });
    return;
  }
  if (computes === undefined) return;
  const a = run.address[0];
  const b = run.address[1];
  if (computes === "eq" || computes === "lt" || computes === "lte") {
    const constant = computes === "eq" && negatesOther(run, a, b);
    if (constant) {
      carryOver(
        state,
        constant.old,
        cell,
        constant.value === 0 ? !constant.old.negated : constant.old.negated,
      );
      return;
    }
    if (a < 0 || b < 0 || !memory.isOneCell(a) || !memory.isOneCell(b) || !memory.isOneCell(cell)) return;
    if (a !== cell && b !== cell) remember(state, { cell, kind: computes, a, b, negated: false });
    return;
  }
  if (computes === "copy") {
    const old = conditionOf(run.previousConditions, a);
    if (old) carryOver(state, old, cell, old.negated);
  } else if (computes === "not" && run.tags[0] === 2) {
    const old = conditionOf(run.previousConditions, a);
    if (old) carryOver(state, old, cell, !old.negated);
  }
}

/** The condition that an EQ with 1 repeats or an EQ with 0 negates, and that number; undefined if there is none. */
function negatesOther(
  run: InstructionRun,
  a: Value,
  b: Value,
): { readonly old: Condition; readonly value: 0 | 1 } | undefined {
  const first = run.value[1];
  if (first === 0 || first === 1) {
    const old = conditionOf(run.previousConditions, a);
    if (old) return { old, value: first };
  }
  const second = run.value[0];
  if (second === 0 || second === 1) {
    const old = conditionOf(run.previousConditions, b);
    if (old) return { old, value: second };
  }
  return undefined;
}

function conditionOf(conditions: readonly Condition[], cell: Value): Condition | undefined {
  for (let k = 0; k < conditions.length; k++) if (conditions[k].cell === cell) return conditions[k];
  return undefined;
}

function remember(state: State, condition: Condition): void {
  const { conditions } = state;
  const kept = conditions.length < MAX_CONDITIONS ? conditions : conditions.slice(1);
  state.conditions = [...kept, condition];
}

function carryOver(state: State, old: Condition, cell: number, negated: boolean): void {
  if (old.a !== cell && old.b !== cell && state.memory.isOneCell(cell))
    remember(state, { ...old, cell, negated });
}

/** Drops the conditions and the assumption that depend on the written cells. */
export function forgetOverwritten(run: InstructionRun, state: State, low: number, high: number): void {
  const { conditions, assumption } = state;
  if (
    assumption &&
    (within(assumption.pointer, low, high) || (low <= assumption.high && high >= assumption.low))
  )
    state.assumption = undefined;
  run.previousConditions = conditions;
  if (conditions.length === 0) return;
  // A write to so many cells may make memory unknown, and then a place or address may name another cell than before.
  const isWide = high - low > MAX_WEAK_RANGE;
  if (isWide || !state.memory.isOneCell(low) || (high !== low && !state.memory.isOneCell(high))) {
    state.conditions = NO_CONDITIONS;
    return;
  }
  let kept: Condition[] | undefined;
  for (let k = 0; k < conditions.length; k++) {
    if (isAbout(conditions[k], low, high)) kept ??= conditions.slice(0, k);
    else kept?.push(conditions[k]);
  }
  if (kept) state.conditions = kept;
}

function isAbout({ cell, a, b }: Condition, low: number, high: number): boolean {
  return within(cell, low, high) || within(a, low, high) || within(b, low, high);
}

function within(address: number, low: number, high: number): boolean {
  return address >= low && address <= high;
}

/** Restricts a state to the runs in which a cell holds `outcome`. Returns false if there are none. */
export function assume(run: InstructionRun, state: State, cell: Value, outcome: 0 | 1): boolean {
  const { memory } = state;
  if (cell < 0) return true;
  memory.read(cell);
  memory.refine(cell, memory.tags, outcome, memory.origin);
  const condition = conditionOf(state.conditions, cell);
  if (!condition) return true;
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
  // Values with different names can only be compared as numbers.
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
    // `a < b`, `a <= b` and their negations all have the form x + gap <= y.
    const gap = (kind === "lt") === holds ? 1 : 0;
    const x = holds ? valueA : valueB;
    const y = holds ? valueB : valueA;
    const endsX = values.ends(x);
    const endsY = values.ends(y);
    const inOne = endsX && endsY && endsX.low >= REGION && values.sameObject(endsX.low, endsY.low);
    const newX = inOne
      ? values.clampPlaces(x, endsX.low, endsY.high - gap)
      : values.clamp(x, 0, values.high(y) - gap);
    const newY = inOne
      ? values.clampPlaces(y, endsX.low + gap, Infinity)
      : values.clamp(y, values.low(x) + gap, Infinity);
    newA = holds ? newX : newY;
    newB = holds ? newY : newX;
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
  // A constant that is too large for ranges is equal only to itself and to unknown values.
  if (values.exact(a) !== undefined || values.exact(b) !== undefined)
    return values.exact(a) === undefined ? b : a;
  return values.clamp(a, values.low(b), values.high(b));
}
