/**
 * Random programs that allocate, on this project's own machine, with five inputs each: no tag is met that wasn't inferred,
 * nothing runs that was called unreachable, and nothing goes well that was called a definite error.
 * `HEAP_PROGRAMS=20000` tries that many, from `HEAP_FIRST` on.
 */

import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { randomHeapProgram } from "../conformance/fuzz-heap-programs.ts";
import { randomInput } from "../conformance/fuzz-programs.ts";
import { randomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";

const PROGRAMS = Number(process.env.HEAP_PROGRAMS ?? 20);
const FIRST = Number(process.env.HEAP_FIRST ?? 1);
const GROUP = 20;
/** Programs for which the analysis was once wrong. */
const KNOWN = [902680, 15847];

function assertSound(seed: number, target: "v4" | "v5", partitions = false): void {
  const random = randomNumbers(seed);
  const program = randomHeapProgram(seed, target);
  const inputs = [1, 2, 3, 4, 5].map(() => randomInput(random));
  const { problems, steps } = soundnessProblems(program, target, inputs, { partitions });
  assert.deepEqual(problems, [], `seed ${seed}`);
  assert.ok(steps > 0, `seed ${seed} ran nothing`);
}

describe("soundness on programs that allocate", () => {
  for (const seed of KNOWN) {
    it(`program ${seed}`, () => {
      assertSound(seed, "v4");
      assertSound(seed, "v5");
    });
  }
  for (let first = FIRST; first < FIRST + PROGRAMS; first += GROUP) {
    it(`random programs ${first} to ${first + GROUP - 1}`, () => {
      for (let seed = first; seed < first + GROUP; seed++) assertSound(seed, "v5");
    });

    it(`random programs ${first} to ${first + GROUP - 1}, with trace partitioning`, () => {
      for (let seed = first; seed < first + GROUP; seed++) assertSound(seed, "v5", true);
    });
  }
});
