/** `refactor.inline.constant`: replaces all uses of a constant by its value, and removes the definition. */

import { CodeActionKind, type CodeAction, type Position } from "vscode-languageserver-types";
import { columnsOf, tokenColumns, type Line } from "../../grammar/line.ts";
import type { Expression, TokenIndex } from "../../grammar/ast.ts";
import { partsOf } from "../language/classified-tokens.ts";
import { occurrencesOf, symbolAt } from "../language/references.ts";
import { resolve, type Snapshot } from "../language/snapshot.ts";
import { usesOn } from "../language/scopes.ts";
import { Edits } from "./edits.ts";

export const INLINE_CONSTANT = `${CodeActionKind.RefactorInline}.constant`;

export function inlineConstant(snapshot: Snapshot, position: Position): CodeAction[] {
  const named = symbolAt(snapshot, position);
  if (named?.found.definition.kind !== "constant") return [];
  const { document, definition } = named.found;
  if (definition.region.kind !== "file") return [];
  const line = document.file.lines[definition.line];
  const { statement, labels } = line.tree;
  if (statement?.kind !== "directive" || statement.body.kind !== "constant" || line.problems.length > 0)
    return [];
  const { value } = statement.body;
  if (dependsOnPlace(line)) return [];
  const text = textOf(line, statement.body.name, value);
  const edits = new Edits();
  const names = usesOn(document.file, definition.line).map(({ name }) => name);
  for (const { document: file, line: number, columns, is } of occurrencesOf(snapshot, named.found)) {
    if (is === "definition") {
      // Of two definitions, the user must first decide which one is right.
      if (file !== document || number !== definition.line) return [];
      continue;
    }
    const means = (name: string): unknown => resolve(snapshot, file, number, name)?.definition;
    const there = (name: string): unknown => resolve(snapshot, document, definition.line, name)?.definition;
    if (names.some((name) => means(name) !== there(name))) return [];
    edits.replace(file, number, columns, text);
  }
  if (labels.length > 0 || line.comments.length > 0) {
    edits.replace(document, definition.line, columnsOf(line, statement), "");
  } else edits.removeLine(document, definition.line);
  return [
    {
      title: `Inline the constant \`${definition.name}\``,
      kind: INLINE_CONSTANT,
      edit: { changes: edits.changes },
    },
  ];
}

/** True if the value contains local labels or `$`, whose meaning depends on the place. */
function dependsOnPlace(line: Line): boolean {
  return partsOf(line.tree).some(
    ({ kind, token }) => kind === "here" || (kind === "name" && line.text[line.startOf(token)] === "."),
  );
}

/** The text of the value; in parentheses unless it is one token. */
function textOf(line: Line, name: TokenIndex, value: Expression): string {
  // The value starts after the name and the `=`.
  const text = line.text.slice(
    tokenColumns(line, name + 2).start,
    tokenColumns(line, line.tokenCount - 1).end,
  );
  return value.kind === "binary" || value.kind === "unary" ? `(${text})` : text;
}
