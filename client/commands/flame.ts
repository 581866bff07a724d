/** The view of a gas profile as a flame graph. The script of its page is `webview/flame.ts`. */

import * as vscode from "vscode";
import { baseName } from "../helpers/uris.ts";
import { openView, pageFor } from "../helpers/webview-page.ts";

/** The part of a `.cpuprofile` that this module reads; the page gets the whole profile. */
interface Nodes {
  readonly nodes: readonly { readonly callFrame: { readonly url: string; readonly lineNumber: number } }[];
}

export interface FlameGraph {
  readonly program: vscode.Uri;
  /** The `.cpuprofile` as JSON text. */
  readonly profile: string;
  /** How the run ended, as a sentence. */
  readonly end: string;
  /** The file that the profile was written to; undefined if it couldn't be written. */
  readonly file: vscode.Uri | undefined;
}

type Message = { readonly kind: "ready" | "table" } | { readonly kind: "open"; readonly frame: number };

export interface FlameView extends vscode.Disposable {
  show(graph: FlameGraph): void;
}

/** Creates the only flame graph view; each new profile replaces the one shown. */
export function createFlameView(context: vscode.ExtensionContext): FlameView {
  let panel: vscode.WebviewPanel | undefined;
  let shown: FlameGraph | undefined;
  let nodes: Nodes["nodes"] = [];

  const send = (): void => {
    if (!panel || !shown) return;
    const { end, file } = shown;
    void panel.webview.postMessage({ kind: "profile", nodes, end, file: file && baseName(file) });
  };

  const openLine = async (frame: number): Promise<void> => {
    const place = nodes.at(frame)?.callFrame;
    if (!shown || !place || place.url === "") return;
    const { program } = shown;
    const uri = /^[\w+.-]+:/.test(place.url)
      ? vscode.Uri.parse(place.url)
      : vscode.Uri.joinPath(program, "..", place.url);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const editor = vscode.window.visibleTextEditors.find((other) => other.document === document);
      await vscode.window.showTextDocument(document, {
        selection: new vscode.Range(place.lineNumber, 0, place.lineNumber, 0),
        viewColumn: editor?.viewColumn ?? vscode.ViewColumn.One,
      });
    } catch {
      void vscode.window.showErrorMessage(`${place.url} can't be opened.`);
    }
  };

  const receive = (message: Message): void => {
    // Messages that arrive before the page's script listens would be lost, so the script says when it is ready.
    if (message.kind === "ready") send();
    else if (message.kind === "open") void openLine(message.frame);
    else if (shown?.file) void vscode.commands.executeCommand("vscode.open", shown.file);
  };

  return {
    show: (graph) => {
      shown = graph;
      ({ nodes } = JSON.parse(graph.profile) as Nodes);
      const title = `${baseName(graph.program)} (gas)`;
      if (panel) {
        panel.title = title;
        panel.reveal(undefined, true);
        return send();
      }
      const created = openView(context.extensionUri, "avm.flame", title);
      panel = created;
      created.onDidDispose(() => {
        panel = undefined;
      });
      created.webview.onDidReceiveMessage(receive);
      created.webview.html = pageFor(created.webview, context.extensionUri, {
        name: "flame",
        title: "Gas as a flame graph",
        body: BODY,
      });
    },
    dispose: () => {
      panel?.dispose();
    },
  };
}

const BODY = `<header>
<span id="end"></span>
<button id="reset" disabled title="Show the whole run (Escape)">Whole run</button>
<button id="table" hidden title="Open the profile as VS Code's table"></button>
</header>
<p id="about" role="status"></p>
<div id="flame" role="tree" aria-label="Frames by gas. Enter zooms, Control and Enter opens the line, Escape shows the whole run."></div>
<p id="message" role="status"></p>`;
