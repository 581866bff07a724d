import assert from "node:assert/strict";
import path from "node:path";
import { HALTS } from "../../isa/halts.ts";
import type { HaltCode } from "../../machine/outcome.ts";
import { avmasm, temporaryFolder } from "../support/command.ts";

// The two lists are one: neither has a code that the other lacks.
type Missing = Exclude<HaltCode, keyof typeof HALTS> | Exclude<keyof typeof HALTS, HaltCode>;
const none: Missing[] = [];

const PROGRAM = `        SET     [1], u32, #0
        SET     [2], u32, #1
        CALLDATACOPY [2], [1], [3]
        SSTORE  [3], [3]
        RETURN  [2], [3]

.test "it gives back what it gets"
        .call 5
        .returns 5
        .stored 5, 5
.endtest
`;

const WRONG = `${PROGRAM}
.test "it adds one"
        .call 5
        .returns 6
.endtest
`;

describe("avmasm test", function () {
  this.timeout(60_000);
  const folder = temporaryFolder({
    "right.avm": PROGRAM,
    "wrong.avm": WRONG,
    "none.avm": "        INTERNALRETURN\n",
  });
  after(() => folder.remove());
  const test = (...args: string[]) => avmasm(["test", ...args], { cwd: folder.path });

  it("passes the examples", () => {
    const { status, stdout, stderr } = avmasm(["test", "examples"]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /\n[0-9]+ passed\n$/);
  });

  it("tells what was expected and found, and both places", () => {
    const { status, stdout } = test("wrong.avm");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /wrong\.avm:15:9: failed: it adds one: the call returned 5, and `\.returns` expects 6\n/,
    );
    assert.match(stdout, /wrong\.avm:5:9: note: it returned here\n/);
    assert.match(stdout, /\n1 failed, 1 passed\n$/);
  });

  it("finds the sources with tests in a folder, and chooses by name", () => {
    const report = JSON.parse(test(".", "--filter", "GIVES", "--format", "json").stdout) as {
      passed: number;
      failed: number;
    };
    assert.deepEqual([report.passed, report.failed], [2, 0]);
  });

  it("exits with 1 if there is no test", () => {
    const { status, stderr } = test("none.avm");
    assert.equal(status, 1);
    assert.match(stderr, /`none\.avm` has no tests/);
  });

  it("writes TAP and JUnit's XML", () => {
    assert.match(
      test("wrong.avm", "--format", "tap").stdout,
      /^TAP version 14\n1\.\.2\nok 1 - .*\nnot ok 2 - /,
    );
    assert.match(test("wrong.avm", "--format", "junit").stdout, /<testsuites tests="2" failures="1"/);
  });

  it("writes coverage, and compares gas with what it was", () => {
    const args = ["right.avm", "--coverage", "lcov.info", "--gas-baseline", "gas.json"];
    assert.equal(test(...args).status, 0);
    assert.ok(folder.names().includes(path.basename("lcov.info")));
    assert.match(test(...args).stdout, / =\s+64 .*\n\n0 dearer, 0 cheaper/);
  });

  it("knows every halt of the machine", () => assert.deepEqual(none, []));
});
