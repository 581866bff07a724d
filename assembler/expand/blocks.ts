/** Which directives belong together: where a macro, a repetition or a condition ends. */

import type { DiagnosticCode } from "../../diagnostics/diagnostic.ts";
import type { DirectiveKind } from "../../grammar/ast.ts";
import { suggestDirective } from "../../grammar/directives.ts";
import { tokenText } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";

export interface Block {
  /** The line that ends it, be it misspelt; one past the last line of the file where nothing does. */
  readonly end: number;
  /** Of a condition: the lines of `.if`, each `.elif` and `.else`. */
  readonly parts: readonly number[];
}

type Report = (line: number, code: DiagnosticCode, message: string) => void;

type BlockKind = "macro" | "rept" | "if" | "test";

const ENDS: Partial<Record<DirectiveKind, BlockKind>> = {
  endm: "macro",
  endr: "rept",
  endif: "if",
  endtest: "test",
};
const END_NAMES: Readonly<Record<BlockKind, string>> = {
  macro: ".endm",
  rept: ".endr",
  if: ".endif",
  test: ".endtest",
};

interface Open {
  readonly kind: BlockKind;
  readonly line: number;
  readonly parts: number[];
  hasElse: boolean;
}

/** The blocks of a file by the line that starts each, whatever block they themselves are in. */
export function blocksOf(file: SourceFile, report: Report): ReadonlyMap<number, Block> {
  const blocks = new Map<number, Block>();
  const open: Open[] = [];
  for (let line = 0; line < file.lines.length; line++) {
    const { statement } = file.lines[line].tree;
    if (statement?.kind !== "directive") continue;
    const { kind } = statement.body;
    if (kind === "macro" || kind === "rept" || kind === "if" || kind === "test") {
      open.push({ kind, line, parts: [line], hasElse: false });
    } else if (kind === "elif" || kind === "else") {
      divide(kind, line, open.at(-1), report);
    } else if (kind === "invalid") {
      const written = tokenText(file.lines[line], statement.name);
      const started = misspeltEnd(written);
      // It ends what it was meant to end, so that the rest of the file is read as it was meant.
      if (started && open.at(-1)?.kind === started) close(started, written, line, open, blocks, report);
    } else {
      const started = ENDS[kind];
      if (started) close(started, `.${kind}`, line, open, blocks, report);
    }
  }
  for (const { kind, line, parts } of open) {
    report(line, "unclosed-block", `\`.${kind}\` is never ended; \`${END_NAMES[kind]}\` is missing`);
    blocks.set(line, { end: file.lines.length, parts });
  }
  return blocks;
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
    blocks.set(inner.line, { end: line, parts: inner.parts });
  }
  const block = open.pop()!;
  blocks.set(block.line, { end: line, parts: block.parts });
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
