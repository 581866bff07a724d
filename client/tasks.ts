/** Provides tasks of the type `avmasm`, which run the command of the same package as a shell would. */

import * as vscode from "vscode";
import type { LanguageServer } from "./language-server.ts";

const TYPE = "avmasm";

/** An entry of `tasks.json`; package.json has its schema. */
interface Definition extends vscode.TaskDefinition {
  readonly command: string;
  readonly file?: string;
  readonly args?: readonly string[];
}

/**
 * After a task whose output was searched for problems, VS Code drops all others of the same owner: those that the server
 * reported, which knows nothing of it. They are shown again at these times after its end, in milliseconds, since VS Code drops them in its own time.
 */
const SHOWN_AGAIN = [0, 300, 1_000];

export function registerTasks(context: vscode.ExtensionContext, server: LanguageServer): vscode.Disposable {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const showAgain = (): void => {
    for (const milliseconds of SHOWN_AGAIN) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        server.showDiagnosticsAgain();
      }, milliseconds);
      timers.add(timer);
    }
  };
  return vscode.Disposable.from(
    provideTasks(context),
    vscode.tasks.onDidStartTask(showAgain),
    vscode.tasks.onDidEndTask(showAgain),
    { dispose: () => timers.forEach((timer) => clearTimeout(timer)) },
  );
}

function provideTasks(context: vscode.ExtensionContext): vscode.Disposable {
  const program = context.asAbsolutePath("dist/avmasm.cjs");
  return vscode.tasks.registerTaskProvider(TYPE, {
    provideTasks: () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document?.languageId !== "avm" || document.uri.scheme !== "file") return [];
      const file = vscode.workspace.asRelativePath(document.uri, false);
      const folder = vscode.workspace.getWorkspaceFolder(document.uri);
      return ["build", "check"].map((command) => taskFor({ type: TYPE, command, file }, folder, program));
    },
    resolveTask: (task) => {
      const definition = task.definition as Definition;
      const folder = typeof task.scope === "object" ? task.scope : undefined;
      return taskFor(definition, folder, program);
    },
  });
}

/** A build says nothing by itself if all is well; in a terminal that opens for it, that would be an empty page. */
const SAID: Readonly<Record<string, readonly string[]>> = { build: ["--verbose"] };

function taskFor(
  definition: Definition,
  folder: vscode.WorkspaceFolder | undefined,
  program: string,
): vscode.Task {
  const { command, file, args = [] } = definition;
  const task = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    file === undefined ? command : `${command} ${file}`,
    TYPE,
    new vscode.ProcessExecution(
      process.execPath,
      [program, command, ...(file === undefined ? [] : [file]), ...(SAID[command] ?? []), ...args],
      {
        ...(folder && { cwd: folder.uri.fsPath }),
        // On the desktop the extension host is Electron, which is Node when it is told to be.
        env: { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" },
      },
    ),
    "$avmasm",
  );
  if (command === "build") task.group = vscode.TaskGroup.Build;
  return task;
}
