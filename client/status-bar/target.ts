/** Shows the instruction set of the file in the active editor in the status bar; a click changes it. */

import * as vscode from "vscode";

/** The target that a file's own `.target` directive names, and the place of the directive. */
interface FileTarget {
  readonly name: string;
  readonly range: vscode.Range;
}

/** A `.target` counts only as the first statement; it is looked for in this many lines. */
const MAX_LINES = 1_000;

/** Reads the `.target` directive of a document; undefined if its first statement is another one. */
function fileTarget(document: vscode.TextDocument): FileTarget | undefined {
  let inComment = false;
  for (let number = 0; number < Math.min(document.lineCount, MAX_LINES); number++) {
    const text = document.lineAt(number).text;
    let column = 0;
    for (;;) {
      if (inComment) {
        const close = text.indexOf("*/", column);
        if (close < 0) break;
        inComment = false;
        column = close + 2;
      }
      const rest = text.slice(column).trimStart();
      column = text.length - rest.length;
      if (!rest.startsWith("/*")) {
        if (rest === "" || rest.startsWith(";") || rest.startsWith("//")) break;
        const match = /^\.target\s+([A-Za-z0-9_]+)/i.exec(rest);
        if (!match) return undefined;
        const end = column + match[0].length;
        return { name: match[1], range: new vscode.Range(number, end - match[1].length, number, end) };
      }
      inComment = true;
      column += 2;
    }
  }
  return undefined;
}

interface Choice extends vscode.QuickPickItem {
  readonly target: string;
}

export function registerTarget(context: vscode.ExtensionContext): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("avm.target", vscode.StatusBarAlignment.Right, 100);
  item.name = "AVM Target";
  item.command = "avm.selectTarget";
  const targets = targetsOf(context);

  const update = (): void => {
    const document = activeDocument();
    if (!document) {
      item.hide();
      return;
    }
    const own = fileTarget(document);
    const name = (own?.name ?? settingOf(document)).toLowerCase();
    const known = targets.find(({ target }) => target === name);
    item.text = own ? `$(pinned) AVM ${name}` : `AVM ${name}`;
    item.tooltip = new vscode.MarkdownString(
      [
        `**AVM ${name}**${known ? ` – ${known.detail ?? ""}` : " is not known"}`,
        own ? "The file says so: `.target`." : "From the setting `avm.target`.",
        "Click to choose another instruction set.",
      ].join("\n\n"),
    );
    item.backgroundColor = known ? undefined : new vscode.ThemeColor("statusBarItem.warningBackground");
    item.accessibilityInformation = { label: `AVM instruction set ${name}`, role: "button" };
    item.show();
  };
  update();

  return vscode.Disposable.from(
    item,
    vscode.commands.registerCommand("avm.selectTarget", (target?: unknown) =>
      selectTarget(targets, typeof target === "string" ? target : undefined),
    ),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === activeDocument()) update();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("avm.target")) update();
    }),
  );
}

/**
 * Asks the user for a target unless one is given, and writes it to where the current target comes from: the file or the
 * settings.
 */
async function selectTarget(targets: readonly Choice[], given: string | undefined): Promise<void> {
  const document = activeDocument();
  const own = document && fileTarget(document);
  const current = (own?.name ?? settingOf(document)).toLowerCase();
  const target = given ?? (await ask(targets, current, own !== undefined));
  if (target === undefined || target === current) return;
  if (document && own) {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, own.range, target);
    await vscode.workspace.applyEdit(edit);
    return;
  }
  const settings = vscode.workspace.getConfiguration("avm", document);
  await settings.update("target", target, placeOf(settings));
}

function ask(targets: readonly Choice[], current: string, inFile: boolean): Promise<string | undefined> {
  const picker = vscode.window.createQuickPick<Choice>();
  picker.title = "AVM instruction set";
  picker.placeholder = inFile ? "Changes .target in this file" : "Changes the setting avm.target";
  picker.matchOnDetail = true;
  picker.items = targets.map((entry) =>
    entry.target === current ? { ...entry, description: "current" } : entry,
  );
  picker.activeItems = picker.items.filter(({ target }) => target === current);
  return new Promise((resolve) => {
    picker.onDidAccept(() => {
      resolve(picker.selectedItems.at(0)?.target);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
}

/** The scope to write a setting to so that it takes effect: the one that sets it now, else the nearest. */
function placeOf(settings: vscode.WorkspaceConfiguration): vscode.ConfigurationTarget {
  const values = settings.inspect("target");
  if (values?.workspaceFolderValue !== undefined) return vscode.ConfigurationTarget.WorkspaceFolder;
  return vscode.workspace.workspaceFolders === undefined
    ? vscode.ConfigurationTarget.Global
    : vscode.ConfigurationTarget.Workspace;
}

/** The targets that the manifest lists; `npm run generate` writes them there from the instruction table. */
function targetsOf(context: vscode.ExtensionContext): Choice[] {
  const manifest = context.extension.packageJSON as {
    contributes: { configuration: { properties: Record<string, TargetProperty> } };
  };
  const property = manifest.contributes.configuration.properties["avm.target"];
  return property.enum.map((target, index) => ({
    label: `AVM ${target}`,
    detail: property.enumDescriptions[index],
    target,
  }));
}

interface TargetProperty {
  readonly enum: readonly string[];
  readonly enumDescriptions: readonly string[];
}

function settingOf(document: vscode.TextDocument | undefined): string {
  return vscode.workspace.getConfiguration("avm", document).get("target", "");
}

function activeDocument(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === "avm" ? document : undefined;
}
