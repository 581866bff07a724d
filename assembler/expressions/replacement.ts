/** Makes the fix that replaces a node. */

import type { DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import type { Node } from "../../grammar/ast.ts";
import { columnsOf } from "../../grammar/line.ts";
import type { Scoped } from "./symbols.ts";

/** A fix that replaces a node by `text`; no fix if `text` is undefined. */
export function replacement(at: Scoped<Node>, text: string | undefined): DiagnosticDetails {
  if (text === undefined) return {};
  const span = { line: at.lineNumber, ...columnsOf(at.line, at.node) };
  const source = at.scope.frame.file.name;
  return { fixes: [{ title: `Change to \`${text}\``, edits: [{ source, span, text }] }] };
}
