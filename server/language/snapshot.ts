/**
 * The input of a feature: a document, the files of its program, and functions that return the assembly and the
 * analysis. A snapshot never changes.
 */

import type { Analysis } from "../../analysis/analyze.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Document } from "../documents/document.ts";
import type { Settings } from "../documents/settings.ts";
import { lookUp, structureOf, type Definition } from "./scopes.ts";

export interface Snapshot {
  readonly document: Document;
  /** The main file and all files that it includes; the document is one of them. */
  readonly files: readonly Document[];
  readonly set: InstructionSet;
  readonly settings: Settings;
  /** The document that an `.include` in a file reads, or the error if it can't be read. */
  readonly include: (from: string, path: string, standard: boolean) => Document | { readonly error: string };
  /** False once an edit has changed one of the files. */
  readonly isCurrent: () => boolean;
  /**
   * The assembly; undefined if it isn't known yet and would take too long for a request. The session makes it after the
   * next pause in typing.
   */
  readonly assembly: () => Assembly | undefined;
  /**
   * The analysis; undefined for the same reason, or if the checker is switched off. A request can say how many milliseconds it waits
   * at most.
   */
  readonly analysis: (milliseconds?: number) => Analysis | undefined;
  /** Like {@link assembly} and {@link analysis}, without a time limit. */
  readonly fullAssembly: () => Assembly | undefined;
  readonly fullAnalysis: () => Analysis | undefined;
  /** The diagnostics that are known or quick to compute. */
  readonly diagnostics: () => readonly Diagnostic[];
  /** All diagnostics, without a time limit. */
  readonly allDiagnostics: () => readonly Diagnostic[];
  /** Like {@link fullAssembly}, with pauses. */
  readonly assembling: () => Paused<Assembly | undefined>;
  /** Assembles the program with other texts for some of its files. */
  readonly assemblingWith: (edited: readonly Document[]) => Paused<Assembly>;
  /** Why an edit may not change a file other than the document; undefined if it may. */
  readonly whyReadOnly: (file: Document) => string | undefined;
  /** All programs that contain a file, this one first. */
  readonly programs: (file: Document) => readonly Snapshot[];
}

/** A definition and the document that it is in. */
export interface Found {
  readonly document: Document;
  readonly definition: Definition;
}

/** The definition of a full name that is visible on a line of a document. */
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

/** The file of the snapshot with a URI. */
export function fileNamed(snapshot: Snapshot, uri: string): Document | undefined {
  return snapshot.files.find((file) => file.uri === uri);
}
