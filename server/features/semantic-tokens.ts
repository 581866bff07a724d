/** `textDocument/semanticTokens/full`, `/range` and `/full/delta`: type and modifiers of every word. */

import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-types";
import { changeBetween } from "../../grammar/line-diff.ts";
import { tokenColumns, tokenText, type Columns, type Line } from "../../grammar/line.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";
import type { Paused } from "../../program/cooperative.ts";
import { grow } from "../../program/program.ts";
import {
  instructionNamed,
  instructionOn,
  meaningOf,
  type NamedInstruction,
} from "../language/name-resolution.ts";
import { encodeColumn, type PositionEncoding } from "../documents/positions.ts";
import { operandsOf, partsOf, type Defines, type Part } from "../language/classified-tokens.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf, type Naming, type Structure } from "../language/scopes.ts";

/** Only standard types, because every theme has colours for them. */
const TYPES = [
  "keyword",
  "function",
  "macro",
  "variable",
  "parameter",
  "enumMember",
  "type",
  "number",
  "string",
  "comment",
] as const;
/** The last two aren't standard; package.json assigns colours to keywords with them. */
const MODIFIERS = [
  "declaration",
  "readonly",
  "modification",
  "defaultLibrary",
  "controlFlow",
  "directive",
] as const;
type TokenType = (typeof TYPES)[number];
type Modifier = (typeof MODIFIERS)[number];

export const LEGEND = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] };

/** The type and modifiers of a word. */
interface Style {
  readonly type: TokenType;
  readonly modifiers: readonly Modifier[];
}

/** Lines between two pauses. */
const LINES_PER_PAUSE = 100;

/** The tokens of the whole document, or of the lines that a range touches. */
export function* semanticTokens(snapshot: Snapshot, range?: Range): Paused<SemanticTokens> {
  const { lines } = snapshot.document.file;
  const first = Math.max(0, range?.start.line ?? 0);
  const end = Math.min(lines.length, (range?.end.line ?? Infinity) + 1);
  return { data: yield* numbersOf(yield* encodeLines(snapshot, first, end), 0, end - first, -first) };
}

/** The tokens of some lines, packed into a third of the memory of the protocol's numbers. */
interface Tokens {
  /** Number of tokens before each line; the last entry is the number of all tokens. */
  readonly before: Uint32Array;
  /** Two words for each token: its distance from the previous one on its line; its length, type and modifiers. */
  readonly packed: Uint32Array;
}

/** The tokens of an older version of a document, from which those of the next version are computed. */
export interface DocumentTokens extends Tokens {
  readonly lines: readonly Line[];
  readonly surroundings: Surroundings;
  readonly structure: Structure;
}

/** Entries of `packed` for one token. */
const WORDS = 2;
/** Bits for a token's length, enough for the longest line in every encoding. */
const LENGTH_BITS = 22;
const TYPE_BITS = 4;
/** Numbers of the protocol for one token. */
const NUMBERS = 5;

/** The tokens of a document as numbers of the protocol. */
export function allNumbersOf(tokens: DocumentTokens): Paused<number[]> {
  return numbersOf(tokens, 0, tokens.lines.length, 0);
}

/** The numbers of the tokens on some lines; the first token's line is counted from `lastLine`. */
function* numbersOf(
  { before, packed }: Tokens,
  start: number,
  end: number,
  lastLine: number,
): Paused<number[]> {
  const numbers: number[] = [];
  for (let line = start; line < end; line++) {
    if (line % LINES_PER_PAUSE === 0) yield;
    for (let at = WORDS * before[line]; at < WORDS * before[line + 1]; at += WORDS) {
      const word = packed[at + 1];
      const type = (word >>> LENGTH_BITS) & ((1 << TYPE_BITS) - 1);
      const modifiers = word >>> (LENGTH_BITS + TYPE_BITS);
      numbers.push(line - lastLine, packed[at], word & ((1 << LENGTH_BITS) - 1), type, modifiers);
      lastLine = line;
    }
  }
  return numbers;
}

interface TokensAndEdits {
  readonly tokens: DocumentTokens;
  readonly edits: SemanticTokensDelta["edits"];
}

/**
 * The tokens of a whole document, and the edits from the tokens of an older version. The old tokens must not be used
 * afterwards, because the new ones may share their arrays.
 */
