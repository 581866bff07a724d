/**
 * `textDocument/prepareRename`: the range and the current name of what can be renamed at a position, or the reason
 * against it.
 */

import type { Position, Range } from "vscode-languageserver-types";
import { columnsOf } from "../../grammar/line.ts";
import { cursorAt, operandAt } from "../language/cursor.ts";
import { rangeOf } from "../documents/document.ts";
import { fileNameOf } from "../documents/uris.ts";
import { addressOf } from "../refactorings/name-cell.ts";
import { cellAt, symbolAt } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

export function prepareRename(
  snapshot: Snapshot,
  position: Position,
): { range: Range; placeholder: string } | { readonly refused: string } | null {
  const named = symbolAt(snapshot, position);
  if (!named) return cellToRename(snapshot, position);
  const { document, definition } = named.found;
  const reason = snapshot.whyReadOnly(document);
  if (reason !== undefined)
    return { refused: `\`${definition.name}\` is defined in ${fileNameOf(document.uri)}, and ${reason}.` };
  const { line, columns } = named;
  const text = snapshot.document.file.lines[line].text.slice(columns.start, columns.end);
  return { range: rangeOf(snapshot.document, { line, ...columns }), placeholder: text };
}

/** For a memory operand that is written as an address: its range, and the address as the text to edit. */
function cellToRename(snapshot: Snapshot, position: Position): { range: Range; placeholder: string } | null {
  const { line, lineNumber, column } = cursorAt(snapshot.document, position);
  const operand = operandAt(line, column)?.node;
  const cell = operand?.kind === "memory" ? cellAt(snapshot, position) : undefined;
  if (!operand || !cell) return null;
  const range = rangeOf(snapshot.document, { line: lineNumber, ...columnsOf(line, operand) });
  return { range, placeholder: addressOf(cell) };
}
