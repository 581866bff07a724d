import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { startExchanging, startReplacing } from "../support/restless-folder.ts";
import { HOSTILE_FILES } from "../support/hostile-files.ts";
import { bundleServer, startServer, type StdioClient } from "./stdio-client.ts";

const OWN = "        SET [0], u32, #1\n        JUMP #0\n";
/** All of the recipes take minutes; the tests try some of them. */
const STEP = process.env.HOSTILE_FOLDER === "all" ? 1 : 8;
/** How long an answer may take, in milliseconds: half of all of them. */
const MAX_MEDIAN = 200;
const HOVERS_PER_PAUSE_MS = 50;

/**
 * Hovers that are answered while a request about a file that takes long to assemble runs, at least. Without pauses it would be
 * one.
 */
const MIN_HOVERS: Readonly<Record<string, number>> = {
  "textDocument/diagnostic": 20,
  "textDocument/semanticTokens/full": 5,
  "textDocument/formatting": 5,
  "textDocument/documentSymbol": 3,
  "textDocument/foldingRange": 3,
  "textDocument/selectionRange": 3,
  "textDocument/rename": 5,
  "avm/listing": 3,
  "avm/graph": 2,
};

describe("a server with an open file that takes long to assemble", function () {
  this.timeout(120_000);
  const [own, dear] = ["own", "dear"].map((name) => `file:///p/${name}.avm`);
  let folder: string;
  let server: StdioClient;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avm-dear-"));
    await bundleServer(path.join(folder, "server.cjs"));
  });
  beforeEach(async () => {
    server = startServer(path.join(folder, "server.cjs"));
    const initializationOptions = { diagnostics: "pull" };
    await server.request("initialize", { processId: null, capabilities: {}, initializationOptions });
    server.notify("initialized", {});
    open(own, OWN);
  });
  afterEach(() => {
    server.process.kill("SIGKILL");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  function open(uri: string, text: string): void {
    server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "avm", version: 1, text } });
  }
  /** How many hovers in the other file are answered before the request is. */
  async function hoversBefore(request: Promise<unknown>): Promise<number> {
    let isAnswered = false;
    void request.finally(() => (isAnswered = true));
    let hovers = 0;
    for (; !isAnswered; hovers++)
      await server.request("textDocument/hover", {
        textDocument: { uri: own },
        position: { line: 0, character: 10 },
      });
    return hovers;
  }

  const body = "        ADD [i], [i + 1], [i + 2]\n".repeat(3);
  const TEXTS = {
    "few lines that become many statements": `top:\n.macro M i\n${body}.endm\n.rept 8000, k\n        M k\n.endr\n        JUMP top\n`,
    "many lines": `top:\n${Array.from({ length: 30_000 }, (_, index) => `l${index}:    ADD [${index % 300}],[1], [2] ; x\n`).join("")}        JUMP top\n`,
  };

  for (const [kind, text] of Object.entries(TEXTS)) {
    it(`answers what is asked about another file meanwhile: ${kind}`, async () => {
      open(dear, text);
      const params = {
        textDocument: { uri: dear },
        position: { line: 0, character: 1 },
        positions: [{ line: 0, character: 1 }],
        newName: "other",
        options: { tabSize: 8, insertSpaces: true },
      };
      const hasManyLines = kind === "many lines";
      for (const [method, least] of Object.entries(MIN_HOVERS)) {
        const request = server.request(method, params);
        const hovers = await hoversBefore(request);
        const { error, result } = await request;
        assert.ok(!error && result, `${method}: ${JSON.stringify(error)}`);
        const isDear = hasManyLines || /diagnostic|rename|listing/.test(method);
        if (isDear) assert.ok(hovers >= least, `${method}: ${hovers} hovers were answered`);
      }
    });
  }

  it("says that the text has changed if it does so before the answer", async () => {
    open(dear, TEXTS["many lines"]);
    const request = server.request("textDocument/semanticTokens/full", { textDocument: { uri: dear } });
    const start = { line: 0, character: 0 };
    server.notify("textDocument/didChange", {
      textDocument: { uri: dear, version: 2 },
      contentChanges: [{ range: { start, end: start }, text: "x" }],
    });
    assert.equal((await request).error?.code, -32801);
    const { result } = await server.request("textDocument/semanticTokens/full", {
      textDocument: { uri: dear },
    });
    assert.ok(result.data.length > 0);
  });
});

