/** What goes wrong between a client and a server over real pipes: floods, cancellations, closed documents, a sudden end. */

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { bundleServer, startServer, type Message, type StdioClient } from "./stdio-client.ts";

const URI = "file:///nowhere/program.avm";
const OTHER = "file:///nowhere/other.avm";
const CANCELLED = -32800;
const CONTENT_MODIFIED = -32801;
/** Right, but for the second line. */
const TEXT = "        SET [1], u32, #0\n        ADDD [1], [1], [1]\n        RETURN [1], [1]\n";

const METHODS: readonly [string, object][] = [
  ["textDocument/hover", { position: { line: 0, character: 9 } }],
  ["textDocument/completion", { position: { line: 0, character: 9 } }],
  ["textDocument/semanticTokens/full", {}],
  ["textDocument/documentSymbol", {}],
  ["textDocument/codeLens", {}],
  ["textDocument/inlayHint", { range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } }],
  [
    "textDocument/references",
    { position: { line: 0, character: 13 }, context: { includeDeclaration: true } },
  ],
  ["avm/listing", {}],
  ["avm/graph", {}],
  ["avm/summary", {}],
  ["avm/assemble", {}],
];

describe("a server under unusual conditions", function () {
  this.timeout(60_000);
  let folder: string;
  let bundle: string;
  let server: StdioClient;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "avm-server-"));
    bundle = path.join(folder, "server.cjs");
    await bundleServer(bundle);
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => begin());
  afterEach(() => {
    server.process.kill("SIGKILL");
  });

  async function begin(): Promise<void> {
    server = startServer(bundle);
    await server.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    server.notify("initialized", {});
  }

  function open(uri: string, text: string, version = 1): void {
    server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "avm", version, text } });
  }

  const change = (uri: string, version: number, changes: object[]): void =>
    server.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: changes });

  const ask = (method: string, params: object = {}, uri = URI): Promise<Message> =>
    server.request(method, { textDocument: { uri }, ...params });

  const published = (version: number, uri = URI): Promise<{ diagnostics: { code: string }[] }> =>
    server.waitFor(
      "textDocument/publishDiagnostics",
      (params) => params.uri === uri && params.version === version,
    );

  const noErrorLogged = (): void => {
    const errors = server.notifications.filter(
      ({ method, params }) => method === "window/logMessage" && params.type === 1,
    );
    assert.deepEqual(errors, []);
  };

  it("answers nothing about a closed document, and correctly after it is opened again", async () => {
    open(URI, TEXT);
    await published(1);
    server.notify("textDocument/didClose", { textDocument: { uri: URI } });
    for (const [method, params] of METHODS) {
      const { error, result } = await ask(method, params);
      assert.equal(error, undefined, method);
      assert.ok(result === null || result.data?.length === 0, method);
    }
    open(URI, TEXT.replace("ADDD", "ADD"), 7);
    assert.deepEqual((await published(7)).diagnostics, []);
    noErrorLogged();
  });

  it("applies changes in the order of their arrival, regardless of their versions", async () => {
    open(URI, "", 5);
    const letters = "        RETURN [1], [1]\n";
    for (const [index, letter] of [...letters].entries()) {
      const at = { line: 0, character: index };
      change(URI, 5 - index, [{ range: { start: at, end: at }, text: letter }]);
    }
    change(URI, 100, []);
    const { result } = await ask("textDocument/documentSymbol");
    assert.deepEqual(result, []);
    const found = await ask("textDocument/hover", { position: { line: 0, character: 10 } });
    assert.match(found.result.contents.value, /RETURN/);
    noErrorLogged();
  });

  it("survives a flood of changes and requests, and publishes nothing outdated at the end", async () => {
    open(URI, TEXT);
    open(OTHER, TEXT);
    const answers: Promise<Message>[] = [];
    const others: Promise<Message>[] = [];
    let version = 1;
    for (let round = 0; round < 500; round++) {
      const text = round % 2 === 0 ? "ADD " : "ADDD";
      const range = { start: { line: 1, character: 8 }, end: { line: 1, character: 12 } };
      change(URI, ++version, [{ range, text }]);
      const [method, params] = METHODS[round % METHODS.length];
      answers.push(ask(method, params));
      others.push(ask(method, params, OTHER));
    }
    const range = { start: { line: 1, character: 8 }, end: { line: 1, character: 12 } };
    change(URI, ++version, [{ range, text: "ADD " }]);
    for (const { error } of await Promise.all(others)) assert.equal(error, undefined);
    // An answer that an edit has overtaken isn't given.
    for (const { error } of await Promise.all(answers)) assert.ok(!error || error.code === CONTENT_MODIFIED);
    assert.deepEqual((await published(version)).diagnostics, []);
    const last = server.notifications
      .filter(({ method, params }) => method === "textDocument/publishDiagnostics" && params.uri === URI)
      .at(-1)!;
    assert.equal(last.params.version, version);
    noErrorLogged();
  });

  it("answers cancelled requests, and all others", async () => {
    open(URI, TEXT);
    const answers: Promise<Message>[] = [];
    for (let round = 0; round < 300; round++) {
      const [method, params] = METHODS[round % METHODS.length];
      answers.push(ask(method, params));
      // The client's numbers are in order; a cancellation may also be of what is long answered, or was never asked.
      if (round % 2 === 0) server.notify("$/cancelRequest", { id: round + 2 });
      if (round % 7 === 0) server.notify("$/cancelRequest", { id: 1_000_000 + round });
    }
    for (const { error } of await Promise.all(answers)) assert.ok(!error || error.code === CANCELLED);
    assert.ok((await ask("textDocument/hover", { position: { line: 0, character: 9 } })).result);
    noErrorLogged();
  });

  it("accepts a message of many megabytes", async () => {
    const comment = `; ${"x".repeat(20_000_000)}\n`;
    open(URI, comment + TEXT);
    const { diagnostics } = await published(1);
    assert.ok(diagnostics.some(({ code }) => code === "unknown-mnemonic" || code === "limit-exceeded"));
    const lines = "        SET [1], u32, #0\n".repeat(200_000);
    open(OTHER, `${lines}        ADDD [1], [1], [1]\n`);
    const other = await published(1, OTHER);
    assert.ok(Array.isArray(other.diagnostics));
    const { result } = await ask("textDocument/hover", { position: { line: 5, character: 9 } }, OTHER);
    assert.match(result.contents.value, /SET/);
    noErrorLogged();
  });

  it("can be started again after it was killed while working", async () => {
    const large = "        SET [1], u32, #0\n".repeat(100_000);
    open(URI, large);
    void ask("avm/listing");
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.process.kill("SIGKILL");
    await server.ended;
    await begin();
    open(URI, TEXT);
    const { diagnostics } = await published(1);
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["unknown-mnemonic"],
    );
    noErrorLogged();
  });

  it("can run beside a second server on the same files", async () => {
    const first = server;
    open(URI, TEXT);
    await begin();
    open(URI, TEXT.replace("ADDD", "ADD"));
    assert.deepEqual((await published(1)).diagnostics, []);
    const { diagnostics } = await first.waitFor("textDocument/publishDiagnostics", ({ uri }) => uri === URI);
    assert.equal(diagnostics.length, 1);
    first.process.kill("SIGKILL");
  });
});
