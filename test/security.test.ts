/** The guarantees of SECURITY.md that no other test is about, and its table of tests. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startProgram } from "./server/stdio-client.ts";
import { avmasm, command, environment, root, temporaryFolder, type Folder } from "./support/command.ts";
import { filesIn, ROOMS } from "./support/product-files.ts";

const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

const sources = ROOMS.flatMap((room) => filesIn(room, ".ts"));

/** Writes down each process, connection and question for an address, and refuses it. */
const WATCH = `const { appendFileSync } = require("node:fs");
const refuse = (owner, name) => {
  owner[name] = () => {
    appendFileSync(process.env.WATCHED, name + "\\n");
    throw new Error("refused by the test");
  };
};
const processes = require("node:child_process");
for (const name of ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"]) refuse(processes, name);
refuse(require("node:net").Socket.prototype, "connect");
refuse(require("node:net").Server.prototype, "listen");
for (const name of ["lookup", "resolve"]) refuse(require("node:dns"), name);
for (const name of ["request", "get"]) for (const kind of ["http", "https"]) refuse(require("node:" + kind), name);
refuse(globalThis, "fetch");
`;
const SOURCE = `.include <std/loop.avm>
        SET [1], u32, #1
        RETURN [1], [1]
.test "returns 1"
        .call
        .returns 1
.endtest
`;

