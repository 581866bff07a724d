/** `textDocument/formatting` */

import type { TextEdit } from "vscode-languageserver-types";
import { formattingRange } from "../../grammar/formatter/formatter.ts";
import type { Paused } from "../../program/cooperative.ts";
import { lineBreakOf, rangeOf } from "../documents/document.ts";
import type { Snapshot } from "../language/snapshot.ts";

export function formatting(snapshot: Snapshot): Paused<TextEdit[]> {
  return formatLinesOf(snapshot, 0, snapshot.document.file.lines.length);
}

/** The changes that formatting makes in the lines from `start` to before `end`. Line breaks stay as they are. */
export function* formatLinesOf(snapshot: Snapshot, start: number, end: number): Paused<TextEdit[]> {
  const { document, set } = snapshot;
  const { lines } = document.file;
  const lineBreak = lineBreakOf(document);
  const edits = yield* formattingRange(lines, start, end, { target: set.target });
  return edits.map((edit) => {
    const last = edit.end - 1;
    const range =
      edit.lines.length > 0
        ? { line: edit.start, start: 0, endLine: last, end: lines[last].text.length }
        : { line: edit.start, start: 0, endLine: edit.end, end: 0 };
    return { range: rangeOf(document, range), newText: edit.lines.join(lineBreak) };
  });
}
