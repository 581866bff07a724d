/** Connects the protocol's messages to the functions that answer them. */

import {
  type CancellationToken,
  CodeActionTriggerKind,
  LSPErrorCodes,
  MessageType,
  NotificationType0,
  RequestType,
  ResponseError,
  ShowMessageNotification,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type RelatedFullDocumentDiagnosticReport,
  type TextDocumentIdentifier,
} from "vscode-languageserver";
import { assembleProgram, type Bytecode } from "../requests/assemble.ts";
import type { NotAssembled } from "../requests/assembled.ts";
import { flowGraph, type FlowGraph } from "../requests/graph.ts";
import { profileGas, type Profile, type ProfileParams } from "../requests/profile.ts";
import { listing, type Listing } from "../requests/listing.ts";
import { summary, type Summary } from "../requests/summary.ts";
import {
  runTests,
  testsOf,
  type NotRun,
  type RanTests,
  type RunTestsParams,
  type TestsOfFile,
} from "../requests/tests.ts";
import {
  disassembleContract,
  type DisassembleParams,
  type DisassembleResult,
} from "../requests/disassemble.ts";
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from "../features/call-hierarchy.ts";
import { codeActionResolve, codeActions, documentOfAction } from "../features/code-action.ts";
import { codeLenses, codeLensResolve, documentOfLens } from "../features/code-lens.ts";
import { completionResolve, documentOf } from "../features/completion-resolve.ts";
import { completion } from "../features/completion.ts";
import { definition } from "../features/definition.ts";
import { DiagnosticPages } from "./diagnostic-pages.ts";
import { documentDiagnostics, WorkspaceReports } from "../features/diagnostic.ts";
import { documentHighlight } from "../features/document-highlight.ts";
import { documentLinks } from "../features/document-link.ts";
import { documentSymbols } from "../features/document-symbol.ts";
import { foldingRanges } from "../features/folding-range.ts";
import { formatting } from "../features/formatting.ts";
import { hover } from "../features/hover.ts";
import { pathCompletion, writtenPathAt } from "../features/include-path.ts";
import { inlayHints } from "../features/inlay-hint.ts";
import { linkedEditingRange } from "../features/linked-editing-range.ts";
import { onTypeFormatting } from "../features/on-type-formatting.ts";
import { prepareRename } from "../features/prepare-rename.ts";
import { rangeFormatting } from "../features/range-formatting.ts";
import { references } from "../features/references.ts";
import { rename } from "../features/rename.ts";
import { selectionRanges } from "../features/selection-range.ts";
import { signatureHelp } from "../features/signature-help.ts";
import { symbolsOf, workspaceSymbols } from "../features/workspace-symbol.ts";
import { chooseEncoding } from "../documents/positions.ts";
import { readSettings } from "../documents/settings.ts";
import { inNextTurn } from "../session/event-loop.ts";
import type { FileProvider } from "../session/file-provider.ts";
import type { Progress } from "../session/progress.ts";
import { Session } from "../session/session.ts";
import { answering } from "./answering.ts";
import {
  capabilities,
  optionsIn,
  registrationsFor,
  resolvesEdits,
  settingsIn,
  wantsPull,
  workspaceOf,
} from "./initialization.ts";
import { answerMalformed } from "./parameters.ts";
import { serveSemanticTokens } from "./semantic-tokens.ts";

/** Requests beyond the protocol. */
const DISASSEMBLE = new RequestType<DisassembleParams, DisassembleResult, void>("avm/disassemble");
const ASSEMBLE = new RequestType<AboutDocument, Bytecode | NotAssembled | null, void>("avm/assemble");
const LISTING = new RequestType<AboutDocument, Listing | NotAssembled | null, void>("avm/listing");
const GRAPH = new RequestType<AboutDocument, FlowGraph | NotAssembled | null, void>("avm/graph");
const SUMMARY = new RequestType<AboutDocument, Summary | null, void>("avm/summary");
const PROFILE = new RequestType<ProfileParams, Profile | NotAssembled | null, void>("avm/profile");
const RUN_TESTS = new RequestType<RunTestsParams, RanTests | NotRun | null, void>("avm/runTests");
/** Tells a client that asked for it that programs were checked: answers to earlier requests may be out of date. */
const CHECKED = new NotificationType0("avm/checked");

