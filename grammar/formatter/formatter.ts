/**
 * The formatter. `style.ts` describes the layout.
 *
 * It never changes the bytes that a file assembles to. It leaves unchanged: lines with a syntax error, lines that a
 * comment of several lines extends into, and lines between `; fmt: off` and `; fmt: on`. The layout of a line depends
 * only on the line, its blocks, its neighbours, and the names that it is aligned with.
 */

import type { DirectiveKind } from "../ast.ts";
import {
  BLOCK_INDENT,
  COMMENT_COLUMN,
  COMMENT_GAP,
  MAX_ALIGNED_CELL,
  MAX_ALIGNED_NAME,
  MAX_BLANK_LINES,
  MAX_INDENTED_BLOCKS,
  STATEMENT_COLUMN,
} from "./style.ts";
import { tokenText, type Comment, type Line } from "../line.ts";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { BYTE_ORDER_MARK, parseSource } from "../source-file.ts";
import {
  StatementWriter,
  textsBetween,
  type FormatOptions,
  type WrittenStatement,
} from "./statement-writer.ts";

/** A replacement of lines. */
export interface LineEdit {
  /** The first replaced line, from 0. */
  readonly start: number;
  /** One past the last replaced line. */
  readonly end: number;
  readonly lines: readonly string[];
}

/** The canonical text of a file. All of its line breaks become LF, or CRLF if most of them were. */
export function formatText(text: string, options: FormatOptions = {}): string {
  return formatParsed(text, parseSource("", text).lines, options);
}

/** Like {@link formatText}, for a file whose lines are parsed already. */
export function formatParsed(text: string, lines: readonly Line[], options: FormatOptions = {}): string {
  const formatted = formatLines(lines, options).filter((line) => line !== undefined);
  const crlf = text.includes("\r") ? text.split("\r\n").length - 1 : 0;
  const joined = formatted.join("\n");
  return 2 * crlf > lines.length - 1 ? joined.replaceAll("\n", "\r\n") : joined;
}

/**
 * The edits that format the lines from `start` to before `end`, in order. Lines outside of the range only count as
 * context.
 */
export function* formattingRange(
  lines: readonly Line[],
  start: number,
  end: number,
  options: FormatOptions = {},
): Paused<LineEdit[]> {
  const formatted = yield* formattingLines(lines, options);
  const edits: LineEdit[] = [];
  const last = Math.min(end, lines.length);
  for (let at = Math.max(0, start); at < last; at++) {
    if (formatted[at] === lines[at].text) continue;
    const from = at;
    while (at < last && formatted[at] !== lines[at].text) at++;
    const replaced = formatted.slice(from, at).flatMap((text) => text?.split("\n") ?? []);
    edits.push({ start: from, end: at, lines: replaced });
  }
  return edits;
}

/**
 * The formatted text of each line, which may be several lines with line feeds between them; undefined if the line is
 * removed. Joined with line feeds, these are the canonical text.
 */
export function formatLines(lines: readonly Line[], options: FormatOptions = {}): (string | undefined)[] {
  return toItsEnd(formattingLines(lines, options));
}

/** Like {@link formatLines}, as a generator that yields so that the caller can pause. */
function* formattingLines(lines: readonly Line[], options: FormatOptions): Paused<(string | undefined)[]> {
  const writer = new StatementWriter(lines, options);
  yield;
  const entries = yield* readEntries(lines, writer);
  placeComments(lines, entries);
  yield;
  alignDefinitions(entries);
  yield;
  return withMark(lines, yield* finish(lines, entries));
}

/** Lines between two pauses. */
const LINES_PER_PAUSE = 200;

/** Keeps the byte order mark of a text. */
function withMark(lines: readonly Line[], formatted: (string | undefined)[]): (string | undefined)[] {
  if (!lines[0].text.startsWith(BYTE_ORDER_MARK)) return formatted;
  const first = formatted.findIndex((text) => text !== undefined);
  if (!formatted[first]!.startsWith(BYTE_ORDER_MARK)) formatted[first] = BYTE_ORDER_MARK + formatted[first];
  return formatted;
}

// --- what each line is ---

type EntryKind =
  | "code"
  | "blank"
  /** A line with only comments, which all end on it. */
  | "comment"
  /** A line that stays unchanged. */
  | "verbatim";

