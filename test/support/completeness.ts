/** Finds certain halts that the analysis knows of but doesn't report. */

import type { Analysis } from "../../analysis/analyze.ts";
import { isSure } from "../../analysis/interpreter/sure-failures.ts";

export interface Completeness {
  /** Number of failures that the interpreter knows to be certain. */
  readonly sure: number;
  /** Certain failures that no error reports, neither at their operand nor as a related place. */
  readonly unnamed: readonly string[];
}

export function completenessOf(analysis: Analysis): Completeness {
  const { facts } = analysis.internals.engine;
  const named = new Set<string>();
  for (const { verdict, index, position, related } of analysis.findings) {
    if (verdict !== "definite") continue;
    named.add(placeOf(index, position));
    for (const place of related) named.add(placeOf(place.index, place.position));
  }
  const unnamed: string[] = [];
  let sure = 0;
  for (const failure of facts.failures.values()) {
    if (!isSure(failure, facts)) continue;
    sure++;
    const { op, rule, operand } = failure;
    const positions = op.plan.form.fields.map(({ index }) => index);
    // If two operands have different tags, the error may be at either of them.
    const operands = rule === "same-tag" ? [operand, op.plan.memory[operand].sameAs] : [operand];
    const places =
      operand >= 0
        ? operands.map((k) => placeOf(op.index, op.plan.memory[k].position))
        : [undefined, ...positions].map((position) => placeOf(op.index, position));
    if (!places.some((place) => named.has(place)))
      unnamed.push(`${op.pc} ${op.plan.form.name} ${rule} ${operand}`);
  }
  return { sure, unnamed };
}

function placeOf(index: number, position: number | undefined): string {
  return `${index}/${position ?? ""}`;
}
