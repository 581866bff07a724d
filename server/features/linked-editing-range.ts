/**
 * `textDocument/linkedEditingRange`: a label and its uses in the file, which an editor changes together while the user
 * types.
 */

import type { Position, Range } from "vscode-languageserver-types";
import { rangeOf } from "../documents/document.ts";
import { occurrencesIn, symbolAt } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** Pattern of a name while the user edits it. */
const WORD_PATTERN = "[A-Za-z_][A-Za-z0-9_]*";

export interface LinkedEditing {
  ranges: Range[];
  wordPattern: string;
}

export function linkedEditingRange(snapshot: Snapshot, position: Position): LinkedEditing | null {
  const { document } = snapshot;
  const named = symbolAt(snapshot, position);
  if (named?.found.definition.kind !== "label" || named.found.document !== document) return null;
  const occurrences = occurrencesIn(snapshot, document, named.found);
  return {
    ranges: occurrences.map(({ line, columns }) => rangeOf(document, { line, ...columns })),
    wordPattern: WORD_PATTERN,
  };
}
