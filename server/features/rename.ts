/**
 * `textDocument/rename`: a symbol in every file of every program that has it, a memory cell in its routine. Refused, with
 * the reason, if any program would become another one.
 */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { timesUsed } from "../language/assembled-code.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { whyNotDefine, whyNotRename } from "../language/name-capture.ts";
import { addressOf, cellNameOf, defineCell, renameCell } from "../refactorings/name-cell.ts";
import { whyNotEdit } from "../refactorings/same-code.ts";
import { cellAt, occurrencesOf, programsOf, symbolAt, type NamedCell } from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** The edit, or why there is none. */
export function rename(
  snapshot: Snapshot,
  position: Position,
  newName: string,
): WorkspaceEdit | { readonly refused: string } {
  const named = symbolAt(snapshot, position);
  if (!named) return renameCellAt(snapshot, position, newName.trim());
  const { found } = named;
  // A local label may be given with its dot, which isn't part of what is replaced.
  const isLocal = found.definition.name.includes(".");
  const name = isLocal && newName.startsWith(".") ? newName.slice(1) : newName;
  const conflict = whyNotRename(snapshot, found, name);
  if (conflict !== undefined) return { refused: conflict };
  const changes: Record<string, TextEdit[]> = {};
  for (const { document, line, columns } of occurrencesOf(snapshot, found)) {
    const edit = { range: rangeOf(document, { line, ...columns }), newText: name };
    (changes[document.uri] ??= []).push(edit);
  }
  const refused = whyNotEdit(snapshot, programsOf(snapshot, found), changes);
  return refused === undefined ? { changes } : { refused };
}

/** Why a cell can't get another address: the program uses that one already. */
function whyNotReaddress(
  snapshot: Snapshot,
  cell: NamedCell,
  other: Pick<NamedCell, "relative" | "address">,
): string | undefined {
  if (other.relative === cell.relative && other.address === cell.address) return undefined;
  for (const program of snapshot.programs(snapshot.document)) {
    const assembly = program.fullAssembly();
    if (!assembly) return "The text has changed in the meantime.";
    const name = cellNameOf(program, other);
    if (name !== undefined) return `The cell \`[${addressOf(other)}]\` is \`${name}\`.`;
    if (timesUsed(assembly.program, other) > 0) return `The cell \`[${addressOf(other)}]\` is used already.`;
  }
  return undefined;
}

/** A cell gets another address, `5` or `sp+3`, or a name, which is then defined. */
function renameCellAt(
  snapshot: Snapshot,
  position: Position,
  newName: string,
): WorkspaceEdit | { readonly refused: string } {
  const { document } = snapshot;
  const cell = cellAt(snapshot, position);
  if (!cell) return { refused: "There is no name here that can be changed, and no memory cell." };
  const { line } = placeAt(document, position);
  const address = /^\[?\s*(sp\s*\+\s*)?(\d{1,10})\s*\]?$/i.exec(newName);
  if (address) {
    const [, relative, digits] = address;
    if (Number(digits) >= MEMORY_SIZE) return { refused: `${digits} is no address: there are 2^32 cells.` };
    const other = { relative: relative !== undefined, address: BigInt(digits) };
    const text = addressOf(other);
    const taken = whyNotReaddress(snapshot, cell, other);
    if (taken !== undefined) return { refused: taken };
    return { changes: renameCell(snapshot, line, cell, `[${text}]`).changes };
  }
  const conflict = whyNotDefine(snapshot, newName);
  if (conflict !== undefined) return { refused: conflict };
  const { changes } = defineCell(snapshot, line, cell, newName);
  const refused = whyNotEdit(snapshot, snapshot.programs(document), changes);
  return refused === undefined ? { changes } : { refused };
}
