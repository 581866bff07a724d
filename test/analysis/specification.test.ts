/**
 * The specification of the analysis: programs with what must be said of them written below their lines. Those in
 * `mechanisms/` show how facts come about, those in `checks/` what each check reports and what it doesn't.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import { allBut, answered, ERRORS_ONLY, type MarkerOptions } from "../support/markers.ts";

function holds(folder: string, optionsOf: (file: string) => MarkerOptions): void {
  const place = path.join(import.meta.dirname, folder);
  for (const file of readdirSync(place).sort()) {
    it(file, () => {
      const name = path.join(place, file);
      const text = readFileSync(name, "utf8");
      const actual = answered(file, text, optionsOf(file));
      if (process.env.UPDATE_GOLDEN && actual !== text) writeFileSync(name, actual);
      assert.equal(actual, process.env.UPDATE_GOLDEN ? actual : text);
      assert.doesNotMatch(actual, /\^ \?/, "a question has no answer: UPDATE_GOLDEN=1 writes it");
    });
  }
}

describe("mechanisms of the analysis", () => {
  holds("mechanisms", () => ERRORS_ONLY);
});

/** Declarations of functions are checked after the analysis. */
const OF_DECLARATIONS: readonly string[] = ["change-in-view", "calldata-beyond-arguments"];

describe("checks of the analysis", () => {
  holds("checks", (file) => allBut(...(file === "dead-store.avm" ? [] : (["dead-store"] as const))));

  it("each appear at least once as a marker", () => {
    const place = path.join(import.meta.dirname, "checks");
    const text = readdirSync(place)
      .map((file) => readFileSync(path.join(place, file), "utf8"))
      .join("");
    // Comments that suppress diagnostics are applied after the analysis.
    const missing = Object.entries(CATALOGUE)
      .filter(
        ([code, { stage }]) =>
          stage === "check" &&
          !code.endsWith("-suppression") &&
          !OF_DECLARATIONS.includes(code) &&
          !text.includes(`[${code}]`),
      )
      .map(([code]) => code);
    assert.deepEqual(missing, []);
  });
});