export function* documentTokens(snapshot: Snapshot, old?: DocumentTokens): Paused<TokensAndEdits> {
  const { lines } = snapshot.document.file;
  const surroundings = surroundingsOf(snapshot);
  const structure = structureOf(snapshot.document.file);
  if (old?.surroundings === surroundings && old.structure === structure)
    return yield* editTokens(snapshot, old);
  const tokens = yield* encodeLines(snapshot, 0, lines.length, reusable(old, lines, surroundings));
  return {
    tokens: { ...tokens, lines, surroundings, structure },
    edits: old ? yield* editsBetween(old, tokens) : [],
  };
}

/** The tokens after an edit that only changed some lines. */
function* editTokens(snapshot: Snapshot, old: DocumentTokens): Paused<TokensAndEdits> {
  const { lines } = snapshot.document.file;
  const { start, oldEnd, newEnd } = changeBetween(old.lines, lines);
  if (start === oldEnd && start === newEnd) return { tokens: { ...old, lines }, edits: [] };
  const behind = linesToToken(old, oldEnd);
  const last = lastLineBefore(old, start);
  const was = yield* numbersOf(old, start, oldEnd + behind, last);
  const part = yield* encodeLines(snapshot, start, newEnd);
  const tokens = { ...old, ...withLines(old, start, oldEnd, part), lines };
  const is = yield* numbersOf(tokens, start, newEnd + behind, last);
  return { tokens, edits: shiftedEdits(old.before[start], was, is) };
}

/** Replaces the tokens of some lines, in the old arrays if they have the right length. */
function withLines(old: Tokens, start: number, oldEnd: number, part: Tokens): Tokens {
  const first = old.before[start];
  const last = old.before[oldEnd];
  const newEnd = start + part.before.length - 1;
  // Most edits change one word: the number of tokens stays the same, and no token moves.
  if (newEnd === oldEnd && part.before.every((count, k) => count === old.before[start + k] - first)) {
    old.packed.set(part.packed, WORDS * first);
    return old;
  }
  const before = new Uint32Array(old.before.length + newEnd - oldEnd);
  before.set(old.before.subarray(0, start));
  for (let k = 0; k < part.before.length; k++) before[start + k] = first + part.before[k];
  const moved = before[newEnd] - last;
  for (let line = oldEnd + 1; line < old.before.length; line++)
    before[line + newEnd - oldEnd] = old.before[line] + moved;
  const packed = new Uint32Array(old.packed.length + WORDS * moved);
  packed.set(old.packed.subarray(0, WORDS * first));
  packed.set(part.packed, WORDS * first);
  packed.set(old.packed.subarray(WORDS * last), WORDS * first + part.packed.length);
  return { before, packed };
}

