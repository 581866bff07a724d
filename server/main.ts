/** The language server as a program: over standard input and output (`--stdio`) or Node's IPC (`--node-ipc`). */

import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createConnection } from "vscode-languageserver/node";
import manifest from "../package.json" with { type: "json" };
import { MessageFinder } from "./framing.ts";
import { serve } from "./registration.ts";
import type { FileProvider } from "./session.ts";

/** The largest file that is read because something includes it, in bytes. */
const MAX_FILE_SIZE = 64 * 1024 * 1024;

const files: FileProvider = {
  // The package's folder is the parent of server/, and of dist/ once this is bundled.
  library: pathToFileURL(`${path.join(import.meta.dirname, "..", "lib")}${path.sep}`).href,
  read: (uri) => {
    try {
      const file = fileURLToPath(uri);
      if (statSync(file).size > MAX_FILE_SIZE) return { error: "it is too large" };
      return { text: readFileSync(file, "utf8") };
    } catch (error) {
      return { error: reasonOf(error) };
    }
  },
  stamp: (uri) => {
    try {
      const stat = statSync(fileURLToPath(uri), { bigint: true });
      return `${stat.mtimeNs} ${stat.size}`;
    } catch {
      return undefined;
    }
  },
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "it may not be read",
  ERR_INVALID_URL_SCHEME: "only files on disk can be read",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

// Who names no way to talk means the one that every editor knows.
const other = process.argv.some((argument) => /^--(?:node-ipc|socket|pipe)(?:=|$)/.test(argument));
const connection = other ? createConnection() : createConnection(standardInput(), process.stdout);

// Nothing that goes wrong in one place may take the other documents with it.
process.on("uncaughtException", (error) => connection.console.error(error.stack ?? error.message));
process.on("unhandledRejection", (reason) => connection.console.error(String(reason)));
// The parent is gone, and nobody will ever say so.
process.on("disconnect", () => process.exit(1));

serve(connection, () => files, manifest.version);
connection.listen();

/** Standard input without what is no message. */
function standardInput(): NodeJS.ReadableStream {
  const messages = new PassThrough();
  const finder = new MessageFinder();
  process.stdin.on("data", (data: Buffer) => {
    for (const message of finder.push(data)) messages.write(message);
  });
  process.stdin.on("end", () => messages.end());
  process.stdin.on("error", () => messages.end());
  return messages;
}
