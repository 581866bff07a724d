/** Makes fixes that add a line, such as a definition, after the includes at the beginning of a file. */

import type { DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import type { Node } from "../../grammar/ast.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { Scoped } from "./symbols.ts";

/** A fix that adds a line to the file with the mistake. */
export function addition({ scope }: Scoped<Node>, line: string): DiagnosticDetails {
  const { file } = scope.frame;
  const number = lineAfterIncludes(file);
  const span = { line: number, start: 0, end: 0 };
  const indentation = /^[ \t]*/.exec(file.lines[Math.max(number - 1, 0)].text)![0];
  const text = `${number > 0 ? indentation : ""}${line}\n`;
  return { fixes: [{ title: `Add \`${line}\``, edits: [{ source: file.name, span, text }] }] };
}

/** The line after the `.target` and the includes that begin a file; if there are none, the first statement or label. */
function lineAfterIncludes({ lines }: SourceFile): number {
  let found = -1;
  for (const [number, { tokenCount, tree }] of lines.entries()) {
    if (tokenCount === 0) continue;
    const { statement } = tree;
    const kind = statement?.kind === "directive" ? statement.body.kind : undefined;
    if (kind !== "target" && kind !== "include") return found < 0 ? aboveComment(lines, number) : found;
    found = number + 1;
  }
  return Math.max(0, Math.min(found, lines.length - 1));
}

/** The first line of the comment directly above a statement, or else the statement's line. */
function aboveComment(lines: SourceFile["lines"], number: number): number {
  let first = number;
  while (first > 0 && lines[first - 1].tokenCount === 0 && lines[first - 1].comments.length > 0) first--;
  return first;
}
