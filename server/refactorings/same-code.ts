/** Guards edits that must not change the program: assembles it before and after, and compares. */

import type { TextEdit } from "vscode-languageserver-types";
import type { Assembly } from "../../assembler/assemble.ts";
import { HOLE } from "../../isa/hole.ts";
import { encode } from "../../program/codec.ts";
import { changeDocument, type Document } from "../documents/document.ts";
import { fileNameOf, keyOf } from "../documents/uris.ts";
import { fileNamed, type Snapshot } from "../language/snapshot.ts";

export type Changes = Readonly<Record<string, readonly TextEdit[]>>;

/**
 * Why an edit can't be made, as a sentence; undefined if each of the programs stays what it is and all of the files may be edited.
 *
 * @param isSame compares a program before and after; by default all bytes have to be the same
 */
export function whyNotEdit(
  snapshot: Snapshot,
  programs: readonly Snapshot[],
  changes: Changes,
  isSame: (before: Assembly, after: Assembly, program: Snapshot) => boolean = isSameCode,
): string | undefined {
  const files = new Map(programs.flatMap((program) => program.files).map((file) => [keyOf(file.uri), file]));
  const edited: Document[] = [];
  for (const [uri, edits] of Object.entries(changes)) {
    const file = files.get(keyOf(uri));
    if (!file) return `${fileNameOf(uri)} isn't part of the program.`;
    const reason = snapshot.whyReadOnly(file);
    if (reason !== undefined) return `${fileNameOf(uri)} would have to be edited, and ${reason}.`;
    edited.push(withEdits(file, edits));
  }
  for (const program of programs) {
    const before = program.fullAssembly();
    if (!before) return "The text has changed in the meantime.";
    const concerned = edited.some(({ uri }) => program.files.some((file) => file.uri === uri));
    if (concerned && !isSame(before, program.assembleWith(edited), program)) {
      return `The code of ${fileNameOf(program.files[0].uri)} would be another one.`;
    }
  }
  return undefined;
}

/** The document with edits made, all of which are places in the old text. */
function withEdits(document: Document, edits: readonly TextEdit[]): Document {
  const inOrder = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort(
      ({ range: { start: a }, index: first }, { range: { start: b }, index: second }) =>
        b.line - a.line || b.character - a.character || second - first,
    );
  const changes = inOrder.map(({ range, newText }) => ({ range, text: newText }));
  return changeDocument(document, document.version ?? 0, changes);
}

/** Every program that one of the edited files is part of, the snapshot's own first. */
export function programsOfEdit(snapshot: Snapshot, changes: Changes): Snapshot[] {
  const files = Object.keys(changes).flatMap((uri) => fileNamed(snapshot, uri) ?? []);
  const programs = [snapshot.document, ...files].flatMap((file) => snapshot.programs(file));
  return [...new Map(programs.map((program) => [program.files[0], program])).values()];
}

/** The same bytes, and the same mistakes. */
function isSameCode(before: Assembly, after: Assembly): boolean {
  return (
    mistakesOf(before) === mistakesOf(after) &&
    before.program.count === after.program.count &&
    holesOf(before) === holesOf(after) &&
    equalBytes(encode(before.program), encode(after.program))
  );
}

function mistakesOf({ diagnostics }: Assembly): string {
  return diagnostics
    .map(({ code, severity }) => `${severity} ${code}`)
    .sort()
    .join("\n");
}

function holesOf({ program: { opcodes, count } }: Assembly): string {
  return Array.from({ length: count }, (_, index) => (opcodes[index] === HOLE ? index : -1))
    .filter((index) => index >= 0)
    .join();
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
