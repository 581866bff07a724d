/** Merges what was found in several programs: what is wrong with a file is shown once, with the programs that it concerns. */

import type { Diagnostic as LspDiagnostic } from "vscode-languageserver-types";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import type { Document } from "./document.ts";
import { toLspDiagnostics, withLinesOf } from "./lsp-diagnostics.ts";
import { fileNameOf, keyOf } from "./uris.ts";

/** The diagnostics of a program, and the documents that they are about. */
export interface Results {
  /** The main file first. */
  readonly files: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is wrong with one file in all programs that have it. */
interface Merged {
  readonly document: Document;
  readonly programs: readonly Results[];
  readonly items: readonly LspDiagnostic[];
}

/** What is wrong with each file of some programs: each mistake once, with the programs that it concerns. */
export class MergedResults {
  /** By key of the file: what was merged last. */
  private known = new Map<string, Merged>();

  /** @param programs those with whole documents first */
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

/** What is wrong with a file in all programs that have it, each mistake once. */
function mergeOfDocument(
  document: Document,
  programs: readonly Results[],
  files: readonly Document[],
): LspDiagnostic[] {
  const merged = mergeDiagnostics(
    programs.map(({ files, diagnostics }) => ({
      files: files.map(({ uri }) => uri),
      diagnostics: diagnostics.filter(({ source }) => source === document.uri),
    })),
    fileNameOf,
  );
  return toLspDiagnostics(merged, document, files);
}
