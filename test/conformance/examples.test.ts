import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { keepsItsPromises } from "./promises.ts";

const examples = path.resolve(import.meta.dirname, "../../examples");

// Aztec's AVM must give the results that the examples' own tests expect.
describe("the examples", () => {
  for (const name of readdirSync(examples).filter((file) => file.endsWith(".avm"))) {
    it(name, async () => {
      const file = path.join(examples, name);
      const source = parseSource(file, readFileSync(file, "utf8"));
      // The oracle runs v4. The examples use no instruction whose bytes differ there.
      const { assembly, diagnostics } = check(source, { target: "v4", read: createIncludeReader(file) });
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity !== "hint"),
        [],
      );
      assert.notEqual(await keepsItsPromises(assembly), 0);
    });
  }
});
