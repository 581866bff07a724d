import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../support/command.ts";
import { bundleServer, startServer, type StdioClient } from "../stdio-client.ts";

/* eslint-disable @typescript-eslint/no-explicit-any -- what a server sends */

// Over standard input and output, as what is in a folder is for the program to find out.

describe("the path of an include", function () {
  this.timeout(60_000);
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "avm-include-")));
  const project = path.join(folder, "project");
  const uri = pathToFileURL(path.join(project, "src/main.avm")).href;
  let server: StdioClient;
  let version = 1;

  before(async () => {
    for (const name of ["src/parts", "src/node_modules", "src/.git", "shared/more"])
      mkdirSync(path.join(project, name), { recursive: true });
    for (const name of ["src/main.avm", "src/a b.avm", "src/notes.txt", "src/parts/c.avm", "shared/d.avm"])
      writeFileSync(path.join(project, name), "");
    writeFileSync(path.join(project, "avmasm.config.json"), JSON.stringify({ include: ["shared"] }));
    writeFileSync(path.join(folder, "secret.avm"), "");
    symlinkSync(folder, path.join(project, "src/out"));
    symlinkSync(path.join(folder, "secret.avm"), path.join(project, "src/linked.avm"));
    // The library is beside the bundle's folder.
    symlinkSync(path.join(root, "lib"), path.join(folder, "lib"));
    await bundleServer(path.join(folder, "dist/server.cjs"));
    server = startServer(path.join(folder, "dist/server.cjs"));
    await server.request("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(project).href, name: "project" }],
    });
    server.notify("initialized", {});
    const textDocument = { uri, languageId: "avm", version, text: "" };
    server.notify("textDocument/didOpen", { textDocument });
  });
  after(() => {
    server.process.kill();
    rmSync(folder, { recursive: true });
  });

  /** What is offered at `$0`, in order, as the text that a choice leaves. */
  async function offered(marked: string, triggerCharacter?: string): Promise<string[]> {
    const text = marked.replace("$0", "");
    version++;
    server.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    const { result } = await server.request("textDocument/completion", {
      textDocument: { uri },
      position: { line: 0, character: marked.indexOf("$0") },
      ...(triggerCharacter && { context: { triggerKind: 2, triggerCharacter } }),
    });
    const items: any[] = result.items;
    items.sort((a, b) => (a.sortText < b.sortText ? -1 : 1));
    return items.map(({ textEdit: { range, newText } }) => {
      return text.slice(0, range.start.character) + newText + text.slice(range.end.character);
    });
  }

  it("is compared with the files there if it is misspelt", async () => {
    writeFileSync(path.join(project, "src/parts/counter.avm"), "");
    const text = '.include "parts/conuter.avm"\n.include "lniked.avm"\n';
    version++;
    const from = server.notifications.length;
    server.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    const { diagnostics } = await server.waitFor(
      "textDocument/publishDiagnostics",
      (params) => params.uri === uri && params.version === version,
      from,
    );
    const messages = diagnostics.map(({ message }: any) => message);
    assert.match(messages[0], /; did you mean `parts\/counter\.avm`\?$/);
    assert.doesNotMatch(messages[1], /did you mean/);
    const { result } = await server.request("textDocument/codeAction", {
      textDocument: { uri },
      range: { start: { line: 0, character: 12 }, end: { line: 0, character: 12 } },
      context: { diagnostics: diagnostics.slice(0, 1) },
    });
    rmSync(path.join(project, "src/parts/counter.avm"));
    assert.deepEqual(
      result.map(({ title }: any) => title),
      ['Change to `"parts/counter.avm"` (a guess)'],
    );
  });

  it("is completed with files and folders, those of the project's folders too", async () => {
    const all = ["more", "parts", "a b.avm", "d.avm"];
    const quoted = (names: readonly string[]): string[] =>
      names.map((name) => `.include "${name}${name.endsWith(".avm") ? '"' : ""}`);
    assert.deepEqual(await offered('.include "$0', '"'), quoted(all));
    assert.deepEqual(await offered('.include "a$0'), quoted(all));
    assert.deepEqual(
      await offered('.include "$0"'),
      all.map((name) => `.include "${name}"`),
    );
    assert.deepEqual(await offered('.include "parts/$0"', "/"), ['.include "parts/c.avm"']);
    assert.deepEqual(await offered('.include "../shared/$0"'), [
      '.include "../shared/more"',
      '.include "../shared/d.avm"',
    ]);
  });

  it("leads nowhere outside of the project, by name or by a link", async () => {
    for (const written of [
      "../../",
      "/",
      `${folder}/`,
      "out/",
      "../../project/../",
      "\\0",
      "http://example.org/",
    ])
      assert.deepEqual(await offered(`.include "${written}$0"`), [], written);
  });

  it("of the library is completed with its files", async () => {
    assert.deepEqual(await offered(".include <$0", "<"), [".include <std"]);
    const files = await offered(".include <std/$0>", "/");
    assert.ok(files.includes(".include <std/loop.avm>"), files.join());
    assert.deepEqual(await offered(".include <../$0>"), []);
    assert.ok((await offered("x: .include <std/lo$0")).includes("x: .include <std/loop.avm>"));
  });

  it("has no completion outside of includes", async () => {
    assert.deepEqual(await offered('.test "$0', '"'), []);
    assert.deepEqual(await offered(".if 1 <$0", "<"), []);
    assert.deepEqual(await offered(".const A = 4 /$0", "/"), []);
  });
});
