/** Finds the tests in a file, from its text alone, including tests with errors. */

import { parseQuoted } from "../../assembler/expressions/literals.ts";
import { tokenColumns, tokenText, type Columns } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { structureOf } from "./scopes.ts";

export interface NamedTest {
  readonly name: string;
  readonly line: number;
  /** Columns of the name with its quotes. */
  readonly columns: Columns;
  /** The line that ends the test; the last line of the file if nothing does. */
  readonly end: number;
}

/** The tests in the order of the text; a test without a name is left out. */
export function testsIn(file: SourceFile): NamedTest[] {
  const found: NamedTest[] = [];
  for (const { kind, start, end } of structureOf(file).regions.values()) {
    if (kind !== "test") continue;
    const line = file.lines[start];
    const { statement } = line.tree;
    if (statement?.kind !== "directive" || statement.body.kind !== "test") continue;
    const token = statement.body.name;
    const name = parseQuoted(tokenText(line, token));
    if (typeof name !== "string" || name === "") continue;
    found.push({
      name,
      line: start,
      columns: tokenColumns(line, token),
      end: Math.min(end, file.lines.length - 1),
    });
  }
  return found;
}
