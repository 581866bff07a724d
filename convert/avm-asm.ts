/**
 * Reads the notation of avm-asm: `add! 1 2 3;`, `set u8 1 1;`, `jump @label;`, `.macro x { … };`, `$x;`. A statement ends with a
 * semicolon and has the tag first, then a literal or label, then the cells. `docs/convert.md` documents what is accepted.
 */

import { shownOperand } from "../isa/describe.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { splitLines } from "../grammar/source-file.ts";
import type { InstructionDefinition, InstructionSet } from "../isa/instruction-set.ts";
import { parseTag, type Tag } from "../isa/tags.ts";
import type { Category, Operand, OperandKind } from "../isa/types.ts";
import { blankAt, isComment, type Piece, type Reader, type Remark } from "./conversion.ts";
import { newNames, type Names } from "./names.ts";
import { statementOf, unknownMnemonic, type Given } from "./operands.ts";

/** Which operands a `!` after the mnemonic makes indirect. */
export const INDIRECT_MODES = ["all", "first"] as const;
export type IndirectMode = (typeof INDIRECT_MODES)[number];

/** The tags by the numbers that the notation also accepts for them. */
const TAG_NUMBERS: readonly Tag[] = ["u8", "u16", "u32", "u64", "u128", "ff"];

/** The kinds of operands in the order of the notation. */
const ORDER: readonly OperandKind[] = ["tag", "immediate", "target", "enum", "memory"];

/** Categories of instructions whose operands haven't changed since that notation was used. */
const SETTLED: ReadonlySet<Category> = new Set([
  "Arithmetic",
  "Comparison",
  "Bitwise",
  "Conversion",
  "Control",
  "Memory",
]);

/** Makes a reader. `indirect` decides which operands a `!` makes indirect. */
export function avmAsmReader(indirect: IndirectMode = "all"): Reader {
  return (text, set) => {
    const tokens = tokensOf(text);
    const statements = statementsOf(tokens);
    const names = newNames(set);
    // Names of definitions are reserved first, so that no other name takes them.
    for (const { tokens, kind } of statements) {
      if (kind === "label") names.of("label", tokens[0].text);
      if (kind === "macro") names.of("macro", tokens[1].text);
      if (kind === "plain" && tokens[0].text === ".const" && tokens.length > 1)
        names.of("const", tokens[1].text);
    }
    const context = { set, names, indirect };
    const lines = splitLines(text);
    const read = statements.map((statement) => readStatement(statement, lines, context));
    const pieces = withCommentsAndBlanks(read, tokens);
    return {
      header: [],
      pieces: macrosFirst(pieces),
      isPartial: read.some(({ text }) => text.startsWith(".include")),
    };
  };
}

// --- tokens ---

interface Token {
  readonly kind: "word" | "number" | "mark" | "string" | "comment" | "other";
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

const TOKEN =
  /(\/\/[^\n]*)|(\.?[A-Za-z_][A-Za-z0-9_]*)|([0-9][0-9A-Za-z_]*)|("[^"]*")|([$@!:;{}])|([^\s$@!:;{}]+)/g;
const KINDS = ["comment", "word", "number", "string", "mark", "other"] as const;

function tokensOf(text: string): Token[] {
  return splitLines(text).flatMap((content, line) =>
    [...content.matchAll(TOKEN)].map((match): Token => {
      const kind = KINDS[match.slice(1).findIndex((part) => part !== undefined)];
      return { kind, text: match[0], line, start: match.index, end: match.index + match[0].length };
    }),
  );
}

// --- statements ---

interface Statement {
  readonly kind: "label" | "macro" | "end" | "plain";
  /** The tokens without the semicolon. Empty only for the end of a macro. */
  readonly tokens: readonly Token[];
  readonly first: Token;
  /** The last token, which may be a comment or the semicolon. */
  readonly last: Token;
}

function statementsOf(all: readonly Token[]): Statement[] {
  const tokens = all.filter(({ kind }) => kind !== "comment");
  const statements: Statement[] = [];
  let pending: Token[] = [];
  const push = (kind: Statement["kind"], last: Token): void => {
    if (pending.length > 0) statements.push({ kind, tokens: pending, first: pending[0], last });
    pending = [];
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== "mark") pending.push(token);
    else if (token.text === ";") push("plain", token);
    else if (token.text === ":" && pending.length === 1) push("label", token);
    else if (token.text === "{" && pending.length === 2 && pending[0].text === ".macro") push("macro", token);
    else if (token.text === "}") {
      // The last statement of a macro needs no semicolon; the semicolon after the macro is skipped.
      if (pending.length > 0) push("plain", pending.at(-1)!);
      const last = tokens[index + 1]?.text === ";" ? tokens[index + 1] : token;
      statements.push({ kind: "end", tokens: [], first: token, last });
    } else pending.push(token);
  }
  if (pending.length > 0) push("plain", pending.at(-1)!);
  return statements;
}

