/** `refactor.extract.constant`: gives a name to the number at the cursor. */

import { CodeActionKind, type CodeAction, type Position } from "vscode-languageserver-types";
import { tokenColumns, tokenText } from "../../grammar/line.ts";
import { cursorAt } from "../language/cursor.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { Edits, freshName, lineForDefinition } from "./edits.ts";

export const EXTRACT_CONSTANT = `${CodeActionKind.RefactorExtract}.constant`;

export function extractConstant(snapshot: Snapshot, position: Position): CodeAction[] {
  const { document } = snapshot;
  const { line, lineNumber, part } = cursorAt(document, position);
  if (part?.kind !== "number" && part?.kind !== "character") return [];
  if (line.tree.statement?.kind !== "instruction" || line.problems.length > 0) return [];
  const text = tokenText(line, part.token);
  const name = freshName(snapshot, `VALUE_${text.replace(/\W+/g, "_").toUpperCase()}`.replace(/_$/, ""));
  const edits = new Edits();
  edits.insertLines(document, lineForDefinition(document), [`.const ${name} = ${text}`]);
  edits.replace(document, lineNumber, tokenColumns(line, part.token), name);
  return [
    {
      title: `Extract the constant \`${name}\``,
      kind: EXTRACT_CONSTANT,
      edit: { changes: edits.changes },
    },
  ];
}
