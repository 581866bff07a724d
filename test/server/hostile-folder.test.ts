import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, it } from "mocha";
import { HOSTILE_FILES } from "../support/hostile-files.ts";
import { bundleServer, startServer, type StdioClient } from "./stdio-client.ts";

const OWN = "        SET [0], u32, #1\n        JUMP #0\n";
/** All of the recipes take minutes; the tests try some of them. */
const STEP = process.env.HOSTILE_FOLDER === "all" ? 1 : 8;
/** How long an answer may take, in milliseconds: half of all of them. */
const MOST_MEDIAN = 200;
const HOVERS_PER_PAUSE_MS = 50;

describe("a server whose client asks for diagnostics of a dear file", function () {
  this.timeout(120_000);
  it("answers what is asked about another file meanwhile", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "avm-dear-"));
    await bundleServer(path.join(folder, "server.cjs"));
    const server = startServer(path.join(folder, "server.cjs"));
    try {
      const initializationOptions = { diagnostics: "pull" };
      await server.request("initialize", { processId: null, capabilities: {}, initializationOptions });
      server.notify("initialized", {});
      const [own, dear] = ["own", "dear"].map((name) => `file:///p/${name}.avm`);
      const body = "        ADD [i], [i + 1], [i + 2]\n".repeat(3);
      for (const [uri, text] of [
        [own, OWN],
        [dear, `.macro M i\n${body}.endm\n.rept 8000, k\n        M k\n.endr\n        JUMP #0\n`],
      ])
        server.notify("textDocument/didOpen", {
          textDocument: { uri, languageId: "avm", version: 1, text },
        });
      let isAnswered = false;
      const pulled = server
        .request("textDocument/diagnostic", { textDocument: { uri: dear } })
        .finally(() => (isAnswered = true));
      let hovers = 0;
      for (; !isAnswered; hovers++)
        await server.request("textDocument/hover", {
          textDocument: { uri: own },
          position: { line: 0, character: 10 },
        });
      assert.ok((await pulled).result.items.length > 0);
      assert.ok(hovers > 20, `${hovers} hovers were answered`);
    } finally {
      server.process.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a server with a stranger's folder", function () {
  this.timeout(180_000);
  let folder: string;
  let server: StdioClient;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avm-hostile-"));
    await bundleServer(path.join(folder, "server.cjs"));
  });
  after(() => {
    server.process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
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

    server = startServer(path.join(folder, "server.cjs"));
    const { result } = await server.request("initialize", {
      processId: process.pid,
      rootUri: null,
      workspaceFolders: [{ uri: pathToFileURL(project).href, name: "project" }],
      capabilities: { window: { workDoneProgress: true } },
      initializationOptions: { workspaceDiagnostics: true },
    });
    assert.ok(result);
    server.notify("initialized", {});
    const uri = pathToFileURL(path.join(project, "own.avm")).href;
    server.notify("textDocument/didOpen", {
      textDocument: { uri, languageId: "avm", version: 1, text: OWN },
    });
    const times: number[] = [];
    const isDone = (): boolean =>
      server.notifications.some(
        ({ method, params }) => method === "$/progress" && params.value.kind === "end",
      );
    while (!isDone()) {
      const start = performance.now();
      const { result: hover } = await server.request("textDocument/hover", {
        textDocument: { uri },
        position: { line: 0, character: 10 },
      });
      times.push(performance.now() - start);
      assert.match(JSON.stringify(hover), /SET/);
      await new Promise((next) => setTimeout(next, HOVERS_PER_PAUSE_MS));
    }
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1];
    assert.ok(median <= MOST_MEDIAN, `the median of ${times.length} hovers is ${median.toFixed(0)} ms`);
    const told = server.notifications.filter(
      ({ method, params }) =>
        method === "textDocument/publishDiagnostics" &&
        /\/f\d+\//.test(params.uri) &&
        params.diagnostics.length > 0,
    );
    assert.ok(told.length > recipes.length / 2, `${told.length} files have diagnostics`);
    const faults = server.notifications.filter(
      ({ method, params }) => method === "window/logMessage" && /^ +at /m.test(params.message),
    );
    assert.deepEqual(faults, []);
  });
});