interface Context {
  readonly set: InstructionSet;
  readonly names: Names;
  readonly indirect: IndirectMode;
}

function readStatement(statement: Statement, lines: readonly string[], context: Context): Piece {
  const { kind, tokens, first, last } = statement;
  const { names } = context;
  const span = spanOf(first, last);
  const base = { comment: "", source: sourceOf(first, last, lines), span, text: "" };
  if (kind === "label") return { ...base, text: `${names.of("label", tokens[0].text)}:` };
  if (kind === "end") return { ...base, text: ".endm", macro: "end" };
  if (kind === "macro")
    return { ...base, text: `.macro ${names.of("macro", tokens[1].text)}`, macro: "start" };
  const read = readPlain(tokens, span, context);
  if ("code" in read) return { ...base, failure: read };
  return { ...base, ...read };
}

function sourceOf(first: Token, last: Token, lines: readonly string[]): string {
  if (first.line === last.line) return lines[first.line].slice(first.start, last.end);
  const between = lines.slice(first.line + 1, last.line);
  return [lines[first.line].slice(first.start), ...between, lines[last.line].slice(0, last.end)].join(" ");
}

function spanOf(first: Token, last: Token): Span {
  const span = { line: first.line, start: first.start, end: last.end };
  return last.line > first.line ? { ...span, endLine: last.line } : span;
}

interface Read {
  readonly text: string;
  readonly warnings?: readonly Remark[];
}

function readPlain(tokens: readonly Token[], span: Span, context: Context): Read | Remark {
  const { names } = context;
  const [first, second, third, fourth] = tokens;
  if (first.text === ".const" && tokens.length === 4 && third.text === "=" && fourth.kind === "number") {
    return { text: `.const ${names.of("const", second.text)} = ${fourth.text}` };
  }
  if (first.text === ".include" && tokens.length === 2 && second.kind === "string") {
    const message =
      "the file has to be converted too, and its path is now relative to the file that includes it";
    return { text: `.include ${second.text}`, warnings: [{ code: "include-failed", message, span }] };
  }
  if (first.text === "$" && tokens.length === 2 && second.kind === "word")
    return { text: names.of("macro", second.text) };
  if (first.kind !== "word" || first.text.startsWith(".")) {
    const message = "it is no statement of the notation";
    return { code: "syntax-error", message, span };
  }
  const isIndirect = second?.text === "!";
  return readInstruction(first, tokens.slice(isIndirect ? 2 : 1), isIndirect, span, context);
}