/** The edits from one list of tokens to another: they replace the lines from the first to the last difference. */
function* editsBetween(old: Tokens, next: Tokens): Paused<SemanticTokensDelta["edits"]> {
  let oldEnd = old.before.length - 1;
  let newEnd = next.before.length - 1;
  let start = 0;
  while (start < oldEnd && start < newEnd && hasSameTokens(old, start, next, start)) start++;
  while (oldEnd > start && newEnd > start && hasSameTokens(old, oldEnd - 1, next, newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  if (start === oldEnd && start === newEnd) return [];
  const behind = linesToToken(old, oldEnd);
  const last = lastLineBefore(old, start);
  const was = yield* numbersOf(old, start, oldEnd + behind, last);
  return shiftedEdits(old.before[start], was, yield* numbersOf(next, start, newEnd + behind, last));
}

function hasSameTokens(a: Tokens, line: number, b: Tokens, other: number): boolean {
  const from = WORDS * a.before[line];
  const length = WORDS * a.before[line + 1] - from;
  const start = WORDS * b.before[other];
  if (length !== WORDS * b.before[other + 1] - start) return false;
  for (let k = 0; k < length; k++) if (a.packed[from + k] !== b.packed[start + k]) return false;
  return true;
}

/** The edits from one list of numbers to another, shifted by the number of tokens before them. */
function shiftedEdits(
  tokens: number,
  before: readonly number[],
  after: readonly number[],
): SemanticTokensDelta["edits"] {
  return semanticTokensDelta(before, after).map((edit) => ({
    ...edit,
    start: edit.start + NUMBERS * tokens,
  }));
}

/**
 * Number of lines up to the next token, including its own: that token's distance is relative to a token that the edit
 * may have removed.
 */
function linesToToken({ before }: Tokens, line: number): number {
  let end = line;
  while (end < before.length - 1 && before[end + 1] === before[end]) end++;
  return Math.min(before.length - 1, end + 1) - line;
}

/** The line of the last token before a line; 0 if there is none. */
function lastLineBefore({ before }: Tokens, line: number): number {
  for (let above = line - 1; above >= 0; above--) if (before[above + 1] > before[above]) return above;
  return 0;
}

/**
 * The old tokens, and a function from a line to the old line with the same tokens; it returns a negative number if
 * there is none.
 */
type Reusable = { readonly tokens: DocumentTokens; readonly lineOf: (line: number) => number };

/** Lines that no edit changed and that contain no names keep their tokens, whatever changes elsewhere. */
function reusable(
  tokens: DocumentTokens | undefined,
  lines: readonly Line[],
  { set, encoding, namings }: Surroundings,
): Reusable | undefined {
  if (tokens?.surroundings.set !== set || tokens.surroundings.encoding !== encoding) return undefined;
  // A macro can't have an instruction's name. While such a macro is written, lines with the instruction are shown as
  // calls.
  const hidesInstructions = ({ macros }: Naming): boolean =>
    macros.some((name) => instructionNamed(set, name));
  if ([...tokens.surroundings.namings, ...namings].some(hidesInstructions)) return undefined;
  const { start, oldEnd, newEnd } = changeBetween(tokens.lines, lines);
  return {
    tokens,
    lineOf: (line) => {
      if ((line >= start && line < newEnd) || namesSomething(set, lines[line])) return -1;
      return line < start ? line : line - newEnd + oldEnd;
    },
  };
}

/** True if a definition elsewhere can change the meaning of a word on the line. */
function namesSomething(set: InstructionSet, line: Line): boolean {
  return partsOf(line.tree).some(
    ({ kind, token }) =>
      (kind === "mnemonic" && !instructionOn(set, line)) ||
      (kind === "name" && !parseTag(tokenText(line, token))),
  );
}

/** The tokens of lines. */
function* encodeLines(snapshot: Snapshot, first: number, end: number, reused?: Reusable): Paused<Tokens> {
  const before = new Uint32Array(Math.max(0, end - first) + 1);
  let packed = new Uint32Array(Math.max(64, reused?.tokens.packed.length ?? 0));
  let count = 0;
  const add = (distance: number, word: number): void => {
    if (WORDS * (count + 1) > packed.length) packed = grow(packed, Math.ceil(1.5 * packed.length));
    packed[WORDS * count] = distance;
    packed[WORDS * count++ + 1] = word;
  };
  for (let line = first; line < end; line++) {
    if (line % LINES_PER_PAUSE === 0) yield;
    const same = reused ? reused.lineOf(line) : -1;
    if (same >= 0) {
      const { before: counts, packed: old } = reused!.tokens;
      for (let at = WORDS * counts[same]; at < WORDS * counts[same + 1]; at += WORDS)
        add(old[at], old[at + 1]);
    } else {
      const { text } = snapshot.document.file.lines[line];
      const { encoding } = snapshot.document;
      let lastStart = 0;
      for (const { start, end, type, modifiers } of tokensOf(snapshot, line)) {
        const from = encodeColumn(text, start, encoding);
        const size = encodeColumn(text, end, encoding) - from;
        const bits = modifiers.reduce((sum, modifier) => sum | (1 << MODIFIERS.indexOf(modifier)), 0);
        add(from - lastStart, size | (((bits << TYPE_BITS) | TYPES.indexOf(type)) << LENGTH_BITS));
        lastStart = from;
      }
    }
    before[line - first + 1] = count;
  }
  return { before, packed: packed.slice(0, WORDS * count) };
}

/** All that the tokens of a line depend on besides the line itself, its scope and its global label. */
interface Surroundings {
  readonly set: InstructionSet;
  readonly encoding: PositionEncoding;
  readonly namings: readonly Naming[];
}

/** The last surroundings, reused for equal ones so that they can be compared by identity. */
let lastSurroundings: Surroundings | undefined;

function surroundingsOf({ set, document, files }: Snapshot): Surroundings {
  const { encoding } = document;
  const namings = [document, ...files].map(({ file }) => structureOf(file).naming);
  const isSame =
    lastSurroundings?.set === set &&
    lastSurroundings.encoding === encoding &&
    lastSurroundings.namings.length === namings.length &&
    lastSurroundings.namings.every((naming, index) => naming === namings[index]);
  if (!isSame) lastSurroundings = { set, encoding, namings };
  return lastSurroundings!;
}

/** The edits from the previous answer to the current one: at most one replacement. */
export function semanticTokensDelta(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
): SemanticTokensDelta["edits"] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same])
    same++;
  const deleteCount = before.length - start - same;
  const data = Array.from({ length: after.length - same - start }, (_, index) => after[start + index]);
  return deleteCount === 0 && data.length === 0 ? [] : [{ start, deleteCount, data }];
}

