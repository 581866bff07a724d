import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { runnableAssembly } from "../../running/runnable.ts";
import { runSuite } from "../../running/test-suite.ts";

const ENDLESS = `f:      JUMP f
.test "a"
        .call
.endtest
.test "b"
        .call
.endtest
`;

describe("the tests of a file", () => {
  it("run no more instructions than others left, and say how many they leave", () => {
    const { assembly, analysis } = check(parseSource("a.avm", ENDLESS));
    const program = runnableAssembly(assembly, "a.avm");
    assert.ok(!("error" in program));
    const none = { error: "there is none" };
    const suite = runSuite({
      ...{ tests: assembly.tests, program, analysis: analysis!, coverage: undefined, most: 1_000 },
      ...{ neighbour: () => none, now: () => 0 },
    });
    const messages: string[] = [];
    let next = suite.next();
    for (; !next.done; next = suite.next()) messages.push(next.value?.failures[0].message ?? "");
    const told = messages.filter((message) => message !== "");
    assert.equal(told.length, 2);
    assert.match(told[0], /out of gas|out-of-gas/);
    assert.match(told[1], /the tests of one run may run at most/);
    assert.ok(next.value.left <= 0);
  });
});
