/** A fix for code that no run reaches: its removal, with what stands beside it on the same lines. */

import { CodeActionKind, type CodeAction } from "vscode-languageserver-types";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { columnsOf } from "../../grammar/line.ts";
import { toLspDiagnostic } from "../diagnostics.ts";
import { placedOn } from "../facts.ts";
import type { Snapshot } from "../snapshot.ts";
import { Edits } from "./edits.ts";

/** @param all what is wrong with the document */
export function removeDeadCode(
  snapshot: Snapshot,
  diagnostic: Diagnostic,
  all: readonly Diagnostic[],
): CodeAction[] {
  if (diagnostic.code !== "unreachable-code") return [];
  const { document, files } = snapshot;
  const dead = new Set(
    all
      .filter(({ code }) => code === "unreachable-code")
      .flatMap(({ span: { line, endLine = line } }) =>
        Array.from({ length: endLine - line + 1 }, (_, index) => line + index),
      ),
  );
  let first = diagnostic.span.line;
  let last = first;
  const { lines } = document.file;
  const isBlank = (line: number): boolean => lines[line].tokenCount === 0;
  // Lines without code between dead ones belong to them.
  const goOn = (from: number, step: number): number => {
    let end = from;
    for (let line = from + step; line >= 0 && line < lines.length; line += step) {
      if (dead.has(line)) end = line;
      else if (!isBlank(line)) break;
    }
    return end;
  };
  first = goOn(first, -1);
  last = goOn(last, 1);
  const edits = new Edits();
  for (let number = first; number <= last; number++) {
    const line = lines[number];
    // A line that became several statements may be dead in one place and needed in another.
    if (isBlank(number) || !placedOn(snapshot, document.file, number)) continue;
    if (line.tree.labels.length === 0 && !line.startsInComment && !line.endsInComment)
      edits.removeLine(document, number);
    else edits.replace(document, number, columnsOf(line, line.tree.statement!), "");
  }
  if (Object.keys(edits.changes).length === 0) return [];
  return [
    {
      title: "Remove the code that no run reaches",
      kind: CodeActionKind.QuickFix,
      diagnostics: [toLspDiagnostic(diagnostic, document, files)],
      edit: { changes: edits.changes },
    },
  ];
}
