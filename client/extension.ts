/**
 * The VS Code extension: starts the language server, and adds what an editor can show that a server can't. It shares
 * no code with the assembler: the server and the command are programs beside it, in dist/.
 */

import * as vscode from "vscode";
import { registerAssemble } from "./assemble.ts";
import { registerContract } from "./contract.ts";
import { registerListing } from "./listing.ts";
import { createLanguageServer, type LanguageServer } from "./language-server.ts";
import { registerTarget } from "./target.ts";
import { createTool } from "./tool.ts";

let server: LanguageServer | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("AVM Assembly", { log: true });
  const tool = createTool(context, log);
  server = createLanguageServer(context, log);
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("avm.restartServer", () => server?.restart()),
    registerAssemble(tool, log),
    registerListing(tool),
    registerContract(server),
    registerTarget(context),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
