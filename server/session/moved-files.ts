/** Computes the edits that keep every `.include` pointing to its file when files of the workspace are moved. */

import type { TextEdit } from "vscode-languageserver-types";
import { rangeOf, type Document } from "../documents/document.ts";
import { keyOf } from "../documents/uris.ts";
import { includesOf } from "../language/scopes.ts";

export interface MovedFile {
  readonly oldUri: string;
  readonly newUri: string;
}

/**
 * @param documents all files that move, or that may include a file that moves
 * @param locate the URI that an `.include` in a document names; undefined if the file doesn't exist
 */
export function editsForMoves(
  moves: readonly MovedFile[],
  documents: Iterable<Document>,
  locate: (document: Document, path: string) => string | undefined,
): Record<string, TextEdit[]> {
  const changes: Record<string, TextEdit[]> = {};
  for (const document of documents) {
    const from = movedUri(document.uri, moves);
    for (const { line, path, standard, columns } of includesOf(document.file)) {
      if (path === undefined || standard) continue;
      const target = locate(document, path);
      if (target === undefined) continue;
      const to = movedUri(target, moves);
      if (from === document.uri && to === target) continue;
      // A path that is found in one of the project's folders stays valid; only paths relative to the including file
      // change.
      const isBeside = keyOf(new URL(path, document.uri).href) === keyOf(target);
      if (to === target && !isBeside) continue;
      const written = relativePath(from, to);
      if (written === undefined || written === path) continue;
      (changes[document.uri] ??= []).push({
        range: rangeOf(document, { line, start: columns.start + 1, end: columns.end - 1 }),
        newText: written,
      });
    }
  }
  return changes;
}

/** The new URI of a file that is moved, alone or with its folder. */
function movedUri(uri: string, moves: readonly MovedFile[]): string {
  const key = keyOf(uri);
  for (const { oldUri, newUri } of moves) {
    const old = keyOf(oldUri);
    if (key === old) return newUri;
    if (key.startsWith(`${old}/`)) return newUri + encodeURI(key.slice(old.length));
  }
  return uri;
}

/** The relative path from one file's folder to another file; undefined if they have no common root. */
function relativePath(from: string, to: string): string | undefined {
  const a = new URL(from);
  const b = new URL(to);
  if (a.protocol !== b.protocol || a.host !== b.host) return undefined;
  const folders = a.pathname.split("/").slice(0, -1);
  const parts = b.pathname.split("/");
  let same = 0;
  while (same < folders.length && same < parts.length - 1 && folders[same] === parts[same]) same++;
  return [...folders.slice(same).map(() => ".."), ...parts.slice(same).map(keyOf)].join("/");
}
