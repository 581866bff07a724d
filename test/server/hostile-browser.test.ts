/** The server of a browser, in a worker, with a hostile folder: the client finds and reads its files. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { after, before, describe, it } from "mocha";
import { root } from "../support/command.ts";
import { HOSTILE_FILES } from "../support/hostile-files.ts";

/* eslint-disable @typescript-eslint/no-explicit-any -- what a server sends is looked at by the test */

/** The built server; `npm test` builds it first. */
const SERVER = path.join(root, "dist/server-browser.js");
const PROJECT = "vscode-test-web://mount/";
const OWN = "        SET [0], u32, #1\n        JUMP #0\n";
/** All of the recipes take minutes; the test tries some of them. */
const STEP = process.env.HOSTILE_FOLDER === "all" ? 1 : 8;
/** How long an answer may take, in milliseconds: half of all of them. */
const MAX_MEDIAN = 200;
const HOVERS_PER_PAUSE_MS = 50;

/** Gives a worker of Node the channel that a worker of a browser has. */
const AS_IN_BROWSER = `
  const { parentPort, workerData } = require("node:worker_threads");
  globalThis.addEventListener = () => undefined;
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  parentPort.on("message", (data) => globalThis.onmessage({ data }));
  require(workerData);
`;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

const recipes = Object.values(HOSTILE_FILES).filter((_, index) => index % STEP === 0);

describe("the server of a browser with a hostile folder", function () {
  this.timeout(180_000);
  const files = new Map<string, string>();
  const logged: string[] = [];
  const answers = new Map<number, (message: Message) => void>();
  let worker: Worker;
  let lastId = 0;

  function request(method: string, params: unknown): Promise<Message> {
    const id = ++lastId;
    worker.postMessage({ jsonrpc: "2.0", id, method, params });
    return new Promise((resolve, reject) => {
      answers.set(id, resolve);
      worker.once("error", reject);
    });
  }
  function notify(method: string, params: unknown): void {
    worker.postMessage({ jsonrpc: "2.0", method, params });
  }
  /** What the editor answers to a request of the server. */
  function answer({ method, params }: Message): unknown {
    if (method === "avm/find") return [...files.keys()].filter((uri) => uri.endsWith(".avm"));
    if (method === "avm/list") return [];
    if (method !== "avm/read") return null;
    const text = files.get(params.uri);
    return text === undefined ? { error: "there is no such file" } : { text };
  }

  before(() => {
    assert.ok(existsSync(SERVER), "dist/server-browser.js is missing; `npm run build` writes it");
    for (const [index, [texts]] of recipes.entries())
      for (const [name, text] of Object.entries(texts)) files.set(`${PROJECT}f${index}/${name}`, text);
    worker = new Worker(AS_IN_BROWSER, {
      eval: true,
      workerData: SERVER,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    worker.setMaxListeners(0);
    worker.on("message", (message: Message) => {
      if (message.method === undefined) return void answers.get(message.id!)?.(message);
      if (message.method === "window/logMessage") logged.push(message.params.message);
      if (message.id !== undefined)
        worker.postMessage({ jsonrpc: "2.0", id: message.id, result: answer(message) });
    });
  });
  after(() => worker.terminate());

  it("answers what is asked about another file while it looks at all of them", async () => {
    const { result } = await request("initialize", {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: PROJECT, name: "project" }],
      capabilities: {},
      initializationOptions: { workspaceDiagnostics: true, diagnostics: "pull" },
    });
    assert.ok(result);
    notify("initialized", {});
    const uri = `${PROJECT}own.avm`;
    notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "avm", version: 1, text: OWN },
    });
    /** Other files with diagnostics. The first answers are given while the client still reads files. */
    let told = 0;
    const looked = (async () => {
      while (told < recipes.length / 2) {
        const { result: report } = await request("workspace/diagnostic", { previousResultIds: [] });
        told = report.items.filter(({ uri: of, items }: any) => of !== uri && items.length > 0).length;
      }
    })();
    const times: number[] = [];
    while (told < recipes.length / 2) {
      const start = performance.now();
      const { result: hover } = await request("textDocument/hover", {
        textDocument: { uri },
        position: { line: 0, character: 10 },
      });
      times.push(performance.now() - start);
      assert.match(JSON.stringify(hover), /SET/);
      await new Promise((next) => setTimeout(next, HOVERS_PER_PAUSE_MS));
    }
    await looked;
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1];
    assert.ok(median <= MAX_MEDIAN, `the median of ${times.length} hovers is ${median.toFixed(0)} ms`);
    assert.deepEqual(
      logged.filter((message) => /^ +at /m.test(message)),
      [],
    );
  });
});
