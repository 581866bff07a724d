/** What the analysis of an arm adds to the facts. */

import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import type { Code } from "../code/decoded-code.ts";
import type { Origin } from "../domain/tables.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";
import type { Facts, Failure } from "./facts.ts";

/** A failure, with the number of its instruction. */
export type NumberedFailure = Omit<Failure, "op"> & { readonly op: number };

/** The facts about the instructions that were executed. See {@link Facts}. */
export interface Effects {
  /** The numbers of the instructions, in ascending order. */
  readonly ops: Int32Array;
  readonly passed: Uint8Array;
  readonly branches: Uint8Array;
  // The following are by memory operand of these instructions, in order.
  readonly tags: Uint8Array;
  readonly unwritten: Uint8Array;
  readonly values: Float64Array;
  readonly addresses: Float64Array;
  readonly origins: Int32Array;
  /** The writes whose content may be read, as origins. */
  readonly used: Int32Array;
  readonly failures: readonly NumberedFailure[];
  /** By instruction: byte offsets. */
  readonly deadEnds: readonly (readonly [op: number, pcs: ReadonlySet<number>])[];
  readonly allUsed: boolean;
}

/** Functions that map the numbers that stand for values and origins. */
export interface EffectNumbers {
  readonly value: (value: Value) => Value;
  readonly origin: (origin: Origin) => Origin;
}

/** Removes all facts, and returns them. */
export function takeEffects({ ops }: Code, facts: Facts): Effects {
  const reached = indicesOf(facts.reached);
  let slots = 0;
  for (let index = 0; index < reached.length; index++) slots += ops[reached[index]].plan.memory.length;
  const effects: Effects = {
    ops: reached,
    passed: new Uint8Array(reached.length),
    branches: new Uint8Array(reached.length),
    tags: new Uint8Array(slots),
    unwritten: new Uint8Array(slots),
    values: new Float64Array(slots),
    addresses: new Float64Array(slots),
    origins: new Int32Array(slots),
    used: indicesOf(facts.used),
    failures: [...facts.failures.values()].map(({ op, ...failure }) => ({ ...failure, op: op.number })),
    deadEnds: [...facts.deadEnds].flatMap(([op, pcs]) => (op ? [[op.number, pcs] as const] : [])),
    allUsed: facts.allUsed,
  };
  let at = 0;
  for (let index = 0; index < reached.length; index++) {
    const number = reached[index];
    const { firstSlot, plan } = ops[number];
    effects.passed[index] = facts.passed[number];
    effects.branches[index] = facts.branches[number];
    for (let slot = firstSlot; slot < firstSlot + plan.memory.length; slot++, at++) {
      effects.tags[at] = facts.tags[slot];
      effects.unwritten[at] = facts.unwritten[slot];
      effects.values[at] = facts.values[slot];
      effects.addresses[at] = facts.addresses[slot];
      effects.origins[at] = facts.origins[slot];
      facts.clearSlot(slot);
    }
    facts.clearOp(number);
  }
  facts.used.fill(0);
  facts.failures.clear();
  facts.deadEnds.clear();
  facts.allUsed = false;
  return effects;
}

/** The identity: the numbers in the effects are those of the analysis. */
const SAME: EffectNumbers = { value: (one) => one, origin: (one) => one };

/** The facts about how many instructions are joined between two pauses; that takes up to a millisecond. */
const PER_PAUSE = 2000;

/** Joins what an arm adds into the facts. */
export function addEffects(code: Code, facts: Facts, effects: Effects): void {
  toItsEnd(addingEffects(code, facts, effects, SAME));
}

/** Joins what an arm adds into the facts, with pauses. */
export function* addingEffects(
  { ops }: Code,
  facts: Facts,
  effects: Effects,
  numbers: EffectNumbers,
): Paused<void> {
  const { length } = effects.ops;
  let at = 0;
  for (let start = 0; start < length; start += PER_PAUSE) {
    if (start > 0) yield;
    at = joinSome(ops, facts, effects, numbers, start, Math.min(start + PER_PAUSE, length), at);
  }
  const { used } = effects;
  for (let index = 0; index < used.length; index++) facts.used[used[index]] = 1;
  for (const failure of effects.failures) {
    const { op, rule, operand, sure, ...details } = mapFailure(failure, numbers);
    facts.fail(ops[op], rule, operand, sure, details);
  }
  for (const [op, pcs] of effects.deadEnds) for (const pc of pcs) facts.addDeadEnd(ops[op], pc);
  if (effects.allUsed) facts.allUsed = true;
}

/**
 * Joins the facts about the instructions from one index to another. Not a part of the generator: V8 optimises a loop in one late.
 *
 * @param at the index of the first memory operand
 * @returns the index after the last one
 */
function joinSome(
  ops: Code["ops"],
  facts: Facts,
  effects: Effects,
  { value, origin }: EffectNumbers,
  start: number,
  end: number,
  at: number,
): number {
  const { tags, unwritten, values, addresses, origins, passed, branches } = effects;
  // Most values are constants, or there is none, and most origins are one write. They have the same number everywhere.
  const mapped = (one: Value): Value => (one < TOP || one >= REGION ? value(one) : one);
  for (let index = start; index < end; index++) {
    const number = effects.ops[index];
    const { firstSlot, plan } = ops[number];
    const endSlot = firstSlot + plan.memory.length;
    facts.reached[number] = 1;
    facts.passed[number] |= passed[index];
    facts.branches[number] |= branches[index];
    for (let slot = firstSlot; slot < endSlot; slot++, at++) {
      const from = origins[at];
      facts.joinSlot(
        slot,
        tags[at] | unwritten[at],
        mapped(values[at]),
        mapped(addresses[at]),
        from >= 0 ? from : origin(from),
      );
    }
  }
  return at;
}

/** All numbers in the effects that stand for values and origins, mapped. */
export function mapEffects(effects: Effects, numbers: EffectNumbers): Effects {
  const { value, origin } = numbers;
  const valueIfSeen = ifSeen(value);
  return {
    ...effects,
    values: effects.values.map(valueIfSeen),
    addresses: effects.addresses.map(valueIfSeen),
    origins: effects.origins.map(origin),
    failures: effects.failures.map((failure) => mapFailure(failure, numbers)),
  };
}

/** A function that maps a value, and leaves the number that stands for no value as it is. */
function ifSeen(map: (value: Value) => Value): (value: Value) => Value {
  return (value) => (value === value ? map(value) : value);
}

function mapFailure(failure: NumberedFailure, { value, origin }: EffectNumbers): NumberedFailure {
  const valueIfSeen = ifSeen(value);
  return {
    ...failure,
    value: valueIfSeen(failure.value),
    address: valueIfSeen(failure.address),
    origin: origin(failure.origin),
    otherOrigin: failure.otherOrigin === undefined ? undefined : origin(failure.otherOrigin),
  };
}

/** The indices of the bytes that are 1; all others are 0. */
function indicesOf(bytes: Uint8Array): Int32Array {
  const found: number[] = [];
  for (let index = bytes.indexOf(1); index >= 0; index = bytes.indexOf(1, index + 1)) found.push(index);
  return Int32Array.from(found);
}
