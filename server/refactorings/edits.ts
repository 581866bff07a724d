/** Helpers of the refactorings: edits of the text, places for new definitions, and unused names. */

import type { TextEdit } from "vscode-languageserver-types";
import { lineBreakOf, rangeOf, type Document } from "../documents/document.ts";
import type { Columns } from "../../grammar/line.ts";
import { BYTE_ORDER_MARK } from "../../grammar/source-file.ts";
import { structureOf } from "../language/scopes.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** Edits by the URI of their file, as the protocol expects them. */
export class Edits {
  readonly changes: Record<string, TextEdit[]> = {};

  replace(document: Document, line: number, columns: Columns, text: string): this {
    return this.add(document, { range: rangeOf(document, { line, ...columns }), newText: text });
  }

  /** Inserts lines before a line; at the end if `line` is the number of lines. */
  insertLines(document: Document, line: number, lines: readonly string[]): this {
    const { lines: all } = document.file;
    const end = lineBreakOf(document);
    if (line < all.length) {
      // A byte order mark stays the first character.
      const column = line === 0 && all[0].text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
      return this.add(document, {
        range: rangeOf(document, { line, start: column, end: column }),
        newText: lines.map((text) => text + end).join(""),
      });
    }
    const last = all.length - 1;
    // The text after the last line break is a line, too, even if it is empty.
    const isOpen = all[last].text !== "";
    const at = rangeOf(document, { line: last, start: all[last].text.length, end: all[last].text.length });
    return this.add(document, {
      range: at,
      newText: (isOpen ? end : "") + lines.map((text) => text + end).join(""),
    });
  }

  removeLine(document: Document, line: number): this {
    const { lines } = document.file;
    const isLast = line + 1 >= lines.length;
    const range = isLast
      ? { line, start: 0, end: lines[line].text.length }
      : { line, start: 0, endLine: line + 1, end: 0 };
    return this.add(document, { range: rangeOf(document, range), newText: "" });
  }

  private add({ uri }: Document, edit: TextEdit): this {
    (this.changes[uri] ??= []).push(edit);
    return this;
  }
}

/** The line for a new definition: after the definitions at the top of the file, or before its first code. */
export function lineForDefinition({ file }: Document): number {
  let place: number | undefined;
  for (const [number, { tree }] of file.lines.entries()) {
    const { labels, statement } = tree;
    if (labels.length === 0 && !statement) continue;
    const kind = statement?.kind === "directive" ? statement.body.kind : "code";
    const isHead = kind === "target" || kind === "include" || kind === "constant" || kind === "cell";
    if (labels.length > 0 || !isHead) return place ?? number;
    place = number + 1;
  }
  return place ?? file.lines.length;
}

/** An unused name in the program, as similar to the wanted one as possible. */
export function freshName({ files }: Snapshot, wanted: string): string {
  const taken = new Set(
    files.flatMap(({ file }) => structureOf(file).definitions.map(({ name }) => name.toLowerCase())),
  );
  if (!taken.has(wanted.toLowerCase())) return wanted;
  for (let number = 2; ; number++) {
    if (!taken.has(`${wanted}_${number}`.toLowerCase())) return `${wanted}_${number}`;
  }
}
