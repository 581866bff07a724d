/** Finds the blocks of a file: where each macro, repetition, condition and test begins and ends. */

import type { DiagnosticCode } from "../../diagnostics/diagnostic.ts";
import type { DirectiveKind, TokenIndex } from "../../grammar/ast.ts";
import { suggestDirective } from "../../grammar/directives.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";

export interface Block {
  /** What the directive that starts it is; `ifdef` and `ifndef` aren't ours, and are read as they are meant. */
  readonly kind: BlockKind | "ifdef" | "ifndef";
  /** The directive that starts it can't be read. */
  readonly isBroken: boolean;
  /** The line that ends it, even if that is misspelt; one past the last line of the file if none does. */
  readonly end: number;
  /** Of a condition: the lines of `.if`, each `.elif` and `.else`. */
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
  /** As it is written. */
  readonly start: Block["kind"];
  readonly isBroken: boolean;
  readonly line: number;
  readonly parts: number[];
  hasElse: boolean;
}

/** Directives that don't exist, of one file, that are compared with the ends of blocks: each takes some time. */
const MAX_COMPARED = 10_000;

/** The blocks of a file by the line that starts each, whatever block they themselves are in. */
export function blocksOf(file: SourceFile, report: Report): ReadonlyMap<number, Block> {
  const blocks = new Map<number, Block>();
  const open: Open[] = [];
  let compared = 0;
  for (let line = 0; line < file.lines.length; line++) {
    const { statement } = file.lines[line].tree;
    if (statement?.kind !== "directive") {
      // A header that can't be read starts its block even so, or else the end of it would be another mistake.
      const start = file.lines[line].problems.length > 0 ? brokenStart(file.lines[line]) : undefined;
      if (start) open.push({ kind: start, start, isBroken: true, line, parts: [line], hasElse: false });
      const ended = endWithoutDot(file.lines[line]);
      if (ended && open.at(-1)?.kind === ended) {
        const written = END_NAMES[ended];
        report(line, "unknown-directive", `a directive begins with a dot: \`${written}\``);
        close(ended, written, line, open, blocks, report);
      }
      continue;
    }
    const { kind } = statement.body;
    if (kind === "macro" || kind === "rept" || kind === "if" || kind === "test") {
      const isBroken = file.lines[line].problems.length > 0;
      open.push({ kind, start: kind, isBroken, line, parts: [line], hasElse: false });
    } else if (kind === "invalid" && startOf(file.lines[line], statement.name)) {
      const start = startOf(file.lines[line], statement.name)!;
      const starts = start === "ifdef" || start === "ifndef" ? "if" : start;
      const isBroken = file.lines[line].problems.length > 0;
      open.push({ kind: starts, start, isBroken, line, parts: [line], hasElse: false });
    } else if (kind === "elif" || kind === "else") {
      divide(kind, line, open.at(-1), report);
    } else if (kind === "invalid") {
      // The rest would be read as it is meant only if a block is open.
      if (open.length === 0 || ++compared > MAX_COMPARED) continue;
      const written = tokenText(file.lines[line], statement.name);
      const started = /^\.end$/i.test(written) ? open.at(-1)?.kind : misspeltEnd(written);
      // It ends what it was meant to end, so that the rest of the file is read as it was meant.
      if (started && open.at(-1)?.kind === started) close(started, written, line, open, blocks, report);
    } else {
      const started = ENDS[kind];
      if (started) close(started, `.${kind}`, line, open, blocks, report);
    }
  }
  for (const { kind, start, isBroken, line, parts } of open) {
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

/** The block that a directive starts, by how it is written. */
function startOf(line: Line, token: TokenIndex): Block["kind"] | undefined {
  const name = tokenText(line, token).slice(1).toLowerCase();
  return STARTS.includes(name) ? (name as Block["kind"]) : undefined;
}

/** The block that a line starts although it couldn't be parsed as a statement. */
function brokenStart(line: Line): BlockKind | undefined {
  const token = firstBehindLabels(line);
  const start = token < line.tokenCount ? startOf(line, token) : undefined;
  return start === "ifdef" || start === "ifndef" ? undefined : start;
}

/** The first token that is no part of a label. */
export function firstBehindLabels({ tree }: Line): TokenIndex {
  return (tree.labels.at(-1)?.last ?? -1) + 1;
}

/** True for a directive, and for a line that is taken for the start or the end of a block although it has a mistake. */
export function mayBoundBlock(line: Line): boolean {
  if (line.tree.statement?.kind === "directive") return true;
  return (line.problems.length > 0 && brokenStart(line) !== undefined) || endWithoutDot(line) !== undefined;
}

/** The block that a word alone ends in other assemblers, whose directives have no dot. */
function endWithoutDot(line: Line): BlockKind | undefined {
  const { statement } = line.tree;
  if (statement?.kind !== "instruction" || statement.operands.length > 0) return undefined;
  const word = tokenText(line, statement.mnemonic);
  return /^end/i.test(word) ? misspeltEnd(`.${word}`) : undefined;
}

/** What a directive that doesn't exist was likely meant to end. */
function misspeltEnd(written: string): Open["kind"] | undefined {
  return ENDS[suggestDirective(written)?.slice(1) as keyof typeof ENDS];
}

function divide(kind: "elif" | "else", line: number, block: Open | undefined, report: Report): void {
  if (block?.kind !== "if") {
    report(line, "unmatched-end", `\`.${kind}\` stands outside of an \`.if\``);
  } else if (block.hasElse) {
    report(line, "unmatched-end", `\`.${kind}\` stands behind the \`.else\` of the same \`.if\``);
  } else {
    block.parts.push(line);
    block.hasElse = kind === "else";
  }
}

function close(
  started: Open["kind"],
  written: string,
  line: number,
  open: Open[],
  blocks: Map<number, Block>,
  report: Report,
): void {
  const index = open.findLastIndex((block) => block.kind === started);
  if (index < 0) {
    report(line, "unmatched-end", `\`${written}\` ends nothing: no \`.${started}\` is open here`);
    return;
  }
  // What was opened inside and not ended is the mistake, not this end.
  for (const inner of open.splice(index + 1)) {
    report(
      inner.line,
      "unclosed-block",
      `\`.${inner.kind}\` is not ended before this block's \`${written}\``,
    );
    blocks.set(inner.line, blockOf(inner, line));
  }
  const block = open.pop()!;
  blocks.set(block.line, blockOf(block, line));
}

function blockOf({ start, isBroken, parts }: Open, end: number): Block {
  return { kind: start, isBroken, end, parts };
}

/** Lines of a body that every round reads: those of the blocks in it may be left out. */
export function linesOutsideOfBlocks(blocks: ReadonlyMap<number, Block>, start: number, end: number): number {
  let count = 0;
  for (let line = start; line < end; line++) {
    count++;
    line = blocks.get(line)?.end ?? line;
  }
  return count;
}
