/**
 * Pages of the views beside the editor. Each page loads one script and one style sheet from `dist/`, and nothing else.
 */

import * as vscode from "vscode";

export interface PageContent {
  /** Name of the script and the style sheet in `dist/`, without extension. */
  readonly name: string;
  readonly title: string;
  /** The HTML of the page's body before the script runs. */
  readonly body: string;
}

/** Opens an empty view beside the active editor, which may load files from `dist/`. */
export function openView(
  extension: vscode.Uri,
  type: string,
  title: string,
  options: vscode.WebviewPanelOptions = {},
): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(
    type,
    title,
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    {
      enableScripts: true,
      retainContextWhenHidden: true,
      localResourceRoots: [vscode.Uri.joinPath(extension, "dist")],
      ...options,
    },
  );
}

/** The HTML of a page. Its content security policy allows its own script and style sheet, and nothing else. */
export function pageFor(
  webview: vscode.Webview,
  extension: vscode.Uri,
  { name, title, body }: PageContent,
): string {
  const file = (extensionOf: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", `${name}.${extensionOf}`)).toString();
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="${file("css")}">
<title>${title}</title>
</head>
<body>
${body}
<script nonce="${nonce}" src="${file("js")}"></script>
</body>
</html>`;
}