describe("a server with a hostile folder", function () {
  this.timeout(180_000);
  let folder: string;
  let server: StdioClient;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avm-hostile-"));
    await bundleServer(path.join(folder, "server.cjs"));
  });
  afterEach(() => {
    server.process.kill("SIGKILL");
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  /** Starts the server with a folder open, and opens a file of its own in it. Returns the file's URI. */
  async function serve(project: string): Promise<string> {
    server = startServer(path.join(folder, "server.cjs"));
    const { result } = await server.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(project).href, name: "project" }],
      capabilities: {},
      initializationOptions: { workspaceDiagnostics: true },
    });
    assert.ok(result);
    server.notify("initialized", {});
    const uri = pathToFileURL(path.join(project, "own.avm")).href;
    server.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "avm", version: 1, text: OWN },
    });
    return uri;
  }
  /** Errors of the server itself. */
  const faults = () =>
    server.notifications.filter(
      ({ method, params }) => method === "window/logMessage" && /^ +at /m.test(params.message),
    );

  it("goes on while files are replaced as it reads them, and reads nothing else", async () => {
    const project = path.join(folder, "restless");
    mkdirSync(project);
    // The unknown mnemonic would be in a message.
    writeFileSync(path.join(folder, "secret.avm"), "SECRET\n");
    writeFileSync(path.join(project, "main.avm"), '.include "sub/secret.avm"\n.include "file.avm"\n');
    const uri = await serve(project);
    const stops = [startReplacing(project), startExchanging(project)];
    const reports: unknown[] = [];
    try {
      for (const end = performance.now() + 2_000; performance.now() < end;) {
        const changes = ["a", "b", "c", "d", "file", "sub/secret"].map((name) => ({
          uri: pathToFileURL(path.join(project, `${name}.avm`)).href,
          type: 2,
        }));
        server.notify("workspace/didChangeWatchedFiles", { changes });
        const position = { line: 0, character: 10 };
        const { result } = await server.request("textDocument/hover", { textDocument: { uri }, position });
        assert.match(JSON.stringify(result), /SET/);
        const report = await server.request("workspace/diagnostic", { previousResultIds: [] });
        assert.equal(report.error, undefined);
        reports.push(report.result);
      }
    } finally {
      for (const stop of stops) stop();
    }
    assert.doesNotMatch(JSON.stringify([server.notifications, reports]), /SECRET/);
    assert.deepEqual(faults(), []);
  });

  it("answers what is asked about another file while it looks at all of them", async () => {
    const project = path.join(folder, "project");
    mkdirSync(project);
    const recipes = Object.values(HOSTILE_FILES).filter((_, index) => index % STEP === 0);
    for (const [index, [files]] of recipes.entries()) {
      const own = path.join(project, `f${index}`);
      mkdirSync(own);
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(own, name), text);
    }
    execFileSync("mkfifo", [path.join(project, "pipe.avm")]);
    symlinkSync("/dev/zero", path.join(project, "zero.avm"));
    symlinkSync("circle.avm", path.join(project, "circle.avm"));

    const uri = await serve(project);
    const times: number[] = [];
    let isDone = false;
    const checked = server
      .request("workspace/diagnostic", { previousResultIds: [] })
      .finally(() => (isDone = true));
    while (!isDone) {
      const start = performance.now();
      const { result: hover } = await server.request("textDocument/hover", {
        textDocument: { uri },
        position: { line: 0, character: 10 },
      });
      times.push(performance.now() - start);
      assert.match(JSON.stringify(hover), /SET/);
      await new Promise((next) => setTimeout(next, HOVERS_PER_PAUSE_MS));
    }
    assert.equal((await checked).error, undefined);
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1];
    assert.ok(median <= MAX_MEDIAN, `the median of ${times.length} hovers is ${median.toFixed(0)} ms`);
    const told = server.notifications.filter(
      ({ method, params }) =>
        method === "textDocument/publishDiagnostics" &&
        /\/f\d+\//.test(params.uri) &&
        params.diagnostics.length > 0,
    );
    assert.ok(told.length > recipes.length / 2, `${told.length} files have diagnostics`);
    assert.deepEqual(faults(), []);
  });
});
