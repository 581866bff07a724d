/**
 * `textDocument/rename`: a symbol in every file of every program that has it, a memory cell in its routine. Refused, with
 * the reason, if any program would become another one.
 */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { timesUsed } from "../language/assembled-code.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { fileNameOf } from "../documents/uris.ts";
import { whyNotDefine, whyNotRename } from "../language/name-capture.ts";
import { addressOf, cellNameOf, defineCell, renameCell } from "../refactorings/name-cell.ts";
import { whyNotMove } from "../refactorings/moved-cell.ts";
import { EDIT_REASONS, whyNotEdit, type Changes } from "../refactorings/same-code.ts";
import {
  cellAt,
  cellOccurrences,
  occurrencesOf,
  programsOf,
  symbolAt,
  type NamedCell,
} from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** Every kind of reason against another name or address of a cell, as a sentence, besides those against names. */
export const CELL_REASONS = {
  nothing: () => "There is no name here that can be changed, and no memory cell.",
  noAddress: (digits: string) => `${digits} is no address: there are 2^32 cells.`,
  named: (address: string, name: string) => `The cell \`[${address}]\` is \`${name}\`.`,
  used: (address: string) => `The cell \`[${address}]\` is used already.`,
  usedElsewhere: (address: string) =>
    `The cell \`[${address}]\` is used outside of this routine, too; give it a name instead.`,
} as const;

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

/**
 * Why a cell can't get another address: the program uses that one already, or the cell elsewhere.
 *
 * @param line a line of the routine in which it gets the other address
 */
function whyNotReaddress(
  snapshot: Snapshot,
  line: number,
  cell: NamedCell,
  other: Pick<NamedCell, "relative" | "address">,
): string | undefined {
  const lines = new Set(
    cellOccurrences(snapshot, line, cell).map(({ document, line }) => `${document.uri} ${line}`),
  );
  for (const program of snapshot.programs(snapshot.document)) {
    const assembly = program.fullAssembly();
    if (!assembly) return EDIT_REASONS.changed();
    const name = cellNameOf(program, other);
    if (name !== undefined) return CELL_REASONS.named(addressOf(other), name);
    if (timesUsed(assembly.program, other) > 0) return CELL_REASONS.used(addressOf(other));
    // What is relative to the base is in another frame in another routine.
    if (cell.relative) continue;
    const times = timesUsed(assembly.program, cell, (file, number) => !lines.has(`${file} ${number}`));
    if (times > 0) return CELL_REASONS.usedElsewhere(addressOf(cell));
  }
  return undefined;
}

/** Why some program wouldn't run as before if a cell got another address by an edit. */
function whyNotMoveIn(
  snapshot: Snapshot,
  cell: NamedCell,
  other: Pick<NamedCell, "relative" | "address">,
  changes: Changes,
): string | undefined {
  let reason: string | undefined;
  const refused = whyNotEdit(
    snapshot,
    snapshot.programs(snapshot.document),
    changes,
    (before, after, program) => {
      const file = fileNameOf(program.files[0].uri);
      reason = whyNotMove(file, cell, other, before, after, program.fullAnalysis());
      return reason === undefined;
    },
  );
  return reason ?? refused;
}

/** A cell gets another address, `5` or `sp+3`, or a name, which is then defined. */
function renameCellAt(
  snapshot: Snapshot,
  position: Position,
  newName: string,
): WorkspaceEdit | { readonly refused: string } {
  const { document } = snapshot;
  const cell = cellAt(snapshot, position);
  if (!cell) return { refused: CELL_REASONS.nothing() };
  const { line } = placeAt(document, position);
  const address = /^\[?\s*(sp\s*\+\s*)?(\d{1,10})\s*\]?$/i.exec(newName);
  if (address) {
    const [, relative, digits] = address;
    if (Number(digits) >= MEMORY_SIZE) return { refused: CELL_REASONS.noAddress(digits) };
    const other = { relative: relative !== undefined, address: BigInt(digits) };
    const text = addressOf(other);
    const { changes } = renameCell(snapshot, line, cell, `[${text}]`);
    const isSame = other.relative === cell.relative && other.address === cell.address;
    const refused = isSame
      ? whyNotEdit(snapshot, snapshot.programs(document), changes)
      : (whyNotReaddress(snapshot, line, cell, other) ?? whyNotMoveIn(snapshot, cell, other, changes));
    return refused === undefined ? { changes } : { refused };
  }
  const conflict = whyNotDefine(snapshot, newName);
  if (conflict !== undefined) return { refused: conflict };
  const { changes } = defineCell(snapshot, line, cell, newName);
  const refused = whyNotEdit(snapshot, snapshot.programs(document), changes);
  return refused === undefined ? { changes } : { refused };
}
