// Runs random programs on this project's own machine, and compares the runs with the analysis: every tag that a run
// meets must be inferred, every instruction that runs must be reachable, and a definite error must halt. Faster than
// `fuzz.ts`, which uses Aztec's AVM. Prints the differences, and at the end "N passed, N failed". With `--partitions`, the
// analysis uses trace partitioning from the start.
//
//   tsx test/conformance/fuzz-machine.ts [--heap] [--partitions] [--target T] [--count N] [--seed N] [--seconds N]

import { parseArgs } from "node:util";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { randomNumbers } from "../support/random.ts";
import { soundnessProblems } from "../support/soundness.ts";
import { randomHeapProgram } from "./fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";

const { values: flags } = parseArgs({
  options: {
    heap: { type: "boolean", default: false },
    partitions: { type: "boolean", default: false },
    target: { type: "string", default: "v5" },
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "100000" },
  },
});
const target: TargetName = flags.heap ? (TARGETS.find((one) => one === flags.target) ?? "v5") : "v4";
const first = Number(flags.seed);
const until = performance.now() + 1000 * Number(flags.seconds);
const total = { passed: 0, failed: 0, steps: 0 };
for (let seed = first; seed < first + Number(flags.count) && performance.now() < until; seed++) {
  const random = randomNumbers(seed);
  const bytecode = flags.heap ? randomHeapProgram(seed, target) : randomProgram(seed);
  const inputs = [1, 2, 3, 4, 5].map(() => randomInput(random));
  const { problems, steps } = soundnessProblems(bytecode, target, inputs, { partitions: flags.partitions });
  total.steps += steps;
  if (problems.length === 0) total.passed++;
  else {
    total.failed++;
    console.log(`FAILED seed ${seed}: ${problems.slice(0, 3).join("; ")}`);
  }
}
console.log(`${total.steps} steps`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
