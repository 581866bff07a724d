/** `textDocument/diagnostic` and `workspace/diagnostic`: for clients that ask for diagnostics themselves. */

import type { Diagnostic } from "vscode-languageserver-types";
import { mergeDiagnostics } from "../../project/shared-mistakes.ts";
import { fileNameOf, keyOf } from "../documents/uris.ts";
import { toLspDiagnostics } from "../documents/lsp-diagnostics.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** All that is wrong with the document, and with the other files of its program. */
export interface DocumentDiagnostics {
  readonly items: Diagnostic[];
  readonly related: Record<string, Diagnostic[]>;
}

export function documentDiagnostics(snapshot: Snapshot): DocumentDiagnostics {
  const { document } = snapshot;
  const programs = snapshot.programs(document).map((program) => ({
    files: program.files,
    diagnostics: program.allDiagnostics(),
  }));
  const files = [...new Set(programs.flatMap((program) => program.files))];
  const merged = mergeDiagnostics(
    programs.map(({ files, diagnostics }) => ({ files: files.map(({ uri }) => uri), diagnostics })),
    fileNameOf,
  );
  const related: Record<string, Diagnostic[]> = {};
  for (const file of files) {
    if (file !== document) related[file.uri] = toLspDiagnostics(merged, file, files);
  }
  return { items: toLspDiagnostics(merged, document, files), related };
}

/** The report of one file of the workspace. */
type WorkspaceReport = { uri: string; version: number | null; resultId: string } & (
  { kind: "full"; items: Diagnostic[] } | { kind: "unchanged" }
);

const NOTHING = { version: undefined, items: [] as Diagnostic[] };

/** The last report of each file, by the file's key. */
export class WorkspaceReports {
  private readonly told = new Map<string, { readonly id: string; readonly text: string }>();
  private lastId = 0;

  /**
   * A report for each file, and an empty one for each file that the client has a report of and that has none now.
   *
   * @param found what is wrong with each file, by URI
   * @param previous the `resultId` that the client has of each file
   */
  reports(
    found: ReadonlyMap<string, { readonly version: number | undefined; readonly items: Diagnostic[] }>,
    previous: readonly { readonly uri: string; readonly value: string }[],
  ): WorkspaceReport[] {
    const known = new Map(previous.map(({ uri, value }) => [keyOf(uri), value]));
    const keys = new Set([...found.keys()].map(keyOf));
    const gone = previous.filter(({ uri }) => !keys.has(keyOf(uri)));
    const all = [...found, ...gone.map(({ uri }) => [uri, NOTHING] as const)];
    return all.map(([uri, { version = null, items }]) => {
      const key = keyOf(uri);
      const text = JSON.stringify(items);
      const told = this.told.get(key);
      const isSame = told?.text === text;
      const id = isSame ? told.id : String(++this.lastId);
      if (!isSame) this.told.set(key, { id, text });
      const report = { uri, version, resultId: id };
      return known.get(key) === id ? { ...report, kind: "unchanged" } : { ...report, kind: "full", items };
    });
  }
}
