/**
 * Completion of the path of an `.include`: finds the unfinished path, and makes the items for the entries of its
 * folder.
 */

import {
  CompletionItemKind,
  type CompletionItem,
  type CompletionList,
  type Position,
} from "vscode-languageserver-types";
import type { FolderEntry } from "../documents/folder-entry.ts";
import { placeAt, rangeOf, type Document } from "../documents/document.ts";
import { writingAt } from "../language/cursor.ts";

/** An unfinished path. */
export interface WrittenPath {
  /** The path up to its last slash. */
  readonly folder: string;
  /** True for `<…>`, a path in the standard library. */
  readonly standard: boolean;
  readonly line: number;
  /** Column after the last slash. */
  readonly start: number;
  readonly end: number;
  /** The closing quote or bracket if it is missing, else empty. */
  readonly close: string;
}

/** Matches the text before the cursor: `.include <std/lo`. */
const STANDARD_PATH = /^\s*(?:[A-Za-z_.][\w.]*:\s*)*\.include\s*<([^<>"]*)$/i;

/** The unfinished path at a position; undefined if there is none. */
export function writtenPathAt(document: Document, position: Position): WrittenPath | undefined {
  const { line, column } = placeAt(document, position);
  const parsed = document.file.lines[line];
  const before = parsed.text.slice(0, column);
  const standard = STANDARD_PATH.exec(before);
  const writing = standard ? undefined : writingAt(parsed, column);
  if (writing && writing.place !== "path") return undefined;
  const path = standard ? standard[1] : before.slice(writing!.start);
  const slash = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const close = standard ? ">" : before[column - path.length - 1];
  return {
    folder: path.slice(0, slash + 1),
    standard: standard !== null,
    line,
    start: column - path.length + slash + 1,
    end: column,
    close: parsed.text.slice(column).includes(close) ? "" : close,
  };
}

/** Lists folders first. A typed slash selects a folder and asks for its entries. */
export function pathCompletion(
  document: Document,
  { line, start, end, close }: WrittenPath,
  entries: readonly FolderEntry[],
): CompletionList {
  const range = rangeOf(document, { line, start, end });
  const items = entries.map(({ name, isFolder }): CompletionItem => ({
    label: isFolder ? `${name}/` : name,
    kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
    sortText: `${isFolder ? 0 : 1}${name.toLowerCase()}`,
    filterText: name,
    textEdit: { range, newText: isFolder ? name : name + close },
    ...(isFolder && { commitCharacters: ["/"] }),
  }));
  return { isIncomplete: false, items };
}
