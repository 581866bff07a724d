/**
 * Groups failures by their cause, so that one mistake gives one diagnostic. A cause is an instruction that writes a wrong tag, or
 * a cell that no instruction writes.
 */

import { writeAt, type Code } from "../code/decoded-code.ts";
import { UNWRITTEN, type Origin } from "../domain/provenance.ts";
import { REGION } from "../domain/value.ts";
import type { Facts } from "../interpreter/facts.ts";
import type { SureFailure } from "../interpreter/sure-failures.ts";

/** Content is followed backwards through at most this many copies. */
const MAX_COPIES = 16;

/** A possible cause of a failure, as a text key. Failures that share a key have the same cause. */
type Cause = string;

/** Groups definite failures by cause; each group is in code order. A failure without a known cause forms a group alone. */
export function byCause(code: Code, failures: readonly SureFailure[]): SureFailure[][] {
  const candidates = new Map(failures.map((one) => [one, causesOf(code, one)]));
  const counts = new Map<Cause, number>();
  for (const causes of candidates.values())
    for (const cause of causes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const groups = new Map<Cause | SureFailure, SureFailure[]>();
  for (const one of failures.toSorted((a, b) => a.failure.op.pc - b.failure.op.pc)) {
    // If two operands have different tags, the one that also fails elsewhere is blamed.
    const [cause] = candidates.get(one)!.toSorted((a, b) => counts.get(b)! - counts.get(a)!);
    const key = cause !== undefined && counts.get(cause)! > 1 ? cause : one;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return withoutTwinsOfUnset([...groups.values()]);
}

/** Merges the groups of unwritten cells that one instruction reads: to forget their initialisation is one mistake. */
function withoutTwinsOfUnset(groups: readonly SureFailure[][]): SureFailure[][] {
  const unset = new Map<number, SureFailure[]>();
  return groups.filter((group) => {
    const { op, origin } = group[0].failure;
    if (origin !== UNWRITTEN) return true;
    const twin = unset.get(op.pc);
    if (twin) twin.push(...group);
    else unset.set(op.pc, group);
    return !twin;
  });
}

function causesOf(code: Code, { failure, facts }: SureFailure): Cause[] {
  const { origin, otherOrigin, address } = failure;
  const causes = [causeOf(code, facts, origin, address)];
  if (otherOrigin !== undefined) causes.push(causeOf(code, facts, otherOrigin, -1));
  const known = [...new Set(causes.filter((cause) => cause !== undefined))];
  const suspicious = known.filter((cause) => !isInnocent(code, facts, cause));
  return suspicious.length > 0 ? suspicious : known;
}

function causeOf(code: Code, facts: Facts, origin: Origin, address: number): Cause | undefined {
  if (origin === UNWRITTEN) return address >= 0 && address < REGION ? `never written ${address}` : undefined;
  for (let copies = 0; origin > 0 && copies < MAX_COPIES; copies++) {
    const write = writeAt(code, origin);
    if (!write) return undefined;
    const { op } = write;
    if (op.plan.computes !== "copy") return `write ${origin}`;
    const source = op.plan.memory.findIndex(({ writes }) => !writes);
    const before = facts.origins[op.firstSlot + source];
    const from = facts.addresses[op.firstSlot + source];
    if (before === UNWRITTEN && from >= 0 && from < REGION) return `never written ${from}`;
    if (before <= 0) return `write ${origin}`;
    origin = before;
  }
  return undefined;
}

function isInnocent(code: Code, facts: Facts, cause: Cause): boolean {
  const origin = /^write (\d+)$/.exec(cause)?.[1];
  return origin !== undefined && isRightElsewhere(code, facts, Number(origin));
}

/** True if some other instruction demands a tag of the content that this write produced, and accepts it. */
export function isRightElsewhere(code: Code, facts: Facts, origin: Origin): boolean {
  return (facts.acceptedOrigins ??= acceptedOrigins(code, facts)).has(origin);
}

function acceptedOrigins(code: Code, facts: Facts): ReadonlySet<Origin> {
  const accepted = new Set<Origin>();
  for (const op of code.ops) {
    if (facts.passed[op.number] === 0) continue;
    op.plan.memory.forEach(({ writes, requires, sameAs }, k) => {
      if (!writes && (requires !== 0 || sameAs >= 0)) accepted.add(facts.origins[op.firstSlot + k]);
    });
  }
  return accepted;
}