describe("the guarantees of SECURITY.md", function () {
  this.timeout(120_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({ "watch.cjs": WATCH, "main.avm": SOURCE, watched: "" });
  });
  afterEach(() => {
    folder.remove();
  });

  it("have a row each in its table, with tests that exist", () => {
    const page = read("SECURITY.md");
    const guarantees = [...page.matchAll(/^- \*\*(.+?)\.?\*\*/gm)].map(([, name]) => name);
    const rows = [...page.matchAll(/^\| (?!guarantee|---)(.+?) \| (.+) \|$/gm)];
    assert.ok(guarantees.length > 8);
    assert.deepEqual(
      rows.map(([, name]) => name),
      guarantees,
    );
    for (const [row, , tests] of rows) {
      const files = [...tests.matchAll(/`(test\/[^`]+)`/g)];
      assert.ok(files.length > 0, row);
      for (const [, file] of files) assert.ok(existsSync(path.join(root, file)), file);
    }
  });

  it("code that runs others' code, or opens a connection, is imported nowhere", () => {
    const allowed = new Set(["cli/bundles.ts: node:vm", "server/main.ts: node:vm"]);
    const found = sources.flatMap((file) =>
      [
        ...read(file).matchAll(
          /"(?:node:)?(child_process|cluster|dgram|dns|http2?|https|inspector|net|tls|vm|worker_threads)(?:\/promises)?"/g,
        ),
      ]
        .map(([, name]) => `${file}: node:${name}`)
        .concat(
          [...read(file).matchAll(/\b(?:eval|new Function|fetch|XMLHttpRequest|WebSocket)\(/g)].map(
            ([call]) => `${file}: ${call}`,
          ),
        ),
    );
    assert.deepEqual(
      found.filter((one) => !allowed.has(one)),
      [],
    );
  });

  it("are watched by a guard that notices a process which starts another one", () => {
    const args = [
      "--require",
      path.join(folder.path, "watch.cjs"),
      "-e",
      "require('child_process').spawn('true')",
    ];
    const { status } = spawnSync(process.execPath, args, {
      env: { ...environment, WATCHED: path.join(folder.path, "watched") },
    });
    assert.equal(status, 1);
    assert.equal(readFileSync(path.join(folder.path, "watched"), "utf8"), "spawn\n");
  });

  it("no command starts a process, opens a connection or asks for an address", () => {
    const env = {
      NODE_OPTIONS: `--require ${path.join(folder.path, "watch.cjs")}`,
      WATCHED: path.join(folder.path, "watched"),
    };
    for (const args of [
      ["build", "main.avm"],
      ["check", "main.avm"],
      ["run", "main.avm"],
      ["test", "."],
      ["disasm", "main.bin"],
      ["fmt", "main.avm"],
      ["gas", "main.avm"],
      ["inspect", "main.avm"],
      ["isa", "ADD"],
    ]) {
      const { status, stderr } = avmasm(args, { cwd: folder.path, env });
      assert.equal(status, 0, `${args.join(" ")}: ${stderr}`);
    }
    assert.equal(readFileSync(path.join(folder.path, "watched"), "utf8"), "");
  });

  it("the server starts no process and opens no connection, with tests, a configuration and mistakes in the folder", async () => {
    folder.write("avmasm.config.json", "{}");
    folder.write("wrong.avm", "        SET [0], u8, #1\n        RETURN [0], [0]\n");
    const server = startProgram(process.execPath, [command, "lsp", "--stdio"], {
      env: {
        ...environment,
        NODE_OPTIONS: `--require ${path.join(folder.path, "watch.cjs")}`,
        WATCHED: path.join(folder.path, "watched"),
      },
    });
    try {
      const { href } = pathToFileURL(folder.path);
      await server.request("initialize", {
        processId: null,
        rootUri: href,
        workspaceFolders: [{ uri: href, name: "folder" }],
        capabilities: {},
      });
      server.notify("initialized", {});
      await server.waitFor("textDocument/publishDiagnostics", ({ uri }) => uri === `${href}/wrong.avm`);
      const uri = `${href}/main.avm`;
      server.notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "avm", version: 1, text: SOURCE },
      });
      const ran = await server.request("avm/runTests", { textDocument: { uri } });
      assert.match(JSON.stringify(ran.result), /"name":"returns 1"/);
    } finally {
      server.process.kill();
    }
    assert.equal(readFileSync(path.join(folder.path, "watched"), "utf8"), "");
  });

  it("names in JSON never read or change the prototypes of objects", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];
    for (const name of names) {
      folder.write("avmasm.config.json", `{ "${name}": { "target": "v4" } }`);
      const { status, stderr } = avmasm(["build", "main.avm"], { cwd: folder.path });
      assert.equal(status, 2);
      assert.match(stderr, new RegExp(`avmasm\\.config\\.json.*${name}`));
      folder.write("avmasm.config.json", `{ "diagnostics": { "${name}": "off" } }`);
      assert.equal(avmasm(["build", "main.avm"], { cwd: folder.path }).status, 2, name);
      folder.write("avmasm.config.json", "{}");
      const functions = [
        { name, bytecode: "JwABBAU=", abi: { parameters: [] }, custom_attributes: ["public"] },
      ];
      folder.write("artifact.json", JSON.stringify({ name, functions }).replace("{", `{"${name}":{"x":1},`));
      const inspected = avmasm(["inspect", "artifact.json", "--function", name], { cwd: folder.path });
      assert.doesNotMatch(inspected.stderr, /internal error/);
      const world = avmasm(["run", "main.avm", "--world", "world.json"], {
        cwd: (folder.write("world.json", `{ "${name}": {} }`), folder.path),
      });
      assert.ok(world.status === 0 || world.status === 2, world.stderr);
    }
    assert.equal(({} as Record<string, unknown>).target, undefined);
  });

  it("the linter checks each regular expression of the products", () => {
    const rules = read("eslint.config.js");
    assert.match(rules, /"regexp\/no-super-linear-backtracking": "error"/);
    const silenced = sources.filter((file) =>
      /eslint-disable.*regexp\/no-super-linear-backtracking/.test(read(file)),
    );
    assert.deepEqual(silenced, []);
  });

  it("the pages of the webviews allow their own script and style, and insert everything as text", () => {
    const page = read("client/helpers/webview-page.ts");
    assert.match(
      page,
      /default-src 'none'; style-src \$\{webview\.cspSource\}; script-src 'nonce-\$\{nonce\}'`/,
    );
    const made = sources.filter((file) => /createWebviewPanel|webview\.html/.test(read(file)));
    assert.ok(made.includes("client/helpers/webview-page.ts"));
    for (const file of sources.filter((name) => name.startsWith("client/"))) {
      const text = read(file);
      assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, file);
      for (const [, html] of text.matchAll(/webview\.html = (.*)/g)) assert.match(html, /^pageFor\(/, file);
    }
  });

  it("a folder's own settings can't open others: VS Code reads that setting from the user alone", () => {
    const { contributes } = JSON.parse(read("package.json")) as {
      contributes: { configuration: { properties: Record<string, { scope?: string }> } };
    };
    assert.equal(contributes.configuration.properties["avm.foldersOutside"].scope, "machine");
  });
});
