/**
 * The command "AVM: Show Control Flow Graph": shows the routines and blocks of a program with their gas, in a view
 * beside the source. The view follows every change and the cursor; a click in it goes to the source. The script of its
 * page is `webview/graph.ts`.
 */

import * as vscode from "vscode";
import { debounce } from "../helpers/debounce.ts";
import { sourceDocument } from "../helpers/source-document.ts";
import type { NotAssembled } from "./assemble.ts";
import type { LanguageServer } from "../language-server.ts";
import { baseName } from "../helpers/uris.ts";
import { openView, pageFor } from "../helpers/webview-page.ts";

/** Time between the last change and the update of the graph. */
const UPDATE_DELAY_MS = 300;

/** The part of the server's answer that this module reads; the page gets the whole answer. */
interface Graph {
  readonly files: readonly string[];
}

interface View {
  readonly panel: vscode.WebviewPanel;
  source: vscode.Uri;
  files: readonly string[];
}

export function registerGraph(context: vscode.ExtensionContext, server: LanguageServer): vscode.Disposable {
  /** The only view; asking for another program's graph replaces the one shown. */
  let view: View | undefined;
  let asked = 0;

  const update = async (): Promise<void> => {
    if (!view) return;
    const { panel, source } = view;
    const number = ++asked;
    try {
      const answer = await server.request<Graph | NotAssembled | null>("avm/graph", {
        textDocument: { uri: source.toString() },
      });
      if (number !== asked || view?.panel !== panel) return;
      // The document was closed before the answer came: keep the last graph.
      if (!answer) return;
      if ("files" in answer) view.files = answer.files.map((file) => vscode.Uri.parse(file).toString());
      await panel.webview.postMessage({ kind: "graph", title: baseName(source), graph: answer });
      follow(vscode.window.activeTextEditor);
    } catch (error) {
      const errors = [error instanceof Error ? error.message : String(error)];
      await panel.webview.postMessage({ kind: "graph", title: baseName(source), graph: { errors } });
    }
  };
  const updated = debounce(() => void update(), UPDATE_DELAY_MS);

  /** Tells the page where the cursor is. */
  const follow = (editor: vscode.TextEditor | undefined): void => {
    if (!view || !editor) return;
    const file = view.files.indexOf(editor.document.uri.toString());
    if (file < 0) return;
    void view.panel.webview.postMessage({ kind: "cursor", place: [file, editor.selection.active.line] });
  };

  const open = async (uri: vscode.Uri | undefined): Promise<void> => {
    const document = await sourceDocument(uri);
    if (!document) return;
    if (view) {
      view.source = document.uri;
      view.panel.title = titleOf(document.uri);
      view.panel.reveal(undefined, true);
      return update();
    }
    const panel = openView(context.extensionUri, "avm.graph", titleOf(document.uri), {
      enableFindWidget: false,
    });
    view = { panel, source: document.uri, files: [] };
    panel.onDidDispose(() => {
      if (view?.panel === panel) view = undefined;
    });
    panel.webview.onDidReceiveMessage((message: { kind: string; place?: readonly [number, number] }) => {
      // Messages that arrive before the page's script listens would be lost, so the script says when it is ready.
      if (message.kind === "ready") void update();
      if (message.kind === "goTo" && message.place) void goTo(message.place);
    });
    panel.webview.html = pageFor(panel.webview, context.extensionUri, {
      name: "graph",
      title: "Control flow graph",
      body: BODY,
    });
  };

  const goTo = async ([file, line]: readonly [number, number]): Promise<void> => {
    const uri = view?.files.at(file);
    if (uri === undefined) return;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const at = new vscode.Range(line, 0, line, 0);
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    await vscode.window.showTextDocument(document, {
      selection: at,
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    });
  };

  return vscode.Disposable.from(
    updated,
    {
      dispose: () => {
        view?.panel.dispose();
      },
    },
    vscode.commands.registerCommand("avm.showGraph", (uri?: unknown) =>
      open(uri instanceof vscode.Uri ? uri : undefined),
    ),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "avm") updated.soon();
    }),
    server.onDidCheck(updated.soon),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => follow(textEditor)),
  );
}

function titleOf(source: vscode.Uri): string {
  return `${baseName(source)} (control flow)`;
}

const BODY = `<header>
<select id="routine" title="Routine" aria-label="Routine"></select>
<input id="search" type="search" placeholder="Search labels, instructions, pc" aria-label="Search">
<span id="found" role="status"></span>
<span class="buttons">
<button id="out" title="Zoom out (-)" aria-label="Zoom out">−</button>
<button id="in" title="Zoom in (+)" aria-label="Zoom in">+</button>
<button id="full" title="Actual size, at the cursor's block (1)" aria-label="Actual size">100%</button>
<button id="fit" title="Show all of it (0)" aria-label="Show all of it">Fit</button>
<button id="fold" title="Draw blocks that follow each other as one (f)" aria-pressed="true">Fold</button>
<button id="around" title="Show only what is around the cursor's block (a)" aria-pressed="false">Around</button>
</span>
</header>
<p id="message" role="status"></p>
<svg id="graph" tabindex="0" role="group" aria-label="Blocks of the routine"></svg>`;
