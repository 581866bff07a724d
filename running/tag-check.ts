/** Compares the tags that runs met with the inferred tags. A tag that was met and not inferred is a bug of the analysis. */

import type { Analysis } from "../analysis/analyze.ts";
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

/** Finds the violations in a program's code. Empty if the analysis is sound. */
export function tagViolations(analysis: Analysis, code: Code, met: TagsMet): TagViolation[] {
  const known = new Map([...analysis.instructions()].map((instruction) => [instruction.pc, instruction]));
  const violations: TagViolation[] = [];
  for (const [pc, sets] of met.of(code)) {
    const instruction = known.get(pc);
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
