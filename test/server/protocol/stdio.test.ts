/* eslint-disable @typescript-eslint/no-explicit-any -- what the server sends is looked at by the tests */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MAX_WORKSPACE_FILES } from "../../../server/session/file-provider.ts";
import { bundleServer, startProgram, startServer, type StdioClient } from "../stdio-client.ts";

const URI = "file:///nowhere/program.avm";
const TEXT = `; Where it starts.
start:
  SET [1], u32, #2
  ADDD [1], [1], [1]
.again:
  JUMP .again
`;

const document = { uri: URI };
const at = (line: number, character: number) => ({ textDocument: document, position: { line, character } });

describe("the server over standard input and output", () => {
  let folder: string;
  let bundle: string;
  let server: StdioClient;

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(path.join(os.tmpdir(), "avm-server-"));
    bundle = path.join(folder, "server.cjs");
    await bundleServer(bundle);
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => {
    server = startServer(bundle);
  });
  afterEach(() => {
    server.process.kill("SIGKILL");
  });

  async function initialize(capabilities: object = {}, more: object = {}): Promise<any> {
    const answer = await server.request("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities,
      ...more,
    });
    server.notify("initialized", {});
    return answer.result;
  }

  it("links each code to its page, which is part of the package", async () => {
    await initialize({ textDocument: { publishDiagnostics: { codeDescriptionSupport: true } } });
    open(TEXT);
    const { diagnostics } = await server.waitFor(
      "textDocument/publishDiagnostics",
      ({ diagnostics }) => diagnostics.length > 0,
    );
    const pages = pathToFileURL(path.join(folder, "../docs/diagnostics/")).href;
    assert.deepEqual(
      diagnostics.map(({ code, codeDescription }: any) => [code, codeDescription.href]),
      [["unknown-mnemonic", `${pages}unknown-mnemonic.md`]],
    );
  });

  it("sends no links to clients that don't show them", async () => {
    await initialize();
    open(TEXT);
    const { diagnostics } = await server.waitFor(
      "textDocument/publishDiagnostics",
      ({ diagnostics }) => diagnostics.length > 0,
    );
    assert.equal(diagnostics[0].codeDescription, undefined);
  });

  it("gives the tests to clients with any notation of no parameters", async () => {
    await initialize();
    open('.test "one"\n.call\n.endtest\n');
    for (const params of [null, [], [null], {}]) {
      const { result } = await server.request("avm/tests", params);
      assert.deepEqual(
        result?.map(({ tests }: any) => tests.map(({ name }: any) => name)),
        [["one"]],
        JSON.stringify(params),
      );
    }
  });

  function open(text: string, uri = URI): void {
    server.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "avm", version: 1, text },
    });
  }

  const published = (version: number, uri = URI): Promise<any> =>
    server.waitFor(
      "textDocument/publishDiagnostics",
      (params) => params.uri === uri && params.version === version,
    );

  it("answers the messages of a whole session", async () => {
    const { capabilities, serverInfo } = await initialize({
      textDocument: { completion: { completionItem: { snippetSupport: true } } },
    });
    assert.equal(capabilities.positionEncoding, "utf-16");
    assert.equal(serverInfo.name, "avm-assembly");
    assert.match(serverInfo.version, /^\d+\.\d+\.\d+/);

    open(TEXT);
    const { diagnostics } = await published(1);
    assert.deepEqual(
      diagnostics.map(({ code, range }: any) => [code, range.start, range.end]),
      [["unknown-mnemonic", { line: 3, character: 2 }, { line: 3, character: 6 }]],
    );
    const actions = await server.request("textDocument/codeAction", {
      textDocument: document,
      range: diagnostics[0].range,
      context: { diagnostics },
    });
    assert.equal(actions.result[0].title, "Change to `ADD` (a guess)");

    server.notify("textDocument/didChange", {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [
        { range: { start: { line: 3, character: 5 }, end: { line: 3, character: 6 } }, text: "" },
      ],
    });
    assert.ok(!(await published(2)).diagnostics.some(({ severity }: any) => severity === 1));

    const hover = await server.request("textDocument/hover", at(3, 3));
    assert.match(hover.result.contents.value, /Adds two values/);
    const completion = await server.request("textDocument/completion", at(5, 10));
    assert.ok(completion.result.items.some(({ label }: any) => label === ".again"));
    const [item] = completion.result.items;
    const resolved = await server.request("completionItem/resolve", item);
    assert.equal(resolved.result.label, item.label);
    const signature = await server.request("textDocument/signatureHelp", at(3, 11));
    assert.equal(signature.result.activeParameter, 1);
    const definition = await server.request("textDocument/definition", at(5, 9));
    assert.deepEqual(definition.result.range.start, { line: 4, character: 1 });
    const symbols = await server.request("textDocument/documentSymbol", { textDocument: document });
    assert.deepEqual(
      symbols.result.map(({ name, children }: any) => [name, children.map((child: any) => child.name)]),
      [["start", [".again"]]],
    );

    assert.equal((await server.request("shutdown", null)).result, null);
    server.notify("exit", null);
    assert.equal(await server.ended, 0);
  });

  it("gives the edit of a refactoring when it is chosen, or says why there is none", async () => {
    const { capabilities } = await initialize({
      textDocument: { codeAction: { dataSupport: true, resolveSupport: { properties: ["edit"] } } },
    });
    assert.equal(capabilities.codeActionProvider.resolveProvider, true);
    open(`.const A = 1\n.if defined(A)\n.byte A\n.endif\n        SET [1], u32, #77\n${"\n".repeat(3_000)}`);
    const first = async (line: number, character: number): Promise<any> => {
      const range = { start: { line, character }, end: { line, character } };
      const params = { textDocument: document, range, context: { diagnostics: [] } };
      return (await server.request("textDocument/codeAction", params)).result[0];
    };
    const extract = await first(4, 23);
    assert.equal(extract.edit, undefined);
    const { result } = await server.request("codeAction/resolve", extract);
    assert.equal(result.edit.changes[URI].length, 2);
    const inline = await first(0, 7);
    const refused = await server.request("codeAction/resolve", inline);
    assert.equal(refused.result.edit, undefined);
    const { message } = await server.waitFor("window/showMessage", () => true);
    assert.equal(
      message,
      '"Inline the constant `A`" isn\'t done. The code of program.avm would be another one.',
    );
    const nonsense = { title: "x", data: { uri: URI, range: 5 } };
    assert.deepEqual((await server.request("codeAction/resolve", nonsense)).result, nonsense);
  });

  it("answers every request that it says it can", async () => {
    await initialize({}, { initializationOptions: { lenses: "all" } });
    open(TEXT);
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const textDocument = document;
    const answers: Record<string, (result: any) => boolean> = {
      declaration: (result) => result.range.start.line === 4,
      references: (result) => result.length === 2,
      documentHighlight: (result) => result.length === 2,
      linkedEditingRange: (result) => result.ranges.length === 2,
      prepareRename: (result) => result.placeholder === "again",
      rename: (result) => result.changes[URI].length === 2,
      foldingRange: (result) => result.length === 2,
      selectionRange: (result) => result.length === 1,
      documentLink: (result) => result.length === 0,
      inlayHint: (result) => Array.isArray(result),
      codeLens: (result) => result.length === 1,
      prepareCallHierarchy: (result) => result[0].name === "start",
      "semanticTokens/full": (result) => result.data.length > 0,
      "semanticTokens/range": (result) => result.data.length > 0,
      "semanticTokens/full/delta": (result) => result.edits.length === 0,
      diagnostic: (result) => result.items[0].code === "unknown-mnemonic",
    };
    for (const [method, isRight] of Object.entries(answers)) {
      const { result, error } = await server.request(`textDocument/${method}`, {
        ...at(5, 9),
        ...{ textDocument, range, positions: [{ line: 5, character: 9 }] },
        ...{ context: { includeDeclaration: true }, newName: "more", previousResultId: "1" },
      });
      assert.ok(!error && isRight(result), `${method}: ${JSON.stringify({ result, error })}`);
    }
    const { result } = await server.request("workspace/symbol", { query: "again" });
    assert.equal(result[0].name, "start.again");
    const [lens] = (await server.request("textDocument/codeLens", { textDocument })).result;
    assert.match((await server.request("codeLens/resolve", lens)).result.command.title, /^\d+ bytes/);
    const [item] = (await server.request("textDocument/prepareCallHierarchy", at(1, 0))).result;
    assert.deepEqual((await server.request("callHierarchy/incomingCalls", { item })).result, []);
    assert.deepEqual((await server.request("callHierarchy/outgoingCalls", { item })).result, []);
  });

  it("survives messages that violate the protocol", async () => {
    await initialize();
    open(TEXT);
    await published(1);
    const body = "{ this is no JSON";
    server.send(`Content-Length: ${body.length}\r\n\r\n${body}`);
    server.send("Content-Length: nonsense\r\n\r\n");
    server.send("no header at all\r\n\r\n");
    server.send('Content-Length: 3\r\n\r\n{"jsonrpc":"2.0"}');
    server.send("Content-Length: 2\r\n\r\n[]Content-Length: 4\r\n\r\nnull");

    assert.equal((await server.request("textDocument/nonsense", {})).error!.code, -32601);
    server.notify("textDocument/nonsense", {});
    for (const params of [null, {}, { textDocument: {} }, { textDocument: { uri: 7 } }, at(1e9, -4)]) {
      assert.ok(await server.request("textDocument/hover", params));
    }
    server.notify("textDocument/didChange", { textDocument: document });
    server.notify("textDocument/didOpen", null);
    server.notify("textDocument/didClose", { textDocument: { uri: "file:///never/opened" } });
    const closed = await server.request("textDocument/hover", {
      ...at(0, 0),
      textDocument: { uri: "file:///never/opened" },
    });
    assert.equal(closed.result, null);
    const refused = await server.request("textDocument/rename", { ...at(1, 0), newName: "1" });
    assert.match(refused.error!.message, /is not a name/);

    const { result } = await server.request("textDocument/hover", at(2, 3));
    assert.match(result.contents.value, /SET/);
  });

  it("says that it isn't ready before it is initialized, and no longer after", async () => {
    assert.equal((await server.request("textDocument/hover", at(0, 0))).error!.code, -32002);
    await initialize();
    await server.request("shutdown", null);
    assert.ok((await server.request("textDocument/hover", at(0, 0))).error);
  });

  it("counts columns in the client's preferred encoding", async () => {
    const { capabilities } = await initialize({ general: { positionEncodings: ["utf-8", "utf-16"] } });
    assert.equal(capabilities.positionEncoding, "utf-8");
    open("/* é𝄞 */ NOPE");
    const [{ range }] = (await published(1)).diagnostics;
    assert.deepEqual([range.start.character, range.end.character], [13, 17]);
  });

  it("reads included files from disk", async () => {
    await writeFile(path.join(folder, "a b.avm"), "helper: NOT [1]\n");
    await initialize();
    const main = pathToFileURL(path.join(folder, "main.avm")).href;
    open('.include "a b.avm"\n.include "none.avm"\n JUMP helper\n', main);
    const { diagnostics } = await published(1, main);
    assert.deepEqual(
      diagnostics.map(({ message }: any) => message),
      ['"none.avm" can\'t be included: there is no such file'],
    );
    const library = pathToFileURL(path.join(folder, "a b.avm")).href;
    const inLibrary = await server.waitFor("textDocument/publishDiagnostics", ({ uri }) => uri === library);
    assert.equal(inLibrary.diagnostics[0].code, "operand-count");
  });

  it("includes no file from outside of the project, not even through a link", async () => {
    const project = path.join(folder, "project");
    await mkdir(project);
    await writeFile(path.join(folder, "secret.avm"), "helper: NOPE\n");
    await symlink(path.join(folder, "secret.avm"), path.join(project, "link.avm"));
    await writeFile(path.join(project, "real.avm"), ".const REAL = 1\n");
    await symlink(path.join(project, "real.avm"), path.join(project, "inner.avm"));
    await symlink(project, path.join(folder, "linked"));
    for (const place of [project, path.join(folder, "linked")]) {
      const main = pathToFileURL(path.join(place, "main.avm")).href;
      if (place === project) await initialize();
      open('.include "link.avm"\n.include "inner.avm"\n.include "../secret.avm"\nSET [1], u8, #REAL\n', main);
      const { diagnostics } = await published(1, main);
      const outside = diagnostics.filter(({ code }: any) => code === "include-failed");
      assert.deepEqual(
        outside.map(({ range }: any) => range.start.line),
        [0, 2],
      );
      assert.match(outside[0].message, /outside/);
      assert.ok(!diagnostics.some(({ code }: any) => code === "undefined-name"));
    }
  });

  describe("in a folder of files that are not open", () => {
    let workspaceFolders: { uri: string; name: string }[];
    let bad: string;

    beforeEach(async () => {
      const workspace = await mkdtemp(path.join(folder, "workspace-"));
      await mkdir(path.join(workspace, "deep", "er"), { recursive: true });
      await mkdir(path.join(workspace, "node_modules"));
      await writeFile(path.join(workspace, "good.avm"), ".const GOOD = 1\n");
      await writeFile(path.join(workspace, "deep", "er", "bad.avm"), TEXT);
      await writeFile(path.join(workspace, "node_modules", "theirs.avm"), TEXT);
      await writeFile(path.join(workspace, "other.txt"), TEXT);
      workspaceFolders = [{ uri: pathToFileURL(workspace).href, name: "workspace" }];
      bad = pathToFileURL(path.join(workspace, "deep", "er", "bad.avm")).href;
    });

    it("reports them", async () => {
      await initialize({}, { workspaceFolders });
      const { diagnostics } = await server.waitFor(
        "textDocument/publishDiagnostics",
        ({ uri }) => uri === bad,
      );
      assert.equal(diagnostics[0].code, "unknown-mnemonic");
      assert.ok(!server.notifications.some(({ params }) => params.uri?.includes("theirs.avm")));
    });

    it("checks at most a fixed number of them", async () => {
      const folder = fileURLToPath(workspaceFolders[0].uri);
      const names = Array.from({ length: MAX_WORKSPACE_FILES + 10 }, (_, index) => `f${index}.avm`);
      await Promise.all(names.map((name) => writeFile(path.join(folder, name), "")));
      await initialize({}, { workspaceFolders, initializationOptions: { diagnostics: "pull" } });
      const { result } = await server.request("workspace/diagnostic", { previousResultIds: [] });
      assert.equal(result.items.length, MAX_WORKSPACE_FILES);
    });

    it("reports them to a client that asks", async () => {
      const initializationOptions = { diagnostics: "pull" };
      const { capabilities } = await initialize({}, { workspaceFolders, initializationOptions });
      assert.equal(capabilities.diagnosticProvider.workspaceDiagnostics, true);
      const ask = async (previousResultIds: object[]): Promise<any> =>
        (await server.request("workspace/diagnostic", { previousResultIds })).result.items;
      const first = await ask([]);
      assert.deepEqual(
        first.map(({ uri, kind, items }: any) => [path.posix.basename(uri), kind, items[0]?.code]),
        [
          ["bad.avm", "full", "unknown-mnemonic"],
          ["good.avm", "full", undefined],
        ],
      );
      const again = await ask(first.map(({ uri, resultId }: any) => ({ uri, value: resultId })));
      assert.ok(again.every(({ kind }: any) => kind === "unchanged"));
    });
  });

  it("sends no diagnostics to a client that asks for them", async () => {
    const { capabilities } = await initialize({}, { initializationOptions: { diagnostics: "pull" } });
    assert.ok(capabilities.diagnosticProvider);
    open(TEXT);
    const { result } = await server.request("textDocument/diagnostic", { textDocument: document });
    assert.equal(result.items[0].code, "unknown-mnemonic");
    assert.ok(!server.notifications.some(({ method }) => method === "textDocument/publishDiagnostics"));
  });

  it("asks for settings where the client has them, and takes those that are sent", async () => {
    server.respond("workspace/configuration", () => [{ target: "v2" }]);
    await initialize({ workspace: { configuration: true } });
    await server.waitFor("workspace/configuration", () => true);
    open("EMITUNENCRYPTEDLOG [1], [2]");
    const codes = ({ diagnostics }: any) => diagnostics.map(({ code }: any) => code);
    assert.ok(!codes(await published(1)).includes("unknown-mnemonic"));
    const from = server.notifications.length;
    server.notify("workspace/didChangeConfiguration", { settings: { avm: { target: "v6" } } });
    const changed = await server.waitFor("textDocument/publishDiagnostics", () => true, from);
    assert.ok(codes(changed).includes("unknown-mnemonic"));
  });

  it("collects young garbage once the work that a message causes is over", async () => {
    server.process.kill("SIGKILL");
    server = startProgram(process.execPath, ["--trace-gc", bundle, "--stdio"]);
    let isCollected = false;
    server.process.stdout!.on("data", (data: Buffer) => {
      // V8 names a test as the reason of a collection that the program has asked for.
      isCollected ||= /Scavenge[^;]* testing/.test(data.toString("latin1"));
    });
    await initialize();
    open("SET [1], u32, #0\n".repeat(5000));
    for (let version = 2; version < 50 && !isCollected; version++) {
      server.notify("textDocument/didChange", {
        textDocument: { uri: URI, version },
        contentChanges: [{ range: { start: at(0, 0).position, end: at(0, 0).position }, text: "\n" }],
      });
      await setTimeout(150);
    }
    assert.ok(isCollected);
  });

  it("ends at the end of its input", async () => {
    await initialize();
    server.process.stdin!.end();
    assert.equal(await server.ended, 1);
  });
});
