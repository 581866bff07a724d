/** Everything that the analysis finds out about a program, as texts that tests can compare. */

import { analyze } from "../../analysis/analyze.ts";
import type { Program } from "../../program/program.ts";

/** Enough steps to execute every round of the tests' loops by instruction. */
const STEPS = 5_000_000;

export function factsOf(program: Program): {
  readonly facts: Readonly<Record<string, string>>;
  readonly steps: number;
} {
  const { tables, engine } = analyze(program, { steps: STEPS }).internals;
  const { facts } = engine;
  const spans = (values: Float64Array): string[] =>
    [...values].map((value) =>
      Number.isNaN(value) ? "-" : `${tables.values.low(value)}..${tables.values.high(value)}`,
    );
  return {
    facts: {
      tags: facts.tags.join(),
      unwritten: facts.unwritten.join(),
      values: spans(facts.values).join(),
      addresses: spans(facts.addresses).join(),
      origins: [...facts.origins].map((origin) => tables.origins.members(origin).join("+")).join(),
      used: facts.used.join(),
      passed: facts.passed.join(),
      branches: facts.branches.join(),
      failures: [...facts.failures.keys()].join(),
    },
    steps: engine.steps,
  };
}
