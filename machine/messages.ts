/** Why instructions can't be done, in the checker's words. */

import { shownOperand } from "../isa/describe.ts";
import type { Tag } from "../isa/tags.ts";
import type { Decoded } from "./code.ts";
import { Halted, tagWithArticle } from "./halted.ts";

/** The cell of a memory operand, or one in its range, has a tag that the instruction doesn't take. */
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
    `${place} is ${tagWithArticle(found)}, and ${mnemonic} takes ${article(wanted)} as \`${role}\``,
  );
}

function article(tag: Tag): string {
  return `${tag === "ff" ? "an" : "a"} ${tag}`;
}
