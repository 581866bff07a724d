/** Compares the observed tags with the inferred ones. A tag that was observed and not inferred is a bug of the analysis. */

import type { Analysis, AnalyzedInstruction } from "../analysis/analyze.ts";
import type { Code } from "../machine/code.ts";
import type { ObservedTags } from "../machine/observed-tags.ts";
import { tagsOf, type Tag } from "../isa/tags.ts";

/** An operand whose tag wasn't inferred. */
export interface TagViolation {
  readonly pc: number;
  readonly opcode: string;
  /** The AVM's name of the operand. */
  readonly operand: string;
  readonly observed: readonly Tag[];
  readonly inferred: readonly Tag[];
}

/** The instructions of a program, by byte offset. */
export type Instructions = ReadonlyMap<number, AnalyzedInstruction>;

export function instructionsOf(analysis: Analysis): Instructions {
  return new Map([...analysis.instructions()].map((instruction) => [instruction.pc, instruction]));
}

/**
 * Finds the violations in a program's code. Empty if the analysis is sound.
 *
 * @param pcs the byte offsets that are compared
 */
export function tagViolations(
  analysis: Analysis,
  code: Code,
  observed: ObservedTags,
  pcs: Iterable<number> = observed.of(code).keys(),
  instructions: Instructions = instructionsOf(analysis),
): TagViolation[] {
  const violations: TagViolation[] = [];
  const all = observed.of(code);
  for (const pc of pcs) {
    const sets = all.get(pc)!;
    const instruction = instructions.get(pc);
    const form = instruction?.form ?? code.at(pc).form;
    for (const { operand, index } of form.fields) {
      const found = sets.at(index) ?? 0;
      const inferred = instruction ? analysis.tagsAt(instruction.index, index) : 0;
      if (operand.kind !== "memory" || (found & ~inferred) === 0) continue;
      violations.push({
        pc,
        opcode: form.name,
        operand: operand.name,
        observed: tagsOf(found & ~inferred),
        inferred: tagsOf(inferred),
      });
    }
  }
  return violations;
}
