/** Sends new diagnostics to the client, and withdraws those that no longer hold. */

import type { Diagnostic as LspDiagnostic } from "vscode-languageserver-types";
import { MergedResults, type Results } from "../documents/merged-results.ts";
import { keyOf } from "../documents/uris.ts";

export type Publish = (uri: string, version: number | undefined, diagnostics: LspDiagnostic[]) => void;

/** The diagnostics to show. */
interface Shown {
  /** Results of programs with an open file. */
  readonly results: Iterable<Results>;
  /** URIs of files whose diagnostics stay unless there are new results. */
  readonly kept: Iterable<string>;
  /** Results of all other programs, which may include the same files. */
  readonly closed: Iterable<Results>;
}

export class Publisher {
  private readonly publishTo: Publish;
  /** The diagnostics that the client was sent last, by URI. */
  private readonly sent = new Map<string, string>();

  private readonly merged = new MergedResults();

  constructor(publish: Publish) {
    this.publishTo = publish;
  }

  publish({ results, kept, closed }: Shown): void {
    const open = [...results];
    const programs = [...open, ...closed];
    const shown = new Set(kept);
    const waiting = new Set([...shown].map(keyOf));
    for (const { files } of open) for (const { uri } of files) waiting.delete(keyOf(uri));
    for (const { document, items } of this.merged.of(programs)) {
      // If some results of a file are still missing, the client keeps its last complete list.
      if (waiting.has(keyOf(document.uri))) continue;
      shown.add(document.uri);
      this.send(document.uri, document.version, items);
    }
    for (const uri of this.sent.keys()) {
      if (shown.has(uri)) continue;
      this.sent.delete(uri);
      this.publishTo(uri, undefined, []);
    }
  }

  private send(uri: string, version: number | undefined, diagnostics: readonly LspDiagnostic[]): void {
    // A file that isn't open is only mentioned if it has diagnostics.
    if (version === undefined && diagnostics.length === 0 && !this.sent.has(uri)) return;
    const text = JSON.stringify([version, diagnostics]);
    if (this.sent.get(uri) === text) return;
    this.sent.set(uri, text);
    this.publishTo(uri, version, [...diagnostics]);
  }
}
