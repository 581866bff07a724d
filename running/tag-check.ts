/** Compares the tags that runs met with the inferred tags. A tag that was met and not inferred is a bug of the analysis. */

import type { Analysis, AnalyzedInstruction } from "../analysis/analyze.ts";
import type { Code } from "../machine/code.ts";
import type { TagsMet } from "../machine/tags-met.ts";
import { tagsOf, type Tag } from "../isa/tags.ts";

/** An operand whose tag wasn't inferred. */
export interface TagViolation {
  readonly pc: number;
  readonly opcode: string;
  /** The AVM's name of the operand. */
  readonly operand: string;
  readonly met: readonly Tag[];
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
  met: TagsMet,
  pcs: Iterable<number> = met.of(code).keys(),
  instructions: Instructions = instructionsOf(analysis),
): TagViolation[] {
  const violations: TagViolation[] = [];
  const all = met.of(code);
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
        met: tagsOf(found & ~inferred),
        inferred: tagsOf(inferred),
      });
    }
  }
  return violations;
}
