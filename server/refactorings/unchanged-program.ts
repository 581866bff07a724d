/** Guards edits that must not change the program: assembles it before and after the edit, and compares. */

import type { TextEdit } from "vscode-languageserver-types";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Paused } from "../../program/cooperative.ts";
import { HOLE } from "../../isa/hole.ts";
import { encode } from "../../program/codec.ts";
import { changeDocument, type Document } from "../documents/document.ts";
import { fileNameOf, keyOf } from "../documents/uris.ts";
import { fileNamed, type Snapshot } from "../language/snapshot.ts";

export type Changes = Readonly<Record<string, readonly TextEdit[]>>;

/** All reasons against an edit, as sentences. */
export const EDIT_REASONS = {
  notOfProgram: (file: string) => `${file} isn't part of the program.`,
  readOnly: (file: string, reason: string) => `${file} would have to be edited, and ${reason}.`,
  changed: () => "The text has changed in the meantime.",
  otherCode: (file: string) => `The code of ${file} would be another one.`,
} as const;

/**
 * Why an edit can't be made, as a sentence; undefined if every program stays the same and all files may be edited.
 *
 * @param isSame compares a program before and after; by default, all bytes must be equal
 */
export function* whyNotEdit(
  snapshot: Snapshot,
  programs: readonly Snapshot[],
  changes: Changes,
  isSame: (before: Assembly, after: Assembly, program: Snapshot) => boolean = isSameCode,
): Paused<string | undefined> {
  const refused = whyNotEditable(snapshot, programs, changes);
  if (refused !== undefined) return refused;
  const files = filesOf(programs);
  const edited: Document[] = [];
  for (const [uri, edits] of Object.entries(changes)) {
    edited.push(withEdits(files.get(keyOf(uri))!, edits));
    yield;
  }
  for (const program of programs) {
    const before = yield* program.assembling();
    if (!before) return EDIT_REASONS.changed();
    const concerned = edited.some(({ uri }) => program.files.some((file) => file.uri === uri));
    if (!concerned) continue;
    const after = yield* program.assemblingWith(edited);
    yield;
    if (!isSame(before, after, program)) return EDIT_REASONS.otherCode(fileNameOf(program.files[0].uri));
    yield;
  }
  return undefined;
}

/** Why files may not be edited, as a sentence; undefined if they may be. Doesn't compare programs. */
export function whyNotEditable(
  snapshot: Snapshot,
  programs: readonly Snapshot[],
  changes: Changes,
): string | undefined {
  const files = filesOf(programs);
  for (const uri of Object.keys(changes)) {
    const file = files.get(keyOf(uri));
    if (!file) return EDIT_REASONS.notOfProgram(fileNameOf(uri));
    const reason = snapshot.whyReadOnly(file);
    if (reason !== undefined) return EDIT_REASONS.readOnly(fileNameOf(uri), reason);
  }
  return undefined;
}

function filesOf(programs: readonly Snapshot[]): Map<string, Document> {
  return new Map(programs.flatMap((program) => program.files).map((file) => [keyOf(file.uri), file]));
}

/** A document after edits whose places refer to the old text. */
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

/** All programs that contain one of the edited files, the snapshot's own first. */
export function programsOfEdit(snapshot: Snapshot, changes: Changes): Snapshot[] {
  const files = Object.keys(changes).flatMap((uri) => fileNamed(snapshot, uri) ?? []);
  const programs = [snapshot.document, ...files].flatMap((file) => snapshot.programs(file));
  return [...new Map(programs.map((program) => [program.files[0], program])).values()];
}

/** True for equal bytes and equal diagnostics. */
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
  const holes: number[] = [];
  for (let index = 0; index < count; index++) if (opcodes[index] === HOLE) holes.push(index);
  return holes.join();
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