interface Entry {
  readonly kind: EntryKind;
  /** Labels with their indentation, each on a line of its own. */
  readonly labels: readonly string[];
  /** The code after the labels, without a trailing comment. */
  code: string;
  /** Comments, on a line of their own or after the code. */
  readonly comment: string;
  /** The original column of a comment after code. */
  readonly commentWas: number;
  /** Indentation: the column of code; for a comment, the column of the statements around it until it is placed. */
  column: number;
  /** The column of labels at this place. */
  readonly labelColumn: number;
  /** Definitions of one kind are aligned with their neighbours. */
  readonly definition: "constant" | "cell" | undefined;
  /** For a definition: the positions of `=` and `:` in the code, or -1. */
  readonly equals: number;
  readonly colon: number;
  /** True for `.else`, `.endif` and the like: a comment above such a line belongs to the block above it. */
  readonly closes: boolean;
}

type Place = "statement" | "margin" | "open" | "divide" | "close" | "unknown";

/** The place of each directive, and its effect on blocks. */
const PLACES: Readonly<Record<DirectiveKind, Place>> = {
  constant: "margin",
  cell: "margin",
  target: "margin",
  include: "margin",
  assert: "margin",
  error: "margin",
  contract: "margin",
  function: "margin",
  struct: "margin",
  byte: "statement",
  assume: "statement",
  expect: "statement",
  macro: "open",
  rept: "open",
  if: "open",
  elif: "divide",
  else: "divide",
  endm: "close",
  endr: "close",
  endif: "close",
  test: "open",
  step: "margin",
  endtest: "close",
  invalid: "unknown",
};

const OPENED_BY: Partial<Record<DirectiveKind, DirectiveKind>> = {
  endm: "macro",
  endr: "rept",
  endif: "if",
  endtest: "test",
};

function* readEntries(lines: readonly Line[], writer: StatementWriter): Paused<Entry[]> {
  const open: DirectiveKind[] = [];
  const entries: Entry[] = [];
  let isOff = false;
  for (let number = 0; number < lines.length; number++) {
    if (number % LINES_PER_PAUSE === 0) yield;
    const line = lines[number];
    const { statement } = line.tree;
    const kind = statement?.kind === "directive" ? statement.body.kind : undefined;
    const place = kind === undefined ? "statement" : PLACES[kind];
    if (place === "close") closeBlock(open, OPENED_BY[kind!]!);
    const depth = open.length - (place === "divide" && open.length > 0 ? 1 : 0);
    if (place === "open") open.push(kind!);

    const control = formatControl(line);
    const isVerbatim = isOff || control !== undefined || mustStay(line, place);
    isOff = control === undefined ? isOff : control === "off";
    if (!isVerbatim && line.tokenCount > 0) entries.push(readCode(line, place, depth, writer));
    else entries.push(readOther(line, isVerbatim, open.length));
  }
  return entries;
}

/** A line without code, or whose code stays unchanged. */
function readOther(line: Line, isVerbatim: boolean, depth: number): Entry {
  const hasComment = !isVerbatim && line.comments.length > 0;
  return {
    kind: isVerbatim ? "verbatim" : hasComment ? "comment" : "blank",
    labels: NONE,
    code: "",
    comment: hasComment ? cleanComment(line.text.trim()) : "",
    commentWas: -1,
    column: STATEMENT_COLUMN + shiftAt(depth),
    labelColumn: labelColumnAt(depth),
    definition: undefined,
    equals: -1,
    colon: -1,
    closes: false,
  };
}

const NONE: readonly never[] = [];

/** Closes the innermost block with this opener, and all blocks inside of it. */
function closeBlock(open: DirectiveKind[], opener: DirectiveKind): void {
  const index = open.lastIndexOf(opener);
  if (index >= 0) open.length = index;
}

/** Additional indentation of statements at a nesting depth. */
function shiftAt(depth: number): number {
  return BLOCK_INDENT * Math.max(0, Math.min(depth, MAX_INDENTED_BLOCKS) - 1);
}

/** The column of directives that aren't statements. */
function directiveColumnAt(depth: number): number {
  return depth === 0 ? 0 : STATEMENT_COLUMN + shiftAt(depth);
}

/** The column of labels: that of the directive which opened the block. */
function labelColumnAt(depth: number): number {
  return depth === 0 ? 0 : directiveColumnAt(depth - 1);
}

const CONTROL = /^\s*(?:[;/]+|\/\*)\s*fmt:\s*(on|off)\s*(?:\*\/\s*)?$/;

/** The formatter directive in a comment. */
function formatControl(line: Line): "on" | "off" | undefined {
  if (line.tokenCount > 0 || line.comments.length !== 1 || isInsideComment(line)) return undefined;
  return CONTROL.exec(line.text)?.[1] as "on" | "off" | undefined;
}

