/**
 * `refactor.extract.cell`: names a memory cell in its routine; `refactor.rewrite.cell`: replaces a cell's address by
 * its name, or the name by the address.
 */

import { CodeActionKind, type CodeAction, type Position } from "vscode-languageserver-types";
import { columnsOf } from "../../grammar/line.ts";
import { cursorAt, operandAt } from "../language/cursor.ts";
import { assembledSymbol, isRelative, valueOfSymbol } from "../language/assembled-code.ts";
import { cellAt, cellOccurrences, type NamedCell } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { structureOf } from "../language/scopes.ts";
import { Edits, freshName, lineForDefinition } from "./edits.ts";

export const EXTRACT_CELL = `${CodeActionKind.RefactorExtract}.cell`;
export const REWRITE_CELL = `${CodeActionKind.RefactorRewrite}.cell`;

export function nameCell(snapshot: Snapshot, position: Position): CodeAction[] {
  const { document } = snapshot;
  const { line, lineNumber, column } = cursorAt(document, position);
  const cell = cellAt(snapshot, position);
  const operand = operandAt(line, column)?.node;
  if (!cell || !operand || operand.kind === "literal") return [];
  const address = addressOf(cell);
  const here = columnsOf(line, operand);
  const written = line.text.slice(here.start, here.end);

  // `name` and `[name]` are replaced by the address.
  const isAddress = /^\[{1,2}(?:\s*sp\s*\+)?[\s\d]+\]{1,2}$/i.test(written);
  const other = isAddress ? cellNameOf(snapshot, cell) : `[${address}]`;
  if (other !== undefined) {
    const text = cell.indirect ? `[${other}]` : other;
    const { changes } = new Edits().replace(document, lineNumber, here, text);
    const title = `Write \`${text}\` for \`${written}\``;
    return [{ title, kind: REWRITE_CELL, edit: { changes } }];
  }
  const name = freshName(snapshot, `cell_${address.replace("+", "_")}`);
  const { changes } = defineCell(snapshot, lineNumber, cell, name);
  return [
    {
      title: `Name the cell \`[${address}]\` in this routine`,
      kind: EXTRACT_CELL,
      edit: { changes },
    },
  ];
}

/** Adds a definition with a new name for a cell, and uses the name in the routine around a line. */
export function defineCell(snapshot: Snapshot, lineNumber: number, cell: NamedCell, name: string): Edits {
  const { document } = snapshot;
  return renameCell(snapshot, lineNumber, cell, name).insertLines(document, lineForDefinition(document), [
    `.cell ${name} = [${addressOf(cell)}]`,
  ]);
}

/** Replaces every operand of a routine that is one cell by another name, or by another address in brackets. */
export function renameCell(snapshot: Snapshot, lineNumber: number, cell: NamedCell, name: string): Edits {
  const edits = new Edits();
  for (const { document, line, columns, indirect } of cellOccurrences(snapshot, lineNumber, cell)) {
    edits.replace(document, line, columns, indirect ? `[${name}]` : name);
  }
  return edits;
}

/** The cell's address as the text between brackets. */
export function addressOf({ relative, address }: Pick<NamedCell, "relative" | "address">): string {
  return relative ? `sp+${address}` : String(address);
}

/** The name of a cell in one of the files, if it has one. */
export function cellNameOf(
  snapshot: Snapshot,
  cell: Pick<NamedCell, "relative" | "address">,
): string | undefined {
  for (const document of snapshot.files) {
    for (const definition of structureOf(document.file).root.names.values()) {
      if (definition.kind !== "cell") continue;
      const found = assembledSymbol(snapshot, { document, definition });
      if (
        found?.symbol.kind !== "cell" ||
        isRelative(found.symbol, found.assembly.program.set.target) !== cell.relative
      )
        continue;
      if (valueOfSymbol(found.symbol, found.assembly) === cell.address) return definition.name;
    }
  }
  return undefined;
}
