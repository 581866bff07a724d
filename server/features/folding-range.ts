/** `textDocument/foldingRange`: routines, macros, repetitions, the parts of conditions, and comments of several lines. */

import {
  FoldingRangeKind,
  SymbolKind,
  type DocumentSymbol,
  type FoldingRange,
} from "vscode-languageserver-types";
import type { Line } from "../../grammar/line.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { documentSymbols } from "./document-symbol.ts";

/** Global and local labels. */
const ROUTINES: ReadonlySet<SymbolKind> = new Set([SymbolKind.Function, SymbolKind.Event]);

/** Lines between two pauses. */
const LINES_PER_PAUSE = 1000;

export function* foldingRanges(snapshot: Snapshot): Paused<FoldingRange[]> {
  const { file } = snapshot.document;
  const ranges: FoldingRange[] = [];
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    if (endLine > startLine) ranges.push({ startLine, endLine, ...(kind && { kind }) });
  };
  for (const { end, parts } of structureOf(file).blocks.values()) {
    // The line that ends a block stays visible.
    for (const [index, part] of parts.entries()) add(part, (parts[index + 1] ?? end) - 1);
  }
  const addRoutines = (symbols: readonly DocumentSymbol[]): void => {
    for (const { range, children, kind } of symbols) {
      if (ROUTINES.has(kind)) add(range.start.line, range.end.line);
      addRoutines(children ?? []);
    }
  };
  addRoutines(yield* documentSymbols(snapshot));
  for (let line = 0; line < file.lines.length; line++) {
    if (line % LINES_PER_PAUSE === 0) yield;
    const start = line;
    while (line < file.lines.length && isComment(file.lines[line])) line++;
    add(start, line - 1, FoldingRangeKind.Comment);
  }
  return ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}

function isComment({ tokenCount, comments }: Line): boolean {
  return tokenCount === 0 && comments.length > 0;
}
