/** `textDocument/rename`: a symbol in every file of every program that has it, a memory cell in its routine. */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { parseTag } from "../../isa/tags.ts";
import { placeAt, rangeOf } from "../document.ts";
import { instructionNamed } from "../meaning.ts";
import { addressOf, renameCell } from "../refactorings/name-cell.ts";
import { Edits, lineForDefinition } from "../refactorings/edits.ts";
import { cellAt, occurrencesOf, symbolAt } from "../references.ts";
import { resolve, type Found, type Snapshot } from "../snapshot.ts";
import { structureOf } from "../symbols.ts";

const MAX_ADDRESS = 0xffff_ffffn;

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
  const refused = problemWith(snapshot, found, name);
  if (refused !== undefined) return { refused };
  const changes: Record<string, TextEdit[]> = {};
  for (const { document, line, columns } of occurrencesOf(snapshot, found)) {
    const edit = { range: rangeOf(document, { line, ...columns }), newText: name };
    (changes[document.uri] ??= []).push(edit);
  }
  return { changes };
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
  const edits = new Edits();
  const address = /^\[?\s*(sp\s*\+\s*)?(\d{1,10})\s*\]?$/i.exec(newName);
  if (address) {
    const [, relative, digits] = address;
    if (BigInt(digits) > MAX_ADDRESS) return { refused: `${digits} is no address: there are 2^32 cells.` };
    const text = addressOf({ relative: relative !== undefined, address: BigInt(digits) });
    renameCell(snapshot, placeAt(document, position).line, cell, `[${text}]`, edits);
    return { changes: edits.changes };
  }
  const region = structureOf(document.file).root;
  const kind = "cell";
  const columns = { start: 0, end: 0 };
  const definition = { kind, name: "", region, line: 0, token: 0, columns } as const;
  const problem = problemWith(snapshot, { document, definition }, newName);
  if (problem !== undefined) return { refused: problem };
  edits.insertLines(document, lineForDefinition(document), [`.cell ${newName} = [${addressOf(cell)}]`]);
  renameCell(snapshot, placeAt(document, position).line, cell, newName, edits);
  return { changes: edits.changes };
}

function problemWith(snapshot: Snapshot, { document, definition }: Found, name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `\`${name}\` is not a name: a letter or an underscore, then letters, digits and underscores.`;
  }
  const owner = definition.name.lastIndexOf(".");
  const full = owner < 0 ? name : `${definition.name.slice(0, owner)}.${name}`;
  if (full === definition.name) return undefined;
  if (owner < 0) {
    if (name.toLowerCase() === "sp") return "`sp` is the base of addresses.";
    if (parseTag(name)) return `\`${name}\` is a tag.`;
    if (instructionNamed(snapshot.set, name)) return `\`${name}\` is an instruction.`;
  }
  const taken =
    definition.region.kind === "file"
      ? resolve(snapshot, document, definition.line, full)?.definition
      : definition.region.names.get(full);
  return taken && `\`${full}\` is defined already, on line ${taken.line + 1}.`;
}
