/** Provides tasks of the type `avmasm`, which run the command of the same package as a shell would. */

import * as vscode from "vscode";

const TYPE = "avmasm";

/** An entry of `tasks.json`; package.json has its schema. */
interface Definition extends vscode.TaskDefinition {
  readonly command: string;
  readonly file?: string;
  readonly args?: readonly string[];
}

export function registerTasks(context: vscode.ExtensionContext): vscode.Disposable {
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
      [program, command, ...(file === undefined ? [] : [file]), ...args],
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
