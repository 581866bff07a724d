/** `textDocument/references`: the uses of a name in the whole program, or of a memory cell in its routine. */

import type { Location, Position } from "vscode-languageserver-types";
import { placeAt, rangeOf } from "../documents/document.ts";
import { cellAt, cellOccurrences, occurrencesOf, symbolAt, type Occurrence } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

export interface ReferencesOptions {
  readonly includeDeclaration: boolean;
}

export function references(
  snapshot: Snapshot,
  position: Position,
  { includeDeclaration }: ReferencesOptions,
): Location[] | null {
  const named = symbolAt(snapshot, position);
  if (named) {
    return occurrencesOf(snapshot, named.found)
      .filter(({ is }) => includeDeclaration || is !== "definition")
      .map(locationOf);
  }
  const cell = cellAt(snapshot, position);
  const { line } = placeAt(snapshot.document, position);
  return cell ? cellOccurrences(snapshot, line, cell).map(locationOf) : null;
}

function locationOf({ document, line, columns }: Occurrence): Location {
  return { uri: document.uri, range: rangeOf(document, { line, ...columns }) };
}
