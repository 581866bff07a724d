/** The language server as a program, over standard input and output (`--stdio`) or Node's IPC (`--node-ipc`). */

import { realpathSync, statSync, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createConnection } from "vscode-languageserver/node";
import { namesIn } from "../disk/names-in.ts";
import { readRealFile } from "../disk/read-file.ts";
import { describeSystemError } from "../disk/system-errors.ts";
import manifest from "../package.json" with { type: "json" };
import { MessageFinder } from "./protocol/framing.ts";
import { serve } from "./protocol/connection.ts";
import { checkingParameters } from "./protocol/parameters.ts";
import { letMessagesPass } from "./session/event-loop.ts";
import { MAX_WORKSPACE_FILES, type FileProvider } from "./session/file-provider.ts";

/** Idle time before the process collects the young garbage of its last work: less than most pauses between two keys. */
const REST_MS = 30;
/** The process works on if it was busy for more than this share of that time. */
const MAX_RESTING_SHARE = 0.1;
/** Less young garbage, in bytes, isn't collected. */
const MIN_YOUNG_BYTES = 2 * 1024 * 1024;
/** Idle time before the process collects all garbage. */
const IDLE_MS = 4000;
/** Maximum share of processor time during the idle time. */
const MAX_BUSY_SHARE = 0.01;
/** Number of collections: later ones return the pages that the first one empties. */
const COLLECTIONS = 3;
/** A larger heap, in bytes, isn't collected when idle: a user who continues at that moment would notice the delay. */
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
/** By how many percent a small and a large heap may grow before V8 collects all garbage, which delays an edit by some milliseconds. */
const SMALL_HEAP_GROWTH = 200;
const LARGE_HEAP_GROWTH = 60;
/** A heap with more bytes is large. */
const SMALL_HEAP_BYTES = 64 * 1024 * 1024;

/**
 * How much code V8 includes in a function when it optimizes it, in bytes of bytecode, instead of 920. The first checks take much less time, see
 * docs/decisions/012-less-optimizing.md.
 */
const MAX_INLINED_BYTES = 300;

/** Folders in which no sources are searched: those of packages and tools. */
const UNSEARCHED_FOLDERS = /^(?:\..*|node_modules)$/;

const files: FileProvider = {
  // The parent of this file's folder is the package's, both for server/ and for dist/.
  library: pathToFileURL(`${path.join(import.meta.dirname, "..", "lib")}${path.sep}`).href,
  pages: pathToFileURL(`${path.join(import.meta.dirname, "..", "docs", "diagnostics")}${path.sep}`).href,
  read: (_, real) => {
    try {
      const bytes = readRealFile(fileURLToPath(real));
      return bytes instanceof Uint8Array ? { text: new TextDecoder().decode(bytes) } : bytes;
    } catch (error) {
      return { error: describeSystemError(error) };
    }
  },
  bytes: (_, real) => {
    try {
      return readRealFile(fileURLToPath(real));
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
      // Keep the slash at the end of a folder's URI.
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
      // A folder that can't be read, or was deleted meanwhile, has no files.
      const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const there = path.join(directory, entry.name);
        // Links aren't followed: they could lead outside or in circles.
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
const gc = garbageCollector();
const collectAfterWork = youngCollector();
const connection = other
  ? createConnection(strategy)
  : createConnection(standardInput(), process.stdout, strategy);
if (other) process.on("message", messageArrived);

setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${MAX_INLINED_BYTES}`);
collectAtRest();

// An error in one request must not end the server.
process.on("uncaughtException", (error) => connection.console.error(error.stack ?? error.message));
process.on("unhandledRejection", (reason) => connection.console.error(String(reason)));
// The parent process has ended.
process.on("disconnect", () => process.exit(1));

serve(connection, () => files, manifest.version);
connection.listen();

function leadsToFolder(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Called when a message arrives on standard input or over Node's IPC. */
function messageArrived(): void {
  letMessagesPass();
  collectAfterWork();
}

/** Standard input as a stream that only contains valid messages. */
function standardInput(): NodeJS.ReadableStream {
  const messages = new PassThrough();
  const finder = new MessageFinder();
  process.stdin.on("data", (data: Buffer) => {
    messageArrived();
    for (const message of finder.push(data)) messages.write(message);
  });
  process.stdin.on("end", () => messages.end());
  process.stdin.on("error", () => messages.end());
  return messages;
}

/**
 * Returns a function to call when a message arrives. Once the work that the message causes is over, young garbage is collected:
 * otherwise V8 would do that during the check after the next edit.
 */
function youngCollector(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const busy = busyShare();
  const look = (): void => {
    timer = busy() > MAX_RESTING_SHARE ? setTimeout(look, REST_MS) : undefined;
    if (timer) return;
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    if (young && young.space_used_size > MIN_YOUNG_BYTES) gc({ type: "minor" });
  };
  return () => {
    if (timer) return;
    busy();
    timer = setTimeout(look, REST_MS);
  };
}

/** Returns a function that returns in which share of the time since its last call the process was busy. */
function busyShare(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

function garbageCollector(): (how?: object) => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as (how?: object) => void;
}

/**
 * Returns memory to the system when the process is idle, which may be for hours. A server runs all day, so V8 collects garbage sooner than in
 * other programs if the heap is large.
 */
function collectAtRest(): void {
  // V8 keeps emptied pages unless the request says that memory is low. Older versions accept any value of `how` for a
  // weaker request.
  const isNew = Number.parseInt(process.versions.v8) >= 12;
  const collect = isNew ? () => gc({ type: "major", execution: "sync", flavor: "last-resort" }) : () => gc();
  const busy = busyShare();
  let times = COLLECTIONS;
  limitGrowth(0);
  setInterval(() => {
    const { heapUsed } = process.memoryUsage();
    limitGrowth(heapUsed);
    if (busy() > MAX_BUSY_SHARE) times = 0;
    else if (times++ < COLLECTIONS && heapUsed < MAX_HEAP_BYTES) collect();
  }, IDLE_MS).unref();
}

/** @param heapUsed in bytes */
function limitGrowth(heapUsed: number): void {
  const growth = heapUsed < SMALL_HEAP_BYTES ? SMALL_HEAP_GROWTH : LARGE_HEAP_GROWTH;
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
