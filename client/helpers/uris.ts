/** Names out of URIs; paths are always with slashes there. */

import type * as vscode from "vscode";

/** The last part of a URI's path: what a file is called. */
export function baseName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The same without its extension. */
export function stemOf(uri: vscode.Uri): string {
  return baseName(uri).replace(/(?<=.)\.[^.]*$/, "");
}
