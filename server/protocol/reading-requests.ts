/** Registers the requests that show code: hover, completion, navigation, outlines, hints and lenses. */

import type { Connection } from "vscode-languageserver";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "../features/call-hierarchy.ts";
import { codeLenses, codeLensResolve, documentOfLens } from "../features/code-lens.ts";
import { completionResolve, documentOf } from "../features/completion-resolve.ts";
import { completion } from "../features/completion.ts";
import { definition } from "../features/definition.ts";
import { documentHighlight } from "../features/document-highlight.ts";
import { documentLinks } from "../features/document-link.ts";
import { documentSymbols } from "../features/document-symbol.ts";
import { foldingRanges } from "../features/folding-range.ts";
import { hover } from "../features/hover.ts";
import { pathCompletion, writtenPathAt } from "../features/include-path.ts";
import { inlayHints } from "../features/inlay-hint.ts";
import { linkedEditingRange } from "../features/linked-editing-range.ts";
import { references } from "../features/references.ts";
import { selectionRanges } from "../features/selection-range.ts";
import { signatureHelp } from "../features/signature-help.ts";
import { symbolsOf, workspaceSymbols } from "../features/workspace-symbol.ts";
import type { Answering } from "./answering.ts";
import type { ServedClient } from "./served-client.ts";

export function serveReading(
  connection: Connection,
  client: ServedClient,
  { answer, about, at, inPrograms, inPieces }: Answering,
): void {
  connection.onHover((params, token) => at(params, token, hover));
  connection.onCompletion(async (params, token) => {
    const found = about(params, token, ({ document }) => ({
      document,
      written: writtenPathAt(document, params.position),
    }));
    if (found && "written" in found && found.written && client.session) {
      const { document, written } = found;
      const entries = await client.session.includable(document.uri, written.folder, written.standard);
      return pathCompletion(document, written, entries);
    }
    return about(params, token, (snapshot) =>
      completion(snapshot, params.position, {
        snippets: client.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true,
        typed: params.context?.triggerCharacter,
      }),
    );
  });
  connection.onCompletionResolve((item, token) =>
    answer(token, (current) => {
      const snapshot = current.snapshot(documentOf(item) ?? "");
      return snapshot ? completionResolve(snapshot, item) : item;
    }),
  );
  connection.onSignatureHelp((params, token) => at(params, token, signatureHelp));
  connection.onDefinition((params, token) =>
    inPrograms(params, token, (snapshot) => definition(snapshot, params.position)),
  );
  connection.onDeclaration((params, token) =>
    inPrograms(params, token, (snapshot) => definition(snapshot, params.position)),
  );
  connection.onReferences((params, token) =>
    inPrograms(params, token, (snapshot) => references(snapshot, params.position, params.context)),
  );
  connection.onDocumentHighlight((params, token) => at(params, token, documentHighlight));
  connection.languages.onLinkedEditingRange((params, token) => at(params, token, linkedEditingRange));
  connection.onDocumentSymbol((params, token) => inPieces(params, token, documentSymbols));
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    await client.session?.whenIndexed();
    return answer(token, (current) =>
      workspaceSymbols(current.programs(), current.inClosedFiles(symbolsOf).flat(), query),
    );
  });
  connection.onFoldingRanges((params, token) => inPieces(params, token, foldingRanges));
  connection.onSelectionRanges((params, token) =>
    inPieces(params, token, (snapshot) => selectionRanges(snapshot, params.positions)),
  );
  connection.onDocumentLinks((params, token) => about(params, token, documentLinks));
  connection.languages.inlayHint.on((params, token) =>
    inPieces(params, token, (snapshot) => inlayHints(snapshot, params.range)),
  );
  connection.onCodeLens((params, token) =>
    inPrograms(params, token, (snapshot) => codeLenses(snapshot, { commands: client.hasCommands })),
  );
  connection.onCodeLensResolve(async (lens, token) => {
    const textDocument = { uri: documentOfLens(lens) ?? "" };
    const resolved = await inPrograms({ textDocument }, token, (snapshot) =>
      codeLensResolve(snapshot, lens, { commands: client.hasCommands }),
    );
    return resolved ?? lens;
  });
  connection.languages.callHierarchy.onPrepare((params, token) =>
    inPrograms(params, token, (snapshot) => prepareCallHierarchy(snapshot, params.position)),
  );
  connection.languages.callHierarchy.onIncomingCalls(({ item }, token) =>
    inPrograms({ textDocument: item }, token, (snapshot) => incomingCalls(snapshot, item)),
  );
  connection.languages.callHierarchy.onOutgoingCalls(({ item }, token) =>
    inPrograms({ textDocument: item }, token, (snapshot) => outgoingCalls(snapshot, item)),
  );
}
