/** Which features the server offers, and which function answers what. */

import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type Position,
  type ServerCapabilities,
} from "vscode-languageserver";
import { hover } from "./features/hover.ts";
import { chooseEncoding, type PositionEncoding } from "./positions.ts";
import { Session, type FileProvider } from "./session.ts";
import { readSettings } from "./settings.ts";
import type { Snapshot } from "./snapshot.ts";

/** Answers a client until it says that it is done. */
export function serve(connection: Connection, provider: FileProvider, version: string): void {
  let session: Session | undefined;
  let asksForSettings = false;
  let listensToSettings = false;

  connection.onInitialize((params): InitializeResult => {
    const encoding = chooseEncoding(params.capabilities.general?.positionEncodings);
    const push = !wantsPull(params);
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
      },
      provider,
      { encoding, push },
    );
    session.changeSettings(readSettings(optionsOf(params)));
    asksForSettings = params.capabilities.workspace?.configuration === true;
    listensToSettings = params.capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true;
    return {
      capabilities: capabilities(encoding, push),
      serverInfo: { name: "avm-assembly", version },
    };
  });

  connection.onInitialized(() => {
    if (listensToSettings) {
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
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => session?.closeDocument(uri));
  connection.onDidChangeWatchedFiles(() => session?.changeFiles());
  connection.onDidChangeConfiguration(({ settings }: { settings?: { avm?: unknown } | null }) => {
    // A client that doesn't send them is to be asked.
    if (settings?.avm !== undefined) session?.changeSettings(readSettings(settings.avm));
    else askForSettings();
  });

  // --- features ---

  connection.onHover((params, token) => at(params, token, hover));

  /** Answers a request about a place with a feature. */
  function at<Result>(
    params: { textDocument: { uri: string }; position: Position },
    token: CancellationToken,
    feature: (snapshot: Snapshot, position: Position) => Result,
  ): Result | null | ResponseError {
    return about(params, token, (snapshot) => feature(snapshot, params.position));
  }

  /** Answers a request about a document with a feature; what is not open has no answer. */
  function about<Result>(
    params: { textDocument: { uri: string } },
    token: CancellationToken,
    feature: (snapshot: Snapshot) => Result,
  ): Result | null | ResponseError {
    return answer(token, (current) => {
      const snapshot = current.snapshot(params.textDocument.uri);
      return snapshot ? feature(snapshot) : null;
    });
  }

  function answer<Result>(
    token: CancellationToken,
    work: (current: Session) => Result,
  ): Result | ResponseError {
    if (!session) return new ResponseError(ErrorCodes.ServerNotInitialized, "The server is not initialized.");
    if (token.isCancellationRequested) {
      return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
    }
    try {
      return work(session);
    } catch (error) {
      logged(error);
      return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
    }
  }

  // --- settings ---

  function askForSettings(): void {
    if (!asksForSettings) return;
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
  const options = params.initializationOptions as { avm?: unknown } | null | undefined;
  return options?.avm ?? options;
}

/** A client that asks for diagnostics and is sent them as well would show everything twice, so it has to choose. */
function wantsPull(params: InitializeParams): boolean {
  const options = params.initializationOptions as { diagnostics?: unknown } | null | undefined;
  return options?.diagnostics === "pull";
}

function capabilities(encoding: PositionEncoding, _push: boolean): ServerCapabilities {
  return {
    positionEncoding: encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
  };
}
