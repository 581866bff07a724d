/** The connection to the language server: how it is started, restarted and asked. */

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type BaseLanguageClient,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient";

/** A client for a server that is a process of its own, or a worker. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

export interface LanguageServer {
  /** Resolves once the server answers, or once the user was told that it doesn't. Never rejects. */
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Sends a request that is not in the protocol, once the server has started. Rejects where there is none. */
  request<Result>(method: string, params: unknown): Promise<Result>;
  /** Fires after programs were checked: what the server said about one may be different now. */
  readonly onDidCheck: vscode.Event<void>;
}

/** Reads a file for a server that has none itself. */
const READ = "avm/read";
/** Finds the source files of a folder for such a server. */
const FIND = "avm/find";

/** How often a server that ends by itself is started again within three minutes. */
const MAX_RESTARTS = 4;

/** How long a server may take to end before it is ended, in milliseconds. */
const STOP_TIMEOUT = 2_000;

export function createLanguageServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  createClient: CreateClient,
): LanguageServer {
  const trace = createTraceChannel(context);
  const checked = new vscode.EventEmitter<void>();
  context.subscriptions.push(checked);
  let client: BaseLanguageClient | undefined;
  // Starts and stops queue up: two at once would leave a server behind.
  let queue = Promise.resolve();

  const enqueue = (work: () => Promise<void>): Promise<void> => (queue = queue.then(work, work));
  return {
    start: () => enqueue(start),
    stop: () => enqueue(stop),
    onDidCheck: checked.event,
    request: async <Result>(method: string, params: unknown): Promise<Result> => {
      await queue;
      if (!client) throw new Error("The AVM language server isn't running.");
      return client.sendRequest<Result>(method, params);
    },
    restart: () =>
      enqueue(async () => {
        await stop();
        await start();
        if (client) vscode.window.setStatusBarMessage("$(check) AVM language server restarted", 3_000);
      }),
  };

  async function start(): Promise<void> {
    client = createClient({
      documentSelector: [{ language: "avm" }],
      initializationOptions: { checked: true },
      outputChannel: log,
      traceOutputChannel: trace,
      errorHandler: createErrorHandler(log, () => client),
    });
    client.onNotification("avm/checked", () => checked.fire());
    client.onRequest(READ, ({ uri }: { uri: string }) => read(vscode.Uri.parse(uri, true)));
    client.onRequest(FIND, (params: { folder: string; most: number }) => find(params));
    try {
      await client.start();
    } catch (error) {
      log.error("The language server didn't start.", error instanceof Error ? error : String(error));
      client = undefined;
      void offerRestart(log, "The AVM language server didn't start.");
    }
  }

  async function stop(): Promise<void> {
    const stopping = client;
    client = undefined;
    try {
      await stopping?.dispose(STOP_TIMEOUT);
    } catch (error) {
      // One that has crashed can't be asked to stop, and there is nothing left to do about it.
      log.warn("Stopping the language server:", error instanceof Error ? error.message : String(error));
    }
  }
}

/** The text of a file, or why there is none. */
async function read(uri: vscode.Uri): Promise<{ text: string } | { error: string }> {
  try {
    return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch (error) {
    const missing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    return { error: missing ? "there is no such file" : "it can't be read" };
  }
}

/** The URIs of the source files in a folder and below, sorted. */
async function find({ folder, most }: { folder: string; most: number }): Promise<string[]> {
  const pattern = new vscode.RelativePattern(vscode.Uri.parse(folder, true), "**/*.avm");
  const found = await vscode.workspace.findFiles(pattern, "**/{node_modules,.*}/**", most);
  return found.map((uri) => uri.toString()).sort();
}

/** The client's own handler, but what it has to say when it gives up comes with a way to go on. */
function createErrorHandler(
  log: vscode.LogOutputChannel,
  current: () => BaseLanguageClient | undefined,
): ErrorHandler {
  let handler: ErrorHandler | undefined;
  const standard = (): ErrorHandler | undefined =>
    (handler ??= current()?.createDefaultErrorHandler(MAX_RESTARTS));
  return {
    error: (error, message, count) =>
      standard()?.error(error, message, count) ?? { action: ErrorAction.Continue },
    closed: async () => {
      const result = (await standard()?.closed()) ?? { action: CloseAction.DoNotRestart };
      if (result.action !== CloseAction.DoNotRestart) return result;
      void offerRestart(log, "The AVM language server keeps ending and was not started again.");
      return { ...result, handled: true };
    },
  };
}

async function offerRestart(log: vscode.LogOutputChannel, message: string): Promise<void> {
  const choice = await vscode.window.showErrorMessage(message, "Restart", "Show Output");
  if (choice === "Restart") await vscode.commands.executeCommand("avm.restartServer");
  if (choice === "Show Output") log.show(true);
}

/**
 * Where the messages to and from the server go. The client asks such a channel for its log level, which the user would
 * have to raise by hand; here the setting `avm.trace.server` alone decides. The channel is made when it is needed.
 */
function createTraceChannel(context: vscode.ExtensionContext): vscode.LogOutputChannel {
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  let channel: vscode.OutputChannel | undefined;
  const level = (): vscode.LogLevel =>
    vscode.workspace.getConfiguration("avm").get("trace.server", "off") === "off"
      ? vscode.LogLevel.Off
      : vscode.LogLevel.Trace;
  const open = (): vscode.OutputChannel =>
    (channel ??= vscode.window.createOutputChannel("AVM Assembly (Trace)"));
  const write = (message: string): void => {
    open().appendLine(message);
  };
  context.subscriptions.push(
    changed,
    { dispose: () => channel?.dispose() },
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("avm.trace.server")) changed.fire(level());
    }),
  );
  return {
    name: "AVM Assembly (Trace)",
    get logLevel() {
      return level();
    },
    onDidChangeLogLevel: changed.event,
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: (error) => write(error instanceof Error ? (error.stack ?? error.message) : error),
    append: (text) => open().append(text),
    appendLine: write,
    replace: (text) => open().replace(text),
    clear: () => channel?.clear(),
    show: () => open().show(true),
    hide: () => channel?.hide(),
    dispose: () => channel?.dispose(),
  };
}
