/** `textDocument/onTypeFormatting`: at the end of a line, the line that was written. */

import type { Position, TextEdit } from "vscode-languageserver-types";
import type { Snapshot } from "../language/snapshot.ts";
import { formatLinesOf } from "./formatting.ts";

export const TRIGGER = "\n";

/** @param position behind what was typed: on the line below */
export function onTypeFormatting(snapshot: Snapshot, { line }: Position, typed: string): TextEdit[] {
  if (typed !== TRIGGER || line === 0) return [];
  return formatLinesOf(snapshot, line - 1, line);
}
