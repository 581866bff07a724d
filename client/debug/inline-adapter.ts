/** The debug adapter in a browser: it is in the language server's worker, and messages go there and back. */

import * as vscode from "vscode";
import { toBase64 } from "../helpers/base64.ts";
import type { LanguageServer } from "../language-server.ts";

/** As the server takes and sends it; a message that is null ends the session. */
interface DebugMessage {
  readonly session: number;
  readonly message: vscode.DebugProtocolMessage | null;
}

const DEBUG = "avm/debug";

/** Makes adapters that the server answers. */
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

  /** The server reads no files: a launch takes along what it needs, and sources are opened for it. */
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
      // The server says what is missing.
    }
    return { ...message, arguments: { ...request.arguments, ...more } };
  }
}

/** Of a path in a launch configuration: a URI, or a path in the first folder that is open. */
function uriOf(path: string): vscode.Uri {
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return vscode.Uri.parse(path, true);
  const folder = vscode.workspace.workspaceFolders?.at(0)?.uri;
  if (!folder) return vscode.Uri.file(path);
  return path.startsWith("/") ? folder.with({ path }) : vscode.Uri.joinPath(folder, path);
}
