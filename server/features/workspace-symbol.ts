/** `workspace/symbol`: the symbols of all programs whose names contain the letters of the query, in their order. */

import type { SymbolInformation } from "vscode-languageserver-types";
import { rangeOf, type Document } from "../documents/document.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { SYMBOL_KINDS } from "./document-symbol.ts";

/** Maximum number of symbols to send. Users don't read more, and the client asks again after every letter. */
const MAX_SYMBOLS = 1000;

/** @param others the symbols of files that belong to none of the programs */
export function workspaceSymbols(
  programs: readonly Snapshot[],
  others: readonly SymbolInformation[],
  query: string,
): SymbolInformation[] {
  const files = new Set(programs.flatMap((program) => program.files));
  const found: SymbolInformation[] = [];
  for (const symbols of [...[...files].map(symbolsOf), others]) {
    for (const symbol of symbols) {
      if (!hasLetters(symbol.name, query)) continue;
      found.push(symbol);
      if (found.length >= MAX_SYMBOLS) return found;
    }
  }
  return found;
}

/** The symbols that one file defines. */
export function symbolsOf(document: Document): SymbolInformation[] {
  return structureOf(document.file).definitions.flatMap(({ name, kind, line, columns }) => {
    if (kind === "parameter" || kind === "counter") return [];
    const range = rangeOf(document, { line, ...columns });
    return [{ name, kind: SYMBOL_KINDS[kind], location: { uri: document.uri, range } }];
  });
}

function hasLetters(name: string, query: string): boolean {
  const text = name.toLowerCase();
  let from = 0;
  for (const letter of query.toLowerCase()) {
    const at = text.indexOf(letter, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return true;
}
