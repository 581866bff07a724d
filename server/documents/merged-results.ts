/**
 * Merges the diagnostics of several programs: a file's diagnostics are shown once, with the programs that they concern.
 */

import type { Diagnostic as LspDiagnostic } from "vscode-languageserver-types";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import type { Document } from "./document.ts";
import { shownIn, toLspDiagnostics, withLinesOf } from "./lsp-diagnostics.ts";
import { fileNameOf, keyOf } from "./uris.ts";

/** The diagnostics of a program, and the documents that they are about. */
export interface Results {
  /** The main file first. */
  readonly files: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The merged diagnostics of one file. */
interface Merged {
  readonly document: Document;
  readonly programs: readonly Results[];
  readonly items: readonly LspDiagnostic[];
}

/** The merged diagnostics of each file of some programs. */
export class MergedResults {
  /** The last merged diagnostics by key of the file. */
  private known = new Map<string, Merged>();

  /** @param programs those whose documents have all lines come first */
  of(programs: readonly Results[]): readonly Merged[] {
    const sharing = new Map<string, Results[]>();
    for (const program of programs) {
      for (const key of new Set(program.files.map(({ uri }) => keyOf(uri)))) {
        const others = sharing.get(key);
        if (others) others.push(program);
        else sharing.set(key, [program]);
      }
    }
    const merged = new Map<string, Merged>();
    for (const [key, programs] of sharing) {
      const known = this.known.get(key);
      const isSame =
        known?.programs.length === programs.length &&
        known.programs.every((program, index) => program === programs[index]);
      merged.set(key, isSame ? known : mergedFile(key, programs));
    }
    this.known = merged;
    return [...merged.values()];
  }
}

function mergedFile(key: string, programs: readonly Results[]): Merged {
  const files = new Map<string, Document>();
  for (const file of programs.flatMap((program) => program.files)) {
    const known = files.get(file.uri);
    files.set(file.uri, known ? withLinesOf(known, file) : file);
  }
  const document = [...files.values()].find(({ uri }) => keyOf(uri) === key)!;
  return { document, programs, items: mergeOfDocument(document, programs, [...files.values()]) };
}

/** Merges the diagnostics of a file from all programs that contain it. */
function mergeOfDocument(
  document: Document,
  programs: readonly Results[],
  files: readonly Document[],
): LspDiagnostic[] {
  const merged = mergeDiagnostics(
    programs.map(({ files, diagnostics }) => ({
      files: files.map(({ uri }) => uri),
      diagnostics: shownIn(document, diagnostics),
    })),
    fileNameOf,
  );
  return toLspDiagnostics(merged, document, files);
}
