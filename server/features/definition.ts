/** `textDocument/definition` and `textDocument/declaration`: the definition of a name, or the included file. */

import type { Location, Position } from "vscode-languageserver-types";
import { cursorAt } from "../language/cursor.ts";
import { rangeOf } from "../documents/document.ts";
import { symbolAt } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { documentLinks } from "./document-link.ts";

export function definition(snapshot: Snapshot, position: Position): Location | null {
  const { document } = snapshot;
  const named = symbolAt(snapshot, position);
  if (named) {
    const { found } = named;
    const { line, columns } = found.definition;
    return { uri: found.document.uri, range: rangeOf(found.document, { line, ...columns }) };
  }
  const { part, lineNumber } = cursorAt(document, position);
  if (part?.kind !== "path") return null;
  const link = documentLinks(snapshot).find(({ range }) => range.start.line === lineNumber);
  const start = { line: 0, character: 0 };
  return link?.target === undefined ? null : { uri: link.target, range: { start, end: start } };
}
