/** `textDocument/rename`: a symbol in every file of every program that has it. */

import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { parseTag } from "../../isa/tags.ts";
import { rangeOf } from "../document.ts";
import { instructionNamed } from "../meaning.ts";
import { occurrencesOf, symbolAt } from "../references.ts";
import { resolve, type Found, type Snapshot } from "../snapshot.ts";

/** The edit, or why there is none. */
export function rename(
  snapshot: Snapshot,
  position: Position,
  newName: string,
): WorkspaceEdit | { readonly refused: string } {
  const named = symbolAt(snapshot, position);
  if (!named) return { refused: "There is no name here that can be changed." };
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
