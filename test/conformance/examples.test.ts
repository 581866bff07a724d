import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { onlyHere } from "../support/program-runs.ts";
import { keepsItsPromises } from "./promises.ts";

/** How many tests of a file deploy other contracts or set the environment; they run on the project's own machine only. */
const ONLY_HERE: Readonly<Record<string, number>> = { "contracts/vault.avm": 5 };

const examples = path.resolve(import.meta.dirname, "../../examples");

// Aztec's AVM must give the results that the examples' own tests expect.
describe("the examples", () => {
  const names = readdirSync(examples, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll(path.sep, "/"))
    .filter((name) => name.endsWith(".avm"));
  for (const name of names) {
    it(name, async () => {
      const file = path.join(examples, name);
      const source = parseSource(file, readFileSync(file, "utf8"));
      // The oracle runs v4. The examples use no instruction whose bytes differ there.
      const { assembly, diagnostics } = check(source, { target: "v4", read: createIncludeReader(file) });
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity !== "hint"),
        [],
      );
      const skipped = onlyHere(assembly.tests);
      assert.equal(skipped.length, ONLY_HERE[name] ?? 0, skipped.join(", "));
      const ran = await keepsItsPromises(assembly);
      assert.ok(ran > 0 || skipped.length === assembly.tests.length);
    });
  }
});
