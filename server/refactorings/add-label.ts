/** A fix for a jump to an undefined label: adds the label after the routine that it would belong to. */

import { CodeActionKind, type CodeAction } from "vscode-languageserver-types";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { toLspDiagnostic } from "../documents/lsp-diagnostics.ts";
import { operandAt } from "../language/cursor.ts";
import { operandOf } from "../language/name-resolution.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { Edits } from "./edits.ts";

export function addLabel(snapshot: Snapshot, diagnostic: Diagnostic): CodeAction[] {
  if (diagnostic.code !== "undefined-name") return [];
  const { document, set, files } = snapshot;
  const { line: lineNumber, start, end } = diagnostic.span;
  const line = document.file.lines[lineNumber];
  const at = operandAt(line, start);
  if (!at || operandOf(set, line, at.index)?.kind !== "target") return [];
  const name = line.text.slice(start, end);
  if (!/^\.?[A-Za-z_]\w*$/.test(name)) return [];
  const edits = new Edits();
  edits.insertLines(
    document,
    name.startsWith(".") ? endOfRoutine(snapshot, lineNumber) : document.file.lines.length,
    [`${name}:`],
  );
  return [
    {
      title: `Add the label \`${name}\` (a guess)`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [toLspDiagnostic(diagnostic, document, files)],
      edit: { changes: edits.changes },
    },
  ];
}

/** The line after the last one whose local labels belong to the same global label. */
function endOfRoutine({ document: { file } }: Snapshot, line: number): number {
  const { labelOf } = structureOf(file);
  let end = line + 1;
  while (end < labelOf.length && labelOf[end] === labelOf[line]) end++;
  return end;
}
