/** Starts and restarts the language server, and sends requests to it. */

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type BaseLanguageClient,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient";

/** Creates the client; its server is a process on the desktop and a worker in a browser. */
export type CreateClient = (options: LanguageClientOptions) => BaseLanguageClient;

export interface LanguageServer {
  /** Resolves when the server is ready, or after a message to the user that it can't start. Never rejects. */
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Sends a request of the method `avm/…` once the server has started. Rejects if no server runs. */
  request<Result>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<Result>;
  /** Sends a notification; does nothing if no server runs. */
  notify(method: string, params: unknown): void;
  /** Calls the listener for each notification of a method that the server which runs now sends. */
  onNotification<Params>(method: string, listener: (params: Params) => void): vscode.Disposable;
  /** Publishes the server's diagnostics again after VS Code removed them. */
  showDiagnosticsAgain(): void;
  /** Fires after the server has checked programs: answers to earlier requests may be out of date. */
  readonly onDidCheck: vscode.Event<void>;
}

/** Request of a server that can't read files, such as one in a browser: returns the text of a file. */
const READ = "avm/read";
/** Request of such a server: returns the source files below a folder. */
const FIND = "avm/find";
/** Request of such a server: returns the names of a folder's entries. */
const LIST = "avm/list";

/** Maximum number of restarts within three minutes of a server that crashed. */
const MAX_RESTARTS = 4;

/** Time in which a server must stop before it is killed. */
const STOP_TIMEOUT_MS = 2_000;

export function createLanguageServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  createClient: CreateClient,
): LanguageServer {
  const trace = createTraceChannel(context);
  const checked = new vscode.EventEmitter<void>();
  context.subscriptions.push(checked);
  let client: BaseLanguageClient | undefined;
  // Starts and stops run one after the other: two at the same time could leave a server running.
  let queue = Promise.resolve();

  const enqueue = (work: () => Promise<void>): Promise<void> => (queue = queue.then(work, work));
  return {
    start: () => enqueue(start),
    stop: () => enqueue(stop),
    onDidCheck: checked.event,
    notify: (method, params) => void client?.sendNotification(method, params).catch(() => undefined),
    onNotification: <Params>(method: string, listener: (params: Params) => void) =>
      client?.onNotification(method, listener) ?? { dispose: () => undefined },
    showDiagnosticsAgain: () => {
      const shown = client?.diagnostics;
      if (shown && client?.isRunning()) shown.set([...shown].map(([uri, found]) => [uri, [...found]]));
    },
    request: async <Result>(
      method: string,
      params: unknown,
      token?: vscode.CancellationToken,
    ): Promise<Result> => {
      await queue;
      if (!client) throw new Error("The AVM language server isn't running.");
      // The client would send an undefined token as a parameter.
      return token
        ? client.sendRequest<Result>(method, params, token)
        : client.sendRequest<Result>(method, params);
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
      initializationOptions: { checked: true, commands: true },
      outputChannel: log,
      traceOutputChannel: trace,
      errorHandler: createErrorHandler(log, () => client),
    });
    client.onNotification("avm/checked", () => checked.fire());
    client.onRequest(READ, ({ uri }: { uri: string }) => read(vscode.Uri.parse(uri, true)));
    client.onRequest(LIST, ({ folder }: { folder: string }) => list(vscode.Uri.parse(folder, true)));
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
      await stopping?.dispose(STOP_TIMEOUT_MS);
    } catch (error) {
      // A crashed server can't be asked to stop, so this error is ignored.
      log.warn("Stopping the language server:", error instanceof Error ? error.message : String(error));
    }
  }
}

/** Reads a file. Returns its text or an error. */
async function read(uri: vscode.Uri): Promise<{ text: string } | { error: string }> {
  try {
    return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch (error) {
    const missing = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    return { error: missing ? "there is no such file" : "it can't be read" };
  }
}

/** Returns the sorted URIs of the source files in and below a folder, at most `most`. */
async function find({ folder, most }: { folder: string; most: number }): Promise<string[]> {
  const pattern = new vscode.RelativePattern(vscode.Uri.parse(folder, true), "**/*.avm");
  const found = await vscode.workspace.findFiles(pattern, "**/{node_modules,.*}/**", most);
  return found.map((uri) => uri.toString()).sort();
}

/** The names of a folder's entries, those of folders with a slash at the end; none if the folder can't be read. */
async function list(folder: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.map(([name, type]) => (type & vscode.FileType.Directory ? `${name}/` : name));
  } catch {
    return [];
  }
}

/** Wraps the client's error handler: when the client gives up restarting the server, the message offers a restart. */
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
 * Creates the output channel for the messages to and from the server. The client logs as much as the channel's log
 * level says, which users would have to raise by hand; this channel takes its level from the setting
 * `avm.trace.server`. The channel is created on first use.
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
