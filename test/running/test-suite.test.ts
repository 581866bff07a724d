import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { runnableAssembly } from "../../running/runnable.ts";
import { StepBudget } from "../../running/step-budget.ts";
import { runSuite } from "../../running/test-suite.ts";

const ENDLESS = `f:      JUMP f
.test "a"
        .env L2GASLEFT, 30000
        .call
.endtest
.test "b"
        .env L2GASLEFT, 30000
        .call
.endtest
`;

function resultsWith(budget: StepBudget): string[] {
  const { assembly, analysis } = check(parseSource("a.avm", ENDLESS));
  const program = runnableAssembly(assembly, "a.avm");
  assert.ok(!("error" in program));
  const none = { error: "there is none" };
  const suite = runSuite({
    ...{ tests: assembly.tests, program, analysis: analysis!, coverage: undefined, budget },
    ...{ readDeployed: () => none, now: () => 0 },
  });
  const results = [...suite].flatMap((result) => (result ? [result] : []));
  return results.map(({ failures }) => failures[0].message);
}

describe("the tests of a file", () => {
  it("begin no call once the instructions that all may run are spent, and say how more are allowed", () => {
    const [first, second] = resultsWith(new StepBudget(1_000));
    assert.match(first, /out of gas|out-of-gas/);
    assert.match(
      second,
      /may run at most 1,000 instructions together.*`--max-steps`.*`maxSteps` in avmasm\.config\.json/,
    );
  });
  it("all run if the limit is high enough", () => {
    for (const message of resultsWith(new StepBudget())) assert.match(message, /out-of-gas/);
  });
  it("may run more the more they are; the project's number comes before that one, and the user's before both", () => {
    const most = (given: number | undefined, tests: number, ...projects: (number | undefined)[]): number => {
      const budget = new StepBudget(given);
      for (const maxSteps of projects) budget.addTests(tests, { maxSteps });
      return budget.most;
    };
    assert.equal(most(undefined, 100, undefined), 25_000_000);
    assert.equal(most(undefined, 1, undefined, 1e9, 5), 1e9);
    assert.equal(most(undefined, 1, 5), 5);
    assert.equal(most(7, 100, 1e9), 7);
  });
});
