import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { bundleServer, type Message } from "../stdio-client.ts";

describe("the server over Node's IPC", () => {
  let folder: string;
  let child: ChildProcess;

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(path.join(os.tmpdir(), "avm-server-"));
    await bundleServer(path.join(folder, "server.cjs"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    child = fork(path.join(folder, "server.cjs"), ["--node-ipc"]);
  });
  afterEach(() => {
    child.kill("SIGKILL");
  });

  const message = (fits: (one: Message) => boolean): Promise<Message> =>
    new Promise((resolve) => {
      child.on("message", (one: Message) => {
        if (fits(one)) resolve(one);
      });
    });
  /** Initializes the server, and returns its answer. */
  const initialized = (): Promise<Message> => {
    const params = { processId: null, capabilities: {} };
    child.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    return message(({ id }) => id === 1);
  };
  const ended = (): Promise<number | null> => new Promise((resolve) => child.on("exit", resolve));

  it("answers requests, and ends at the exit notification", async () => {
    assert.ok((await initialized()).result.capabilities.hoverProvider);
    const textDocument = { uri: "file:///nowhere/a.avm", languageId: "avm", version: 1, text: "NOPE" };
    child.send({ jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument } });
    const { params } = await message(({ method }) => method === "textDocument/publishDiagnostics");
    assert.equal(params.diagnostics[0].code, "unknown-mnemonic");
    const end = ended();
    child.send({ jsonrpc: "2.0", id: 2, method: "shutdown" });
    await message(({ id }) => id === 2);
    child.send({ jsonrpc: "2.0", method: "exit" });
    assert.equal(await end, 0);
  });

  it("ends when the editor's process has ended", async () => {
    const end = ended();
    await initialized();
    child.disconnect();
    assert.equal(await end, 1);
  });

  it("collects young garbage once the work that a message causes is over", async () => {
    child.kill("SIGKILL");
    child = fork(path.join(folder, "server.cjs"), ["--node-ipc"], {
      execArgv: ["--trace-gc"],
      silent: true,
    });
    let isCollected = false;
    child.stdout!.on("data", (data: Buffer) => {
      // V8 names a test as the reason of a collection that the program has asked for.
      isCollected ||= /Scavenge[^;]* testing/.test(data.toString("latin1"));
    });
    await initialized();
    const uri = "file:///nowhere/a.avm";
    const text = "SET [1], u32, #0\n".repeat(5000);
    const textDocument = { uri, languageId: "avm", version: 1, text };
    child.send({ jsonrpc: "2.0", method: "textDocument/didOpen", params: { textDocument } });
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    for (let version = 2; version < 50 && !isCollected; version++) {
      const params = { textDocument: { uri, version }, contentChanges: [{ range, text: "\n" }] };
      child.send({ jsonrpc: "2.0", method: "textDocument/didChange", params });
      await setTimeout(150);
    }
    assert.ok(isCollected);
  });
});
