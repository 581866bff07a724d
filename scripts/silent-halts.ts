/**
 * Runs random programs, and counts those that halt at the same place in every run while the checker reports nothing
 * there. `docs/tag-inference.md` explains the kinds and has the counts.
 *
 *   tsx scripts/silent-halts.ts [--count 20000] [--first 1] [--runs 5] [--show KIND]
 */

import { parseArgs } from "node:util";
import { haltingProgram } from "../test/support/silent-halts.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    first: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    show: { type: "string" },
  },
});
const first = Number(flags.first);
const counts = new Map<string, number>();
let halting = 0;
for (let seed = first; seed < first + Number(flags.count); seed++) {
  const found = haltingProgram(seed, Number(flags.runs));
  if (!found) continue;
  halting++;
  counts.set(found.kind, (counts.get(found.kind) ?? 0) + 1);
  if (flags.show !== undefined && found.kind.startsWith(flags.show))
    console.log(`seed ${seed}: ${found.halt.pc} ${found.halt.message}`);
}
console.log(`${halting} of ${flags.count} programs halt in one place in all of ${flags.runs} runs:`);
for (const [kind, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${count}  ${kind}`);
