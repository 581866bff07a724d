/** `textDocument/diagnostic` and `workspace/diagnostic`: for clients that pull diagnostics. */

import type { Diagnostic } from "vscode-languageserver-types";
import { keyOf } from "../documents/uris.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { MergedResults, type Results } from "../documents/merged-results.ts";

/** The diagnostics of a document, and those of the other files of its program. */
export interface DocumentDiagnostics {
  readonly items: Diagnostic[];
  readonly related: Record<string, Diagnostic[]>;
}

/** @param closed results of programs without an open file, which may include the same files */
export function documentDiagnostics(
  snapshot: Snapshot,
  closed: readonly Results[] = [],
): DocumentDiagnostics {
  const { document } = snapshot;
  const open = snapshot.programs(document).map((program) => ({
    files: program.files,
    diagnostics: program.allDiagnostics(),
  }));
  const own = new Set(open.flatMap(({ files }) => files.map(({ uri }) => keyOf(uri))));
  const mains = new Set(open.map(({ files }) => keyOf(files[0].uri)));
  // Most programs of a large folder share no file with this one.
  const others = closed.filter(
    ({ files }) => !mains.has(keyOf(files[0].uri)) && files.some(({ uri }) => own.has(keyOf(uri))),
  );
  let items: readonly Diagnostic[] = [];
  const related: Record<string, Diagnostic[]> = {};
  for (const merged of new MergedResults().of([...open, ...others])) {
    const { uri } = merged.document;
    if (merged.document === document) items = merged.items;
    else if (own.has(keyOf(uri))) related[uri] = [...merged.items];
  }
  return { items: [...items], related };
}

/** The diagnostics of one file of the workspace. */
type WorkspaceReport = { uri: string; version: number | null; resultId: string } & (
  { kind: "full"; items: Diagnostic[] } | { kind: "unchanged" }
);

const NOTHING = { version: undefined, items: [] as Diagnostic[] };

/** The last report of each file, by the file's key. */
export class WorkspaceReports {
  private readonly told = new Map<string, { readonly id: string; readonly text: string }>();
  private lastId = 0;

  /**
   * A report for each file, and an empty one for each file that no longer has diagnostics but had a report.
   *
   * @param found the diagnostics of each file, by URI
   * @param previous the `resultId` of the client's report of each file
   */
  reports(
    found: ReadonlyMap<string, { readonly version: number | undefined; readonly items: Diagnostic[] }>,
    previous: readonly { readonly uri: string; readonly value: string }[],
  ): WorkspaceReport[] {
    const known = new Map(previous.map(({ uri, value }) => [keyOf(uri), value]));
    const keys = new Set([...found.keys()].map(keyOf));
    const gone = previous.filter(({ uri }) => !keys.has(keyOf(uri)));
    const all = [...found, ...gone.map(({ uri }) => [uri, NOTHING] as const)];
    const reported = new Set(all.map(([uri]) => keyOf(uri)));
    for (const key of this.told.keys()) if (!reported.has(key)) this.told.delete(key);
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
