/**
 * Fuzzes the server with a hostile folder open: while it checks the folder's files, it answers requests about
 * another file, shows nothing from outside of the folder, and keeps running. Each input is the content of a folder.
 */

import { pathToFileURL } from "node:url";
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../support/command.ts";
import { startProgram, type StdioClient } from "../server/stdio-client.ts";
import { processorTime } from "./processor-time.ts";
import { isTree, randomTree, SECRET, TreeFolder } from "./random-tree.ts";
import { assertThat, once, type FuzzTarget } from "./target.ts";

/** The built server. */
const SERVER = path.join(root, "dist/server.cjs");
/** Limit of the server's old space in MiB. */
const MAX_HEAP_MB = 384;
/** Processor time, in seconds, in which the server must answer; it may first finish a slice of its work. */
const ANSWER_SECONDS = 2;
/** Processor time, in seconds, for what concerns all files of the folder. */
const SETTLING_SECONDS = 20;
const POLL_MS = 50;

const MAIN = "        SET [0], u32, #1\n        JUMP #0\n";

let folder: TreeFolder | undefined;
let client: StdioClient | undefined;
let names = 0;

export const workspace: FuzzTarget<readonly unknown[]> = {
  name: "workspace",
  make: (random) => randomTree(random, once(random, 4) ? 40 : 12),
  check: async (input) => {
    if (!isTree(input)) return;
    folder ??= new TreeFolder();
    folder.write(input);
    const server = await running(folder);
    const uri = pathToFileURL(path.join(folder.project, `own${names++}.avm`)).href;
    const text = `.include "a.avm"\n${MAIN}`;
    server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "avm", version: 1, text } });
    const files = input.map(([, name]) => pathToFileURL(path.join(folder!.project, name)).href);
    server.notify("workspace/didChangeWatchedFiles", {
      changes: files.map((changed) => ({ uri: changed, type: 2 })),
    });
    try {
      const at = { textDocument: { uri }, position: { line: 1, character: 10 } };
      await inTime(server, server.request("textDocument/hover", at), ANSWER_SECONDS, "a hover");
      await inTime(
        server,
        server.request("workspace/symbol", { query: "" }),
        SETTLING_SECONDS,
        "the symbols",
      );
      await inTime(
        server,
        server.request("textDocument/references", { ...at, context: {} }),
        SETTLING_SECONDS,
        "the references",
      );
      const { error } = await inTime(
        server,
        server.request("workspace/diagnostic", { previousResultIds: [] }),
        SETTLING_SECONDS,
        "all diagnostics",
      );
      assertThat(error === undefined, `the diagnostics fail: ${error?.message ?? ""}`);
      server.notify("textDocument/didClose", { textDocument: { uri } });
      const sent = server.notifications.splice(0);
      assertThat(!JSON.stringify(sent).includes(SECRET), "a secret is shown");
      const faults = sent.filter(({ method, params }) => method === "window/logMessage" && params.type === 1);
      const own = faults
        .map(({ params }) => String(params.message))
        .filter((message) => /^ +at /m.test(message));
      assertThat(own.length === 0, `the server reports an error: ${own[0]}`);
    } catch (error) {
      await end();
      throw error;
    }
  },
  end: async () => {
    await end();
    folder?.remove();
    folder = undefined;
  },
};

async function running({ project }: TreeFolder): Promise<StdioClient> {
  if (client) return client;
  assertThat(existsSync(SERVER), "dist/server.cjs is missing; `npm run build` writes it");
  client = startProgram(process.execPath, [`--max-old-space-size=${MAX_HEAP_MB}`, SERVER, "--stdio"]);
  await client.request("initialize", {
    processId: null,
    rootUri: null,
    workspaceFolders: [{ uri: pathToFileURL(project).href, name: "project" }],
    capabilities: { workspace: { configuration: false } },
    initializationOptions: { diagnostics: "pull" },
  });
  client.notify("initialized", {});
  return client;
}

async function end(): Promise<void> {
  client?.process.kill("SIGKILL");
  // Its processor time is counted once it has ended.
  await client?.ended;
  client = undefined;
}

async function inTime<Result>(
  server: StdioClient,
  work: Promise<Result>,
  patience: number,
  what: string,
): Promise<Result> {
  const { pid = 0 } = server.process;
  const before = processorTime(pid);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (processorTime(pid) - before > patience)
        reject(new Error(`${what} takes more than ${patience} s of the server's processor time`));
    }, POLL_MS);
  });
  late.catch(() => undefined);
  const gone = server.ended.then((status) => {
    throw new Error(`the server ended with ${status ?? "a signal"}`);
  });
  gone.catch(() => undefined);
  try {
    return await Promise.race([work, late, gone]);
  } finally {
    clearInterval(timer);
  }
}
