/** Which features the server offers, and which function answers what. */

import {
  ErrorCodes,
  LSPErrorCodes,
  NotificationType0,
  RequestType,
  ResponseError,
  TextDocumentSyncKind,
  type CancellationToken,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Position,
  type RelatedFullDocumentDiagnosticReport,
  type SemanticTokens,
  type SemanticTokensDelta,
  type ServerCapabilities,
  type TextDocumentIdentifier,
} from "vscode-languageserver";
import { assembleProgram, type Bytecode } from "../requests/assemble.ts";
import type { NotAssembled } from "../requests/assembled.ts";
import { flowGraph, type FlowGraph } from "../requests/graph.ts";
import { listing, type Listing } from "../requests/listing.ts";
import { summary, type Summary } from "../requests/summary.ts";
import {
  disassembleContract,
  type DisassembleParams,
  type DisassembleResult,
} from "../requests/disassemble.ts";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "../features/call-hierarchy.ts";
import { codeActions, KINDS } from "../features/code-action.ts";
import { codeLenses, codeLensResolve, documentOfLens } from "../features/code-lens.ts";
import { completionResolve, documentOf } from "../features/completion-resolve.ts";
import { completion } from "../features/completion.ts";
import { definition } from "../features/definition.ts";
import { documentDiagnostics, WorkspaceReports } from "../features/diagnostic.ts";
import { documentHighlight } from "../features/document-highlight.ts";
import { documentLinks } from "../features/document-link.ts";
import { documentSymbols } from "../features/document-symbol.ts";
import { foldingRanges } from "../features/folding-range.ts";
import { formatting } from "../features/formatting.ts";
import { hover } from "../features/hover.ts";
import { inlayHints } from "../features/inlay-hint.ts";
import { linkedEditingRange } from "../features/linked-editing-range.ts";
import { onTypeFormatting, TRIGGER } from "../features/on-type-formatting.ts";
import { prepareRename } from "../features/prepare-rename.ts";
import { rangeFormatting } from "../features/range-formatting.ts";
import { references } from "../features/references.ts";
import { rename } from "../features/rename.ts";
import { selectionRanges } from "../features/selection-range.ts";
import {
  allNumbersOf,
  documentTokens,
  LEGEND,
  semanticTokens,
  type DocumentTokens,
} from "../features/semantic-tokens.ts";
import { signatureHelp } from "../features/signature-help.ts";
import { workspaceSymbols } from "../features/workspace-symbol.ts";
import { chooseEncoding, type PositionEncoding } from "../documents/positions.ts";
import type { Progress } from "../session/progress.ts";
import { Session, type FileProvider } from "../session/session.ts";
import { readSettings } from "../documents/settings.ts";
import type { Snapshot } from "../language/snapshot.ts";

/** What is asked beside the protocol. */
const DISASSEMBLE = new RequestType<DisassembleParams, DisassembleResult, void>("avm/disassemble");
const ASSEMBLE = new RequestType<AboutDocument, Bytecode | NotAssembled | null, void>("avm/assemble");
const LISTING = new RequestType<AboutDocument, Listing | NotAssembled | null, void>("avm/listing");
const GRAPH = new RequestType<AboutDocument, FlowGraph | NotAssembled | null, void>("avm/graph");
const SUMMARY = new RequestType<AboutDocument, Summary | null, void>("avm/summary");
/** Tells a client that asked for it that a program was checked: what was answered about one may be different now. */
const CHECKED = new NotificationType0("avm/checked");

interface AboutDocument {
  readonly textDocument: TextDocumentIdentifier;
}

/**
 * Answers a client until it says that it is done.
 *
 * @param providerFor what reads files for the session that begins with these parameters
 */