function isInsideComment(line: Line): boolean {
  return line.startsInComment || line.endsInComment;
}

/** True if formatting the line could change its meaning, as in a line with a syntax error. */
function mustStay(line: Line, place: Place): boolean {
  if (line.problems.length > 0 || isInsideComment(line)) return true;
  if (place === "unknown") return true;
  const { labels, statement } = line.tree;
  // Before these directives a label has no effect, but on a line of its own it would have one.
  if (labels.length > 0 && (place === "divide" || place === "close")) return true;
  if (statement?.kind !== "directive") return false;
  const { body } = statement;
  // Before `.target`, a label on a line of its own would be the first statement.
  if (labels.length > 0 && body.kind === "target") return true;
  // A path may contain the mark of a comment.
  return body.kind === "include" && line.comments.some(({ start }) => start < line.endOf(body.last));
}

function readCode(line: Line, place: Place, depth: number, writer: StatementWriter): Entry {
  const { statement, labels } = line.tree;
  const { comments } = line;
  let inner: readonly Comment[] = NONE;
  let comment = "";
  let commentWas = -1;
  if (comments.length > 0) {
    const behind = line.endOf(line.tokenCount - 1);
    if (comments[0].start < behind) inner = comments.filter(({ start }) => start < behind);
    if (inner.length < comments.length) {
      comment = cleanComment(line.text.slice(behind).trim());
      commentWas = widthOf(line.text, comments[inner.length].start);
    }
  }
  const shift = shiftAt(depth);
  const labelColumn = labelColumnAt(depth);
  const isStatement = place === "statement" && statement !== undefined;
  const written = statement ? writer.write(line, inner, isStatement) : NOTHING;
  const body = statement?.kind === "directive" ? statement.body : undefined;
  return {
    kind: "code",
    labels: labels.length > 0 ? labelLines(line, inner, labelColumn) : NONE,
    code: written.code,
    comment,
    commentWas,
    column: isStatement ? STATEMENT_COLUMN + shift : directiveColumnAt(depth),
    labelColumn,
    definition: body?.kind === "constant" || body?.kind === "cell" ? body.kind : undefined,
    equals: written.equals,
    colon: written.colon,
    closes: place === "divide" || place === "close",
  };
}

const NOTHING: WrittenStatement = { code: "", equals: -1, colon: -1 };

function labelLines(line: Line, comments: readonly Comment[], column: number): string[] {
  const { labels } = line.tree;
  return labels.map(({ first, last }, index) => {
    const from = index > 0 ? line.endOf(labels[index - 1].last) : 0;
    const parts = [...textsBetween(line, comments, from, line.startOf(first)), tokenText(line, first)];
    // A comment may even stand between a label and its colon.
    parts.push(...textsBetween(line, comments, line.endOf(first), line.startOf(last)));
    return `${indentation(column)}${parts.join(" ")}:`;
  });
}

