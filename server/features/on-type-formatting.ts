/** `textDocument/onTypeFormatting`: formats a line when the user ends it. */

import type { Position, TextEdit } from "vscode-languageserver-types";
import type { Paused } from "../../program/cooperative.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { formatLinesOf } from "./formatting.ts";

export const TRIGGER = "\n";

/** @param position the position after the typed character, on the next line */
export function* onTypeFormatting(snapshot: Snapshot, { line }: Position, typed: string): Paused<TextEdit[]> {
  if (typed !== TRIGGER || line === 0) return [];
  return yield* formatLinesOf(snapshot, line - 1, line);
}
