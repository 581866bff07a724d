/** What the bundles of the command hold: a parser generator that a run doesn't need would take a third of its start-up. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../support/command.ts";

const bundle = (name: string): string => readFileSync(path.join(root, "dist", `${name}.cjs`), "latin1");

describe("the bundles of the command", () => {
  it("load the grammar on demand only", () => {
    assert.match(bundle("grammar"), /chevrotain/i);
    for (const name of ["options", "assembling", "building", "running", "formatting", "cli"]) {
      assert.doesNotMatch(bundle(name), /chevrotain/i, `${name}.cjs has the grammar in it`);
    }
  });

  it("hold little for the commands that are run most", () => {
    // Every 10 kB more take 0.2 ms of each run: something that few files need can be a sibling (scripts/build.mjs).
    assert.ok(bundle("assembling").length < 450_000);
    assert.ok(bundle("building").length < 250_000);
    assert.ok(bundle("running").length < 560_000);
  });

  it("answer --version and --help from a small one", () => {
    assert.ok(bundle("options").length < 20_000);
  });
});
