/** Registers `textDocument/diagnostic` and `workspace/diagnostic`, which some clients send instead of waiting for diagnostics. */

import {
  ResponseError,
  type Connection,
  type RelatedFullDocumentDiagnosticReport,
} from "vscode-languageserver";
import { documentDiagnostics, WorkspaceReports } from "../features/diagnostic.ts";
import type { Answering } from "./answering.ts";
import type { ServedClient } from "./served-client.ts";

export function serveDiagnostics(connection: Connection, client: ServedClient, { checked }: Answering): void {
  connection.languages.diagnostics.on(async (params, token) => {
    const result = await checked(params, token, (snapshot) =>
      documentDiagnostics(snapshot, client.session?.foundInClosed()),
    );
    if (result instanceof ResponseError) return new ResponseError(result.code, result.message);
    const relatedDocuments: RelatedFullDocumentDiagnosticReport["relatedDocuments"] = {};
    for (const [uri, items] of Object.entries(result?.related ?? {})) {
      relatedDocuments[uri] = { kind: "full", items: client.pages.link(items) };
    }
    return { kind: "full", items: client.pages.link(result?.items ?? []), relatedDocuments };
  });

  const workspaceReports = new WorkspaceReports();
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    const found = await client.session?.workspaceDiagnostics();
    if (!found || token.isCancellationRequested) return { items: [] };
    const reports = workspaceReports.reports(found, previousResultIds);
    return {
      items: reports.map((one) =>
        one.kind === "full" ? { ...one, items: client.pages.link(one.items) } : one,
      ),
    };
  });
}
