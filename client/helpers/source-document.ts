/** Finds the document that a command is about. */

import * as vscode from "vscode";

/**
 * The document that a command is about. Shows an error if there is none. VS Code passes the file's URI to commands
 * chosen in the explorer, and nothing to those chosen in the palette.
 */
export async function sourceDocument(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  const document = uri
    ? await vscode.workspace.openTextDocument(uri)
    : vscode.window.activeTextEditor?.document;
  if (document?.languageId === "avm") return document;
  void vscode.window.showErrorMessage("Open an AVM assembly file (.avm) first.");
  return undefined;
}
