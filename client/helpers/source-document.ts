/** Which document a command is about. */

import * as vscode from "vscode";

/**
 * The document that a command is about; tells the user where there is none. Commands get the URI of the file when they
 * are chosen in the explorer, and nothing from the palette.
 */
export async function sourceDocument(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  const document = uri
    ? await vscode.workspace.openTextDocument(uri)
    : vscode.window.activeTextEditor?.document;
  if (document?.languageId === "avm") return document;
  void vscode.window.showErrorMessage("Open an AVM assembly file (.avm) first.");
  return undefined;
}