interface AboutDocument {
  readonly textDocument: TextDocumentIdentifier;
}

/**
 * Answers a client until it ends the session.
 *
 * @param providerFor returns the file provider of a session with these parameters
 * @param serveMore registers answers that only one kind of server has
 */
export function serve(
  connection: Connection,
  providerFor: (params: InitializeParams) => FileProvider,
  version: string,
  serveMore?: (connection: Connection, current: () => Session | undefined) => void,
): void {
  let session: Session | undefined;
  let client: ClientCapabilities = {};
  let wantsChecked = false;
  let hasCommands = false;
  let pages = new DiagnosticPages(undefined, {});
  const answers = answering(() => session, logged);
  const { answer, about, at, inPrograms, checked } = answers;

  answerMalformed(connection);
  serveMore?.(connection, () => session);
  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    const encoding = chooseEncoding(params.capabilities.general?.positionEncodings);
    const push = !wantsPull(params);
    const provider = providerFor(params);
    pages = new DiagnosticPages(provider.pages, client);
    wantsChecked = optionsIn(params).checked === true;
    hasCommands = optionsIn(params).commands === true;
    session = new Session(
      {
        publish: (uri, version, diagnostics) => {
          void connection.sendDiagnostics({
            uri,
            ...(version !== undefined && { version }),
            diagnostics: pages.link(diagnostics),
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
    session.changeSettings(readSettings(settingsIn(params)));
    provider.onRead?.(() => session?.changeFiles());
    return {
      capabilities: capabilities(client, encoding, push, session.knowsWorkspace),
      serverInfo: { name: "avm-assembly", version },
    };
  });

  connection.onInitialized(() => {
    const registrations = registrationsFor(client);
    if (registrations.length > 0)
      void connection.sendRequest("client/registerCapability", { registrations }).catch(logged);
    askForSettings();
    // Files of the workspace are checked even if none is open.
    session?.changeFiles();
  });

  const forgetTokens = serveSemanticTokens(connection, answers);

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
    forgetTokens(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    session?.changeFiles(changes.map(({ uri }) => uri));
  });
  connection.onDidChangeConfiguration(({ settings }: { settings?: { avm?: unknown } | null }) => {
    // If the client doesn't send the settings, the server asks for them.
    if (settings?.avm !== undefined) session?.changeSettings(readSettings(settings.avm));
    else askForSettings();
  });

  // --- features ---

  connection.onHover((params, token) => at(params, token, hover));
  connection.onCompletion(async (params, token) => {
    const found = about(params, token, ({ document }) => ({
      document,
      written: writtenPathAt(document, params.position),
    }));
    if (found && "written" in found && found.written && session) {
      const { document, written } = found;
      const entries = await session.includable(document.uri, written.folder, written.standard);
      return pathCompletion(document, written, entries);
    }
    return about(params, token, (snapshot) =>
      completion(snapshot, params.position, {
        snippets: client.textDocument?.completion?.completionItem?.snippetSupport === true,
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
  connection.onPrepareRename((params, token) =>
    inPrograms(params, token, (snapshot) => {
      const found = prepareRename(snapshot, params.position);
      return found && "refused" in found ? refusal(found) : found;
    }),
  );
  connection.onRenameRequest((params, token) =>
    inPrograms(params, token, (snapshot) => {
      const edit = rename(snapshot, params.position, params.newName);
      return "refused" in edit ? refusal(edit) : edit;
    }),
  );
  connection.onDocumentSymbol((params, token) => about(params, token, documentSymbols));
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    await session?.whenIndexed();
    return answer(token, (current) =>
      workspaceSymbols(current.programs(), current.inClosedFiles(symbolsOf).flat(), query),
    );
  });
  connection.workspace.onWillRenameFiles(async ({ files }, token) => {
    await session?.whenIndexed();
    const edit = answer(token, (current) => current.moveFiles(files));
    return edit instanceof ResponseError ? null : edit;
  });
  connection.onRequest(DISASSEMBLE, (params, token) => answer(token, () => disassembleContract(params)));
  connection.onRequest(ASSEMBLE, (params, token) => checked(params, token, assembleProgram));
  connection.onRequest(LISTING, (params, token) => checked(params, token, listing));
  connection.onRequest(GRAPH, (params, token) => checked(params, token, flowGraph));
  connection.onRequest(SUMMARY, (params, token) => about(params, token, summary));
  connection.onRequest(PROFILE, (params, token) =>
    checked(params, token, (snapshot) => profileGas(snapshot, params)),
  );
  // Registered by name, because clients send null, an empty list or nothing for a request without parameters.
  connection.onRequest("avm/tests", async (...received: unknown[]) => {
    await session?.whenIndexed();
    return answer<readonly TestsOfFile[]>(received.at(-1) as CancellationToken, (current) => {
      const open = new Map(current.programs().flatMap(({ files }) => files.map((file) => [file.uri, file])));
      return [...[...open.values()].map(testsOf), ...current.inClosedFiles(testsOf)].filter(
        (found) => found !== undefined,
      );
    });
  });
  connection.onRequest(RUN_TESTS, async (params, token) => {
    const running = await checked(params, token, (snapshot) => {
      const { target } = snapshot.set;
      return runTests(snapshot, params, {
        neighbour: (path, from) =>
          session?.neighbour(params.textDocument.uri, target, from, path) ?? {
            error: "the server has ended",
          },
        maxSteps: session?.maxStepsOf(params.textDocument.uri),
        goOn: async () => {
          await new Promise<void>((resolve) => void inNextTurn(resolve));
          return !token.isCancellationRequested;
        },
      });
    });
    return running;
  });
  connection.onFoldingRanges((params, token) => about(params, token, foldingRanges));
  connection.onSelectionRanges((params, token) =>
    about(params, token, (snapshot) => selectionRanges(snapshot, params.positions)),
  );
  connection.onDocumentLinks((params, token) => about(params, token, documentLinks));
  connection.onCodeAction((params, token) =>
    inPrograms(params, token, (snapshot) =>
      codeActions(snapshot, params.range, {
        only: params.context.only,
        automatic: params.context.triggerKind === CodeActionTriggerKind.Automatic,
        resolves: resolvesEdits(client),
      }).map((action) => pages.linkIn(action)),
    ),
  );
  connection.onCodeActionResolve(async (action, token) => {
    const uri = documentOfAction(action);
    if (uri === undefined) return action;
    const resolved = await inPrograms({ textDocument: { uri } }, token, (snapshot) =>
      codeActionResolve(snapshot, action),
    );
    if (!resolved || !("refused" in resolved)) return resolved ?? action;
    // As an error of the protocol, the message would only appear in the editor's log.
    const message = `"${action.title}" isn't done. ${resolved.refused}`;
    await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
    return action;
  });
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
  connection.onCodeLens((params, token) =>
    inPrograms(params, token, (snapshot) => codeLenses(snapshot, { commands: hasCommands })),
  );
  connection.onCodeLensResolve(async (lens, token) => {
    const textDocument = { uri: documentOfLens(lens) ?? "" };
    const resolved = await inPrograms({ textDocument }, token, (snapshot) =>
      codeLensResolve(snapshot, lens, { commands: hasCommands }),
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
  connection.languages.diagnostics.on(async (params, token) => {
    const result = await checked(params, token, (snapshot) =>
      documentDiagnostics(snapshot, session?.foundInClosed()),
    );
    if (result instanceof ResponseError) return new ResponseError(result.code, result.message);
    const relatedDocuments: RelatedFullDocumentDiagnosticReport["relatedDocuments"] = {};
    for (const [uri, items] of Object.entries(result?.related ?? {})) {
      relatedDocuments[uri] = { kind: "full", items: pages.link(items) };
    }
    return { kind: "full", items: pages.link(result?.items ?? []), relatedDocuments };
  });

  const workspaceReports = new WorkspaceReports();
  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => {
    const found = await session?.workspaceDiagnostics();
    if (!found || token.isCancellationRequested) return { items: [] };
    const reports = workspaceReports.reports(found, previousResultIds);
    return {
      items: reports.map((one) => (one.kind === "full" ? { ...one, items: pages.link(one.items) } : one)),
    };
  });

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

/** An error whose message the client shows to the user. */
function refusal({ refused }: { readonly refused: string }): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, refused);
}
