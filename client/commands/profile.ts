/** The command "AVM: Profile Gas of This Program": writes where a run spends its gas, and opens it as a flame graph or a table. */

import * as vscode from "vscode";
import { sourceDocument } from "../helpers/source-document.ts";
import { baseName, stemOf } from "../helpers/uris.ts";
import type { LanguageServer } from "../language-server.ts";
import type { NotAssembled } from "./assemble.ts";

/** As the server gives it; see `server/requests/profile.ts`. */
interface Profile {
  readonly profile: string;
  readonly outcome: "return" | "revert" | "halt";
  readonly gas: { readonly l2: number };
}

/** @param askForCalldata undefined if the user gives up */
export function registerProfile(
  server: LanguageServer,
  askForCalldata: (program: vscode.Uri) => Promise<string | undefined>,
): vscode.Disposable {
  return vscode.commands.registerCommand("avm.profileGas", async (given?: unknown, fields?: unknown) => {
    const document = await sourceDocument(given instanceof vscode.Uri ? given : undefined);
    if (!document) return undefined;
    const { uri } = document;
    const calldata = typeof fields === "string" ? fields : await askForCalldata(uri);
    if (calldata === undefined) return undefined;
    const answer = await server.request<Profile | NotAssembled | null>("avm/profile", {
      textDocument: { uri: uri.toString() },
      calldata,
    });
    if (!answer || "errors" in answer) {
      const reason = answer?.errors.at(0) ?? "it isn't open";
      void vscode.window.showErrorMessage(`${baseName(uri)} can't be profiled: ${reason}`);
      return undefined;
    }
    const file = vscode.Uri.joinPath(uri, "..", `${stemOf(uri)}.cpuprofile`);
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(answer.profile));
    const ends = { return: "returned", revert: "reverted", halt: "halted" }[answer.outcome];
    vscode.window.setStatusBarMessage(
      `$(flame) ${baseName(file)}: it ${ends} after ${answer.gas.l2.toLocaleString("en")} L2 gas`,
      5_000,
    );
    await vscode.commands.executeCommand("vscode.open", file, { viewColumn: vscode.ViewColumn.Beside });
    return file;
  });
}
