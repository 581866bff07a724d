/**
 * A little fuzzing in every run of the tests: what was found once (`corpus/<target>/`), and the first inputs of a fixed
 * seed. `npm run fuzz` goes on from there.
 */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, describe, it } from "mocha";
import { numbersOf, type Input } from "./target.ts";
import { TARGETS } from "./targets.ts";

const SEED = 7;
/** Inputs by target; what starts processes has few. */
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
      it(`what was found once: ${file}`, () => target.check(readInput(path.join(folder, file))));
    }

    it(`the first ${INPUTS[target.name]} inputs`, async () => {
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

/** Bytes as hexadecimal in `.hex`, steps as JSON in `.json` (an artifact's own text is in `.txt`), else text. */
function readInput(file: string): Input {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".hex")) return Uint8Array.from(Buffer.from(text.trim(), "hex"));
  return file.endsWith(".json") ? (JSON.parse(text) as readonly unknown[]) : text;
}
