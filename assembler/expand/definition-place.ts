/** The place of a definition, for its symbol. */

import type { Node } from "../../grammar/ast.ts";
import { columnsOf } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { AssemblySymbol, Scoped } from "../expressions/symbols.ts";

export type Place = Pick<AssemblySymbol, "location" | "definedOn">;

/** The place of a definition in a file. */
export function placeIn(
  file: SourceFile,
  { node, line, lineNumber }: Omit<Scoped<Node>, "scope" | "label">,
): Place {
  return {
    location: { source: file.name, span: { line: lineNumber, ...columnsOf(line, node) } },
    definedOn: { file, line: lineNumber },
  };
}
