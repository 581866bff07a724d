/** Connects a client to a session: the first and the last message, documents, settings and what the session publishes. */

import {
  NotificationType0,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver";
import { chooseEncoding } from "../documents/positions.ts";
import { readSettings } from "../documents/settings.ts";
import type { FileProvider } from "../session/file-provider.ts";
import type { Progress } from "../session/progress.ts";
import { Session, type Client } from "../session/session.ts";
import { answering } from "./answering.ts";
import { DiagnosticPages } from "./diagnostic-pages.ts";
import { serveDiagnostics } from "./diagnostic-requests.ts";
import { serveEditing } from "./editing-requests.ts";
import {
  capabilities,
  optionsIn,
  registrationsFor,
  settingsIn,
  wantsPull,
  workspaceOf,
} from "./initialization.ts";
import { serveOwnRequests } from "./own-requests.ts";
import { answerMalformed } from "./parameters.ts";
import { serveReading } from "./reading-requests.ts";
import { serveSemanticTokens } from "./semantic-tokens.ts";
import type { ServedClient } from "./served-client.ts";

/** Tells a client that asked for it that programs were checked: answers to earlier requests may be out of date. */
const CHECKED = new NotificationType0("avm/checked");

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
  const client: ServedClient = {
    session: undefined,
    capabilities: {},
    hasCommands: false,
    pages: new DiagnosticPages(undefined, {}),
  };
  const answers = answering(() => client.session, logged);

  answerMalformed(connection);
  serveMore?.(connection, () => client.session);
  connection.onInitialize((params): InitializeResult => {
    client.capabilities = params.capabilities;
    client.hasCommands = optionsIn(params).commands === true;
    const encoding = chooseEncoding(params.capabilities.general?.positionEncodings);
    const push = !wantsPull(params);
    const provider = providerFor(params);
    client.pages = new DiagnosticPages(provider.pages, client.capabilities);
    const session = new Session(clientOf(optionsIn(params).checked === true), provider, {
      encoding,
      push,
      workspace: workspaceOf(params),
    });
    client.session = session;
    session.changeSettings(readSettings(settingsIn(params)));
    provider.onRead?.(() => client.session?.changeFiles());
    return {
      capabilities: capabilities(client.capabilities, encoding, push, session.knowsWorkspace),
      serverInfo: { name: "avm-assembly", version },
    };
  });

  connection.onInitialized(() => {
    const registrations = registrationsFor(client.capabilities);
    if (registrations.length > 0)
      void connection.sendRequest("client/registerCapability", { registrations }).catch(logged);
    askForSettings();
    // Files of the workspace are checked even if none is open.
    client.session?.changeFiles();
  });

  const forgetTokens = serveSemanticTokens(connection, answers);

  connection.onShutdown(() => {
    client.session?.dispose();
    client.session = undefined;
  });

  // --- documents ---

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    client.session?.openDocument(uri, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    client.session?.changeDocument(uri, version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    client.session?.closeDocument(uri);
    forgetTokens(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    client.session?.changeFiles(changes.map(({ uri }) => uri));
  });
  connection.onDidChangeConfiguration(({ settings }: { settings?: { avm?: unknown } | null }) => {
    // If the client doesn't send the settings, the server asks for them.
    if (settings?.avm !== undefined) client.session?.changeSettings(readSettings(settings.avm));
    else askForSettings();
  });

  serveReading(connection, client, answers);
  serveEditing(connection, client, answers);
  serveDiagnostics(connection, client, answers);
  serveOwnRequests(connection, client, answers);

  /** What the session tells the client without being asked. */
  function clientOf(wantsChecked: boolean): Client {
    return {
      publish: (uri, version, diagnostics) => {
        void connection.sendDiagnostics({
          uri,
          ...(version !== undefined && { version }),
          diagnostics: client.pages.link(diagnostics),
        });
      },
      logError: (message) => connection.console.error(message),
      refresh: () => {
        const { inlayHint, codeLens } = client.capabilities.workspace ?? {};
        if (inlayHint?.refreshSupport) connection.languages.inlayHint.refresh().catch(logged);
        if (codeLens?.refreshSupport) connection.sendRequest("workspace/codeLens/refresh").catch(logged);
        if (wantsChecked) void connection.sendNotification(CHECKED);
      },
      ...(client.capabilities.window?.workDoneProgress === true && { progress }),
    };
  }

  async function progress(title: string): Promise<Progress> {
    const shown = await connection.window.createWorkDoneProgress();
    shown.begin(title, 0);
    return { report: (percentage) => shown.report(percentage), done: () => shown.done() };
  }

  // --- settings ---

  function askForSettings(): void {
    if (!client.capabilities.workspace?.configuration) return;
    connection.workspace
      .getConfiguration("avm")
      .then((settings: unknown) => client.session?.changeSettings(readSettings(settings)))
      .catch(logged);
  }

  function logged(error: unknown): void {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
