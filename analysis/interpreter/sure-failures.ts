/**
 * Failures that are sure: an instruction that is reached, fails, and succeeds in no state. Nothing is executed behind
 * it, so what is wrong there is found by further passes, each of which goes on behind the failures that the passes
 * before it have found. So every pass knows for sure what it finds, as the first one does.
 */

import type { Op } from "../code/decoded-code.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Facts, Failure } from "./facts.ts";
import type { Engine } from "./interpreter.ts";

export interface SureFailure {
  readonly failure: Failure;
  /** The facts of the pass that found it. */
  readonly facts: Facts;
}

export interface RepairedRun {
  readonly failures: readonly SureFailure[];
  /** The last pass, which has gone on behind all of them. */
  readonly engine: Engine;
}

/** Steps that all further passes together may take: a multiple of those of the first pass, within these bounds. */
const LEAST_STEPS = 300_000;
const STEPS_OF_FIRST = 4;
const MOST_STEPS = 500_000;
/** A pass has facts about each instruction, whether it executes it or not: so many of them take as long as a step. */
const INSTRUCTIONS_PER_STEP = 8;

/** `first` has run; `again` makes an engine that goes on behind instructions which it is told to repair, for so many steps. */
export function* findSureFailures(
  first: Engine,
  instructions: number,
  again: (repairs: (op: Op) => boolean, steps: number) => Engine,
): Paused<RepairedRun> {
  const failures: SureFailure[] = [];
  const found = new Set<string>();
  const repaired = new Set<Op>();
  const most = Math.max(LEAST_STEPS, Math.min(STEPS_OF_FIRST * first.steps, MOST_STEPS));
  let spent = 0;
  let engine = first;
  for (;;) {
    const { facts } = engine;
    const before = failures.length;
    for (const [key, failure] of facts.failures) {
      if (!isSure(failure, facts) || found.has(key)) continue;
      found.add(key);
      failures.push({ failure, facts });
    }
    if (failures.length === before) return { failures, engine };
    for (const { failure } of failures) repaired.add(failure.op);
    const everything = spent >= most;
    engine = again(
      everything ? (op) => first.facts.passed[op.number] === 0 : (op) => repaired.has(op),
      Math.max(most - spent, LEAST_STEPS),
    );
    yield* engine.run();
    spent += engine.steps + instructions / INSTRUCTIONS_PER_STEP;
    if (!everything) continue;
    for (const [key, failure] of engine.facts.failures)
      if (isSure(failure, engine.facts) && !found.has(key)) failures.push({ failure, facts: engine.facts });
    return { failures, engine };
  }
}

/** Whether the instruction succeeds in no state, and certainly fails in some. */
export function isSure({ op, sure }: Failure, { passed }: Facts): boolean {
  return sure && passed[op.number] === 0;
}
