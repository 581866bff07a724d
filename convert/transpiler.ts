/**
 * Reads the notation of the procedures in Aztec's transpiler: `LABEL: ADD d3, $2, i4 ; comment`, `SET d7, 1 u32`. A statement is
 * a line; the tag stands last and without a comma. `d3` is the fourth cell of a scratch space, `i3` the cell that it points
 * at, `$2` the cell 2. `docs/convert.md` documents what is accepted.
 */

import type { Span } from "../diagnostics/diagnostic.ts";
import { splitLines } from "../grammar/source-file.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { parseTag } from "../isa/tags.ts";
import type { Operand } from "../isa/types.ts";
import { blankAt, isComment, type Piece, type Reader, type Remark } from "./conversion.ts";
import { newNames, type Names } from "./names.ts";
import { statementOf, unknownMnemonic, type Given } from "./operands.ts";

/** The first cell of the scratch space in the releases with this notation: after 3 cells and a stack of 32,768. */
export const SCRATCH_START = 32771;

/** Makes a reader for a scratch space that starts at a cell. */
export function transpilerReader(scratch = SCRATCH_START): Reader {
  return (text, set) => {
    const names = newNames(set);
    const base = names.of("constant", "SCRATCH");
    const lines = splitLines(text);
    if (lines.at(-1)?.trim() === "") lines.pop();
    const cells = new Map<number, string>();
    for (const number of scratchCells(lines)) cells.set(number, names.of("cell", `d${number}`));
    const pieces = lines.flatMap((line, index) => readLine(line, index, { set, names, cells }));
    if (cells.size === 0) return { pieces, isPartial: false };
    // Comments at the start of the file are about the procedure, so they stay above the definitions.
    const title = pieces.findIndex((piece) => !isComment(piece));
    const definitions = [
      { ...blankAt(0), comment: "The scratch space." },
      { ...blankAt(0), text: `.const ${base} = ${scratch}` },
      blankAt(0),
      ...[...cells].map(([number, cell]) => ({ ...blankAt(0), text: `.cell ${cell} = [${base}+${number}]` })),
      blankAt(0),
    ];
    const above = pieces.slice(0, title).map((piece) => ({ ...piece, span: { ...piece.span, start: 0 } }));
    if (above.length > 0) above.push(blankAt(0));
    return { pieces: [...above, ...definitions, ...pieces.slice(title)], isPartial: false };
  };
}

interface Context {
  readonly set: InstructionSet;
  readonly names: Names;
  readonly cells: ReadonlyMap<number, string>;
}

const SCRATCH_CELL = /^[di]([0-9]{1,5})$/;

