import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { HALTS } from "../../isa/halts.ts";
import { avmasm, root, temporaryFolder } from "../support/command.ts";

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

/** Runs it twice; the macro and the included file have lines that run and lines that don't. */
const COVERED = `.macro DOUBLE cell
        ADD     cell, cell, cell
.endm
        SET     [1], u32, #0
        SET     [2], u32, #1
        CALLDATACOPY [2], [1], [3]
        SET     [4], u1, #0
        DOUBLE  [3]
        DOUBLE  [3]
        INTERNALCALL add_one
        JUMPI   [4], unused
        RETURN  [2], [3]
unused: DOUBLE  [3]
        RETURN  [2], [3]
.test "it doubles twice and adds one"
        .call 5
        .returns 21
        .call 0
        .returns 1
.endtest
.include "part.avm"
`;

const PART = `add_one:
        SET     [5], ff, #1
        ADD     [3], [5], [3]
        INTERNALRETURN
idle:
        INTERNALRETURN
`;

const COVERAGE = `TN:
SF:covered.avm
FN:13,unused
FNDA:0,unused
FNF:1
FNH:0
DA:2,4
DA:4,2
DA:5,2
DA:6,2
DA:7,2
DA:8,2
DA:9,2
DA:10,2
DA:11,2
DA:12,2
DA:13,0
DA:14,0
LF:12
LH:10
end_of_record
TN:
SF:part.avm
FN:1,add_one
FN:5,idle
FNDA:2,add_one
FNDA:0,idle
FNF:2
FNH:1
DA:2,2
DA:3,2
DA:4,2
DA:6,0
LF:4
LH:3
end_of_record
`;

/** What is written through the pointer is a field, whatever the `.assume` says. */
const ASSUMED = `        SET     [1], u32, #0
        SET     [2], u32, #1
        CALLDATACOPY [2], [1], [3]
        CAST    [3], [4], u32
        MOV     [3], [[4]]
        .assume [5]: u64
        MOV     [5], [6]
        RETURN  [2], [6]
.test "it writes through a pointer"
        .call 5
        .returns 5
.endtest
.test "it does so again"
        .call 5
.endtest
`;

