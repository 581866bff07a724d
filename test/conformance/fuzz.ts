// Runs random programs on Aztec's AVM, and compares the runs with the analysis: a definite error must halt, and every
// tag that a run meets must be inferred. Prints the differences, and at the end "N passed, N failed".
//
//   tsx test/conformance/fuzz.ts [--heap | --frames | --loops] [--partitions] [--target v4|v5] [--count N] [--seed N] [--seconds N]
//
// With `--partitions`, the analysis uses trace partitioning from the start.
// For v5, AVM_ORACLE_MODULES must be the folder of the packages of 5.2.0 (oracle/README.md).

import { parseArgs } from "node:util";
import { analyze } from "../../analysis/analyze.ts";
import { instructionSet, parseTarget } from "../../isa/instruction-set.ts";
import { decode, encode } from "../../program/codec.ts";
import { assembleText } from "../support/assemble.ts";
import { countedLoops } from "../support/counted-loops.ts";
import { randomFrameProgram } from "../support/frame-programs.ts";
import { randomNumbers } from "../support/random.ts";
import { checkProgram } from "./fuzz-check.ts";
import { randomHeapProgram } from "./fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "./fuzz-programs.ts";

const { values: flags } = parseArgs({
  options: {
    heap: { type: "boolean", default: false },
    partitions: { type: "boolean", default: false },
    loops: { type: "boolean", default: false },
    frames: { type: "boolean", default: false },
    target: { type: "string", default: "v4" },
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "100000" },
  },
});
const target = parseTarget(flags.target) ?? "v4";
const first = Number(flags.seed);
const until = performance.now() + 1000 * Number(flags.seconds);
const total = { passed: 0, failed: 0, steps: 0, exact: 0, slots: 0, definite: 0, halted: 0 };
for (let seed = first; seed < first + Number(flags.count) && performance.now() < until; seed++) {
  const random = randomNumbers(seed);
  const bytecode = flags.frames
    ? randomFrameProgram(seed, target).bytes
    : flags.heap
      ? randomHeapProgram(seed, target)
      : flags.loops
        ? encode(assembleText(countedLoops(random, false), { target }).program)
        : randomProgram(seed);
  const inputs = [1, 2, 3, 4, 5].map(() =>
    flags.frames ? [0, 0, 0, 0].map(() => BigInt(random.below(4))) : randomInput(random),
  );
  const analysis = analyze(decode(instructionSet(target), bytecode), { partitions: flags.partitions });
  const { problems, steps, exact, slots, definite, halted } = await checkProgram(bytecode, inputs, analysis);
  total.steps += steps;
  total.exact += exact;
  total.slots += slots;
  if (definite) total.definite++;
  if (halted) total.halted++;
  if (problems.length === 0) total.passed++;
  else {
    total.failed++;
    console.log(`FAILED seed ${seed}: ${problems.slice(0, 3).join("; ")}`);
    console.log(`  ${Buffer.from(bytecode).toString("hex")}`);
  }
}
console.log(
  `${total.steps} steps, ${((100 * total.exact) / total.slots).toFixed(1)}% of ${total.slots} operands exact, ${total.halted} programs halted, ${total.definite} with definite errors`,
);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
