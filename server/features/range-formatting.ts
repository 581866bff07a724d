/** `textDocument/rangeFormatting`: formats the lines that a range touches, as formatting the document would. */

import type { Range, TextEdit } from "vscode-languageserver-types";
import type { Paused } from "../../program/cooperative.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { formatLinesOf } from "./formatting.ts";

export function rangeFormatting(snapshot: Snapshot, { start, end }: Range): Paused<TextEdit[]> {
  // A selection of whole lines ends at the start of the next line.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return formatLinesOf(snapshot, start.line, last + 1);
}
