/** Every failure that is sure is named: as an error at its operand, or as a related place of the error for its cause. */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";
import { randomProgram } from "../conformance/fuzz-programs.ts";
import { completenessOf } from "../support/completeness.ts";

const PROGRAMS = 3000;
const GROUP = 500;

describe("completeness", () => {
  let sure = 0;
  for (let first = 1; first <= PROGRAMS; first += GROUP) {
    it(`of random programs ${first} to ${first + GROUP - 1}`, () => {
      for (let seed = first; seed < first + GROUP; seed++) {
        const found = completenessOf(analyze(decode(instructionSet("v4"), randomProgram(seed))));
        assert.deepEqual(found.unnamed, [], `seed ${seed}`);
        sure += found.sure;
      }
    });
  }

  it("was put to the test by many sure failures", () => {
    assert.ok(sure > PROGRAMS / 3, `${sure} failures`);
  });
});
