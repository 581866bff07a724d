/** Fixes for a number in the place of a cell: a SET before the instruction, of a cell that nothing else seems to use. */

import type { DiagnosticDetails, TextEdit } from "../../diagnostics/diagnostic.ts";
import type { OperandNode } from "../../grammar/ast.ts";
import { columnsOf, nodeText } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { parseTag } from "../../isa/tags.ts";
import type { MemoryOperand } from "../../isa/types.ts";
import type { Scoped } from "../expressions/symbols.ts";

/** Distance to the cells that a program uses: some of them begin ranges. */
const DISTANCE = 64;
/** Distance to the first frame, which lies above. */
const BELOW_FRAMES = 8;
/** The greatest address that the short forms of instructions have room for. */
const MAX_ADDRESS = 239;

/** The guess that puts a number into a cell in front of the instruction; of a MOV, that makes a SET of it. */
export function setInFront(at: Scoped<OperandNode>, operand: MemoryOperand): DiagnosticDetails {
  const { line, lineNumber, scope } = at;
  const { statement } = line.tree;
  if (statement?.kind !== "instruction" || scope.frame.expansion !== undefined) return {};
  const { operands, mnemonic } = statement;
  const position = operands.indexOf(at.node);
  const start = line.startOf(mnemonic);
  const number = nodeText(line, at.node);
  const edit = (from: number, to: number, text: string): TextEdit => ({
    source: scope.frame.file.name,
    span: { line: lineNumber, start: from, end: to },
    text,
  });
  const others = operands.filter((one) => one !== at.node && one.kind !== "literal");
  if (/^mov(?:_\d+)?$/i.test(line.text.slice(start, line.endOf(mnemonic)))) {
    if (position !== 0 || others.length !== 1 || operands.length !== 2) return {};
    const text = `SET ${nodeText(line, others[0])}, u32, ${number}`;
    return {
      fixes: [
        { title: `Change to \`${text}\``, edits: [edit(start, columnsOf(line, operands[1]).end, text)] },
      ],
    };
  }
  if (position < 0 || operand.access === "write") return {};
  const tag = tagOf(operand, others, scope.frame.file, at);
  const cell = `[${freeCell(scope.frame.file) + position}]`;
  const set = `SET ${cell}, ${tag}, ${number}`;
  const { start: from, end } = columnsOf(line, at.node);
  const indentation = line.text.slice(0, start).replace(/\S/g, " ");
  return {
    fixes: [
      {
        title: `Put \`${set}\` in front`,
        edits: [edit(start, start, `${set}\n${indentation}`), edit(from, end, cell)],
      },
    ],
  };
}

/** The tag that the instruction takes for the operand, or else the tag of the last write above to the other operand. */
function tagOf(
  { requires }: MemoryOperand,
  others: readonly OperandNode[],
  { lines }: SourceFile,
  { line, lineNumber }: Scoped<OperandNode>,
): string {
  if (typeof requires === "string" && parseTag(requires)) return requires;
  if (others.length === 0) return "u32";
  const other = nodeText(line, others[0]);
  for (let number = lineNumber - 1; number >= 0; number--) {
    const { statement } = lines[number].tree;
    if (statement?.kind !== "instruction") continue;
    const texts = statement.operands.map((one) => nodeText(lines[number], one));
    const tag = texts.find((text) => parseTag(text));
    const at = texts.indexOf(other);
    if (tag !== undefined && at >= 0 && at === (texts.indexOf(tag) === 1 ? 0 : 1)) return tag;
  }
  return "u32";
}

/** An address with free cells after it that no operand names, below the first frame and the library's cells. */
function freeCell({ lines }: SourceFile): number {
  let last = 0;
  let frames = Infinity;
  for (const { text } of lines) {
    const base = /\bSET\s+\[0\]\s*,\s*u32\s*,\s*#(\d{1,6})\b/i.exec(text);
    if (base) frames = Number(base[1]);
    for (const [, address] of text.matchAll(/\[(\d{1,6})\]/g)) last = Math.max(last, Number(address));
  }
  const wanted = last + DISTANCE;
  const below = wanted >= frames && frames - BELOW_FRAMES > last ? frames - BELOW_FRAMES : wanted;
  return below > MAX_ADDRESS && last < MAX_ADDRESS - BELOW_FRAMES ? last + 1 : below;
}
