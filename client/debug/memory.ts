/**
 * The command "AVM: Show Memory": shows the cells of the program that is being debugged, in a view beside the source.
 * The view follows every step; a click on a cell's step goes to the instruction that wrote it. The script of its page
 * is `webview/memory.ts`.
 */

import * as vscode from "vscode";
import { openView, pageFor } from "../helpers/webview-page.ts";
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
    const created = openView(context.extensionUri, "avm.memory", "AVM Memory");
    panel = created;
    created.onDidDispose(() => {
      panel = undefined;
    });
    created.webview.onDidReceiveMessage((message: Message) => {
      if (message.kind === "ready") void update();
      else void sessionHere()?.customRequest("avm/goToStep", { step: message.step });
    });
    created.webview.html = pageFor(created.webview, context.extensionUri, {
      name: "memory",
      title: "AVM Memory",
      body: BODY,
    });
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

const BODY = `<header>
<input id="filter" type="search" placeholder="Address, name, tag or value" aria-label="Filter cells">
<label><input id="follow" type="checkbox"> Follow sp</label>
<span id="state" role="status"></span>
</header>
<p id="message" role="status">Nothing is being debugged.</p>
<table aria-label="Cells of memory">
<thead><tr><th scope="col">Cell</th><th scope="col">Name</th><th scope="col">Tag</th><th scope="col">Value</th><th scope="col">Hex</th><th scope="col">Text</th><th scope="col">Written</th></tr></thead>
<tbody id="cells"></tbody>
</table>`;