/** The cells of the scratch space that are used, in order. */
function scratchCells(lines: readonly string[]): number[] {
  const found = new Set<number>();
  for (const line of lines) {
    const { code } = withoutComments(line);
    for (const word of code.split(/[\s,]+/)) {
      const match = SCRATCH_CELL.exec(word);
      if (match) found.add(Number(match[1]));
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Splits a line into code, with spaces in place of comments, and comments. */
function withoutComments(line: string): { code: string; comments: string[] } {
  const comments: string[] = [];
  let code = "";
  let at = 0;
  while (at < line.length) {
    const start = line.slice(at).search(/;|\/\*/);
    if (start < 0) break;
    const open = at + start;
    const close = line[open] === ";" ? line.length : line.indexOf("*/", open + 2);
    // A `/*` that is never closed isn't a comment.
    if (close < 0) break;
    const end = Math.min(line.length, close + 2);
    comments.push(line[open] === ";" ? line.slice(open).replace(/^;+/, "") : line.slice(open + 2, close));
    code += line.slice(at, open) + " ".repeat(end - open);
    at = end;
  }
  const texts = comments.map((text) => text.trim()).filter((text) => text !== "");
  return { code: (code + line.slice(at)).trimEnd(), comments: texts };
}

const LINE = /^(\s*)(?:(\w+)(\s*:\s*))?(?:(\S+)(?:(\s+)(\S.*)?)?)?$/s;

/** Converts a line to pieces: its label and its statement, or only its comment. */
function readLine(line: string, lineNumber: number, context: Context): Piece[] {
  const { code, comments } = withoutComments(line);
  const comment = comments.join("; ");
  const start = code.length - code.trimStart().length;
  const source = code.trim();
  const span = { line: lineNumber, start, end: code.length };
  if (source === "") {
    const indent = line.length - line.trimStart().length;
    return [{ text: "", comment, source: line.trim(), span: { ...span, start: indent, end: line.length } }];
  }
  const match = LINE.exec(code) as (string | undefined)[] | null;
  if (!match) return [{ text: "", comment, source, span, failure: noStatement(source, span) }];
  const [, indent, label, colon, mnemonic, gap = "", operands = ""] = match;
  const pieces: Piece[] = [];
  if (label !== undefined) {
    pieces.push({
      text: `${context.names.of("label", label)}:`,
      comment: mnemonic === undefined ? comment : "",
      source: `${label}:`,
      span: { ...span, end: start + label.length },
    });
  }
  if (mnemonic === undefined) return pieces;
  const column = [indent, label, colon].join("").length;
  const place = { ...span, start: column };
  const statement = readStatement(mnemonic, operands, place, column + mnemonic.length + gap.length, context);
  const base = { comment, source: code.slice(column), span: place };
  pieces.push(
    typeof statement === "string" ? { ...base, text: statement } : { ...base, text: "", failure: statement },
  );
  return pieces;
}

function noStatement(source: string, span: Span): Remark {
  return { code: "syntax-error", message: `\`${source}\` is no statement of the notation`, span };
}

function readStatement(
  mnemonic: string,
  text: string,
  span: Span,
  column: number,
  { set, names, cells }: Context,
): string | Remark {
  const definition = set.byMnemonic.get(mnemonic.toUpperCase());
  const name = { ...span, end: span.start + mnemonic.length };
  if (!/^\w+$/.test(mnemonic)) return noStatement(mnemonic, name);
  if (!definition) return unknownMnemonic(mnemonic, set, name);
  const given: Given[] = [];
  let at = column;
  const parts = text === "" ? [] : text.split(",");
  const tagged = /\s(u1|u8|u16|u32|u64|u128|ff)\s*$/.exec(parts.at(-1) ?? "");
  if (tagged) parts[parts.length - 1] = parts.at(-1)!.slice(0, tagged.index);
  for (const part of parts) {
    const start = at + part.length - part.trimStart().length;
    const written = part.trim();
    at += part.length + 1;
    if (written === "") continue;
    const place = { line: span.line, start, end: start + written.length };
    given.push({ text: written, span: place, as: (operand) => operandAs(written, operand, names, cells) });
  }
  if (tagged) {
    const tag = parseTag(tagged[1])!;
    given.push({ text: tag, span, as: ({ kind }) => (kind === "tag" ? tag : undefined) });
  }
  const { operands } = definition;
  const isTag = ({ kind }: Operand): boolean => kind === "tag";
  const order = [...operands.filter((operand) => !isTag(operand)), ...operands.filter(isTag)];
  return statementOf(definition, order, given, span);
}

function operandAs(
  written: string,
  operand: Operand,
  names: Names,
  cells: ReadonlyMap<number, string>,
): string | undefined {
  switch (operand.kind) {
    case "memory": {
      if (/^\$[0-9]+$/.test(written)) return `[${written.slice(1)}]`;
      const match = SCRATCH_CELL.exec(written);
      const cell = match ? cells.get(Number(match[1])) : undefined;
      return cell === undefined ? undefined : written.startsWith("i") ? `[${cell}]` : cell;
    }
    case "immediate":
      return /^[0-9]+$/.test(written) ? `#${written}` : undefined;
    case "target":
      // A number isn't converted: it would be an offset in the procedure, not in the whole program.
      return /^[A-Za-z_]\w*$/.test(written) ? names.of("label", written) : undefined;
    case "enum":
      return operand.members.some(({ name }) => name === written.toUpperCase()) ? written : undefined;
    case "tag":
      return undefined;
  }
}
