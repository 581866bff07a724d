/**
 * The extension's entry on the desktop and on a remote host, which both have Node. It shares no code with the
 * assembler: the language server and the command are separate programs in dist/.
 */

import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { registerDebug } from "./debug/debug.ts";
import { registerMemoryView } from "./debug/memory.ts";
import { start, stop } from "./start.ts";
import { registerTasks } from "./tasks.ts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const module = context.asAbsolutePath("dist/server.cjs");
  context.subscriptions.push(
    registerMemoryView(context),
    registerDebug(context, () => debugAdapter(context.asAbsolutePath("dist/avmasm.cjs"))),
  );
  await start(
    context,
    (options) =>
      new LanguageClient(
        "avm",
        "AVM Assembly",
        {
          run: { module, transport: TransportKind.ipc },
          debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--inspect=6009"] } },
        },
        options,
      ),
    (server) => registerTasks(context, server),
  );
}

/** Runs the debug adapter of `avmasm dap` in a process of its own, with a memory limit that large recordings fit in. */
function debugAdapter(program: string): vscode.DebugAdapterDescriptor {
  const env = { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" };
  return new vscode.DebugAdapterExecutable(process.execPath, [program, "dap", "--stdio"], { env });
}

export async function deactivate(): Promise<void> {
  await stop();
}
