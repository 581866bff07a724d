/** Finds the blocks of a file: the first and last line of each macro, repetition, condition and test. */

import type { DiagnosticCode } from "../../diagnostics/diagnostic.ts";
import type { DirectiveKind, TokenIndex } from "../../grammar/ast.ts";
import { suggestDirective } from "../../grammar/directives.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import { isMnemonic } from "../../grammar/parser/mnemonics.ts";
import type { SourceFile } from "../../grammar/source-file.ts";

export interface Block {
  /**
   * The directive that starts it. `ifdef` and `ifndef` don't exist in this language; they are reported, and then handled as
   * meant.
   */
  readonly kind: BlockKind | "ifdef" | "ifndef";
  /** Whether the directive that starts it has a syntax error or is misspelt. */
  readonly isBroken: boolean;
  /** The line of the directive that ends it, which may be misspelt; one past the last line of the file if there is none. */
  readonly end: number;
  /** For a condition: the lines of `.if`, of each `.elif`, and of `.else`. */
  readonly parts: readonly number[];
}

type Report = (line: number, code: DiagnosticCode, message: string) => void;

export type BlockKind = "macro" | "rept" | "if" | "test";

const ENDS: Partial<Record<DirectiveKind, BlockKind>> = {
  endm: "macro",
  endr: "rept",
  endif: "if",
  endtest: "test",
};
export const END_NAMES: Readonly<Record<BlockKind, string>> = {
  macro: ".endm",
  rept: ".endr",
  if: ".endif",
  test: ".endtest",
};

interface Open {
  readonly kind: BlockKind;
  /** The directive in the source. */
  readonly start: Block["kind"];
  readonly isBroken: boolean;
  /** The directive is an unknown one that probably means the start of a block; it is one only if the block is ended. */
  readonly isMisspelt?: true;
  readonly line: number;
  readonly parts: number[];
  hasElse: boolean;
}

/** The blocks that are open at a line, innermost last. Each method takes constant time, however many are open. */
class OpenBlocks {
  private readonly all: Open[] = [];
  /** Those that an `.elif` or `.else` may belong to. */
  private readonly divisible: Open[] = [];
  private readonly counts = new Map<Open["kind"], number>();

  push(block: Open): void {
    this.all.push(block);
    if (isDivisible(block)) this.divisible.push(block);
    this.counts.set(block.kind, (this.counts.get(block.kind) ?? 0) + 1);
  }

  pop(): Open {
    const block = this.all.pop()!;
    if (isDivisible(block)) this.divisible.pop();
    this.counts.set(block.kind, this.counts.get(block.kind)! - 1);
    return block;
  }

  get innermost(): Open | undefined {
    return this.all.at(-1);
  }

  get innermostDivisible(): Open | undefined {
    return this.divisible.at(-1);
  }

  has(kind: Open["kind"]): boolean {
    return (this.counts.get(kind) ?? 0) > 0;
  }

  [Symbol.iterator](): Iterator<Open> {
    return this.all.values();
  }
}

function isDivisible({ kind, isMisspelt }: Open): boolean {
  return kind === "if" || !isMisspelt;
}

/** At most this many unknown directives of a file are compared with the starts and ends of blocks, because each comparison takes time. */
const MAX_COMPARED = 10_000;

/** The blocks of a file, including nested ones, by the line that starts each. */
export function blocksOf(file: SourceFile, report: Report): ReadonlyMap<number, Block> {
  const blocks = new Map<number, Block>();
  const open = new OpenBlocks();
  /** Lines that can't be read: each may have begun a block. */
  const lost: number[] = [];
  let compared = 0;
  for (let line = 0; line < file.lines.length; line++) {
    const { statement } = file.lines[line].tree;
    if (statement?.kind !== "directive") {
      // A header with a syntax error starts its block, too. Otherwise the end of the block would be reported as another mistake.
      const start = file.lines[line].problems.length > 0 ? brokenStart(file.lines[line]) : undefined;
      if (!start && lostStatement(file.lines[line])) lost.push(line);
      if (start) open.push({ kind: start, start, isBroken: true, line, parts: [line], hasElse: false });
      const ended = endWithoutDot(file.lines[line]);
      if (ended && open.innermost?.kind === ended) {
        const written = END_NAMES[ended];
        report(line, "unknown-directive", `a directive begins with a dot: \`${written}\``);
        close(ended, written, line, open, blocks, lost, report);
      }
      continue;
    }
    const { kind } = statement.body;
    let start: Block["kind"] | undefined;
    if (kind === "macro" || kind === "rept" || kind === "if" || kind === "test") start = kind;
    else if (kind === "invalid") start = startOf(file.lines[line], statement.name);
    if (start) {
      const starts = start === "ifdef" || start === "ifndef" ? "if" : start;
      const isBroken = file.lines[line].problems.length > 0;
      open.push({ kind: starts, start, isBroken, line, parts: [line], hasElse: false });
    } else if (kind === "elif" || kind === "else") {
      divide(kind, line, open, blocks, lost, report);
    } else if (kind === "invalid") {
      if (++compared > MAX_COMPARED) continue;
      const written = tokenText(file.lines[line], statement.name);
      // A misspelt start or end counts, so that the rest of the file is read as its author meant it.
      const meant = misspeltStart(written);
      if (meant) {
        const parts = [line];
        open.push({
          kind: meant,
          start: meant,
          isBroken: true,
          isMisspelt: true,
          line,
          parts,
          hasElse: false,
        });
        continue;
      }
      const started = /^\.end$/i.test(written) ? open.innermost?.kind : misspeltEnd(written);
      if (!started) lost.push(line);
      if (started && open.innermost?.kind === started)
        close(started, written, line, open, blocks, lost, report);
    } else {
      const started = ENDS[kind];
      if (started) close(started, `.${kind}`, line, open, blocks, lost, report);
    }
  }
  for (const { kind, start, isBroken, isMisspelt, line, parts } of open) {
    if (isMisspelt) continue;
    report(line, "unclosed-block", `\`.${start}\` is never ended; \`${END_NAMES[kind]}\` is missing`);
    blocks.set(line, { kind: start, isBroken, end: file.lines.length, parts });
  }
  return blocks;
}

