/** `textDocument/semanticTokens/full`, `/range` and `/full/delta`: every word by what it stands for. */

import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver-types";
import { changeBetween } from "../../grammar/change.ts";
import { tokenColumns, tokenText, type Columns, type Line } from "../../grammar/line.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import { parseTag } from "../../isa/tags.ts";
import { grow } from "../../program/program.ts";
import { instructionNamed, instructionOn, meaningOf, type NamedInstruction } from "../meaning.ts";
import { encodeColumn, type PositionEncoding } from "../positions.ts";
import { operandsOf, partsOf, type Defines, type Part } from "../parts.ts";
import type { Snapshot } from "../snapshot.ts";
import { structureOf, type Naming, type Structure } from "../symbols.ts";

/** Standard types alone, so that every theme has colours for them. */
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
/** The last two are our own, and tell keywords apart: package.json says what they look like. */
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

/** What a word is shown as. */
interface Style {
  readonly type: TokenType;
  readonly modifiers: readonly Modifier[];
}

/** The tokens of the whole document, or of the lines that a range touches. */
export function semanticTokens(snapshot: Snapshot, range?: Range): SemanticTokens {
  const { lines } = snapshot.document.file;
  const first = Math.max(0, range?.start.line ?? 0);
  const end = Math.min(lines.length, (range?.end.line ?? Infinity) + 1);
  return { data: Array.from(encodeLines(snapshot, first, end, 0).data) };
}

/** All tokens of a document as it was once, from which those of the next version are found. */
export interface DocumentTokens {
  readonly lines: readonly Line[];
  readonly world: World;
  readonly structure: Structure;
  /** By line: the number of tokens on the lines before it; last, of all. */
  readonly before: Uint32Array;
  readonly data: Uint32Array;
}

/** Numbers that a token takes. */
const EACH = 5;

/**
 * The tokens of a whole document, and what turns those of an older version into them. The older ones are used up: what
 * they are kept in may be part of the new ones.
 */
export function documentTokens(
  snapshot: Snapshot,
  old?: DocumentTokens,
): { readonly tokens: DocumentTokens; readonly edits: SemanticTokensDelta["edits"] } {
  const { lines } = snapshot.document.file;
  const world = worldOf(snapshot);
  const structure = structureOf(snapshot.document.file);
  if (old?.world === world && old.structure === structure) return editTokens(snapshot, old);
  const { data, counts } = encodeLines(snapshot, 0, lines.length, 0, reusable(old, lines, world));
  const before = new Uint32Array(lines.length + 1);
  for (let line = 0; line < lines.length; line++) before[line + 1] = before[line] + counts[line];
  const tokens = { lines, world, structure, before, data };
  return { tokens, edits: old ? semanticTokensDelta(old.data, tokens.data) : [] };
}

/** The same where nothing but the text of some lines has changed. */
function editTokens(snapshot: Snapshot, old: DocumentTokens): ReturnType<typeof documentTokens> {
  const { lines } = snapshot.document.file;
  const change = changeBetween(old.lines, lines);
  const { start } = change;
  let end = change.newEnd;
  if (start === end) return { tokens: { ...old, lines }, edits: [] };
  // The first token behind the change tells its distance from one that may be gone.
  while (end < lines.length && old.before[end + 1] === old.before[end]) end++;
  end = Math.min(lines.length, end + 1);
  const first = old.before[start];
  const last = old.before[end];
  const { data: added, counts } = encodeLines(snapshot, start, end, lastLineBefore(old, start));
  const moved = added.length / EACH - (last - first);
  const edits = semanticTokensDelta(old.data.subarray(EACH * first, EACH * last), added).map((edit) => ({
    ...edit,
    start: edit.start + EACH * first,
  }));
  // Most edits change a word and leave as many as there were: then nothing moves.
  if (
    moved === 0 &&
    counts.every((count, k) => count === old.before[start + k + 1] - old.before[start + k])
  ) {
    old.data.set(added, EACH * first);
    return { tokens: { ...old, lines }, edits };
  }
  const before = old.before.slice();
  for (let line = start; line < end; line++) before[line + 1] = before[line] + counts[line - start];
  if (moved !== 0) for (let line = end + 1; line < before.length; line++) before[line] += moved;
  const data = new Uint32Array(old.data.length + EACH * moved);
  data.set(old.data.subarray(0, EACH * first));
  data.set(added, EACH * first);
  data.set(old.data.subarray(EACH * last), EACH * first + added.length);
  return { tokens: { ...old, lines, before, data }, edits };
}

