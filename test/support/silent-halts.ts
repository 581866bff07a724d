/**
 * Counts random programs that halt at the same place in every run by what the checker says of that place. The promise of the
 * checker is that such a halt is reported.
 */

import { analyze, type Analysis } from "../../analysis/analyze.ts";
import { instructionSet } from "../../isa/instruction-set.ts";
import { ALL_TAGS } from "../../isa/tags.ts";
import type { Failure as Halt } from "../../machine/outcome.ts";
import { decode } from "../../program/codec.ts";
import { randomHeapProgram } from "../conformance/fuzz-heap-programs.ts";
import { randomInput, randomProgram } from "../conformance/fuzz-programs.ts";
import { execute } from "./mutants.ts";
import { randomNumbers } from "./random.ts";

/** What the kind of a halt that the checker reports as sure begins with. */
export const REPORTED = "an error or warning";

export interface HaltingProgram {
  readonly seed: number;
  readonly halt: Halt;
  readonly kind: string;
}

/** The program of a seed, if it halts at one place in all of `runs` runs with random calldata. */
export function haltingProgram(seed: number, runs: number): HaltingProgram | undefined {
  const bytes = seed % 12 === 0 ? randomHeapProgram(seed, "v4") : randomProgram(seed);
  const random = randomNumbers(seed);
  const calls = Array.from({ length: runs }, () => ({
    calldata: randomInput(random),
    isStaticCall: false,
    continues: false,
  }));
  const { failures, passed } = execute(bytes, calls, "v4");
  if (failures.length < runs || new Set(failures.map(({ pc }) => pc)).size > 1) return undefined;
  const analysis = analyze(decode(instructionSet("v4"), bytes));
  return { seed, halt: failures[0], kind: kindOf(analysis, failures[0], passed) };
}

function kindOf(analysis: Analysis, { pc, code, operands }: Halt, passed: ReadonlySet<number>): string {
  const isHere = (one: { readonly pc: number }): boolean => one.pc === pc;
  const named = analysis.findings.filter(
    (one) => isHere(one) || one.related.some(({ index }) => analysis.program.pcs[index] === pc),
  );
  if (named.some(({ verdict, unnecessary }) => verdict === "definite" && !unnecessary)) return REPORTED;
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
