/**
 * The debug adapter in a browser. It runs in the language server's worker; this module carries the messages between VS
 * Code and the server.
 */

import * as vscode from "vscode";
import { toBase64 } from "../helpers/base64.ts";
import type { LanguageServer } from "../language-server.ts";

/**
 * A message between an adapter and VS Code, as the notification `avm/debug` carries it in both directions; null ends
 * the session.
 */
interface DebugMessage {
  readonly session: number;
  readonly message: vscode.DebugProtocolMessage | null;
}

const DEBUG = "avm/debug";

/** Creates adapters whose messages the server answers. */
export function inlineAdapters(server: LanguageServer): () => vscode.DebugAdapterDescriptor {
  let last = 0;
  return () => new vscode.DebugAdapterInlineImplementation(new InlineAdapter(server, ++last));
}

class InlineAdapter implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private readonly server: LanguageServer;
  private readonly session: number;
  private readonly listening: vscode.Disposable;

  constructor(server: LanguageServer, session: number) {
    this.server = server;
    this.session = session;
    this.listening = server.onNotification<DebugMessage>(DEBUG, ({ session: number, message }) => {
      if (number === session && message) this.sent.fire(message);
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    void this.complete(message).then((whole) => this.send(whole));
  }

  dispose(): void {
    this.send(null);
    this.listening.dispose();
    this.sent.dispose();
  }

  private send(message: vscode.DebugProtocolMessage | null): void {
    this.server.notify(DEBUG, { session: this.session, message } satisfies DebugMessage);
  }

  /**
   * A server in a browser reads no files, so this adds the artifact's text to a launch, and opens the sources for the
   * server.
   */
  private async complete(message: vscode.DebugProtocolMessage): Promise<vscode.DebugProtocolMessage> {
    const request = message as { command?: string; arguments?: { program?: unknown; state?: unknown } };
    const { program, state } = request.arguments ?? {};
    if (request.command !== "launch" || typeof program !== "string") return message;
    const uri = uriOf(program);
    const more: Record<string, string> = { program: uri.toString() };
    try {
      if (uri.path.endsWith(".avm")) await vscode.workspace.openTextDocument(uri);
      else more.content = toBase64(await vscode.workspace.fs.readFile(uri));
      if (typeof state === "string")
        more.stateText = new TextDecoder().decode(await vscode.workspace.fs.readFile(uriOf(state)));
    } catch {
      // A file that can't be read is left out; the server reports it as missing.
    }
    return { ...message, arguments: { ...request.arguments, ...more } };
  }
}

/** The URI that a launch configuration's path means: a URI as it is, or a path below the first workspace folder. */
function uriOf(path: string): vscode.Uri {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return vscode.Uri.parse(path, true);
  const folder = vscode.workspace.workspaceFolders?.at(0)?.uri;
  if (!folder) return vscode.Uri.file(path);
  return path.startsWith("/") ? folder.with({ path }) : vscode.Uri.joinPath(folder, path);
}
