/**
 * A short fuzzing run as part of the tests: all inputs that were found before (`corpus/<target>/`), and the first
 * inputs of a fixed seed. `npm run fuzz` tries more.
 */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, describe, it } from "mocha";
import { numbersOf, type Input } from "./target.ts";
import { TARGETS } from "./targets.ts";

const SEED = 7;
/** Number of inputs by target; targets that start processes have few. */
const INPUTS: Readonly<Record<string, number>> = {
  line: 300,
  source: 60,
  straight: 300,
  bytecode: 100,
  artifact: 100,
  edits: 40,
  server: 20,
  command: 6,
  tree: 20,
  nesting: 4,
  cache: 4,
  workspace: 4,
};

for (const target of TARGETS) {
  describe(`fuzzing: ${target.name}`, () => {
    after(() => target.end?.());

    const folder = path.join(import.meta.dirname, "corpus", target.name);
    for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
      it(`passes its check with the earlier finding ${file}`, () =>
        target.check(readInput(path.join(folder, file))));
    }

    it(`passes its check with the first ${INPUTS[target.name]} inputs of seed ${SEED}`, async () => {
      for (let index = 0; index < INPUTS[target.name]; index++) {
        try {
          await target.check(target.make(numbersOf(SEED, index)));
        } catch (error) {
          throw new Error(`npm run fuzz -- --seed ${SEED} --only ${index} ${target.name}`, { cause: error });
        }
      }
    }).timeout(60_000);
  });
}

/**
 * Reads an input of the corpus: bytes as hexadecimal in `.hex`, steps as JSON in `.json`, text in other files (an
 * artifact's text in `.txt`).
 */
function readInput(file: string): Input {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".hex")) return Uint8Array.from(Buffer.from(text.trim(), "hex"));
  return file.endsWith(".json") ? (JSON.parse(text) as readonly unknown[]) : text;
}