function readInstruction(
  mnemonic: Token,
  rest: readonly Token[],
  isIndirect: boolean,
  span: Span,
  context: Context,
): Read | Remark {
  const { set, indirect } = context;
  const given = givenOperands(rest, context);
  if (!Array.isArray(given)) return given;
  const found = find(mnemonic.text, given.length, set);
  if (!found) return unknownMnemonic(mnemonic.text, set, spanOf(mnemonic, mnemonic));
  const { definition, member } = found;
  const { operands } = definition;
  const order = ORDER.flatMap((kind) =>
    operands.filter((operand) => operand.kind === kind && !(member && kind === "enum")),
  );
  const memory = operands.filter(({ kind }) => kind === "memory");
  const pointers = new Set(isIndirect ? (indirect === "all" ? memory : memory.slice(0, 1)) : []);
  const cells = given.map((operand): Given => ({
    ...operand,
    as: (wanted) => {
      const text = operand.as(wanted);
      return text !== undefined && pointers.has(wanted) ? `[${text}]` : text;
    },
  }));
  const statement = statementOf(definition, order, cells, span, member);
  if (typeof statement !== "string") return statement;
  return {
    text: statement,
    warnings: warningsAbout(definition, found, isIndirect && memory.length > 1, span, context),
  };
}

interface Found {
  readonly definition: InstructionDefinition;
  /** Set if the mnemonic names a member of an enum: `sender` is a member of GETENVVAR. */
  readonly member?: string;
  /** True if the instruction has a new name now. */
  readonly isRenamed?: boolean;
}

/** Finds the instruction with a name. */
function find(name: string, operands: number, set: InstructionSet): Found | undefined {
  const upper = name.toUpperCase();
  const definition = set.byMnemonic.get(upper);
  if (definition) return { definition };
  for (const candidate of set.instructions) {
    if (candidate.aliases?.includes(upper)) return { definition: candidate, isRenamed: true };
    if (candidate.operands.length !== operands + 1) continue;
    for (const operand of candidate.operands) {
      if (operand.kind !== "enum") continue;
      const member = operand.members.find((one) => one.name === upper || one.aliases?.includes(upper));
      if (member) return { definition: candidate, member: member.name };
    }
  }
  return undefined;
}

function warningsAbout(
  { mnemonic, category, operands }: InstructionDefinition,
  { member, isRenamed }: Found,
  hasPointers: boolean,
  span: Span,
  { indirect }: Context,
): Remark[] {
  const warnings: string[] = [];
  if (member === undefined && (isRenamed || !SETTLED.has(category))) {
    const names = operands.map(shownOperand).join(", ");
    warnings.push(
      `the operands are taken for ${names}; those of \`${mnemonic}\` have changed since the notation was made`,
    );
  }
  if (hasPointers) {
    warnings.push(
      indirect === "all"
        ? "`!` is taken to make pointers of all cells; the bytes that avm-asm writes do so with the first alone"
        : "`!` is taken to make a pointer of the first cell alone, as in the bytes that avm-asm writes",
    );
  }
  return warnings.map((message) => ({ code: "operand-kind", message, span }));
}

/** Reads the operands of an instruction. Returns a remark if one is invalid. */
function givenOperands(tokens: readonly Token[], { names }: Context): Given[] | Remark {
  const given: Given[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const first = tokens[index];
    const isMarked = first.text === "@" || first.text === "$";
    const token = isMarked ? tokens.at(index + 1) : first;
    if (token?.kind !== "word" && (isMarked || token?.kind !== "number")) {
      const found = token ?? first;
      return {
        code: "syntax-error",
        message: `\`${found.text}\` is no operand of the notation`,
        span: spanOf(found, found),
      };
    }
    if (isMarked) index++;
    const { text } = token;
    const as =
      first.text === "@"
        ? ({ kind }: Operand) => (kind === "target" ? names.of("label", text) : undefined)
        : first.text === "$"
          ? (operand: Operand) => valueAs(names.of("const", text), operand)
          : token.kind === "number"
            ? (operand: Operand) => numberAs(text, operand)
            : (operand: Operand) => wordAs(text, operand);
    given.push({ text: isMarked ? first.text + text : text, span: spanOf(first, token), as });
  }
  return given;
}

function valueAs(text: string, { kind }: Operand): string | undefined {
  if (kind === "memory") return `[${text}]`;
  return kind === "immediate" || kind === "enum" ? `#${text}` : undefined;
}

