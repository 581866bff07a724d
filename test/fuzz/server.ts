/**
 * Fuzzes a real server process with messages: it answers every request, reports no internal error, and keeps running.
 * The first step is the text of the document that the messages are about.
 */

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../support/command.ts";
import { startProgram, type Message, type StdioClient } from "../server/stdio-client.ts";
import type { RandomNumbers } from "../support/random.ts";
import { change } from "./edits.ts";
import { mutated, randomSource } from "./random-source.ts";
import { assertThat, many, once, pick, type FuzzTarget } from "./target.ts";

const URI = "file:///fuzz/self.avm";
const INTERNAL_ERROR = -32603;
/** Time in which the server must answer. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Limit of the server's resident memory in MiB. */
const MAX_MEMORY_MB = 512;
/** Limit of the server's old space in MiB. */
const MAX_HEAP_MB = 384;
/** The built server. */
const SERVER = path.join(root, "dist/server.cjs");

type Step =
  | { readonly kind: "request" | "notification"; readonly method: string; readonly params: unknown }
  /** Bytes that are no message. */
  | { readonly kind: "junk"; readonly text: string };

let client: StdioClient | undefined;

export const server: FuzzTarget<readonly unknown[]> = {
  name: "server",
  make: (random) => {
    const text = randomSource(random, 15);
    return [text, ...many(random, 12, () => step(random, text))];
  },
  check: async (input) => {
    const [text, ...steps] = input as readonly [unknown, ...Step[]];
    if (typeof text !== "string") return;
    const server = await running();
    server.notify("textDocument/didOpen", {
      textDocument: { uri: URI, languageId: "avm", version: 1, text },
    });
    const answers: Promise<Message>[] = [];
    for (const each of steps) {
      if (each.kind === "junk") server.send(each.text);
      else if (each.kind === "notification") server.notify(each.method, each.params);
      else answers.push(server.request(each.method, each.params));
    }
    server.notify("textDocument/didClose", { textDocument: { uri: URI } });
    answers.push(
      server.request("textDocument/hover", {
        textDocument: { uri: URI },
        position: { line: 0, character: 0 },
      }),
    );
    try {
      for (const { error } of await inTime(Promise.all(answers), server)) {
        assertThat(error?.code !== INTERNAL_ERROR, `a request failed: ${error?.message ?? ""}`);
      }
      const logged = server.notifications
        .splice(0)
        .filter(({ method, params }) => method === "window/logMessage" && params.type === 1)
        .map(({ params }) => String(params.message))
        // The server may log that a message is malformed or has wrong parameters.
        .filter(
          (message) => !/^Received message which is neither|^Notification handler .* failed/.test(message),
        );
      assertThat(logged.length === 0, `the server reports an error: ${logged[0]}`);
      const memory = memoryOf(server);
      assertThat(memory <= MAX_MEMORY_MB, `the server takes ${Math.round(memory)} MiB`);
    } catch (error) {
      await end();
      throw error;
    }
  },
  end,
};

async function running(): Promise<StdioClient> {
  if (client) return client;
  assertThat(existsSync(SERVER), "dist/server.cjs is missing; `npm run build` writes it");
  // With a large heap limit, the engine would collect garbage late, and the memory would exceed its limit.
  client = startProgram(process.execPath, [`--max-old-space-size=${MAX_HEAP_MB}`, SERVER, "--stdio"]);
  const workspace = { configuration: false };
  await client.request("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { workspace },
    initializationOptions: {},
  });
  client.notify("initialized", {});
  return client;
}

async function end(): Promise<void> {
  client?.process.kill("SIGKILL");
  client = undefined;
  await Promise.resolve();
}

async function inTime<Result>(work: Promise<Result>, server: StdioClient): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)),
      ANSWER_TIMEOUT_MS,
    );
  });
  const gone = server.ended.then((status) => {
    throw new Error(`the server ended with ${status ?? "a signal"}`);
  });
  gone.catch(() => undefined);
  try {
    return await Promise.race([work, late, gone]);
  } finally {
    clearTimeout(timer);
  }
}

/** Requests about a document, grouped by the further parameters that they need. */
const AT_PLACE =
  "hover definition declaration references documentHighlight completion signatureHelp prepareRename rename linkedEditingRange prepareCallHierarchy selectionRange".split(
    " ",
  );
const ABOUT_DOCUMENT =
  "documentSymbol foldingRange documentLink codeLens semanticTokens/full semanticTokens/range inlayHint codeAction formatting rangeFormatting diagnostic".split(
    " ",
  );
const JUNK_PARAMS: readonly unknown[] = [
  {},
  null,
  [],
  { textDocument: {} },
  { textDocument: { uri: 7 } },
  { textDocument: { uri: "x:" }, position: {} },
];
const JUNK_TEXTS = [
  "\r\n",
  "Content-Length: 5\r\n\r\n{nope",
  "Content-Length: x\r\n\r\n",
  "hello\n",
  "Content-Length: 2\r\n\r\n[]",
  "\0\0",
];

function step(random: RandomNumbers, text: string): Step {
  const textDocument = { uri: URI };
  const choice = random.below(20);
  if (choice < 8) {
    const contentChanges = Array.from({ length: 1 + random.below(2) }, () => change(random, text));
    return {
      kind: "notification",
      method: "textDocument/didChange",
      params: { textDocument: { uri: URI, version: 2 }, contentChanges },
    };
  }
  if (choice === 8) {
    const uri = pick(random, [URI, "file:///fuzz/other.avm", "untitled:1", "%", ""]);
    const content = mutated(random, text);
    return {
      kind: "notification",
      method: "textDocument/didOpen",
      params: { textDocument: { uri, languageId: "avm", version: 1, text: content } },
    };
  }
  if (choice === 9 && once(random, 4)) return { kind: "junk", text: pick(random, JUNK_TEXTS) };
  const method = `textDocument/${pick(random, once(random, 2) ? AT_PLACE : ABOUT_DOCUMENT)}`;
  // Messages that break the protocol: the library may answer with any error, but the server must keep running.
  if (choice === 10 && once(random, 4))
    return { kind: "notification", method, params: pick(random, JUNK_PARAMS) };
  const position = { line: random.below(20), character: random.below(40) };
  const end = { line: position.line + random.below(5), character: random.below(40) };
  const params = {
    textDocument,
    position,
    positions: [position],
    range: { start: position, end },
    context: { includeDeclaration: true, triggerKind: 1, diagnostics: [] },
    newName: pick(random, ["other", "a", ".x", "1x", "ADD", ""]),
    options: { tabSize: 8, insertSpaces: true },
  };
  return { kind: "request", method, params };
}

/** Resident memory in MiB; 0 where the system doesn't tell. */
function memoryOf({ process: { pid } }: StdioClient): number {
  const file = `/proc/${pid ?? 0}/status`;
  const resident = existsSync(file) ? /VmRSS:\s*(\d+) kB/.exec(readFileSync(file, "utf8")) : null;
  return resident ? Number(resident[1]) / 1024 : 0;
}
