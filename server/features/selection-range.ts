/** `textDocument/selectionRange`: word, operand, statement, line, routine or block, file. */

import type { Position, Range, SelectionRange } from "vscode-languageserver-types";
import { columnsOf, tokenColumns } from "../../grammar/line.ts";
import type { DocumentSymbol } from "vscode-languageserver-types";
import type { Span } from "../../diagnostics/diagnostic.ts";
import { cursorAt, operandAt } from "../language/cursor.ts";
import { rangeOf } from "../documents/document.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { documentSymbols } from "./document-symbol.ts";

export function* selectionRanges(
  snapshot: Snapshot,
  positions: readonly Position[],
): Paused<SelectionRange[]> {
  const symbols = yield* documentSymbols(snapshot);
  const selections: SelectionRange[] = [];
  for (const position of positions) {
    selections.push(selectionAt(snapshot, symbols, position));
    yield;
  }
  return selections;
}

function selectionAt(
  snapshot: Snapshot,
  symbols: readonly DocumentSymbol[],
  position: Position,
): SelectionRange {
  const { document } = snapshot;
  const { file } = document;
  const { line, lineNumber, column, token } = cursorAt(document, position);
  const last = file.lines.length - 1;
  const lines = (start: number, end: number): Range =>
    rangeOf(document, { line: start, start: 0, endLine: end, end: file.lines[end].text.length });
  const onLine = (columns: { start: number; end: number }): Span => ({ line: lineNumber, ...columns });

  // Ranges from the widest to the narrowest.
  const ranges = [lines(0, last)];
  ranges.push(...routinesAround(symbols, lineNumber).map(({ range }) => range));
  for (const [start, { end }] of structureOf(file).blocks) {
    if (start <= lineNumber && lineNumber <= end) ranges.push(lines(start, Math.min(end, last)));
  }
  ranges.push(lines(lineNumber, lineNumber));
  const { statement } = line.tree;
  if (statement) {
    const { start, end } = columnsOf(line, statement);
    if (start <= column && column <= end) ranges.push(rangeOf(document, onLine({ start, end })));
  }
  const operand = operandAt(line, column);
  if (operand) ranges.push(rangeOf(document, onLine(columnsOf(line, operand.node))));
  if (token >= 0) ranges.push(rangeOf(document, onLine(tokenColumns(line, token))));

  let selection: SelectionRange = { range: ranges[0] };
  for (const range of ranges.sort(byExtent)) {
    if (encloses(selection.range, range) && !encloses(range, selection.range)) {
      selection = { range, parent: selection };
    }
  }
  return selection;
}

function routinesAround(symbols: readonly DocumentSymbol[], line: number): DocumentSymbol[] {
  return symbols.flatMap((symbol) =>
    symbol.range.start.line <= line && line <= symbol.range.end.line
      ? [symbol, ...routinesAround(symbol.children ?? [], line)]
      : [],
  );
}

function byExtent(a: Range, b: Range): number {
  return b.end.line - b.start.line - (a.end.line - a.start.line);
}

function encloses({ start, end }: Range, inner: Range): boolean {
  return compare(start, inner.start) <= 0 && compare(inner.end, end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
