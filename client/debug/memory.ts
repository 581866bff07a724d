/**
 * The command "AVM: Show Memory": the cells of the program that is being debugged, in a view beside it. It follows every
 * step; a click on a cell's step goes to the instruction that wrote it. What draws it is `webview/memory.ts`.
 */

import * as vscode from "vscode";
import { DEBUG_TYPE } from "./debug.ts";

type Message = { readonly kind: "ready" } | { readonly kind: "goToStep"; readonly step: number };

export function registerMemoryView(context: vscode.ExtensionContext): vscode.Disposable {
  let panel: vscode.WebviewPanel | undefined;

  const update = async (): Promise<void> => {
    if (!panel) return;
    const session = sessionHere();
    const frame = vscode.debug.activeStackItem;
    if (!session || !(frame instanceof vscode.DebugStackFrame)) {
      await panel.webview.postMessage({ kind: "nothing" });
      return;
    }
    try {
      const memory: unknown = await session.customRequest("avm/memory", { frameId: frame.frameId });
      await panel.webview.postMessage({ kind: "memory", memory });
    } catch {
      await panel.webview.postMessage({ kind: "nothing" });
    }
  };

  const open = (): void => {
    if (panel) return panel.reveal(undefined, true);
    const created = vscode.window.createWebviewPanel(
      "avm.memory",
      "AVM Memory",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      {
        enableScripts: true,
        retainContextWhenHidden: true,
        localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, "dist")],
      },
    );
    panel = created;
    created.onDidDispose(() => {
      panel = undefined;
    });
    created.webview.onDidReceiveMessage((message: Message) => {
      if (message.kind === "ready") void update();
      else void sessionHere()?.customRequest("avm/goToStep", { step: message.step });
    });
    created.webview.html = pageOf(created.webview, context.extensionUri);
  };

  return vscode.Disposable.from(
    vscode.commands.registerCommand("avm.showMemory", open),
    vscode.debug.onDidChangeActiveStackItem(() => void update()),
    vscode.debug.onDidTerminateDebugSession(() => void update()),
    {
      dispose: () => {
        panel?.dispose();
      },
    },
  );
}

function sessionHere(): vscode.DebugSession | undefined {
  const session = vscode.debug.activeDebugSession;
  return session?.type === DEBUG_TYPE ? session : undefined;
}

/** A page that may run its own script and nothing else. */
function pageOf(webview: vscode.Webview, extension: vscode.Uri): string {
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", name)).toString();
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="${file("memory.css")}">
<title>AVM Memory</title>
</head>
<body>
<header>
<input id="filter" type="search" placeholder="Address, name, tag or value" aria-label="Filter cells">
<label><input id="follow" type="checkbox"> Follow sp</label>
<span id="state" role="status"></span>
</header>
<p id="message" role="status">Nothing is being debugged.</p>
<table aria-label="Cells of memory">
<thead><tr><th scope="col">Cell</th><th scope="col">Name</th><th scope="col">Tag</th><th scope="col">Value</th><th scope="col">Hex</th><th scope="col">Text</th><th scope="col">Written</th></tr></thead>
<tbody id="cells"></tbody>
</table>
<script nonce="${nonce}" src="${file("memory.js")}"></script>
</body>
</html>`;
}
