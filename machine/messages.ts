/** Messages of halts, in the same words as the checker's diagnostics. */

import { shownOperand } from "../isa/describe.ts";
import { tagCode, type Tag } from "../isa/tags.ts";
import type { Decoded } from "./code.ts";
import { Halted, tagWithArticle } from "./halted.ts";

/** The message for a memory operand whose cell, or a cell in its range, has a tag that the instruction doesn't accept. */
export function wrongTagOf(
  { form }: Decoded,
  operand: number,
  found: number,
  wanted: Tag,
  cell?: number,
): Halted {
  const { mnemonic, operands } = form.definition;
  const role = shownOperand(operands[operand]);
  const place = cell === undefined ? `\`${role}\`` : `M[${cell}], in the range of \`${role}\`,`;
  return new Halted(
    "wrong-tag",
    `${place} holds ${tagWithArticle(found)}, and ${mnemonic} takes ${tagWithArticle(tagCode(wanted))} as \`${role}\``,
  );
}
