/**
 * What a feature sees: a document, the files of its program, and functions that give the assembly and the analysis. A
 * snapshot never changes.
 */

import type { Analysis } from "../../analysis/analyze.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Document } from "../documents/document.ts";
import type { Settings } from "../documents/settings.ts";
import { lookUp, structureOf, type Definition } from "./scopes.ts";

export interface Snapshot {
  readonly document: Document;
  /** The main file, and all that it includes: the document is one of them. */
  readonly files: readonly Document[];
  readonly set: InstructionSet;
  readonly settings: Settings;
  /** The document that an `.include` in one of the files reads, or why it reads none. */
  readonly include: (from: string, path: string, standard: boolean) => Document | { readonly error: string };
  /**
   * The assembly; undefined if it isn't known yet and would take too long for a request. It is made after the next
   * pause in typing.
   */
  readonly assembly: () => Assembly | undefined;
  /** The analysis; undefined for the same reason, and if the checker is switched off. */
  readonly analysis: () => Analysis | undefined;
  /** As {@link assembly} and {@link analysis}, however long that takes. */
  readonly fullAssembly: () => Assembly | undefined;
  readonly fullAnalysis: () => Analysis | undefined;
  /** The diagnostics of the files that are known already or quick to find. */
  readonly diagnostics: () => readonly Diagnostic[];
  /** All diagnostics of the files, however long that takes. */
  readonly allDiagnostics: () => readonly Diagnostic[];
  /** The program assembled with other texts in place of some of its files. */
  readonly assembleWith: (edited: readonly Document[]) => Assembly;
  /** Why a file isn't edited on behalf of another one; undefined if it may be. */
  readonly whyReadOnly: (file: Document) => string | undefined;
  /** Every program that one of the files is part of, this one first. */
  readonly programs: (file: Document) => readonly Snapshot[];
}

/** A definition and the document that it is in. */
export interface Found {
  readonly document: Document;
  readonly definition: Definition;
}

/** What a full name stands for on a line of a document. */
export function resolve(
  snapshot: Snapshot,
  document: Document,
  line: number,
  name: string,
): Found | undefined {
  const here = lookUp(document.file, line, name);
  if (here) return { document, definition: here };
  for (const other of snapshot.files) {
    if (other === document) continue;
    const definition = structureOf(other.file).root.names.get(name);
    if (definition) return { document: other, definition };
  }
  return undefined;
}

/** The file of the snapshot that goes by this name. */
export function fileNamed(snapshot: Snapshot, uri: string): Document | undefined {
  return snapshot.files.find((file) => file.uri === uri);
}
