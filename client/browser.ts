/** The entry of the extension in a browser-only VS Code: the language server runs in a worker. */

import * as vscode from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import { registerDebug } from "./debug/debug.ts";
import { inlineAdapters } from "./debug/inline-adapter.ts";
import { registerMemoryView } from "./debug/memory.ts";
import { start, stop } from "./start.ts";

/** The browser's `Worker`. TypeScript declares it only in the types of a web page, which this project doesn't load. */
declare const Worker: new (url: string) => object;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const file = (name: string): string => vscode.Uri.joinPath(context.extensionUri, name).toString(true);
  await start(
    context,
    (options) => {
      // Without Node, the server reads the standard library through the editor, like every other file.
      const initializationOptions = {
        ...options.initializationOptions,
        library: `${file("lib")}/`,
        pages: `${file("docs/diagnostics")}/`,
      } as unknown;
      return new LanguageClient(
        "avm",
        "AVM Assembly",
        // A function, because the client starts a second worker after the first one has crashed.
        () => {
          const worker = new Worker(file("dist/server-browser.js")) as never;
          return Promise.resolve({
            reader: new BrowserMessageReader(worker),
            writer: new BrowserMessageWriter(worker),
          });
        },
        { ...options, initializationOptions },
      );
    },
    (server) =>
      vscode.Disposable.from(registerMemoryView(context), registerDebug(context, inlineAdapters(server))),
  );
}

export async function deactivate(): Promise<void> {
  await stop();
}
