/**
 * Shows the size and the gas of the program in the active editor in the status bar; a click shows its control flow
 * graph.
 */

import * as vscode from "vscode";
import { debounce } from "../helpers/debounce.ts";
import type { LanguageServer } from "../language-server.ts";

/** The server's answer to `avm/summary`; `server/requests/summary.ts` documents the fields. */
interface Summary {
  readonly bytes: number;
  readonly fields: number;
  readonly maxFields: number;
  readonly isLibrary?: true;
  readonly gas?: { readonly l2: string; readonly da: string };
  readonly parts: readonly { readonly name: string; readonly bytes: number; readonly l2?: string }[];
}

/** Time between the last change and the request to the server. */
const UPDATE_DELAY_MS = 250;
/** Maximum number of rows in the hover's table. */
const MAX_TABLE_ROWS = 12;

export function registerSummary(server: LanguageServer): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("avm.summary", vscode.StatusBarAlignment.Right, 99);
  item.name = "AVM Size and Gas";
  item.command = "avm.showGraph";
  /** Number of requests so far; an answer to an earlier one than the last is ignored. */
  let asked = 0;

  const update = async (): Promise<void> => {
    const number = ++asked;
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "avm") return void item.hide();
    const summary = await server
      .request<Summary | null>("avm/summary", { textDocument: { uri: document.uri.toString() } })
      .catch(() => null);
    if (number !== asked) return;
    // Hide the item if the program has an error or isn't checked yet: its last figures would be wrong.
    if (!summary) return void item.hide();
    const { bytes, gas, isLibrary } = summary;
    const size = `${isLibrary ? "library, " : ""}${bytes.toLocaleString()} B`;
    item.text = gas ? `${size}, ${gas.l2.replace(/ or more$/, "+")} gas` : size;
    item.tooltip = tooltipOf(summary);
    item.accessibilityInformation = {
      label: `${isLibrary ? "library, " : ""}${bytes} bytes${gas ? `, ${gas.l2} L2 gas` : ""}`,
      role: "button",
    };
    item.show();
  };
  const updated = debounce(() => void update(), UPDATE_DELAY_MS);
  updated.soon();

  return vscode.Disposable.from(
    item,
    updated,
    server.onDidCheck(updated.soon),
    vscode.window.onDidChangeActiveTextEditor(() => void update()),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === "avm") updated.soon();
    }),
  );
}

function tooltipOf({ bytes, fields, maxFields, isLibrary, gas, parts }: Summary): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(
    `**${bytes.toLocaleString()} bytes** – ${fields} of at most ${maxFields.toLocaleString()} fields`,
  );
  if (isLibrary)
    text.appendMarkdown(
      "\n\nTreated as a library, because it begins with a routine or with data: it is checked for halts together with a program that includes it.",
    );
  if (gas) text.appendMarkdown(`\n\n**L2 gas:** ${gas.l2}${gas.da === "0" ? "" : `, **DA gas:** ${gas.da}`}`);
  if (parts.length > 1) {
    text.appendMarkdown("\n\n| | bytes | L2 gas |\n|:--|--:|--:|\n");
    for (const { name, bytes: size, l2 } of parts.slice(0, MAX_TABLE_ROWS)) {
      text.appendMarkdown(`| ${name.replaceAll("|", "\\|")} | ${size.toLocaleString()} | ${l2 ?? ""} |\n`);
    }
    if (parts.length > MAX_TABLE_ROWS)
      text.appendMarkdown(`| … ${parts.length - MAX_TABLE_ROWS} more | | |\n`);
  }
  text.appendMarkdown("\n\nClick to show the control flow graph.");
  return text;
}
