/** `textDocument/documentLink`: the paths of `.include`. */

import type { DocumentLink } from "vscode-languageserver-types";
import { rangeOf } from "../documents/document.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { includesOf } from "../language/scopes.ts";

export function documentLinks(snapshot: Snapshot): DocumentLink[] {
  const { document } = snapshot;
  return includesOf(document.file).flatMap(({ line, path, standard, columns }): DocumentLink[] => {
    if (path === undefined) return [];
    const found = snapshot.include(document.uri, path, standard);
    if ("error" in found) return [];
    // The quotes are not part of the link.
    const range = rangeOf(document, { line, start: columns.start + 1, end: columns.end - 1 });
    return [{ range, target: found.uri }];
  });
}
