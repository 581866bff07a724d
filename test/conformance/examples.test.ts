import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseRuns } from "../support/example-header.ts";
import { itKeepsItsPromises } from "./promises.ts";

const root = path.resolve(import.meta.dirname, "../..");
const examples = path.join(root, "examples");

// What a reader is told in an example's header, assembled by the command that the reader has, is what Aztec's AVM does.
describe("the examples", () => {
  const scratch = mkdtempSync(path.join(tmpdir(), "avm-examples-"));
  after(() => rmSync(scratch, { recursive: true }));

  for (const file of readdirSync(examples).filter((name) => name.endsWith(".avm"))) {
    describe(file, () => {
      const source = readFileSync(path.join(examples, file), "utf8");
      const runs = parseRuns(source);
      let bytecode: Uint8Array;

      it("is assembled without a word", () => {
        // The oracle speaks v4. None of the examples uses anything whose bytes differ there.
        bytecode = build(path.join(examples, file), path.join(scratch, `${file}.bin`), "--target", "v4");
      });

      it("promises something", () => {
        assert.notEqual(runs.length, 0, "there is no line like `; Run: calldata 1, 2 -> returns 3`");
        assert.equal(runs[0].continues, false, "the first run can't continue another");
      });

      itKeepsItsPromises(source, () => bytecode);
    });
  }
});

function build(source: string, output: string, ...flags: string[]): Uint8Array {
  const command = [path.join(root, "dist/avmasm.cjs"), "build", source, "-o", output, ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "", stderr: "" });
  return readFileSync(output);
}
