/** `textDocument/prepareRename`: whether what is at a place can be renamed, and what it is called. */

import type { Position, Range } from "vscode-languageserver-types";
import { rangeOf } from "../document.ts";
import { symbolAt } from "../references.ts";
import type { Snapshot } from "../snapshot.ts";

export function prepareRename(
  snapshot: Snapshot,
  position: Position,
): { range: Range; placeholder: string } | null {
  const named = symbolAt(snapshot, position);
  if (!named) return null;
  const { line, columns } = named;
  const text = snapshot.document.file.lines[line].text.slice(columns.start, columns.end);
  return { range: rangeOf(snapshot.document, { line, ...columns }), placeholder: text };
}