/** Inserts a space between a comment's mark and its text. Rulers and similar lines stay unchanged. */
function cleanComment(text: string): string {
  return text.replace(/^(;+|\/\/+)(?=[\p{L}\p{N}`"'([<$])/u, "$1 ");
}

// --- between lines ---

/** Finds the column of every comment on a line of its own. */
function placeComments(lines: readonly Line[], entries: readonly Entry[]): void {
  // Downwards: comments that continue a comment after a statement.
  const continues = new Set<Entry>();
  let above = -1;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    if (entry.kind === "code") {
      above = entry.commentWas;
    } else if (entry.kind === "comment" && above >= 0) {
      const column = visualColumn(lines[index].text);
      // A comment on the code below isn't indented further than that code.
      if (column > entry.column && Math.abs(column - above) <= MAX_CONTINUATION_SHIFT) continues.add(entry);
      else above = -1;
    } else above = -1;
  }
  // Upwards: a comment belongs to the line below it, unless that line divides or ends a block.
  let below: number | "end" | undefined;
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    const line = lines[index];
    if (entry.kind === "comment" && !continues.has(entry)) {
      const isIndented = visualColumn(line.text) > entry.labelColumn;
      if (typeof below === "number") entry.column = below;
      else if (below === undefined && !isIndented) entry.column = entry.labelColumn;
    } else if (entry.kind === "code") {
      below = entry.closes ? "end" : entry.labels.length > 0 ? entry.labelColumn : entry.column;
    } else if (entry.kind !== "verbatim" || line.tokenCount > 0) below = undefined;
  }
  let behind = 0;
  if (continues.size === 0) return;
  for (const entry of entries) {
    if (entry.kind === "code") behind = commentColumn(entry);
    if (continues.has(entry)) entry.column = behind;
  }
}

/** Maximum difference in columns between a comment and its continuation. */
const MAX_CONTINUATION_SHIFT = 4;
const TAB_STOP = 8;

/** Width of a line's indentation on the screen. */
function visualColumn(written: string): number {
  const text = written.startsWith(BYTE_ORDER_MARK) ? written.slice(1) : written;
  return widthOf(text, text.length - text.trimStart().length);
}

/** Width of the first characters of a text on the screen. */
function widthOf(text: string, length: number): number {
  if (!text.includes("\t")) return length;
  let column = 0;
  for (let index = 0; index < length; index++) {
    column += text[index] === "\t" ? TAB_STOP - (column % TAB_STOP) : 1;
  }
  return column;
}

/** Aligns the `=` and `:` of neighbouring definitions. */
function alignDefinitions(entries: readonly Entry[]): void {
  for (let start = 0; start < entries.length; start++) {
    const { definition, column } = entries[start];
    if (!definition) continue;
    const run: Entry[] = [];
    let next = start;
    for (; next < entries.length; next++) {
      const entry = entries[next];
      // Comments may stand between neighbours, but no blank line.
      if (entry.kind === "comment") continue;
      if (entry.definition !== definition || entry.column !== column) break;
      if (entry.labels.length > 0 && next > start) break;
      run.push(entry);
    }
    start = next - 1;
    alignRun(run);
  }
}

function alignRun(run: readonly Entry[]): void {
  const names = run.map(({ code, equals }) => code.slice(0, equals).trimEnd());
  const cells = run.map(({ code, equals, colon }) =>
    code.slice(equals, colon < 0 ? undefined : colon).trimEnd(),
  );
  const directive = names[0].indexOf(" ") + 1;
  const nameWidth = widest(names, directive + MAX_ALIGNED_NAME);
  const cellWidth = widest(
    cells.filter((_, index) => run[index].colon >= 0),
    MAX_ALIGNED_CELL,
  );
  for (const [index, entry] of run.entries()) {
    const rest = entry.colon < 0 ? "" : ` ${entry.code.slice(entry.colon)}`;
    const cell = rest === "" ? cells[index] : cells[index].padEnd(cellWidth) + rest;
    entry.code = `${names[index].padEnd(nameWidth)} ${cell}`;
  }
}

/** The length of the longest text within the limit. */
function widest(texts: readonly string[], limit: number): number {
  let width = 0;
  for (const { length } of texts) if (length <= limit && length > width) width = length;
  return width;
}

// --- the text ---

function* finish(lines: readonly Line[], entries: readonly Entry[]): Paused<(string | undefined)[]> {
  let blank = MAX_BLANK_LINES;
  let end = lines.length - 1;
  while (end > 0 && entries[end].kind === "blank") end--;
  const last = lines.length - 1;
  const finished = (entry: Entry, index: number): string | undefined => {
    let text: string;
    if (entry.kind === "blank") {
      // The last line is only the end of the text.
      if (index === last) return "";
      if (index > end || ++blank > MAX_BLANK_LINES) return undefined;
      return "";
    }
    blank = 0;
    if (entry.kind === "verbatim") text = lines[index].text;
    else if (entry.kind === "comment") text = indentation(entry.column) + entry.comment;
    else text = render(entry);
    return index === last && text !== "" ? `${text}\n` : text;
  };
  const texts: (string | undefined)[] = [];
  for (let index = 0; index < entries.length; index++) {
    if (index % LINES_PER_PAUSE === 0) yield;
    texts.push(finished(entries[index], index));
  }
  return texts;
}

function render(entry: Entry): string {
  const { labels, code, column, comment } = entry;
  let line = code === "" ? labels.at(-1)! : indentation(column) + code;
  if (comment !== "") line = line.padEnd(commentColumn(entry)) + comment;
  if (labels.length === 0) return line;
  const above = code === "" ? labels.slice(0, -1) : labels;
  return [...above, line].join("\n");
}

function indentation(column: number): string {
  return " ".repeat(column);
}

/** The column of the comment after an entry's last line. */
function commentColumn({ labels, code, column }: Entry): number {
  const length = code === "" ? labels.at(-1)!.length : column + code.length;
  return Math.max(COMMENT_COLUMN, length + COMMENT_GAP);
}
