/** Finds the `.include` lines of a file, including those that conditions leave out. */

import { parseQuoted } from "../assembler/expressions/literals.ts";
import { tokenColumns, type Columns } from "../grammar/line.ts";
import type { SourceFile } from "../grammar/source-file.ts";

export interface IncludeLine {
  readonly line: number;
  /** Undefined if the path can't be parsed. */
  readonly path: string | undefined;
  readonly standard: boolean;
  /** Columns of the path with its quotes. */
  readonly columns: Columns;
}

export function includeLines(file: SourceFile): IncludeLine[] {
  const found: IncludeLine[] = [];
  for (const [index, line] of file.lines.entries()) {
    const { statement } = line.tree;
    if (statement?.kind !== "directive" || statement.body.kind !== "include") continue;
    const { path: first, last, standard } = statement.body;
    const { start } = tokenColumns(line, first);
    const { end } = tokenColumns(line, last);
    const written = line.text.slice(start, end);
    const path = standard ? written.slice(1, -1) : parseQuoted(written);
    found.push({
      line: index,
      path: typeof path === "string" ? path : undefined,
      standard,
      columns: { start, end },
    });
  }
  return found;
}
