/** Activates the extension on the desktop and in a browser: starts the server, and registers commands and views. */

import * as vscode from "vscode";
import { registerAssemble } from "./commands/assemble.ts";
import { registerContract } from "./commands/contract.ts";
import { registerGraph } from "./commands/graph.ts";
import { registerProfile } from "./commands/profile.ts";
import { askForCalldata, pathOf } from "./debug/debug.ts";
import { registerReferences } from "./commands/references.ts";
import { registerListing } from "./commands/listing.ts";
import { createLanguageServer, type CreateClient, type LanguageServer } from "./language-server.ts";
import { registerSummary } from "./status-bar/summary.ts";
import { registerTests } from "./tests/explorer.ts";
import { registerTarget } from "./status-bar/target.ts";

let server: LanguageServer | undefined;

/** @param registerMore registers what only one kind of extension host has, such as tasks on the desktop */
export async function start(
  context: vscode.ExtensionContext,
  createClient: CreateClient,
  registerMore?: (server: LanguageServer) => vscode.Disposable,
): Promise<void> {
  const log = vscode.window.createOutputChannel("AVM Assembly", { log: true });
  server = createLanguageServer(context, log, createClient);
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("avm.restartServer", () => server?.restart()),
    vscode.commands.registerCommand("avm.newFile", async () => {
      const document = await vscode.workspace.openTextDocument({ language: "avm" });
      await vscode.window.showTextDocument(document);
    }),
    registerAssemble(server, log),
    registerListing(server),
    registerGraph(context, server),
    registerContract(server),
    registerTarget(context),
    registerSummary(server),
    registerReferences(),
    registerTests(server),
    registerProfile(context, server, (program) => askForCalldata(context, pathOf(program))),
    ...(registerMore ? [registerMore(server)] : []),
  );
  await server.start();
}

export async function stop(): Promise<void> {
  await server?.stop();
}
