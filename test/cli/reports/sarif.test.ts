/** What `--format sarif` prints is a SARIF 2.1.0 log by the schema of that version, whatever is in it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { avmasm, root } from "../../support/command.ts";

// One pattern of the schema is none with the flag `u`.
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv);
const schema = readFileSync(path.join(root, "test/fixtures/sarif-2.1.0.json"), "utf8");
const validate = ajv.compile(JSON.parse(schema) as object);

/** Problems of each kind that a report can hold: with fixes, related places, an expansion, warnings, and none. */
const files: [name: string, args: string[], input: string][] = [
  ["nothing", [], "RETURN [1], [1]"],
  ["ten mistakes", [path.join(root, "test/fixtures/mistakes/ten.avm")], ""],
  ["twelve mistakes", [path.join(root, "test/fixtures/mistakes/twelve.avm")], ""],
  ["a mistake in an expansion", [], ".macro m x\nADD x\n.endmacro\nm [1]\n"],
  ["a warning", ["--strict", "-"], "CALLDATACOPY [1], [2], [3]\nRETURN [3], [1]\n"],
  ["a name beyond ASCII", [], "/* 𝒳 é */ ADDD [1], [2], [3] ; 𝒳\n"],
  ["a file that is empty", [], ""],
];

describe("a report in SARIF", () => {
  for (const [name, args, input] of files) {
    it(`is valid for ${name}`, () => {
      const { stdout } = avmasm(["check", "--format=sarif", ...(args.length > 0 ? args : ["-"])], { input });
      assert.ok(validate(JSON.parse(stdout)), JSON.stringify(validate.errors?.slice(0, 5), undefined, 1));
    });
  }

  it("is invalid if a place doesn't exist, so the schema is checked", () => {
    const { stdout } = avmasm(["check", "--format=sarif", "-"], { input: "ADDD [1]\n" });
    assert.equal(validate(JSON.parse(stdout.replace('"startLine": 1', '"startLine": 0'))), false);
  });
});
