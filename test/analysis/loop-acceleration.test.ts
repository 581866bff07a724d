/**
 * Counted loops whose rounds are executed at once: what is inferred is the same as if every instruction was executed, and it holds in
 * real runs. An annotation in a loop makes it one that is executed. `LOOP_PROGRAMS=3000` tries that many, `LOOP_FIRST` is the first.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { encode } from "../../program/codec.ts";
import type { Program } from "../../program/program.ts";
import { assembleText } from "../support/assemble.ts";
import { countedLoops } from "../support/counted-loops.ts";
import { randomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";

const PROGRAMS = Number(process.env.LOOP_PROGRAMS ?? 60);
const FIRST = Number(process.env.LOOP_FIRST ?? 1);

/** What the analysis says of a program. */
function factsOf(program: Program): { readonly facts: Record<string, string>; readonly steps: number } {
  // Enough steps to execute every round by instruction.
  const { tables, engine } = analyze(program, { steps: 5_000_000 }).internals;
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

describe("counted loops whose rounds are executed at once", () => {
  it("give the same facts as executing every round, and they hold in runs", () => {
    let accelerated = 0;
    for (let seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
      const { program } = assembleText(countedLoops(randomNumbers(seed), false));
      const executed = assembleText(countedLoops(randomNumbers(seed), true)).program;
      const fast = factsOf(program);
      const slow = factsOf(executed);
      assert.deepEqual(fast.facts, slow.facts, `seed ${seed}`);
      if (fast.steps * 1.2 < slow.steps) accelerated++;
      const { problems } = soundnessProblems(encode(program), "v6", [[0n], [1n], [7n]]);
      assert.deepEqual(problems, [], `seed ${seed}`);
    }
    if (process.env.LOOP_PROGRAMS)
      console.log(`${accelerated} of ${PROGRAMS} programs take less than 5/6 of the steps`);
    assert.ok(accelerated * 3 > PROGRAMS, `${accelerated} of ${PROGRAMS}`);
  });
});
