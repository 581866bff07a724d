/** `textDocument/documentSymbol`: routines with their local labels, macros with what is in them, constants and cells. */

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

/** Macros inside of each other that are shown as such. Deeper ones stand beside those around them. */
const MAX_DEPTH = 100;

export function documentSymbols({ document }: Snapshot): DocumentSymbol[] {
  const { definitions, regions } = structureOf(document.file);
  const top: DocumentSymbol[] = [];
  const macros = new Map<Region, { readonly symbol: DocumentSymbol; readonly depth: number }>();
  /** The global label that is in force, in each scope. */
  const routines = new Map<Region, DocumentSymbol>();
  for (const [index, definition] of definitions.entries()) {
    const { region, kind } = definition;
    const local = definition.name.includes(".");
    const end = endOf(document, definitions, index);
    const symbol = symbolOf(document, definition, end);
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

function enclosingMacro<Macro>(region: Region, macros: ReadonlyMap<Region, Macro>): Macro | undefined {
  for (let current: Region | undefined = region; current; current = current.parent) {
    const found = macros.get(current);
    if (found) return found;
  }
  return undefined;
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

/** The last line that belongs to a definition: of a label up to the next one that isn't part of it. */
function endOf({ file }: Document, definitions: readonly Definition[], index: number): number {
  const { kind, line, region, name } = definitions[index];
  if (kind === "macro")
    return Math.min(structureOf(file).blocks.get(line)?.end ?? line, file.lines.length - 1);
  if (kind !== "label") return line;
  let end = Math.min(region.end, file.lines.length);
  for (let next = index + 1; next < definitions.length; next++) {
    const other = definitions[next];
    if (other.line >= end) break;
    const isPart = other.kind === "label" && !name.includes(".") && other.name.startsWith(`${name}.`);
    const divides = (other.kind === "label" && !isPart) || other.kind === "macro";
    if (divides && (other.region === region || other.kind === "macro")) {
      end = Math.max(other.line, line + 1);
      break;
    }
  }
  let last = end - 1;
  while (last > line && file.lines[last].tokenCount === 0) last--;
  return last;
}
