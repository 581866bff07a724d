import assert from "node:assert/strict";
import { analyze } from "../../analysis/analyze.ts";
import { program } from "../../bench/inputs.ts";
import { assembleText } from "../support/assemble.ts";

describe("the generated programs of the benchmarks", () => {
  for (const size of [1_000, 5_000, 10_000, 20_000, 100_000]) {
    it(`are analysed whole: ${size} statements`, function () {
      this.timeout(20_000);
      const instructions = [...analyze(assembleText(program("avm", size)).program).instructions()];
      assert.equal(instructions.filter(({ reachable }) => reachable).length, size);
    });
  }
});
