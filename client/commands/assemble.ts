/** The command "AVM: Assemble This File". */

import * as vscode from "vscode";
import { fromBase64 } from "../helpers/base64.ts";
import { sourceDocument } from "../helpers/source-document.ts";
import type { LanguageServer } from "../language-server.ts";
import { baseName, stemOf } from "../helpers/uris.ts";

/** The server's answer to a request about a program that has errors. */
export interface NotAssembled {
  /** One line for each error. */
  readonly errors: readonly string[];
}

/**
 * Registers the command. Its argument is the source's URI, by default that of the active editor; it returns the
 * output's URI.
 */
export function registerAssemble(server: LanguageServer, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand("avm.assemble", (uri?: unknown) =>
    assemble(server, log, uri instanceof vscode.Uri ? uri : undefined),
  );
}

async function assemble(
  server: LanguageServer,
  log: vscode.LogOutputChannel,
  uri: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const document = await sourceDocument(uri);
  if (!document) return undefined;
  // The output goes beside the source, so the source is saved first. Saving an untitled document asks for a place, and
  // gives the document another URI.
  const saved =
    document.isDirty || document.isUntitled ? await vscode.workspace.save(document.uri) : document.uri;
  if (!saved) return undefined;
  const name = baseName(saved);
  if (vscode.workspace.fs.isWritableFileSystem(saved.scheme) !== true) {
    void vscode.window.showErrorMessage(`${name} can't be assembled where it is: save it to a folder first.`);
    return undefined;
  }
  const output = vscode.Uri.joinPath(saved, "..", `${stemOf(saved)}.bin`);
  try {
    const answer = await server.request<{ base64: string } | NotAssembled | null>("avm/assemble", {
      textDocument: { uri: (await vscode.workspace.openTextDocument(saved)).uri.toString() },
    });
    if (!answer) throw new Error("the language server doesn't know the file");
    if ("errors" in answer) {
      log.error([`${name} was not assembled.`, ...answer.errors].join("\n"));
      void reportErrors(name, answer.errors.length, log);
      return undefined;
    }
    const bytes = fromBase64(answer.base64);
    await vscode.workspace.fs.writeFile(output, bytes);
    log.info(`${output.toString(true)}: ${bytes.length} bytes`);
    const size = bytes.length.toLocaleString();
    vscode.window.setStatusBarMessage(`$(check) ${baseName(output)}: ${size} bytes`, 5_000);
    return output;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(`${name} was not assembled: ${reason}`);
    void vscode.window.showErrorMessage(`${name} was not assembled: ${reason.replace(/\.$/, "")}.`);
    return undefined;
  }
}

/** The command doesn't wait for this: the message stays on screen until the user closes it. */
async function reportErrors(name: string, count: number, log: vscode.LogOutputChannel): Promise<void> {
  const message = `${name} was not assembled: it has ${count === 1 ? "an error" : `${count} errors`}.`;
  const choice = await vscode.window.showErrorMessage(message, "Show Problems", "Show Output");
  if (choice === "Show Problems") await vscode.commands.executeCommand("workbench.actions.view.problems");
  if (choice === "Show Output") log.show(true);
}
