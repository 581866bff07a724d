/** The VS Code extension in a browser alone: the same, with the language server in a worker. */

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import { start, stop } from "./start.ts";

/** As much of the browser's as is used. */
declare const Worker: new (url: string) => ConstructorParameters<typeof LanguageClient>[3];

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const file = (name: string): string => vscode.Uri.joinPath(context.extensionUri, name).toString(true);
  await start(context, (options) => {
    const worker = new Worker(file("dist/server-browser.js"));
    // The standard library is read as every other file is: through the editor.
    const initializationOptions = { ...options.initializationOptions, library: `${file("lib")}/` } as unknown;
    return new LanguageClient("avm", "AVM Assembly", { ...options, initializationOptions }, worker);
  });
}

export async function deactivate(): Promise<void> {
  await stop();
}
