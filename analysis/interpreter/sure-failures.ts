/**
 * Finds definite failures: instructions that are reached, fail, and succeed in no state. The analysis doesn't continue after such
 * an instruction. So that mistakes after it are found, too, there are further passes; each one repairs the failures that the passes
 * before it have found, and continues after them.
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
  /** The last pass, which has repaired all of them. */
  readonly engine: Engine;
}

/**
 * All further passes together take at most about as many steps as the first pass, between two bounds. The lower one grows with the
 * program, because the first pass takes few steps if a mistake keeps it from most of the code.
 */
const MIN_STEPS = 50_000;
const MIN_STEPS_PER_INSTRUCTION = 24;
const MAX_STEPS = 500_000;
/** Each pass allocates facts for all instructions: for this many of them, that takes as long as a step. */
const INSTRUCTIONS_PER_STEP = 8;

/**
 * Runs passes until no pass finds another definite failure.
 *
 * @param first the first pass, which has been run
 * @param again makes another pass, with the instructions to repair and a bound on steps
 */
export function* findSureFailures(
  first: Engine,
  instructions: number,
  again: (repairs: (op: Op) => boolean, steps: number) => Engine,
): Paused<RepairedRun> {
  const failures: SureFailure[] = [];
  const found = new Set<string>();
  const repaired = new Set<Op>();
  const least = Math.max(MIN_STEPS, MIN_STEPS_PER_INSTRUCTION * instructions);
  const most = Math.min(Math.max(first.steps, least), MAX_STEPS);
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
      Math.max(most - spent, MIN_STEPS),
    );
    yield* engine.run();
    spent += engine.steps + instructions / INSTRUCTIONS_PER_STEP;
    if (!everything) continue;
    for (const [key, failure] of engine.facts.failures)
      if (isSure(failure, engine.facts) && !found.has(key)) failures.push({ failure, facts: engine.facts });
    return { failures, engine };
  }
}

/** Whether the instruction succeeds in no state, and fails in every run of some state. */
export function isSure({ op, sure }: Failure, { passed }: Facts): boolean {
  return sure && passed[op.number] === 0;
}
