/**
 * `textDocument/rename`: renames a symbol in all files of all programs that contain it, or a memory cell in its
 * routine. Refused, with the reason, if the edit would change a program.
 */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Paused } from "../../program/cooperative.ts";
import { parseTag } from "../../isa/tags.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { timesUsed } from "../language/assembled-code.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { fileNameOf } from "../documents/uris.ts";
import { whyNotDefine, whyNotRename, whyReserved } from "../language/name-capture.ts";
import { addressOf, cellNameOf, defineCell, renameCell } from "../refactorings/name-cell.ts";
import { whyNotMove } from "../refactorings/moved-cell.ts";
import { EDIT_REASONS, whyNotEdit, type Changes } from "../refactorings/unchanged-program.ts";
import {
  cellAt,
  cellOccurrences,
  occurrencesOf,
  programsOf,
  symbolAt,
  type NamedCell,
} from "../language/references.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** All reasons against a new name or address of a cell, as sentences, besides those against names in general. */
export const CELL_REASONS = {
  nothing: () => "There is no name here that can be changed, and no memory cell.",
  noAddress: (digits: string) => `${digits} isn't an address: there are 2^32 cells.`,
  named: (address: string, name: string) => `The cell \`[${address}]\` is \`${name}\`.`,
  used: (address: string) => `The cell \`[${address}]\` is used already.`,
  usedElsewhere: (address: string) =>
    `The cell \`[${address}]\` is used outside of this routine, too; give it a name instead.`,
} as const;

/** The edit, or the reason against it. */
type Renaming = WorkspaceEdit | { readonly refused: string };

/** Renames what is at a position. */
export function* rename(snapshot: Snapshot, position: Position, newName: string): Paused<Renaming> {
  const named = symbolAt(snapshot, position);
  if (!named) return yield* renameCellAt(snapshot, position, newName.trim());
  const { found } = named;
  // The new name of a local label may start with a dot, which isn't part of the replaced text.
  const isLocal = found.definition.name.includes(".");
  const name = isLocal && newName.startsWith(".") ? newName.slice(1) : newName;
  const conflict = whyNotRename(snapshot, found, name);
  if (conflict !== undefined) return { refused: conflict };
  yield;
  const changes: Record<string, TextEdit[]> = {};
  for (const { document, line, columns } of occurrencesOf(snapshot, found)) {
    const edit = { range: rangeOf(document, { line, ...columns }), newText: name };
    (changes[document.uri] ??= []).push(edit);
  }
  yield;
  // The definition of a reserved name is an error, so there is no code yet that would have to stay the same.
  // The uses of a tag's name aren't known, since a tag may stand in their places.
  const old = found.definition.name;
  const isReserved = !isLocal && parseTag(old) === undefined && whyReserved(snapshot, old) !== undefined;
  const isSame = isReserved ? hasFewerReservedNames : undefined;
  const refused = yield* whyNotEdit(snapshot, programsOf(snapshot, found), changes, isSame);
  return refused === undefined ? { changes } : { refused };
}

function hasFewerReservedNames(before: Assembly, after: Assembly): boolean {
  const count = ({ diagnostics }: Assembly): number =>
    diagnostics.filter(({ code }) => code === "reserved-name").length;
  return count(after) < count(before);
}

/**
 * Why a cell can't get a new address: the program already uses that address, or uses the cell elsewhere.
 *
 * @param line a line of the routine in which the cell gets the new address
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
    // An address relative to the base is another cell in another routine's frame.
    if (cell.relative) continue;
    const times = timesUsed(assembly.program, cell, (file, number) => !lines.has(`${file} ${number}`));
    if (times > 0) return CELL_REASONS.usedElsewhere(addressOf(cell));
  }
  return undefined;
}

/** Why the edit of a cell's address would change the runs of some program. */
function* whyNotMoveIn(
  snapshot: Snapshot,
  cell: NamedCell,
  other: Pick<NamedCell, "relative" | "address">,
  changes: Changes,
): Paused<string | undefined> {
  let reason: string | undefined;
  const refused = yield* whyNotEdit(
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

/** Gives a cell a new address, such as `5` or `sp+3`, or a name, for which it adds a definition. */
function* renameCellAt(snapshot: Snapshot, position: Position, newName: string): Paused<Renaming> {
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
      ? yield* whyNotEdit(snapshot, snapshot.programs(document), changes)
      : (whyNotReaddress(snapshot, line, cell, other) ??
        (yield* whyNotMoveIn(snapshot, cell, other, changes)));
    return refused === undefined ? { changes } : { refused };
  }
  const conflict = whyNotDefine(snapshot, newName);
  if (conflict !== undefined) return { refused: conflict };
  const { changes } = defineCell(snapshot, line, cell, newName);
  const refused = yield* whyNotEdit(snapshot, snapshot.programs(document), changes);
  return refused === undefined ? { changes } : { refused };
}