export function serve(
  connection: Connection,
  providerFor: (params: InitializeParams) => FileProvider,
  version: string,
): void {
  let session: Session | undefined;
  let client: ClientCapabilities = {};
  let wantsChecked = false;

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    const encoding = chooseEncoding(params.capabilities.general?.positionEncodings);
    const push = !wantsPull(params);
    const provider = providerFor(params);
    wantsChecked = optionsIn(params).checked === true;
    session = new Session(
      {
        publish: (uri, version, diagnostics) => {
          void connection.sendDiagnostics({
            uri,
            ...(version !== undefined && { version }),
            diagnostics,
          });
        },
        logError: (message) => connection.console.error(message),
        refresh: () => {
          const { inlayHint, codeLens } = client.workspace ?? {};
          if (inlayHint?.refreshSupport) connection.languages.inlayHint.refresh().catch(logged);
          if (codeLens?.refreshSupport) connection.sendRequest("workspace/codeLens/refresh").catch(logged);
          if (wantsChecked) void connection.sendNotification(CHECKED);
        },
        ...(client.window?.workDoneProgress === true && { progress }),
      },
      provider,
      { encoding, push, workspace: workspaceOf(params) },
    );
    session.changeSettings(readSettings(optionsOf(params)));
    provider.onRead?.(() => session?.changeFiles());
    return {
      capabilities: capabilities(client, encoding, push, session.knowsWorkspace),
      serverInfo: { name: "avm-assembly", version },
    };
  });

  connection.onInitialized(() => {
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      void connection
        .sendRequest("client/registerCapability", {
          registrations: [
            {
              id: "avm.settings",
              method: "workspace/didChangeConfiguration",
              registerOptions: { section: "avm" },
            },
          ],
        })
        .catch(logged);
    }
    askForSettings();
    // There may be files to look at before any is opened.
    session?.changeFiles();
  });

  connection.onShutdown(() => {
    session?.dispose();
    session = undefined;
  });

  // --- documents ---

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    session?.openDocument(uri, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    session?.changeDocument(uri, version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session?.closeDocument(uri);
    sentTokens.delete(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    session?.changeFiles(changes.map(({ uri }) => uri));
  });
  connection.onDidChangeConfiguration(({ settings }: { settings?: { avm?: unknown } | null }) => {
    // A client that doesn't send them is to be asked.
    if (settings?.avm !== undefined) session?.changeSettings(readSettings(settings.avm));
    else askForSettings();
  });

  // --- features ---

  connection.onHover((params, token) => at(params, token, hover));
  connection.onCompletion((params, token) =>
    about(params, token, (snapshot) =>
      completion(snapshot, params.position, {
        snippets: client.textDocument?.completion?.completionItem?.snippetSupport === true,
        typed: params.context?.triggerCharacter,
      }),
    ),
  );
  connection.onCompletionResolve((item, token) =>
    answer(token, (current) => {
      const snapshot = current.snapshot(documentOf(item) ?? "");
      return snapshot ? completionResolve(snapshot, item) : item;
    }),
  );
  connection.onSignatureHelp((params, token) => at(params, token, signatureHelp));
  connection.onDefinition((params, token) => at(params, token, definition));
  connection.onDeclaration((params, token) => at(params, token, definition));
  connection.onReferences((params, token) =>
    about(params, token, (snapshot) => references(snapshot, params.position, params.context)),
  );
  connection.onDocumentHighlight((params, token) => at(params, token, documentHighlight));
  connection.languages.onLinkedEditingRange((params, token) => at(params, token, linkedEditingRange));
  connection.onPrepareRename((params, token) => at(params, token, prepareRename));
  connection.onRenameRequest((params, token) =>
    about(params, token, (snapshot) => {
      const edit = rename(snapshot, params.position, params.newName);
      return "refused" in edit ? new ResponseError<void>(LSPErrorCodes.RequestFailed, edit.refused) : edit;
    }),
  );
  connection.onDocumentSymbol((params, token) => about(params, token, documentSymbols));
  connection.onWorkspaceSymbol(({ query }, token) =>
    answer(token, (current) => workspaceSymbols(current.programs(), query)),
  );
  connection.onRequest(DISASSEMBLE, (params, token) => answer(token, () => disassembleContract(params)));
  connection.onRequest(ASSEMBLE, (params, token) => about(params, token, assembleProgram));
  connection.onRequest(LISTING, (params, token) => about(params, token, listing));
  connection.onRequest(GRAPH, (params, token) => about(params, token, flowGraph));
  connection.onRequest(SUMMARY, (params, token) => about(params, token, summary));
  connection.onFoldingRanges((params, token) => about(params, token, foldingRanges));
  connection.onSelectionRanges((params, token) =>
    about(params, token, (snapshot) => selectionRanges(snapshot, params.positions)),
  );
  connection.onDocumentLinks((params, token) => about(params, token, documentLinks));
  connection.onCodeAction((params, token) =>
    about(params, token, (snapshot) => codeActions(snapshot, params.range, { only: params.context.only })),
  );
  connection.languages.inlayHint.on((params, token) =>
    about(params, token, (snapshot) => inlayHints(snapshot, params.range)),
  );
  connection.onDocumentFormatting((params, token) => about(params, token, formatting));
  connection.onDocumentRangeFormatting((params, token) =>
    about(params, token, (snapshot) => rangeFormatting(snapshot, params.range)),
  );
  connection.onDocumentOnTypeFormatting((params, token) =>
    about(params, token, (snapshot) => onTypeFormatting(snapshot, params.position, params.ch)),
  );
  connection.onCodeLens((params, token) => about(params, token, codeLenses));
  connection.onCodeLensResolve((lens, token) =>
    answer(token, (current) => {
      const snapshot = current.snapshot(documentOfLens(lens) ?? "");
      return snapshot ? codeLensResolve(snapshot, lens) : lens;
    }),
  );
  connection.languages.callHierarchy.onPrepare((params, token) => at(params, token, prepareCallHierarchy));
  connection.languages.callHierarchy.onIncomingCalls(({ item }, token) =>
    about({ textDocument: item }, token, (snapshot) => incomingCalls(snapshot, item)),
  );
  connection.languages.callHierarchy.onOutgoingCalls(({ item }, token) =>
    about({ textDocument: item }, token, (snapshot) => outgoingCalls(snapshot, item)),
  );
  connection.languages.diagnostics.on((params, token) => {
    const result = about(params, token, documentDiagnostics);
    if (result instanceof ResponseError) return new ResponseError(result.code, result.message);
    const relatedDocuments: RelatedFullDocumentDiagnosticReport["relatedDocuments"] = {};
    for (const [uri, items] of Object.entries(result?.related ?? {})) {
      relatedDocuments[uri] = { kind: "full", items };
    }
    return { kind: "full", items: result?.items ?? [], relatedDocuments };
  });

  const workspaceReports = new WorkspaceReports();
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    const found = await session?.workspaceDiagnostics();
    if (!found || token.isCancellationRequested) return { items: [] };
    return { items: workspaceReports.reports(found, previousResultIds) };
  });

  // --- semantic tokens ---

  /** What was answered last, by document, for the next delta. */
  const sentTokens = new Map<string, { readonly id: string; readonly tokens: DocumentTokens }>();
  let lastId = 0;

  function remember(uri: string, tokens: DocumentTokens): string {
    const id = String(++lastId);
    sentTokens.set(uri, { id, tokens });
    return id;
  }

  function allTokens(tokens: DocumentTokens, resultId: string): SemanticTokens {
    return { resultId, data: allNumbersOf(tokens) };
  }

  connection.languages.semanticTokens.on((params, token) => {
    const { uri } = params.textDocument;
    const answered = about(params, token, (snapshot) => {
      const { tokens } = documentTokens(snapshot);
      return allTokens(tokens, remember(uri, tokens));
    });
    return orEmpty(answered);
  });
  connection.languages.semanticTokens.onRange((params, token) =>
    orEmpty(about(params, token, (snapshot) => semanticTokens(snapshot, params.range))),
  );
  connection.languages.semanticTokens.onDelta((params, token) => {
    const { uri } = params.textDocument;
    const before = sentTokens.get(uri);
    const answered = about(params, token, (snapshot): SemanticTokens | SemanticTokensDelta => {
      const { tokens, edits } = documentTokens(snapshot, before?.tokens);
      const resultId = remember(uri, tokens);
      return before?.id === params.previousResultId ? { resultId, edits } : allTokens(tokens, resultId);
    });
    return orEmpty(answered);
  });

  function orEmpty<Result>(result: Result | null): Result | SemanticTokens {
    return result ?? { data: [] };
  }

  // --- how they are called ---

  /** Answers a request about a place with a feature. */
  function at<Result>(
    params: { textDocument: { uri: string }; position: Position },
    token: CancellationToken,
    feature: (snapshot: Snapshot, position: Position) => Result,
  ): Result | null | ResponseError<void> {
    return about(params, token, (snapshot) => feature(snapshot, params.position));
  }

  /** Answers a request about a document with a feature; what is not open has no answer. */
  function about<Result>(
    params: { textDocument: { uri: string } },
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Result,
  ): Result | null | ResponseError<void> {
    return answer(token, (current) => {
      const snapshot = current.snapshot(params.textDocument.uri);
      return snapshot ? feature(snapshot) : null;
    });
  }

  function answer<Result>(
    token: CancellationToken,
    work: (current: Session) => Result,
  ): Result | ResponseError<void> {
    if (!session) return new ResponseError(ErrorCodes.ServerNotInitialized, "The server is not initialized.");
    if (token.isCancellationRequested) {
      return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
    }
    try {
      return work(session);
    } catch (error) {
      logged(error);
      return new ResponseError(
        ErrorCodes.InternalError,
        error instanceof Error ? error.message : String(error),
      );
    }
  }

  async function progress(title: string): Promise<Progress> {
    const shown = await connection.window.createWorkDoneProgress();
    shown.begin(title, 0);
    return { report: (percentage) => shown.report(percentage), done: () => shown.done() };
  }

  // --- settings ---

  function askForSettings(): void {
    if (!client.workspace?.configuration) return;
    connection.workspace
      .getConfiguration("avm")
      .then((settings: unknown) => session?.changeSettings(readSettings(settings)))
      .catch(logged);
  }

  function logged(error: unknown): void {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

/** Settings may come with the first message, on their own or under the section's name. */
function optionsOf(params: InitializeParams): unknown {
  const options = optionsIn(params);
  return options.avm ?? options;
}

/** A client that asks for diagnostics and is sent them as well would show everything twice, so it has to choose. */
function wantsPull(params: InitializeParams): boolean {
  return optionsIn(params).diagnostics === "pull";
}

function workspaceOf({ workspaceFolders, ...params }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  // Clients that are older than folders in the plural.
  const { rootUri } = params as { readonly rootUri?: string | null };
  return rootUri ? [rootUri] : [];
}

/** Our own options in the first message. */
export function optionsIn({ initializationOptions }: InitializeParams): {
  readonly avm?: unknown;
  readonly diagnostics?: unknown;
  readonly checked?: unknown;
  readonly library?: unknown;
} {
  return (initializationOptions as object | null | undefined) ?? {};
}

function capabilities(
  client: ClientCapabilities,
  encoding: PositionEncoding,
  push: boolean,
  knowsWorkspace: boolean,
): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    completionProvider: { triggerCharacters: [".", "#", "[", ",", " "], resolveProvider: true },
    signatureHelpProvider: { triggerCharacters: [" ", ","] },
    definitionProvider: true,
    declarationProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    linkedEditingRangeProvider: true,
    renameProvider: client.textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    documentLinkProvider: {},
    codeActionProvider: { codeActionKinds: [...KINDS] },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: TRIGGER },
    inlayHintProvider: true,
    codeLensProvider: { resolveProvider: true },
    callHierarchyProvider: true,
    semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true },
    ...(!push && {
      diagnosticProvider: {
        identifier: "avm",
        interFileDependencies: true,
        workspaceDiagnostics: knowsWorkspace,
      },
    }),
  };
}
