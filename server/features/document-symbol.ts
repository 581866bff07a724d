/**
 * `textDocument/documentSymbol`: routines with their local labels, macros with their content, tests, constants and cells. A
 * symbol is a child of the one whose range contains it.
 */

import { SymbolKind, type DocumentSymbol } from "vscode-languageserver-types";
import { shortDescription } from "../language/describe-symbol.ts";
import { rangeOf, type Document } from "../documents/document.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Columns } from "../../grammar/line.ts";
import type { Defines } from "../language/classified-tokens.ts";
import { labelEnds, type End } from "../language/label-extents.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf, type Definition } from "../language/scopes.ts";
import { testsIn } from "../language/tests.ts";

export const SYMBOL_KINDS: Readonly<Record<Defines, SymbolKind>> = {
  label: SymbolKind.Function,
  constant: SymbolKind.Constant,
  cell: SymbolKind.Variable,
  macro: SymbolKind.Module,
  parameter: SymbolKind.TypeParameter,
  counter: SymbolKind.TypeParameter,
};

/** Maximum nesting of symbols. Deeper symbols are listed beside the ones around them. */
const MAX_DEPTH = 100;

/** A symbol before it is placed in the tree. */
interface Item {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly detail: string;
  readonly line: number;
  /** The columns of the name. */
  readonly columns: Columns;
  readonly start: number;
  readonly end: End;
  /** The global label of a local one. */
  readonly owner?: string;
}

interface Shown extends Item {
  readonly symbol: DocumentSymbol;
}

/** Definitions between two pauses. */
const DEFINITIONS_PER_PAUSE = 200;

export function* documentSymbols({ document }: Snapshot): Paused<DocumentSymbol[]> {
  const top: DocumentSymbol[] = [];
  /** The symbols around the current one, outermost first. */
  const around: Shown[] = [];
  for (const [number, found] of (yield* itemsIn(document)).entries()) {
    if (number % DEFINITIONS_PER_PAUSE === 0) yield;
    while (around.length > 0 && !isInside(found, around.at(-1)!.end)) around.pop();
    // A symbol ends with its parent at the latest: a block that isn't closed reaches to the end of the text, beyond its routine.
    const item = { ...found, end: earlier(found.end, around.at(-1)?.end) };
    const parent = around.at(Math.min(around.length, MAX_DEPTH) - 1);
    const { owner } = item;
    const isAtOwner =
      owner !== undefined &&
      around.some(({ name, symbol }) => name === owner && symbol.kind === SymbolKind.Function);
    const symbol = symbolOf(
      document,
      item,
      owner !== undefined && !isAtOwner ? `${owner}${item.name}` : item.name,
    );
    (parent?.symbol.children ?? top).push(symbol);
    around.push({ ...item, symbol });
  }
  return top;
}

function isInside({ line, start }: Item, end: End): boolean {
  return line < end.line || (line === end.line && start < end.column);
}

function earlier(a: End, b: End = a): End {
  return a.line < b.line || (a.line === b.line && a.column < b.column) ? a : b;
}

function symbolOf(
  document: Document,
  { kind, detail, line, columns, start, end }: Item,
  name: string,
): DocumentSymbol {
  return {
    name,
    kind,
    ...(detail !== "" && { detail }),
    range: rangeOf(document, { line, start, endLine: end.line, end: end.column }),
    selectionRange: rangeOf(document, { line, ...columns }),
    children: [],
  };
}

/** Everything that is shown, in the order of the text. */
function* itemsIn(document: Document): Paused<Item[]> {
  const { definitions } = structureOf(document.file);
  yield;
  const ends = labelEnds(document.file);
  const items: Item[] = [];
  for (const [number, definition] of definitions.entries()) {
    if (number % DEFINITIONS_PER_PAUSE === 0) yield;
    items.push(itemOf(document, definition, ends));
  }
  for (const { name, line, columns, end } of testsIn(document.file)) {
    const text = document.file.lines[line].text;
    const start = text.length - text.trimStart().length;
    items.push({
      name,
      kind: SymbolKind.Method,
      detail: "test",
      line,
      columns,
      start,
      end: { line: end, column: document.file.lines[end].text.length },
    });
  }
  return items.sort((a, b) => a.line - b.line || a.start - b.start);
}

function itemOf(document: Document, definition: Definition, ends: ReadonlyMap<Definition, End>): Item {
  const { name, kind, line, columns } = definition;
  const dot = name.indexOf(".");
  return {
    name: dot < 0 ? name : name.slice(dot),
    kind: dot < 0 ? SYMBOL_KINDS[kind] : SymbolKind.Event,
    detail: shortDescription({ document, definition }),
    line,
    columns,
    start: columns.start,
    end: ends.get(definition) ?? endOf(document, definition),
    ...(dot >= 0 && { owner: name.slice(0, dot) }),
  };
}

/** The end of what isn't a label. */
function endOf({ file }: Document, { kind, line, columns }: Definition): End {
  if (kind === "parameter" || kind === "counter") return { line, column: columns.end };
  const end =
    kind === "macro"
      ? Math.min(structureOf(file).blocks.get(line)?.end ?? line, file.lines.length - 1)
      : line;
  return { line: end, column: file.lines[end].text.length };
}
