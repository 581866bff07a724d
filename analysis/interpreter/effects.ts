/** What the analysis of an arm adds to the facts. */

import type { Code } from "../code/decoded-code.ts";
import type { Origin } from "../domain/tables.ts";
import type { Value } from "../domain/value.ts";
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

/** Removes all facts, and returns them. */
export function takeEffects({ ops }: Code, facts: Facts): Effects {
  const reached = indicesOf(facts.reached);
  const slots = reached.reduce((sum, number) => sum + ops[number].plan.memory.length, 0);
  const effects: Effects = {
    ops: reached,
    passed: Uint8Array.from(reached, (number) => facts.passed[number]),
    branches: Uint8Array.from(reached, (number) => facts.branches[number]),
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
  for (const number of reached) {
    const { firstSlot, plan } = ops[number];
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
  for (const origin of effects.used) facts.used[origin] = 0;
  facts.failures.clear();
  facts.deadEnds.clear();
  facts.allUsed = false;
  return effects;
}

/** Joins what an arm adds into the facts. */
export function addEffects({ ops }: Code, facts: Facts, effects: Effects): void {
  let at = 0;
  for (const [index, number] of effects.ops.entries()) {
    const { firstSlot, plan } = ops[number];
    facts.reached[number] = 1;
    facts.passed[number] |= effects.passed[index];
    facts.branches[number] |= effects.branches[index];
    for (let slot = firstSlot; slot < firstSlot + plan.memory.length; slot++, at++) {
      facts.joinSlot(
        slot,
        effects.tags[at] | effects.unwritten[at],
        effects.values[at],
        effects.addresses[at],
        effects.origins[at],
      );
    }
  }
  for (const origin of effects.used) facts.used[origin] = 1;
  for (const { op, rule, operand, sure, ...details } of effects.failures)
    facts.fail(ops[op], rule, operand, sure, details);
  for (const [op, pcs] of effects.deadEnds) for (const pc of pcs) facts.addDeadEnd(ops[op], pc);
  if (effects.allUsed) facts.allUsed = true;
}

/** All numbers in the effects that stand for values and origins, mapped. */
export function mapEffects(
  effects: Effects,
  value: (value: Value) => Value,
  origin: (origin: Origin) => Origin,
): Effects {
  const valueIfSeen = (one: Value): Value => (one === one ? value(one) : one);
  return {
    ...effects,
    values: effects.values.map(valueIfSeen),
    addresses: effects.addresses.map(valueIfSeen),
    origins: effects.origins.map(origin),
    failures: effects.failures.map((failure) => ({
      ...failure,
      value: valueIfSeen(failure.value),
      address: valueIfSeen(failure.address),
      origin: origin(failure.origin),
      otherOrigin: failure.otherOrigin === undefined ? undefined : origin(failure.otherOrigin),
    })),
  };
}

/** The indices at which a byte isn't 0. */
function indicesOf(bytes: Uint8Array): Int32Array {
  const found: number[] = [];
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0) found.push(index);
  return Int32Array.from(found);
}
