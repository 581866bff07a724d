/** `textDocument/documentSymbol`: routines with their local labels, macros with their content, constants and cells. */

import { SymbolKind, type DocumentSymbol } from "vscode-languageserver-types";
import { shortDescription } from "../language/describe-symbol.ts";
import { rangeOf, type Document } from "../documents/document.ts";
import type { Defines } from "../language/classified-tokens.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf, type Definition, type Region } from "../language/scopes.ts";

export const SYMBOL_KINDS: Readonly<Record<Defines, SymbolKind>> = {
  label: SymbolKind.Function,
  constant: SymbolKind.Constant,
  cell: SymbolKind.Variable,
  macro: SymbolKind.Module,
  parameter: SymbolKind.TypeParameter,
  counter: SymbolKind.TypeParameter,
};

/** Maximum nesting of macros in the outline. Deeper macros are listed beside the ones around them. */
const MAX_DEPTH = 100;

interface ShownMacro {
  readonly symbol: DocumentSymbol;
  readonly depth: number;
}

export function documentSymbols({ document }: Snapshot): DocumentSymbol[] {
  const { definitions, regions } = structureOf(document.file);
  const top: DocumentSymbol[] = [];
  const macros = new Map<Region, ShownMacro | undefined>();
  /** The current global label of each scope. */
  const routines = new Map<Region, DocumentSymbol>();
  const ends = labelEnds(definitions);
  for (const [index, definition] of definitions.entries()) {
    const { region, kind } = definition;
    const local = definition.name.includes(".");
    const symbol = symbolOf(document, definition, lastLineOf(document, definition, ends[index]));
    const owner = local ? routines.get(region) : undefined;
    const scope = enclosingMacro(region, macros);
    (owner?.children ?? scope?.symbol.children ?? top).push(symbol);
    if (kind === "label" && !local) routines.set(region, symbol);
    const inside = kind === "macro" ? regions.get(definition.line) : undefined;
    const depth = (scope?.depth ?? 0) + 1;
    if (inside && depth < MAX_DEPTH) macros.set(inside, { symbol, depth });
  }
  return top;
}

/**
 * The macro around a region. Caches the result for every region on the way, since regions may be nested thousands of
 * levels deep.
 */
function enclosingMacro(region: Region, macros: Map<Region, ShownMacro | undefined>): ShownMacro | undefined {
  const passed: Region[] = [];
  let current: Region | undefined = region;
  while (current && !macros.has(current)) {
    passed.push(current);
    current = current.parent;
  }
  const found = current && macros.get(current);
  for (const inner of passed) macros.set(inner, found);
  return found;
}

function symbolOf(document: Document, definition: Definition, endLine: number): DocumentSymbol {
  const { name, kind, line, columns } = definition;
  const dot = name.indexOf(".");
  const detail = shortDescription({ document, definition });
  const end = document.file.lines[endLine].text.length;
  return {
    name: dot < 0 ? name : name.slice(dot),
    kind: dot < 0 ? SYMBOL_KINDS[kind] : SymbolKind.Event,
    ...(detail !== "" && { detail }),
    range: rangeOf(document, { line, start: columns.start, endLine, end }),
    selectionRange: rangeOf(document, { line, ...columns }),
    children: [],
  };
}

/** The last line of a definition; a label extends to the next one that isn't part of it. */
function lastLineOf({ file }: Document, { kind, line, region }: Definition, labelEnd: number): number {
  if (kind === "macro")
    return Math.min(structureOf(file).blocks.get(line)?.end ?? line, file.lines.length - 1);
  if (kind !== "label") return line;
  let last = Math.min(region.end, file.lines.length, Math.max(labelEnd, line + 1)) - 1;
  while (last > line && file.lines[last].tokenCount === 0) last--;
  return last;
}

/**
 * The end of each label, by definition: the line of the next macro, or of the next label in the same region that isn't
 * part of it. Visits each definition once or twice, since a region may have any number of them.
 */
function labelEnds(definitions: readonly Definition[]): number[] {
  const ends = new Array<number>(definitions.length).fill(Infinity);
  /** The labels of each region after the current definition, the nearest last. */
  const behind = new Map<Region, Definition[]>();
  let macro = Infinity;
  for (let index = definitions.length - 1; index >= 0; index--) {
    const definition = definitions[index];
    const { kind, line, region, name } = definition;
    if (kind === "macro") macro = line;
    if (kind !== "label") continue;
    let labels = behind.get(region);
    if (!labels) behind.set(region, (labels = []));
    // The local labels of a global label end before it, so they are removed.
    if (!name.includes(".")) while (labels.at(-1)?.name.startsWith(`${name}.`)) labels.pop();
    ends[index] = Math.min(macro, labels.at(-1)?.line ?? Infinity);
    labels.push(definition);
  }
  return ends;
}
