// Runs random transactions on this project's machine and on Aztec's AVM: outcome, returned data, gas, effects, storage
// and halting place must be the same. Prints the differences, and at the end "N passed, N failed".
//
//   tsx test/conformance/machine-fuzz.ts [--count N] [--seed N] [--seconds N] [--target v4]
//
// For v5: AVM_ORACLE_MODULES=.cache/oracle-v5/node_modules (oracle/README.md).

import { parseArgs } from "node:util";
import { parseTarget } from "../../isa/instruction-set.ts";
import { judge } from "./machine-judge.ts";
import { randomTransaction } from "./machine-programs.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "100000" },
    target: { type: "string", default: "v4" },
  },
});
const target = parseTarget(flags.target) ?? "v4";
const first = Number(flags.seed);
const until = performance.now() + 1000 * Number(flags.seconds);
const total = { passed: 0, failed: 0, steps: 0, return: 0, revert: 0, halt: 0 };
const codes = new Map<string, number>();
for (let seed = first; seed < first + Number(flags.count) && performance.now() < until; seed++) {
  const transaction = randomTransaction(target, seed);
  const verdict = await judge(target, transaction, seed % 2 === 0);
  total.steps += verdict.steps;
  for (const kind of ["return", "revert", "halt"] as const) total[kind] += verdict.outcomes[kind];
  for (const code of verdict.codes) codes.set(code, (codes.get(code) ?? 0) + 1);
  if (verdict.problems.length === 0) total.passed++;
  else {
    total.failed++;
    console.log(`FAILED seed ${seed}: ${verdict.problems.slice(0, 2).join("; ").slice(0, 600)}`);
  }
}
const most = [...codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
console.log(
  `${total.steps} steps; ${total.return} returned, ${total.revert} reverted, ${total.halt} halted: ${most.join(", ")}`,
);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
