/**
 * The command "AVM: Profile Gas of This Program": runs the program, shows as a flame graph where it spends its gas, and
 * writes a `.cpuprofile`.
 */

import * as vscode from "vscode";
import { sourceDocument } from "../helpers/source-document.ts";
import { baseName, stemOf } from "../helpers/uris.ts";
import type { LanguageServer } from "../language-server.ts";
import type { NotAssembled } from "./assemble.ts";
import { createFlameView } from "./flame.ts";

/** The server's answer to `avm/profile`; `server/requests/profile.ts` documents the fields. */
interface Profile {
  readonly profile: string;
  readonly outcome: "return" | "revert" | "halt";
  readonly gas: { readonly l2: number };
}

/** @param askForCalldata asks the user; it returns undefined if the user cancels */
export function registerProfile(
  context: vscode.ExtensionContext,
  server: LanguageServer,
  askForCalldata: (program: vscode.Uri) => Promise<string | undefined>,
): vscode.Disposable {
  const view = createFlameView(context);
  const command = vscode.commands.registerCommand(
    "avm.profileGas",
    async (given?: unknown, fields?: unknown) => {
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
      const written = await write(file, answer.profile);
      const ends = { return: "returned", revert: "reverted", halt: "halted" }[answer.outcome];
      const end = `${baseName(uri)} ${ends} after ${answer.gas.l2.toLocaleString("en")} L2 gas`;
      view.show({ program: uri, profile: answer.profile, end, file: written ? file : undefined });
      return written ? file : undefined;
    },
  );
  return vscode.Disposable.from(view, command);
}

/**
 * Writes the profile. Returns false if the file can't be written, as in a read-only folder; the flame graph needs no
 * file.
 */
async function write(file: vscode.Uri, profile: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(profile));
    return true;
  } catch {
    void vscode.window.showWarningMessage(`${baseName(file)} can't be written here.`);
    return false;
  }
}
