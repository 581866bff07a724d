/** The language server as a program: over standard input and output (`--stdio`) or Node's IPC (`--node-ipc`). */

import { realpathSync, statSync, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createConnection } from "vscode-languageserver/node";
import { namesIn } from "../disk/names-in.ts";
import { readFileBytes } from "../disk/read-file.ts";
import { describeSystemError } from "../disk/system-errors.ts";
import manifest from "../package.json" with { type: "json" };
import { MessageFinder } from "./protocol/framing.ts";
import { serve } from "./protocol/connection.ts";
import { checkingParameters } from "./protocol/parameters.ts";
import { letMessagesPass } from "./session/event-loop.ts";
import { MAX_WORKSPACE_FILES, type FileProvider } from "./session/file-provider.ts";

/** How long the process has to be idle before garbage is collected, in milliseconds. */
const IDLE_MS = 4000;
/** The share of that time that may have been busy all the same. */
const MAX_BUSY_SHARE = 0.01;
/** Garbage is collected this often: pages that the first collection empties are given back by the later ones. */
const COLLECTIONS = 3;
/** Larger heaps aren't collected, in bytes: that takes so long that a user who comes back just then would notice. */
const MAX_HEAP = 256 * 1024 * 1024;

/** Folders that aren't searched for sources: those of packages and of tools. */
const UNSEARCHED_FOLDERS = /^(?:\..*|node_modules)$/;

const files: FileProvider = {
  // The package's folder is the parent of server/, and of dist/ once this is bundled.
  library: pathToFileURL(`${path.join(import.meta.dirname, "..", "lib")}${path.sep}`).href,
  pages: pathToFileURL(`${path.join(import.meta.dirname, "..", "docs", "diagnostics")}${path.sep}`).href,
  read: (uri) => {
    try {
      const bytes = readFileBytes(fileURLToPath(uri));
      return bytes instanceof Uint8Array ? { text: new TextDecoder().decode(bytes) } : bytes;
    } catch (error) {
      return { error: describeSystemError(error) };
    }
  },
  bytes: (uri) => {
    try {
      return readFileBytes(fileURLToPath(uri));
    } catch (error) {
      return { error: describeSystemError(error) };
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
  real: (uri) => {
    try {
      // A folder's URI keeps the slash at its end.
      return pathToFileURL(realpathSync.native(fileURLToPath(uri))).href + (uri.endsWith("/") ? "/" : "");
    } catch {
      return undefined;
    }
  },
  list: async (folder) => {
    if (!folder.startsWith("file:")) return [];
    const entries = await readdir(fileURLToPath(folder), { withFileTypes: true }).catch(() => []);
    const isFolder = (entry: Dirent): boolean =>
      entry.isSymbolicLink() ? leadsToFolder(path.join(entry.parentPath, entry.name)) : entry.isDirectory();
    return entries.map((entry) => (isFolder(entry) ? `${entry.name}/` : entry.name));
  },
  names: (folder) => (folder.startsWith("file:") ? namesIn(fileURLToPath(folder)) : []),
  find: async (folder) => {
    if (!folder.startsWith("file:")) return [];
    const found: string[] = [];
    const pending = [fileURLToPath(folder)];
    while (pending.length > 0 && found.length < MAX_WORKSPACE_FILES) {
      const directory = pending.pop()!;
      // A folder that may not be read, or went away meanwhile, has no files.
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const there = path.join(directory, entry.name);
        // Links aren't followed: they could lead outside, or round and round.
        if (entry.isDirectory() && !UNSEARCHED_FOLDERS.test(entry.name)) pending.push(there);
        else if (entry.isFile() && entry.name.endsWith(".avm")) found.push(pathToFileURL(there).href);
      }
    }
    return found.slice(0, MAX_WORKSPACE_FILES).sort();
  },
};

// Without an option, the server speaks over standard input and output.
const other = process.argv.some((argument) => /^--(?:node-ipc|socket|pipe)(?:=|$)/.test(argument));
const strategy = { messageStrategy: checkingParameters };
const connection = other
  ? createConnection(strategy)
  : createConnection(standardInput(), process.stdout, strategy);

// A server runs all day, so it collects garbage before its heap has doubled.
setFlagsFromString("--heap-growing-percent=60");
collectAtRest();

// A fault in one place must not end the server for all documents.
process.on("uncaughtException", (error) => connection.console.error(error.stack ?? error.message));
process.on("unhandledRejection", (reason) => connection.console.error(String(reason)));
// The parent process has ended without a message.
process.on("disconnect", () => process.exit(1));

serve(connection, () => files, manifest.version);
connection.listen();

function leadsToFolder(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Standard input as a stream of messages only. */
function standardInput(): NodeJS.ReadableStream {
  const messages = new PassThrough();
  const finder = new MessageFinder();
  process.stdin.on("data", (data: Buffer) => {
    letMessagesPass();
    for (const message of finder.push(data)) messages.write(message);
  });
  process.stdin.on("end", () => messages.end());
  process.stdin.on("error", () => messages.end());
  return messages;
}

/** Gives memory back when the process is idle: a server may be idle for hours. */
function collectAtRest(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (how?: object) => void;
  // V8 keeps the pages that it has emptied since then, unless memory is said to be scarce. An older one takes any `how` to ask for less.
  const isNew = Number.parseInt(process.versions.v8) >= 12;
  const collect = isNew ? () => gc({ type: "major", execution: "sync", flavor: "last-resort" }) : () => gc();
  let last = performance.eventLoopUtilization();
  let times = COLLECTIONS;
  setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    if (utilization > MAX_BUSY_SHARE) times = 0;
    else if (times++ < COLLECTIONS && process.memoryUsage().heapUsed < MAX_HEAP) collect();
  }, IDLE_MS).unref();
}
