/** Runs the command-line tool that is in the same package, so that the editor assembles exactly as `avmasm` does. */

import { execFile } from "node:child_process";
import * as vscode from "vscode";

export interface ToolResult {
  /** 0 fine, 1 errors were reported, 2 wrong usage or an unreadable file; undefined where it didn't run to its end. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ToolOptions {
  /** Folder in which it runs. */
  readonly folder: string;
  /** Text for its standard input. */
  readonly input?: string;
}

/** Runs `avmasm` with these arguments. Never rejects. */
export type Tool = (args: readonly string[], options: ToolOptions) => Promise<ToolResult>;

const TIMEOUT = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

export function createTool(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Tool {
  const script = context.asAbsolutePath("dist/avmasm.cjs");
  return (args, { folder, input }) =>
    new Promise((resolve) => {
      log.debug(`avmasm ${args.join(" ")}`);
      const child = execFile(
        process.execPath,
        [script, ...args],
        {
          cwd: folder,
          // On the desktop the extension host is Electron, which is Node when it is told to be.
          env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", NO_COLOR: "1", NODE_OPTIONS: "" },
          timeout: TIMEOUT,
          maxBuffer: MAX_OUTPUT,
          windowsHide: true,
        },
        (error, stdout, stderr) => {
          const status = error ? error.code : 0;
          const ended = typeof status === "number";
          resolve({
            status: ended ? status : undefined,
            stdout,
            stderr: ended ? stderr : `${stderr}${error?.message ?? ""}`,
          });
        },
      );
      // It may end before it has read everything.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input ?? "");
    });
}

/** The arguments for the target and the checker that the user's settings ask for in this document. */
export function settingArguments(document: vscode.TextDocument, fileTarget: string | undefined): string[] {
  const settings = vscode.workspace.getConfiguration("avm", document);
  // A file's own `.target` has the last word, and a flag that contradicts it is an error.
  const target = fileTarget === undefined ? settings.get<string>("target") : undefined;
  return target ? ["--target", target] : [];
}