/** The line of the last token in front of a line; 0 where there is none. */
function lastLineBefore({ before }: DocumentTokens, line: number): number {
  for (let above = line - 1; above >= 0; above--) if (before[above + 1] > before[above]) return above;
  return 0;
}

/** Tells for a line which one had the same tokens, below zero where none is known to have had them. */
type Reusable = { readonly tokens: DocumentTokens; readonly lineOf: (line: number) => number };

/** Lines that no edit touched and that name nothing keep their tokens, whatever is defined elsewhere. */
function reusable(
  tokens: DocumentTokens | undefined,
  lines: readonly Line[],
  { set, encoding, namings }: World,
): Reusable | undefined {
  if (tokens?.world.set !== set || tokens.world.encoding !== encoding) return undefined;
  // A macro may not have an instruction's name, but who has just written one sees which lines would call it.
  const hidesInstructions = ({ macros }: Naming): boolean =>
    macros.some((name) => instructionNamed(set, name));
  if ([...tokens.world.namings, ...namings].some(hidesInstructions)) return undefined;
  const { start, oldEnd, newEnd } = changeBetween(tokens.lines, lines);
  return {
    tokens,
    lineOf: (line) => {
      if ((line >= start && line < newEnd) || namesSomething(set, lines[line])) return -1;
      return line < start ? line : line - newEnd + oldEnd;
    },
  };
}

/** True where a definition elsewhere can make a word of the line something else. */
function namesSomething(set: InstructionSet, line: Line): boolean {
  return partsOf(line.tree).some(
    ({ kind, token }) =>
      (kind === "mnemonic" && !instructionOn(set, line)) ||
      (kind === "name" && !parseTag(tokenText(line, token))),
  );
}

/**
 * The tokens of lines as the protocol has them, and how many each line has.
 *
 * @param lastLine the line that the first token's line is counted from
 */
function encodeLines(
  snapshot: Snapshot,
  first: number,
  end: number,
  lastLine: number,
  reused?: Reusable,
): { data: Uint32Array; counts: Uint32Array } {
  let data = new Uint32Array(reused?.tokens.data.length ?? 64);
  let length = 0;
  const counts = new Uint32Array(Math.max(0, end - first));
  const add = (line: number, from: number, size: number, type: number, modifiers: number): void => {
    if (length + EACH > data.length) data = grow(data, 2 * (length + EACH));
    data[length++] = line - lastLine;
    data[length++] = from;
    data[length++] = size;
    data[length++] = type;
    data[length++] = modifiers;
    lastLine = line;
    counts[line - first]++;
  };
  for (let line = first; line < end; line++) {
    const same = reused ? reused.lineOf(line) : -1;
    if (same >= 0) {
      const { before, data: old } = reused!.tokens;
      for (let at = EACH * before[same]; at < EACH * before[same + 1]; at += EACH) {
        add(line, old[at + 1], old[at + 2], old[at + 3], old[at + 4]);
      }
      continue;
    }
    const { text } = snapshot.document.file.lines[line];
    const { encoding } = snapshot.document;
    let lastStart = 0;
    for (const { start, end, type, modifiers } of tokensOf(snapshot, line)) {
      const from = encodeColumn(text, start, encoding);
      const size = encodeColumn(text, end, encoding) - from;
      const bits = modifiers.reduce((sum, modifier) => sum | (1 << MODIFIERS.indexOf(modifier)), 0);
      add(line, from - lastStart, size, TYPES.indexOf(type), bits);
      lastStart = from;
    }
  }
  return { data: data.slice(0, length), counts };
}

/** All that the tokens of a line depend on besides the line, the scope that it is in and the label above it. */
interface World {
  readonly set: InstructionSet;
  readonly encoding: PositionEncoding;
  readonly namings: readonly Naming[];
}

/** The world that was looked at last, so that an equal one is the same. */
let lastWorld: World | undefined;

function worldOf({ set, document, files }: Snapshot): World {
  const { encoding } = document;
  const namings = [document, ...files].map(({ file }) => structureOf(file).naming);
  const isSame =
    lastWorld?.set === set &&
    lastWorld.encoding === encoding &&
    lastWorld.namings.length === namings.length &&
    lastWorld.namings.every((naming, index) => naming === namings[index]);
  if (!isSame) lastWorld = { set, encoding, namings };
  return lastWorld!;
}

/** What turns one answer into the next: at most one replacement. */
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

/** In the order of the text, none over another. */
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

/** True in an operand that the instruction writes to: in the operand itself, not in one that holds its address. */
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
