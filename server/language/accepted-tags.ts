/** The tags that an operand accepts, from its line and declarations alone, so also on an unfinished line. */

import { tokenText, type Line } from "../../grammar/line.ts";
import type { InstructionDefinition } from "../../isa/instruction-set.ts";
import { parseTag, TAGS, type Tag } from "../../isa/tags.ts";
import type { MemoryOperand } from "../../isa/types.ts";
import { resolve, type Found, type Snapshot } from "./snapshot.ts";

/** The tag in a cell's declaration; undefined if it has none. */
export function declaredTag({ document, definition }: Found): Tag | undefined {
  const line = document.file.lines[definition.line];
  const { statement } = line.tree;
  if (statement?.kind !== "directive" || statement.body.kind !== "cell") return undefined;
  const { tag } = statement.body;
  return tag === undefined ? undefined : parseTag(tokenText(line, tag));
}

/** The tags that a memory operand accepts when read, or gets when written; undefined for any. */
export function acceptedTags(
  snapshot: Snapshot,
  lineNumber: number,
  operand: MemoryOperand,
  definition: InstructionDefinition,
): readonly Tag[] | undefined {
  const line = snapshot.document.file.lines[lineNumber];
  const wanted = operand.access === "read" ? operand.requires : operand.result;
  if (wanted === undefined) return undefined;
  if (typeof wanted === "string") {
    return wanted === "integral" ? TAGS.filter((tag) => tag !== "ff") : [wanted];
  }
  if ("oneOf" in wanted) return wanted.oneOf;
  if ("each" in wanted) return wanted.each.slice(0, 1);
  if ("when" in wanted) return [wanted.then, wanted.otherwise];
  const name = "sameAs" in wanted ? wanted.sameAs : "given" in wanted ? wanted.given : wanted.member;
  const index = definition.operands.findIndex((other) => other.name === name);
  const written = textOfOperand(line, index);
  const other = definition.operands.at(index);
  if (written === undefined || !other) return undefined;
  if ("given" in wanted) return tagsOf(parseTag(written));
  if (other.kind === "enum") {
    const tag = other.members.find((member) => member.name === written.toUpperCase())?.tag;
    return typeof tag === "object" ? tag.oneOf : tagsOf(tag);
  }
  const cell = resolve(snapshot, snapshot.document, lineNumber, written);
  return tagsOf(cell && declaredTag(cell));
}

function tagsOf(tag: Tag | undefined): readonly Tag[] | undefined {
  return tag === undefined ? undefined : [tag];
}

/** The text of an operand, found by commas: on an unfinished line, earlier operands may be missing. */
function textOfOperand(line: Line, index: number): string | undefined {
  const { statement } = line.tree;
  if (index < 0 || statement?.kind !== "instruction") return undefined;
  let operand = 0;
  let parentheses = 0;
  let written = "";
  for (let token = statement.mnemonic + 1; token < line.tokenCount; token++) {
    const text = tokenText(line, token);
    if (text === "(") parentheses++;
    if (text === ")") parentheses--;
    if (text === "," && parentheses === 0) operand++;
    else if (operand === index) written += text;
  }
  return written === "" ? undefined : written;
}
