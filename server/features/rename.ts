/** `textDocument/rename`: a symbol in every file of every program that has it, a memory cell in its routine. */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { parseTag } from "../../isa/tags.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { instructionNamed } from "../language/name-resolution.ts";
import { addressOf, defineCell, renameCell } from "../refactorings/name-cell.ts";
import { cellAt, occurrencesOf, symbolAt } from "../language/references.ts";
import { resolve, type Found, type Snapshot } from "../language/snapshot.ts";
import type { Definition } from "../language/scopes.ts";

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
  const { line } = placeAt(document, position);
  const address = /^\[?\s*(sp\s*\+\s*)?(\d{1,10})\s*\]?$/i.exec(newName);
  if (address) {
    const [, relative, digits] = address;
    if (Number(digits) >= MEMORY_SIZE) return { refused: `${digits} is no address: there are 2^32 cells.` };
    const text = addressOf({ relative: relative !== undefined, address: BigInt(digits) });
    return { changes: renameCell(snapshot, line, cell, `[${text}]`).changes };
  }
  const refused =
    problemWithName(snapshot, newName, "global") ??
    alreadyDefined(newName, resolve(snapshot, document, line, newName)?.definition);
  return refused === undefined ? { changes: defineCell(snapshot, line, cell, newName).changes } : { refused };
}

function problemWith(snapshot: Snapshot, { document, definition }: Found, name: string): string | undefined {
  const owner = definition.name.lastIndexOf(".");
  const problem = problemWithName(snapshot, name, owner < 0 ? "global" : "local");
  if (problem !== undefined) return problem;
  const full = owner < 0 ? name : `${definition.name.slice(0, owner)}.${name}`;
  if (full === definition.name) return undefined;
  return alreadyDefined(
    full,
    definition.region.kind === "file"
      ? resolve(snapshot, document, definition.line, full)?.definition
      : definition.region.names.get(full),
  );
}

/** What is wrong with a name by itself. A local label's dot tells it apart from what else has its name. */
function problemWithName({ set }: Snapshot, name: string, kind: "global" | "local"): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `\`${name}\` is not a name: a letter or an underscore, then letters, digits and underscores.`;
  }
  if (kind === "local") return undefined;
  if (name.toLowerCase() === "sp") return "`sp` is the base of addresses.";
  if (parseTag(name)) return `\`${name}\` is a tag.`;
  return instructionNamed(set, name) && `\`${name}\` is an instruction.`;
}

function alreadyDefined(name: string, taken: Definition | undefined): string | undefined {
  return taken && `\`${name}\` is defined already, on line ${taken.line + 1}.`;
}
