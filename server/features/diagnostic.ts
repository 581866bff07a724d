/** `textDocument/diagnostic`: for clients that ask for diagnostics themselves. */

import type { Diagnostic } from "vscode-languageserver-types";
import { toLspDiagnostics } from "../diagnostics.ts";
import type { Snapshot } from "../snapshot.ts";

/** All that is wrong with the document, and with the other files of its program. */
export interface DocumentDiagnostics {
  readonly items: Diagnostic[];
  readonly related: Record<string, Diagnostic[]>;
}

export function documentDiagnostics(snapshot: Snapshot): DocumentDiagnostics {
  const { document, files } = snapshot;
  const diagnostics = snapshot.allDiagnostics();
  const related: Record<string, Diagnostic[]> = {};
  for (const file of files) {
    if (file !== document) related[file.uri] = toLspDiagnostics(diagnostics, file, files);
  }
  return { items: toLspDiagnostics(diagnostics, document, files), related };
}
