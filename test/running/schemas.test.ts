/** What `run` and `test` print as JSON is as docs/schema/ says, however a run ends. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv-draft-04";
import { avmasm, root, temporaryFolder } from "../support/command.ts";

function validator(name: string): (text: string) => void {
  const schema = readFileSync(path.join(root, "docs/schema", name), "utf8");
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema) as object);
  return (text) => assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors, undefined, 1));
}

/** An effect of each kind, and a debug log. */
const EFFECTS = `        SET     [1], u32, #0
        SET     [2], u32, #1
        SET     [3], ff, #7
        SSTORE  [3], [3]
        EMITNOTEHASH [3]
        EMITNULLIFIER [3]
        EMITPUBLICLOG [2], [3]
        SENDL2TOL1MSG [3], [3]
        RETURN  [2], [3]
.test "it returns 7"
        .call
        .returns 7
        .emitted nullifier, 7
.endtest
.test "it returns 8"
        .call
        .returns 8
        .stored 7, 8
.endtest
`;
const REVERTS =
  '.include <std/require.avm>\n        INTERNALCALL fail\n        RETURN [1], [1]\nfail:   FAIL str("no")\n';
const SILENT = "        SET     [1], u32, #0\n        REVERT  [1], [2]\n";
const HALTS = "        SET     [1], u8, #0\n        DIV     [1], [1], [1]\n        RETURN  [1], [1]\n";

describe("the schemas of JSON outputs", function () {
  this.timeout(60_000);
  const folder = temporaryFolder({
    "effects.avm": EFFECTS,
    "reverts.avm": REVERTS,
    "silent.avm": SILENT,
    "halts.avm": HALTS,
    // Its code has no source.
    "halts.hex": "0x00",
  });
  after(() => folder.remove());
  const json = (command: string, ...args: string[]): string =>
    avmasm([command, ...args, "--format", "json"], { cwd: folder.path }).stdout;

  const runs: [file: string, outcome: string, more: string[]][] = [
    ["effects.avm", "return", ["--call", "f() -> u8"]],
    ["reverts.avm", "revert", []],
    ["silent.avm", "revert", []],
    ["halts.avm", "halt", []],
    ["halts.hex", "halt", []],
  ];
  for (const [file, outcome, more] of runs) {
    it(`run.schema.json describes the run of ${file}`, () => {
      const text = json("run", file, ...more);
      assert.equal((JSON.parse(text) as { outcome: string }).outcome, outcome);
      validator("run.schema.json")(text);
    });
  }

  it("run.schema.json asks for every kind of effect", () => {
    const { effects } = JSON.parse(json("run", "effects.avm")) as { effects: Record<string, unknown[]> };
    for (const [kind, list] of Object.entries(effects)) assert.equal(list.length, 1, kind);
  });

  it("test.schema.json describes tests that pass and that fail", () => {
    const text = json("test", "effects.avm");
    const { passed, failed } = JSON.parse(text) as { passed: number; failed: number };
    assert.deepEqual([passed, failed], [1, 1]);
    validator("test.schema.json")(text);
  });

  it("refuse what isn't printed", () => {
    const run = json("run", "effects.avm");
    const check = validator("run.schema.json");
    assert.throws(() => check(run.replace('"steps"', '"step"')));
    assert.throws(() => check(run.replace('"0x7"', '"7"')));
    const tests = json("test", "effects.avm");
    assert.throws(() => validator("test.schema.json")(tests.replace('"passed",', '"skipped",')));
  });
});
