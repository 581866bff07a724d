/**
 * Finds instructions that succeed at first and halt in a later call or round, in every run: a routine that is called once with a
 * right pointer and then with a wrong one, a loop that spoils what its next round needs. No such instruction is an error by
 * itself, since some state passes it. But if nothing leads to an end of the program behind a call, or out of a loop, then the
 * failures that are sure in some state are what ends the run.
 */

import { opAt, type Code, type Op } from "../code/decoded-code.ts";
import type { Facts, Failure } from "../interpreter/facts.ts";
import type { CheckContext, LaterHalts } from "./context.ts";
import { endlessLoops, type EndlessLoop } from "./ending.ts";

/** At most this many calls are looked into, and as many loops: each may reach the whole program. */
const MOST_STARTS = 200;

export function laterHalts(context: CheckContext): LaterHalts {
  const { code, firstFacts: facts } = context;
  const found = new Map<Failure, Op>();
  const sure = sureInSomeState(facts);
  if (sure.length === 0) return found;
  let calls = 0;
  for (const op of code.ops) {
    const isCall = op.plan.flow === "call";
    if (!isCall || facts.passed[op.number] === 0 || ++calls > MOST_STARTS) continue;
    const behind = opAt(code, op.next);
    if (!behind || facts.reached[behind.number] === 1) continue;
    addAll(found, sure, opAt(code, op.target), op, code, facts);
  }
  for (const { head } of endlessLoops(context).slice(0, MOST_STARTS))
    addAll(found, sure, head, head, code, facts);
  return found;
}

/** The heads of endless loops in which every run halts before its gas is used up. */
export function haltingHeads(
  { code, firstFacts: facts }: CheckContext,
  loops: readonly EndlessLoop[],
): ReadonlySet<Op> {
  const heads = new Set<Op>();
  const sure = sureInSomeState(facts);
  if (sure.length === 0) return heads;
  for (const { head } of loops.slice(0, MOST_STARTS)) {
    const within = withoutEnd(code, facts, head);
    if (within && sure.some(({ op }) => within[op.number] === 1)) heads.add(head);
  }
  return heads;
}

/** Failures that are sure in some state, of instructions that other states pass. */
function sureInSomeState({ failures, passed }: Facts): Failure[] {
  return [...failures.values()].filter(({ sure, op }) => sure && passed[op.number] === 1);
}

function addAll(
  found: Map<Failure, Op>,
  sure: readonly Failure[],
  start: Op | undefined,
  from: Op,
  code: Code,
  facts: Facts,
): void {
  const within = start && withoutEnd(code, facts, start);
  if (!within) return;
  for (const failure of sure)
    if (within[failure.op.number] === 1 && !found.has(failure)) found.set(failure, from);
}

/**
 * By instruction: 1 if control gets there from `start`; a routine's return is where it stops. Undefined if the program can end on
 * that way, or if an instruction is there that always halts, which has an error of its own.
 */
function withoutEnd(code: Code, facts: Facts, start: Op): Uint8Array | undefined {
  const within = new Uint8Array(code.ops.length);
  const pending = [start];
  within[start.number] = 1;
  for (let op = pending.pop(); op; op = pending.pop()) {
    if (facts.reached[op.number] === 0) continue;
    const { flow } = op.plan;
    if (flow === "halt" || facts.passed[op.number] === 0) return undefined;
    const leadsOn =
      flow !== "jump" && flow !== "return" && (flow !== "branch" || (facts.branches[op.number] & 1) !== 0);
    const jumps =
      flow === "jump" || flow === "call" || (flow === "branch" && (facts.branches[op.number] & 2) !== 0);
    for (const pc of [leadsOn ? op.next : -1, jumps ? op.target : -1]) {
      if (pc < 0) continue;
      const next = opAt(code, pc);
      if (!next) return undefined;
      if (within[next.number] === 1) continue;
      within[next.number] = 1;
      pending.push(next);
    }
  }
  return within;
}