describe("avmasm test", function () {
  this.timeout(60_000);
  const folder = temporaryFolder({
    "right.avm": PROGRAM,
    "wrong.avm": WRONG,
    "covered.avm": COVERED,
    "part.avm": PART,
    "assumed.avm": ASSUMED,
    "none.avm": "        INTERNALRETURN\n",
  });
  after(() => folder.remove());
  const test = (...args: string[]) => avmasm(["test", ...args], { cwd: folder.path });

  it("counts all returned fields, also those that aren't reported", () => {
    const program = (end: string): string => `        SET [1], u32, #20000\n        ${end} [1], [1]\n`;
    const test = (step: string): string =>
      `.test "it ends so"\n        .call\n        ${step} 20000${", 0".repeat(9_999)}\n.endtest\n`;
    for (const [mnemonic, step, word] of [
      ["RETURN", ".returns", "returned"],
      ["REVERT", ".reverts", "reverted with"],
    ]) {
      const { status, stdout } = avmasm(["test", "-"], { input: program(mnemonic) + test(step) });
      assert.equal(status, 1);
      assert.match(stdout, new RegExp(`the call ${word} 20000, 0,.* … \\(20000 fields\\), and`));
      const { stdout: run } = avmasm(["run", "-"], { input: program(mnemonic) });
      assert.match(run, new RegExp(`${word} 20000, 0,.* … \\(20000 fields\\)`));
    }
  });

  it("reports how a nested call failed, if its caller handled the failure", () => {
    const caller = `        SET     [1], ff, #0xc0de
        SET     [2], u32, #100000
        SET     [3], u32, #0
        CALL    [2], [2], [1], [3], [4]
        RETURN  [3], [4]
`;
    const nested = temporaryFolder({
      "callee.avm": "        SET [1], u32, #1\n        SET [2], ff, #5\n        REVERT [1], [2]\n",
      "caller.avm": `${caller}.test "it"\n.deploy 0xc0de, "callee.avm"\n.call\n.returns 1\n.endtest
.test "no contract"\n.call\n.stored 1, 1\n.endtest
.test "fine"\n.deploy 0xc0de, "good.avm"\n.call\n.returns 2\n.endtest\n`,
      "good.avm": "        SET [1], u32, #0\n        RETURN [1], [1]\n",
      "world.json": '{"contracts":{"0xc0de":"callee.avm"}}',
    });
    const { stdout } = avmasm(["test", "caller.avm"], { cwd: nested.path });
    const runs = [[], ["--state", "world.json"]].map(
      (args) => avmasm(["run", "caller.avm", ...args], { cwd: nested.path }).stdout.split("\n")[1],
    );
    nested.remove();
    assert.match(stdout, /^3 failed, 0 passed$/m);
    assert.deepEqual(stdout.match(/.*note: a nested call .*/g), [
      "callee.avm:3:9: note: a nested call reverted with 5",
      "caller.avm:4:9: note: a nested call halted with no-contract: no contract is deployed at 0xc0de",
    ]);
    assert.deepEqual(runs, [
      "  after a call to 0xc0de halted with no-contract: no contract is deployed at 0xc0de (caller.avm:4)",
      "  after a call to 0xc0de reverted with 5 (callee.avm:3)",
    ]);
  });

  it("keeps a name with tabs and line feeds on its line, and whole in XML", () => {
    const input = '\tSET [1], u32, #0\n\tRETURN [1], [1]\n.test "a\\tb\\nc"\n.call\n.returns 1\n.endtest\n';
    const text = avmasm(["test", "-", "--gas"], { input }).stdout;
    assert.equal(text.match(/a␉b␊c/g)?.length, 3);
    assert.ok(!text.includes("a\tb"));
    const xml = avmasm(["test", "-", "--format", "junit"], { input }).stdout;
    assert.match(xml, /<testcase name="a&#9;b&#10;c" /);
  });

  it("deploys other contracts, and calls them", () => {
    const callee = "        GETENVVAR [3], SENDER\n        SET [1], u32, #1\n        RETURN [1], [3]\n";
    const caller = `        SET     [1], ff, #0xc0de
        SET     [2], u32, #100000
        SET     [3], u32, #0
        CALL    [2], [2], [1], [3], [4]
        SET     [5], u32, #1
        RETURNDATACOPY [5], [3], [6]
        RETURN  [5], [6]

.test "the callee sees the program's address"
        .deploy 0xc0de, "callee.avm"
        .call
        .returns 0x1234
        .at 0xc0de
        .env SENDER, 7
        .call
        .returns 7
        .at 0x1234
        .call
        .returns 0x1234
.endtest

.test "wherever it is"
        .env ADDRESS, 0x77
        .deploy 0xc0de, "callee.avm"
        .call
        .returns 0x77
.endtest

.test "nothing is there"
        .at 7
        .call
        .halts "no-contract"
.endtest

.test "no file is there"
        .deploy 7, "nowhere.avm"
        .call
.endtest
`;
    const world = temporaryFolder({ "callee.avm": callee, "caller.avm": caller });
    const { status, stdout } = avmasm(["test", "caller.avm"], { cwd: world.path });
    assert.equal(status, 1);
    assert.match(stdout, /3 passed/);
    assert.match(
      stdout,
      /caller\.avm:\d+:9: failed: no file is there: `nowhere\.avm` can't be deployed: there is no such file\n/,
    );
    world.remove();
  });

  it("passes the tests of the examples", () => {
    const { status, stdout, stderr } = avmasm(["test", "examples"]);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /\n[0-9]+ passed\n$/);
  });

  it("reports the expected and the found value, with both places", () => {
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

  it("finds tests in a folder whose name follows a tab or nothing, and runs a file that is named twice once", () => {
    const program = "\tSET [1], u32, #0\n\tRETURN [1], [1]\n";
    const below = temporaryFolder({
      "tab.avm": `${program}.test\t"a"\n.call\n.endtest\n`,
      "glued.avm": `${program}.TEST"b"\n.call\n.endtest\n`,
    });
    const { stdout } = avmasm(["test", ".", `${below.path}/tab.avm`], { cwd: below.path });
    below.remove();
    assert.equal(stdout, "glued.avm\n  ok   b\ntab.avm\n  ok   a\n2 passed\n");
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

  it("reports a file whose tests can't run in each format, and the results of the other files", () => {
    folder.write("broken.avm", '\tSET [1], u32, 2\n.test "a"\n.call\n.endtest\n');
    folder.write(
      "old.avm",
      '.target v3\n\tSET [1], u32, #0\n\tRETURN [1], [1]\n.test "a"\n.call\n.endtest\n',
    );
    const files = ["right.avm", "broken.avm"];
    const text = test(...files);
    assert.equal(text.status, 1);
    assert.match(text.stdout, /\n\d+ passed, the tests of 1 file didn't run\n$/);
    const tap = test(...files, "--format", "tap").stdout;
    assert.match(tap, /^1\.\.(\d+)\n[^]*not ok \1 - broken\.avm: it has errors\n[^]*"broken\.avm:1:16: /m);
    assert.match(
      test(...files, "--format", "junit").stdout,
      /<testsuites tests="\d+" failures="0" errors="1"[^]*<error message="it has errors">broken\.avm:1:16: /,
    );
    const json = JSON.parse(test(...files, "--format", "json").stdout) as {
      readonly passed: number;
      readonly notRun: readonly {
        readonly file: string;
        readonly errors: readonly { readonly code: string }[];
      }[];
    };
    assert.ok(json.passed > 0);
    assert.deepEqual(
      json.notRun.map(({ file, errors }) => [file, errors.map(({ code }) => code)]),
      [["broken.avm", ["operand-kind"]]],
    );
    const refused = test("right.avm", "old.avm");
    assert.equal(refused.status, 2);
    assert.match(refused.stdout, /\d+ passed, the tests of 1 file didn't run/);
    assert.match(
      refused.stderr,
      /`old\.avm` can't be tested: the gas of the instructions of v3 isn't known for certain/,
    );
  });

  it("writes how often each line was run, those of macros and of included files too", () => {
    assert.equal(test("covered.avm", "--coverage", "lcov.info").status, 0);
    assert.equal(readFileSync(path.join(folder.path, "lcov.info"), "utf8"), COVERAGE);
  });

  it("compares gas with an earlier report, and lists what uses more", () => {
    const baseline = path.join(folder.path, "gas.json");
    const args = ["right.avm", "--gas-baseline", "gas.json"];
    assert.equal(test(...args).status, 0);
    assert.match(test(...args).stdout, / =\s+64 .*\n\n0 dearer, 0 cheaper/);
    const stored = readFileSync(baseline, "utf8");
    folder.write("gas.json", stored.replace(/"l2": ?\d+/, '"l2": 1'));
    assert.match(test(...args).stdout, /\n1 dearer, 0 cheaper/);
  });

  it("fails the first test that meets a tag which wasn't inferred, at the instruction", () => {
    const { status, stdout } = test("assumed.avm");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /assumed\.avm:7:9: failed: it writes through a pointer: `\w+` of MOV\w* at pc \d+ was ff, and u64 was inferred; an `\.assume` of the program may be wrong/,
    );
    assert.match(stdout, /assumed\.avm:9:\d+: note: in this test\n/);
    assert.match(stdout, / ok {3}it does so again\n/);
    assert.match(stdout, /\n1 failed, 1 passed\n$/);
  });

  it("knows every halt that docs/halts.md lists, and no other", () => {
    const page = readFileSync(path.join(root, "docs/halts.md"), "utf8");
    const rows = [...page.matchAll(/^\| \[?`([a-z0-9-]+)`[^|]*\| (.*) \|$/gm)];
    assert.deepEqual(
      rows.map(([, code, meaning]) => [code, meaning]),
      Object.entries(HALTS),
    );
  });
});
