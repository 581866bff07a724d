import assert from "node:assert/strict";
import { randomNumbers } from "../support/random.ts";
import { checkProgram } from "./fuzz-check.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";

const FIRST = 1;
const COUNT = 300;
const GROUP = 50;

// For more seeds: `tsx test/conformance/fuzz.ts --count N --seed N`.
describe("the analysis against Aztec's AVM on random programs", () => {
  for (let first = FIRST; first < FIRST + COUNT; first += GROUP) {
    it(`agrees with it for seeds ${first} to ${first + GROUP - 1}`, async () => {
      for (let seed = first; seed < first + GROUP; seed++) {
        const random = randomNumbers(seed);
        const { problems } = await checkProgram(randomProgram(seed), [
          randomInput(random),
          randomInput(random),
        ]);
        assert.deepEqual(problems, [], `seed ${seed}`);
      }
    });
  }
});
