/** Sends the client the diagnostics that it doesn't have yet, and takes back those that no longer hold. */

import type { Diagnostic as LspDiagnostic } from "vscode-languageserver-types";
import type { Document } from "../documents/document.ts";
import { toLspDiagnostics } from "../documents/lsp-diagnostics.ts";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import { fileNameOf, keyOf } from "../documents/uris.ts";
import type { Results } from "./check-scheduler.ts";

export type Publish = (uri: string, version: number | undefined, diagnostics: LspDiagnostic[]) => void;

/** All that is to be shown. */
interface Shown {
  /** Of programs with a file that is open. */
  readonly results: Iterable<Results>;
  /** URIs of files whose diagnostics stay as they are unless there is something new. */
  readonly kept: Iterable<string>;
  /** Of files that aren't part of such a program, by URI. */
  readonly others: ReadonlyMap<string, LspDiagnostic[]>;
}

export class Publisher {
  private readonly publishTo: Publish;
  /** What the client was sent last, by URI. */
  private readonly sent = new Map<string, string>();

  constructor(publish: Publish) {
    this.publishTo = publish;
  }

  publish({ results, kept, others }: Shown): void {
    const messages = new Map<string, { document: Document; diagnostics: LspDiagnostic[] }>();
    const programs = [...results];
    const files = [...new Set(programs.flatMap((program) => program.files))];
    for (const document of files) {
      const sharing = programs.filter((program) => program.files.includes(document));
      const diagnostics = mergeOfDocument(document, sharing, files);
      messages.set(document.uri, { document, diagnostics });
    }
    const shown = new Set(kept);
    const known = new Set([...messages.keys()].map(keyOf));
    for (const [uri, diagnostics] of others) {
      if (known.has(keyOf(uri))) continue;
      shown.add(uri);
      this.send(uri, undefined, diagnostics);
    }
    for (const [uri, { document, diagnostics }] of messages) this.send(uri, document.version, diagnostics);
    for (const uri of this.sent.keys()) {
      if (shown.has(uri)) continue;
      this.sent.delete(uri);
      this.publishTo(uri, undefined, []);
    }
  }

  private send(uri: string, version: number | undefined, diagnostics: LspDiagnostic[]): void {
    // A file that isn't open is mentioned only if something is wrong with it.
    if (version === undefined && diagnostics.length === 0 && !this.sent.has(uri)) return;
    const text = JSON.stringify([version, diagnostics]);
    if (this.sent.get(uri) === text) return;
    this.sent.set(uri, text);
    this.publishTo(uri, version, diagnostics);
  }
}

/** What is wrong with a file in all programs that have it, each mistake once. */
export function mergeOfDocument(
  document: Document,
  programs: readonly Results[],
  files: readonly Document[],
): LspDiagnostic[] {
  const merged = mergeDiagnostics(
    programs.map((program) => ({
      files: program.files.map(({ uri }) => uri),
      diagnostics: program.diagnostics.filter(({ source }) => source === document.uri),
    })),
    fileNameOf,
  );
  return toLspDiagnostics(merged, document, files);
}
