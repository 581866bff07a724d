/** File names out of URIs, whose paths have slashes on every system. */

import type * as vscode from "vscode";

/** The last part of a URI's path: the name of the file. */
export function baseName({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The name of the file without its extension. */
export function stemOf(uri: vscode.Uri): string {
  return baseName(uri).replace(/(?<=.)\.[^.]*$/, "");
}
