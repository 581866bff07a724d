/**
 * Finds instructions that succeed at first, and then halt every run in a later call or loop round. Examples: a routine is called
 * once with a valid pointer and then with an invalid one; a loop overwrites a cell that its next round needs. No such instruction
 * has a definite error, since it succeeds in some state. But if a call never returns or a loop is never left, and no end of the
 * program and no other endless loop is reachable inside of it, then the failures inside of it that are certain in some state are
 * what ends the run.
 */

import { opAt, type Code, type Op } from "../code/decoded-code.ts";
import type { Facts, Failure } from "../interpreter/facts.ts";
import type { CheckContext, LaterHalts } from "./context.ts";
import { endlessLoops, type EndlessLoop } from "./loops-without-exit.ts";

/** At most this many calls and this many loops are searched: each search may visit the whole program. */
const MAX_STARTS = 200;

export function laterHalts(context: CheckContext): LaterHalts {
  const { code, firstFacts: facts } = context;
  const found = new Map<Failure, Op>();
  const sure = sureInSomeState(facts);
  if (sure.length === 0) return found;
  const loops = endlessLoops(context);
  const rounds = roundsOf(code, facts, loops);
  let calls = 0;
  for (const op of code.ops) {
    const isCall = op.plan.flow === "call";
    if (!isCall || facts.passed[op.number] === 0 || ++calls > MAX_STARTS) continue;
    const behind = opAt(code, op.next);
    if (!behind || facts.reached[behind.number] === 1) continue;
    const start = opAt(code, op.target);
    const within = start && withoutEnd(code, facts, start);
    if (!within) continue;
    // A run that comes to an endless loop may stay there: only a failure inside of that loop is certain.
    const inside = loops.filter(({ head }) => within[head.number] === 1);
    const certain = sure.filter(({ op: { number } }) =>
      inside.every(({ head }) => rounds.get(head)?.[number] === 1),
    );
    addAll(found, certain, within, op);
  }
  for (const [head, within] of rounds) addAll(found, sure, within, head);
  return found;
}

/** The heads of loops without an exit in which every run halts on an error before it is out of gas. */
export function haltingHeads(
  { code, firstFacts: facts }: CheckContext,
  loops: readonly EndlessLoop[],
): ReadonlySet<Op> {
  const heads = new Set<Op>();
  const sure = sureInSomeState(facts);
  if (sure.length === 0) return heads;
  for (const [head, within] of roundsOf(code, facts, loops))
    if (sure.some(({ op }) => within[op.number] === 1)) heads.add(head);
  return heads;
}

/** Failures that are certain in some state, of instructions that succeed in another. */
function sureInSomeState({ failures, passed }: Facts): Failure[] {
  return [...failures.values()].filter(({ sure, op }) => sure && passed[op.number] === 1);
}

/** Adds those failures whose instructions control reaches, with the call or the head of the loop from which it does. */
function addAll(found: Map<Failure, Op>, failures: readonly Failure[], within: Uint8Array, from: Op): void {
  for (const failure of failures)
    if (within[failure.op.number] === 1 && !found.has(failure)) found.set(failure, from);
}

/** By head of a loop: what {@link withoutEnd} returns for it, unless that is undefined. */
function roundsOf(code: Code, facts: Facts, loops: readonly EndlessLoop[]): ReadonlyMap<Op, Uint8Array> {
  const rounds = new Map<Op, Uint8Array>();
  for (const { head } of loops.slice(0, MAX_STARTS)) {
    const within = withoutEnd(code, facts, head);
    if (within) rounds.set(head, within);
  }
  return rounds;
}

/**
 * By instruction: 1 if control reaches it from `start` without passing a return. Undefined if an end of the program is reachable,
 * or an instruction that always halts, because that has a finding of its own.
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
