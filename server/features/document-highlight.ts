/** `textDocument/documentHighlight`: the occurrences of a name or a memory cell, marked as reads or writes. */

import { DocumentHighlightKind, type DocumentHighlight, type Position } from "vscode-languageserver-types";
import { placeAt, rangeOf } from "../documents/document.ts";
import { cellAt, cellOccurrences, occurrencesIn, symbolAt, type Occurrence } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

const KINDS: Readonly<Record<Occurrence["is"], DocumentHighlightKind>> = {
  definition: DocumentHighlightKind.Write,
  write: DocumentHighlightKind.Write,
  read: DocumentHighlightKind.Read,
};

export function documentHighlight(snapshot: Snapshot, position: Position): DocumentHighlight[] | null {
  const { document } = snapshot;
  const occurrences = occurrencesAt(snapshot, position);
  return (
    occurrences?.map(({ line, columns, is }) => ({
      range: rangeOf(document, { line, ...columns }),
      kind: KINDS[is],
    })) ?? null
  );
}

function occurrencesAt(snapshot: Snapshot, position: Position): Occurrence[] | undefined {
  const { document } = snapshot;
  const named = symbolAt(snapshot, position);
  if (named) return occurrencesIn(snapshot, document, named.found);
  const cell = cellAt(snapshot, position);
  return cell && cellOccurrences(snapshot, placeAt(document, position).line, cell);
}
