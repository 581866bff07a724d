// Compares the inferred tags of real contracts with the tags that their runs on Aztec's AVM met: no met tag may be
// missing, no instruction that ran may be inferred as unreachable, and for almost all operands exactly the met tags
// must be inferred. Prints a line for each contract, and at the end "N passed, N failed".
//
//   tsx test/conformance/traces.ts [-v]

import { analyze } from "../../analysis/analyze.ts";
import { compareTags, programOf, traces } from "./trace-contracts.ts";

const MIN_EXACT = 0.995;
const verbose = process.argv.includes("-v");
const results = { passed: 0, failed: 0 };
const total = { slots: 0, exact: 0 };

function check(name: string, problems: readonly string[]): void {
  if (problems.length === 0) results.passed++;
  else {
    results.failed++;
    console.log(`FAILED ${name}: ${problems.length}, such as ${problems.slice(0, 5).join("; ")}`);
  }
}

for (const trace of traces()) {
  const program = await programOf(trace);
  const began = performance.now();
  const analysis = analyze(program);
  const time = performance.now() - began;
  const { slots, exact, unreached, missing, wide } = compareTags(analysis, trace.pcs);
  total.slots += slots;
  total.exact += exact;
  console.log(
    `${trace.contract}: ${exact} of ${slots} operands exact (${((100 * exact) / slots).toFixed(2)}%), ${program.count} instructions in ${time.toFixed(0)} ms${analysis.exhausted ? ", bound on work met" : ""}`,
  );
  if (verbose) for (const text of wide) console.log(`  ${text}`);
  check(`${trace.contract}: instructions called unreachable`, unreached);
  check(`${trace.contract}: tags not inferred`, missing);
  const definite = analysis.findings.filter(
    ({ code, verdict }) => verdict === "definite" && code !== "change-in-static-call",
  );
  check(
    `${trace.contract}: definite errors`,
    definite.map(({ pc, message }) => `${pc}: ${message}`),
  );
}
const share = total.exact / total.slots;
console.log(`all: ${total.exact} of ${total.slots} operands exact (${(100 * share).toFixed(3)}%)`);
check("exact operands", share >= MIN_EXACT ? [] : [`${(100 * share).toFixed(3)}%`]);
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 ? 0 : 1;
