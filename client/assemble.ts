/** The command "AVM: Assemble This File". */

import path from "node:path";
import * as vscode from "vscode";
import { fileTarget } from "./target.ts";
import { settingArguments, type Tool, type ToolResult } from "./tool.ts";

/** Registers the command. It takes the source's URI, by default that of the active editor, and gives the output's. */
export function registerAssemble(tool: Tool, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand("avm.assemble", (uri?: unknown) =>
    assemble(tool, log, uri instanceof vscode.Uri ? uri : undefined),
  );
}

/**
 * The document that a command is about; tells the user where there is none. Commands get the URI of the file when they
 * are chosen in the explorer, and nothing from the palette.
 */
export async function sourceDocument(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
  const document = uri
    ? await vscode.workspace.openTextDocument(uri)
    : vscode.window.activeTextEditor?.document;
  if (document?.languageId === "avm") return document;
  void vscode.window.showErrorMessage("Open an AVM assembly file (.avm) first.");
  return undefined;
}

async function assemble(
  tool: Tool,
  log: vscode.LogOutputChannel,
  uri: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const document = await sourceDocument(uri);
  if (!document) return undefined;
  // The tool reads the file. Saving an untitled document asks where to, and gives it another URI.
  const saved =
    document.isDirty || document.isUntitled ? await vscode.workspace.save(document.uri) : document.uri;
  if (!saved) return undefined;
  if (saved.scheme !== "file") {
    void vscode.window.showErrorMessage("Only a file on disk can be assembled: save this one first.");
    return undefined;
  }
  const source = saved.fsPath;
  const output = `${source.replace(/\.avm$/i, "")}.bin`;
  const result = await tool(
    ["build", source, "-o", output, ...settingArguments(document, fileTarget(document)?.name)],
    { folder: path.dirname(source) },
  );
  const printed = [result.stdout, result.stderr].filter((text) => text.trim() !== "").join("\n");
  if (result.status !== 0) {
    log.error(`${source} was not assembled.\n${printed}`);
    void reportFailure(path.basename(source), document, result, log);
    return undefined;
  }
  const target = vscode.Uri.file(output);
  const { size } = await vscode.workspace.fs.stat(target);
  log.info(`${output}: ${size} bytes${printed ? `\n${printed}` : ""}`);
  vscode.window.setStatusBarMessage(
    `$(check) ${path.basename(output)}: ${size.toLocaleString()} bytes`,
    5_000,
  );
  return target;
}

/** Not awaited by the command: a message stays for as long as the user lets it. */
async function reportFailure(
  name: string,
  document: vscode.TextDocument,
  result: ToolResult,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const message = `${name} was not assembled${reasonOf(document, result)}`;
  const choice = await vscode.window.showErrorMessage(message, "Show Problems", "Show Output");
  if (choice === "Show Problems") await vscode.commands.executeCommand("workbench.actions.view.problems");
  if (choice === "Show Output") log.show(true);
}

function reasonOf(document: vscode.TextDocument, result: ToolResult): string {
  if (result.status !== 1) return `: ${firstLine(result.stderr) || "the assembler ended unexpectedly"}.`;
  const errors = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  if (errors === 0) return `: ${firstLine(result.stderr)}.`;
  return errors === 1 ? ": it has an error." : `: it has ${errors} errors.`;
}

function firstLine(text: string): string {
  return (text.split("\n").find((line) => line.trim() !== "") ?? "").trim().replace(/\.$/, "");
}
