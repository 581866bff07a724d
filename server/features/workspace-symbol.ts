/** `workspace/symbol`: the symbols of all programs whose names have the letters that are asked for, in that order. */

import type { SymbolInformation } from "vscode-languageserver-types";
import { rangeOf, type Document } from "../documents/document.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { SYMBOL_KINDS } from "./document-symbol.ts";

/** More than this nobody reads, and the client asks again with every letter. */
const MAX_SYMBOLS = 1000;

export function workspaceSymbols(programs: readonly Snapshot[], query: string): SymbolInformation[] {
  const found: SymbolInformation[] = [];
  const seen = new Set<Document>();
  for (const { files } of programs) {
    for (const document of files) {
      if (seen.has(document)) continue;
      seen.add(document);
      for (const { name, kind, line, columns } of structureOf(document.file).definitions) {
        if (kind === "parameter" || kind === "counter" || !hasLetters(name, query)) continue;
        const range = rangeOf(document, { line, ...columns });
        found.push({ name, kind: SYMBOL_KINDS[kind], location: { uri: document.uri, range } });
        if (found.length >= MAX_SYMBOLS) return found;
      }
    }
  }
  return found;
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
