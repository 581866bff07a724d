/** Provides tasks of the type `avmasm`, which run the command of this package. */

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
 * Delays after a task's end. When a task with a problem matcher ends, VS Code removes every other diagnostic of the
 * same owner, so also those that the server published, and doesn't tell the server. The extension publishes them again
 * several times, because nothing says when VS Code removes them.
 */
const REDISPLAY_DELAYS_MS = [0, 300, 1_000];

export function registerTasks(context: vscode.ExtensionContext, server: LanguageServer): vscode.Disposable {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const showAgain = (): void => {
    for (const milliseconds of REDISPLAY_DELAYS_MS) {
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

/**
 * Options that a task adds to a command: without `--verbose`, a successful build prints nothing, and its terminal would
 * be empty.
 */
const EXTRA_OPTIONS: Readonly<Record<string, readonly string[]>> = { build: ["--verbose"] };

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
      [program, command, ...(file === undefined ? [] : [file]), ...(EXTRA_OPTIONS[command] ?? []), ...args],
      {
        ...(folder && { cwd: folder.uri.fsPath }),
        // The desktop's extension host is Electron; this variable makes it run as Node.
        env: { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" },
      },
    ),
    "$avmasm",
  );
  if (command === "build") task.group = vscode.TaskGroup.Build;
  return task;
}