function numberAs(text: string, operand: Operand): string | undefined {
  return operand.kind === "tag" ? TAG_NUMBERS.at(Number(text)) : valueAs(text, operand);
}

function wordAs(text: string, operand: Operand): string | undefined {
  if (operand.kind === "tag") return parseTag(text);
  const isMember = operand.kind === "enum" && operand.members.some(({ name }) => name === text.toUpperCase());
  return isMember ? text : undefined;
}

// --- comments, labels and macros ---

function withCommentsAndBlanks(statements: readonly Piece[], tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [];
  let end = -1;
  let next = 0;
  const blankUpTo = (line: number): void => {
    if (end >= 0 && line > end + 1) pieces.push(blankAt(end + 1));
  };
  const lastLine = ({ span }: Piece): number => span.endLine ?? span.line;
  for (const token of tokens) {
    if (token.kind !== "comment") continue;
    // All statements that start before the comment.
    for (; next < statements.length && startsBefore(statements[next], token); next++) {
      blankUpTo(statements[next].span.line);
      pieces.push(statements[next]);
      end = lastLine(statements[next]);
    }
    const comment = token.text.replace(/^\/+/, "").trim();
    const last = pieces.at(-1);
    if (last && lastLine(last) >= token.line) {
      pieces[pieces.length - 1] = {
        ...last,
        comment: [last.comment, comment].filter((text) => text !== "").join("; "),
      };
    } else {
      blankUpTo(token.line);
      pieces.push({
        text: "",
        comment,
        source: token.text,
        span: { line: token.line, start: token.start, end: token.end },
      });
      end = token.line;
    }
  }
  for (; next < statements.length; next++) {
    blankUpTo(statements[next].span.line);
    pieces.push(statements[next]);
    end = lastLine(statements[next]);
  }
  return pieces;
}

function startsBefore({ span }: Piece, { line, start }: Token): boolean {
  return span.line < line || (span.line === line && span.start < start);
}

/** Moves all macro definitions up if a macro is called above its definition, which our language doesn't allow. */
function macrosFirst(pieces: readonly Piece[]): readonly Piece[] {
  const names = pieces.flatMap(({ macro, text }) => (macro === "start" ? [nameOf(text)] : []));
  const missing = new Set(names);
  const inMacro = new Set<Piece>();
  let depth = 0;
  let start = 0;
  let isNeeded = false;
  for (const [index, piece] of pieces.entries()) {
    if (piece.macro === "start") {
      missing.delete(nameOf(piece.text));
      if (depth++ === 0) start = index;
      while (depth === 1 && start > 0 && isComment(pieces[start - 1])) start--;
    } else if (piece.macro === "end") {
      if (depth > 0 && --depth === 0)
        for (const member of pieces.slice(start, index + 1)) inMacro.add(member);
    } else if (depth === 0 && missing.has(piece.text)) isNeeded = true;
  }
  if (!isNeeded || depth > 0) return pieces;
  const isBlank = ({ text, comment, failure }: Piece): boolean => text === "" && comment === "" && !failure;
  const others = pieces.filter((piece) => !inMacro.has(piece));
  const kept = others.filter((piece, index) => !isBlank(piece) || (index > 0 && !isBlank(others[index - 1])));
  // The definitions are inserted after the leading constants and before the first piece that isn't a definition.
  let at = kept.findIndex(({ text, failure }) => failure ?? !/^(?:\.(?:const|include)\b|$)/.test(text));
  while (at > 0 && isComment(kept[at - 1])) at--;
  const macros = pieces
    .filter((piece) => inMacro.has(piece))
    .flatMap((piece) => (piece.macro === "end" ? [piece, blankAt(piece.span.line)] : [piece]));
  return [...kept.slice(0, at), ...macros, ...kept.slice(at)];
}

function nameOf(macro: string): string {
  return macro.slice(".macro ".length);
}
