/**
 * Runs random programs, and counts those that halt at the same place in every run while the checker reports nothing
 * there. `docs/tag-inference.md` explains the kinds and has the counts.
 *
 *   tsx scripts/silent-halts.ts [--count 20000] [--first 1] [--runs 5] [--show KIND]
 */

import { parseArgs } from "node:util";
import { analyze, type Analysis } from "../analysis/analyze.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { ALL_TAGS } from "../isa/tags.ts";
import type { Failure as Halt } from "../machine/outcome.ts";
import { decode } from "../program/codec.ts";
import { randomHeapProgram } from "../test/conformance/fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "../test/conformance/fuzz-programs.ts";
import { execute } from "../test/support/mutants.ts";
import { randomNumbers } from "../test/support/random.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    first: { type: "string", default: "1" },
    runs: { type: "string", default: "5" },
    show: { type: "string" },
  },
});
const set = instructionSet("v4");
const first = Number(flags.first);
const counts = new Map<string, number>();
let halting = 0;
for (let seed = first; seed < first + Number(flags.count); seed++) {
  const bytes = seed % 12 === 0 ? randomHeapProgram(seed, "v4") : randomProgram(seed);
  const random = randomNumbers(seed);
  const runs = Array.from({ length: Number(flags.runs) }, () => ({
    calldata: randomInput(random),
    isStaticCall: false,
    continues: false,
  }));
  const { failures, passed } = execute(bytes, runs, "v4");
  if (failures.length < runs.length || new Set(failures.map(({ pc }) => pc)).size > 1) continue;
  halting++;
  const analysis = analyze(decode(set, bytes));
  const kind = kindOf(analysis, failures[0], passed);
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (flags.show !== undefined && kind.startsWith(flags.show))
    console.log(`seed ${seed}: ${failures[0].pc} ${failures[0].message}`);
}
console.log(`${halting} of ${flags.count} programs halt in one place in all of ${flags.runs} runs:`);
for (const [kind, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${count}  ${kind}`);

function kindOf(analysis: Analysis, { pc, code, operands }: Halt, passed: ReadonlySet<number>): string {
  const isHere = (one: { readonly pc: number }): boolean => one.pc === pc;
  const named = analysis.findings.filter(
    (one) => isHere(one) || one.related.some(({ index }) => analysis.program.pcs[index] === pc),
  );
  if (named.some(({ verdict, unnecessary }) => verdict === "definite" && !unnecessary))
    return "an error or warning";
  if (named.some(({ isCertain }) => isCertain)) return "a warning: some call or round is sure to halt there";
  const { facts } = analysis.internals.engine;
  const failed = [...facts.failures.values()].filter(({ op }) => op.pc === pc);
  const some = failed.some(({ sure }) => sure);
  if (some)
    return passed.has(pc)
      ? "sure in some state: passed in a run before it halts"
      : "sure in some state, others pass";
  if (failed.length > 0) return `a hint: the inferred tags are some that pass (${code})`;
  const instruction = [...analysis.instructions()].find(isHere);
  if (!instruction) return "not decoded";
  const unknown = operands.some(
    (_, k) => instruction.form.fields[k] !== undefined && analysis.tagsAt(instruction.index, k) === ALL_TAGS,
  );
  return unknown ? `any tag is inferred (${code})` : `nothing: ${code}`;
}
