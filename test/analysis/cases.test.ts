/**
 * Programs that went wrong once: each begins with what version 0.1.0 said of it, and has what is said now below its
 * lines. `halts/` are programs that halt on every input, `mistakes/` what people write. `siblings/` are many small programs of
 * the same kinds in a few files, written as people would who come from other languages.
 */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { answered } from "../support/markers.ts";

const place = path.resolve(import.meta.dirname, "../fixtures/cases");

for (const folder of ["halts", "mistakes", "siblings"]) {
  describe(`cases: ${folder}`, () => {
    for (const file of readdirSync(path.join(place, folder)).sort()) {
      it(file, () => {
        const name = path.join(place, folder, file);
        const text = readFileSync(name, "utf8");
        const actual = answered(name, text, { shows: ({ severity }) => severity !== "hint" });
        if (process.env.UPDATE_GOLDEN) writeFileSync(name, actual);
        else assert.equal(actual, text);
        if (folder !== "siblings") assert.match(text, /^; 0\.1\.0 said: /);
      });
    }
  });
}
