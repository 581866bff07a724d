/**
 * Both ways, on random programs: every failure that is sure is named, as an error at its operand or as a related place of
 * the error for its cause; and no error is at an instruction that a run passes. Programs of routines that call themselves are
 * in `recursion.test.ts`. `SURE_PROGRAMS=20000` tries that many, from `SURE_FIRST` on.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { decode } from "../../program/codec.ts";
import { randomHeapProgram } from "../conformance/fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "../conformance/fuzz-programs.ts";
import { completenessOf } from "../support/completeness.ts";
import { CODES_WITHOUT_HALT, execute } from "../support/mutants.ts";
import { randomNumbers } from "../support/random.ts";

const PROGRAMS = Number(process.env.SURE_PROGRAMS ?? 3000);
const FIRST = Number(process.env.SURE_FIRST ?? 1);
/** One in so many allocates objects. */
const HEAP = 12;
const GROUP = 250;

describe("completeness and soundness of definite errors", () => {
  let sure = 0;
  for (let first = FIRST; first < FIRST + PROGRAMS; first += GROUP) {
    it(`on random programs ${first} to ${first + GROUP - 1}`, () => {
      for (let seed = first; seed < first + GROUP; seed++) {
        const bytes = seed % HEAP === 0 ? randomHeapProgram(seed, "v4") : randomProgram(seed);
        const analysis = analyze(decode(instructionSet("v4"), bytes));
        const found = completenessOf(analysis);
        assert.deepEqual(found.unnamed, [], `seed ${seed}`);
        sure += found.sure;

        const random = randomNumbers(seed);
        const runs = [1, 2].map(() => ({
          calldata: randomInput(random),
          isStaticCall: false,
          continues: false,
        }));
        const { passed } = execute(bytes, runs, "v4");
        const refuted = analysis.findings.filter(
          ({ verdict, code, pc }) =>
            verdict === "definite" && !CODES_WITHOUT_HALT.includes(code) && passed.has(pc),
        );
        assert.deepEqual(refuted, [], `seed ${seed}`);
      }
    });
  }

  it("were tested with many definite failures", () => {
    assert.ok(sure > PROGRAMS / 3, `${sure} failures`);
  });
});