const STARTS: readonly string[] = [
  "macro",
  "rept",
  "if",
  "test",
  "ifdef",
  "ifndef",
] satisfies Block["kind"][];

/** The kind of block that the text of a directive starts. */
function startOf(line: Line, token: TokenIndex): Block["kind"] | undefined {
  const name = tokenText(line, token).slice(1).toLowerCase();
  return STARTS.includes(name) ? (name as Block["kind"]) : undefined;
}

/** The kind of block that a line starts although it couldn't be parsed as a statement. */
function brokenStart(line: Line): BlockKind | undefined {
  const token = firstBehindLabels(line);
  const start = token < line.tokenCount ? startOf(line, token) : undefined;
  return start === "ifdef" || start === "ifndef" ? undefined : start;
}

/** Whether a line with a mistake can't be read as a statement: no instruction begins it, so it may be any. */
export function lostStatement(line: Line): boolean {
  if (line.problems.length === 0 || line.tree.statement?.kind === "directive") return false;
  const token = firstBehindLabels(line);
  return token < line.tokenCount && !isMnemonic(tokenText(line, token));
}

/** The first token after the labels of a line. */
export function firstBehindLabels({ tree }: Line): TokenIndex {
  return (tree.labels.at(-1)?.last ?? -1) + 1;
}

/** True for a directive, and for a line with a mistake that starts or ends a block anyway. */
export function mayBoundBlock(line: Line): boolean {
  if (line.tree.statement?.kind === "directive") return true;
  return (line.problems.length > 0 && brokenStart(line) !== undefined) || endWithoutDot(line) !== undefined;
}

/** The kind of block that a line ends in an assembler whose directives have no dot, such as `endm`. */
function endWithoutDot(line: Line): BlockKind | undefined {
  const { statement } = line.tree;
  if (statement?.kind !== "instruction" || statement.operands.length > 0) return undefined;
  const word = tokenText(line, statement.mnemonic);
  return /^end/i.test(word) ? misspeltEnd(`.${word}`) : undefined;
}

/** The kind of block that the author of an unknown directive probably meant to start. */
function misspeltStart(written: string): BlockKind | undefined {
  if (isMnemonic(written.slice(1))) return undefined;
  const meant = suggestDirective(written)?.slice(1);
  return Object.hasOwn(END_NAMES, meant ?? "") ? (meant as BlockKind) : undefined;
}

/** The kind of block that the author of an unknown directive probably meant to end. */
function misspeltEnd(written: string): Open["kind"] | undefined {
  return ENDS[suggestDirective(written)?.slice(1) as keyof typeof ENDS];
}

function divide(
  kind: "elif" | "else",
  line: number,
  open: OpenBlocks,
  blocks: Map<number, Block>,
  lost: readonly number[],
  report: Report,
): void {
  const innermost = open.innermostDivisible;
  const isWanted = innermost?.kind === "if" && !innermost.hasElse;
  // The `.if` that it belongs to may have begun on a line that can't be read.
  if (!isWanted && lost.length > 0) return;
  if (innermost && innermost.kind !== "if" && open.has("if"))
    endInner("if", `.${kind}`, line, open, blocks, report);
  const block = open.innermostDivisible;
  if (block?.kind !== "if") {
    report(line, "unmatched-end", `\`.${kind}\` is outside of an \`.if\``);
  } else if (block.hasElse) {
    report(line, "unmatched-end", `\`.${kind}\` comes after the \`.else\` of the same \`.if\``);
  } else {
    block.parts.push(line);
    block.hasElse = kind === "else";
  }
}

function close(
  started: Open["kind"],
  written: string,
  line: number,
  open: OpenBlocks,
  blocks: Map<number, Block>,
  lost: number[],
  report: Report,
): void {
  if (!open.has(started)) {
    // A line that can't be read may have begun the block, and then this is no other mistake.
    if (lost.pop() !== undefined) return;
    report(line, "unmatched-end", `\`${written}\` ends nothing: no \`.${started}\` is open here`);
    return;
  }
  endInner(started, written, line, open, blocks, report);
  const block = open.pop();
  blocks.set(block.line, blockOf(block, line));
}

/** Ends the blocks inside of the innermost one of a kind: that they weren't ended is the mistake, not the end or part of the outer one. */
function endInner(
  started: Open["kind"],
  written: string,
  line: number,
  open: OpenBlocks,
  blocks: Map<number, Block>,
  report: Report,
): void {
  const unended: Open[] = [];
  while (open.innermost!.kind !== started) unended.push(open.pop());
  for (const inner of unended.reverse()) {
    if (inner.isMisspelt) continue;
    report(
      inner.line,
      "unclosed-block",
      `\`.${inner.kind}\` is not ended before this block's \`${written}\``,
    );
    blocks.set(inner.line, blockOf(inner, line));
  }
}

function blockOf({ start, isBroken, parts }: Open, end: number): Block {
  return { kind: start, isBroken, end, parts };
}

/** The number of lines that each round of a repetition certainly reads: those outside the blocks in its body. */
export function linesOutsideOfBlocks(blocks: ReadonlyMap<number, Block>, start: number, end: number): number {
  let count = 0;
  for (let line = start; line < end; line++) {
    count++;
    line = blocks.get(line)?.end ?? line;
  }
  return count;
}
