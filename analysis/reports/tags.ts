/** The report of `avmasm tags`: the possible tags of every memory operand. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { tagsOf, type Tag, type TagSet } from "../../isa/tags.ts";
import type { Analysis } from "../analyze.ts";

export interface TagsReport {
  readonly target: string;
  /** By byte offset. Raw bytes that control doesn't reach are left out. */
  readonly instructions: readonly InstructionTags[];
}

export interface InstructionTags {
  readonly pc: number;
  /** The name of the wire form, such as `ADD_8`. */
  readonly opcode: string;
  readonly reachable: boolean;
  /** The memory operands in wire order. */
  readonly operands: readonly OperandTags[];
}

export interface OperandTags {
  readonly name: string;
  readonly mode: "direct" | "indirect" | "relative" | "indirect-relative";
  readonly access: "read" | "write";
  /** All seven if nothing is known, none if control doesn't reach the instruction. */
  readonly tags: readonly Tag[];
  /** The tags for each call, by the byte offset of the call, if calls lead to different tags. */
  readonly contexts?: readonly { readonly from: number; readonly tags: readonly Tag[] }[];
}

const MODES = ["direct", "indirect", "relative", "indirect-relative"] as const;

/** @param analysis made with the option `byCall`; otherwise `contextsAt` analyses the program a second time */
export function tagsReport(analysis: Analysis): TagsReport {
  const { program, internals } = analysis;
  const instructions: InstructionTags[] = [];
  // There are few sets of tags, and many operands.
  const lists: Tag[][] = [];
  const listOf = (tags: TagSet): Tag[] => (lists[tags] ??= tagsOf(tags));
  for (const { index, pc, form, reachable } of analysis.instructions()) {
    const mode = index < program.count ? program.modes[index] : undefined;
    const op = internals.code.opOf[index];
    const operands: OperandTags[] = [];
    for (const { operand, index: position, pair } of form.fields) {
      if (operand.kind !== "memory") continue;
      const bits = mode === undefined ? op!.modes[pair] : mode >>> (2 * pair);
      const contexts = analysis.contextsAt(index, position);
      operands.push({
        name: operand.name,
        mode: MODES[bits & (INDIRECT | RELATIVE)],
        access: operand.access,
        tags: listOf(analysis.tagsAt(index, position)),
        ...(contexts.length > 0 && {
          contexts: contexts.map(({ from, tags }) => ({ from, tags: listOf(tags) })),
        }),
      });
    }
    instructions.push({ pc, opcode: form.name, reachable, operands });
  }
  return { target: program.set.target, instructions };
}