type Token = Columns & Style;

/** The tokens of a line in the order of the text, without overlaps. */
function tokensOf(snapshot: Snapshot, lineNumber: number): Token[] {
  const line = snapshot.document.file.lines[lineNumber];
  const instruction = instructionOn(snapshot.set, line);
  const tokens: Token[] = line.comments
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({ start, end, type: "comment", modifiers: [] }));
  for (const part of partsOf(line.tree)) {
    const style = styleOf(snapshot, lineNumber, part);
    if (!style) continue;
    const modifiers =
      isWritten(snapshot, lineNumber, part, instruction) && !style.modifiers.includes("declaration")
        ? [...style.modifiers, "modification" as const]
        : style.modifiers;
    const { start, end } = tokenColumns(line, part.token);
    const last = part.kind === "path" ? tokenColumns(line, part.last).end : end;
    tokens.push({ start, end: last, type: style.type, modifiers });
  }
  return tokens.sort((a, b) => a.start - b.start);
}

/** True if the instruction writes to the word's cell; false if the cell only holds the address. */
function isWritten(
  { document }: Snapshot,
  lineNumber: number,
  { operand }: Part,
  instruction: NamedInstruction | undefined,
): boolean {
  if (operand < 0 || !instruction) return false;
  const wanted = instruction.definition.operands.at(operand);
  if (wanted?.kind !== "memory" || wanted.access !== "write") return false;
  const node = operandsOf(document.file.lines[lineNumber].tree.statement)[operand];
  return node.kind === "bare" || (node.kind === "memory" && !node.indirect);
}

const PLAIN: Partial<Record<Part["kind"], Style>> = {
  directive: { type: "keyword", modifiers: ["directive"] },
  number: { type: "number", modifiers: [] },
  character: { type: "string", modifiers: [] },
  string: { type: "string", modifiers: [] },
  path: { type: "string", modifiers: [] },
  base: { type: "variable", modifiers: ["defaultLibrary"] },
  here: { type: "variable", modifiers: ["defaultLibrary"] },
  target: { type: "enumMember", modifiers: [] },
};

const SYMBOLS: Readonly<Record<Defines, Style>> = {
  label: { type: "function", modifiers: [] },
  constant: { type: "variable", modifiers: ["readonly"] },
  cell: { type: "variable", modifiers: [] },
  macro: { type: "macro", modifiers: [] },
  parameter: { type: "parameter", modifiers: [] },
  counter: { type: "parameter", modifiers: ["readonly"] },
};

function styleOf(snapshot: Snapshot, lineNumber: number, part: Part): Style | undefined {
  if (part.kind === "definition") {
    const { type, modifiers } = SYMBOLS[part.defines];
    return { type, modifiers: ["declaration", ...modifiers] };
  }
  const plain = PLAIN[part.kind];
  if (plain) return plain;
  const meaning = meaningOf(snapshot, snapshot.document, lineNumber, part);
  switch (meaning?.kind) {
    case "instruction":
      return {
        type: "keyword",
        modifiers: meaning.definition.flow === "next" ? [] : ["controlFlow"],
      };
    case "symbol":
      return SYMBOLS[meaning.found.definition.kind];
    case "tag":
      return { type: "type", modifiers: ["defaultLibrary"] };
    case "member":
      return { type: "enumMember", modifiers: [] };
    case "builtin":
      return { type: "function", modifiers: ["defaultLibrary"] };
    case "directive":
    case "target":
    case undefined:
      return undefined;
  }
}
