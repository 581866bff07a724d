/** What can go wrong around the command while it works: each has a clear message, and nothing that was there is lost. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { avmasm, command, environment, root, temporaryFolder, type Folder } from "../support/command.ts";
import { startServer } from "../server/stdio-client.ts";

const STATEMENT = "        SET [1], ff, #0x30644e72e131a029b85045b68181585d\n";
/** Bytecode of more than 100 KB. */
/** A program that the checker has nothing to say about. */
const GOOD = "        SET [1], u32, #0\n        RETURN [1], [1]\n";
const LARGE = STATEMENT.repeat(5_000);

describe("includes", function () {
  this.timeout(60_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({ "outside.avm": ".const SECRET = 1\n" });
    for (const name of ["project", "project/src", "project/lib", "elsewhere"])
      mkdirSync(path.join(folder.path, name));
    folder.write("project/lib/in.avm", ".const A = 1\n");
    folder.write("elsewhere/out.avm", ".const B = 1\n");
    symlinkSync("../../outside.avm", path.join(folder.path, "project/src/link.avm"));
  });
  afterEach(() => {
    folder.remove();
  });
  const messages = (include: string, cwd = "project/src", file = "main.avm"): string[] => {
    folder.write("project/src/main.avm", `.include "${include}"\n${GOOD}`);
    const { stdout } = avmasm(["check", file, "--format", "json"], { cwd: path.join(folder.path, cwd) });
    const [{ diagnostics }] = (JSON.parse(stdout) as { files: { diagnostics: { message: string }[] }[] })
      .files;
    return diagnostics.map(({ message }) => message);
  };
  const refused = (found: string[]): void => {
    assert.equal(found.length, 1);
    assert.match(
      found[0],
      /can't be included: it is outside of the project, and of the folders that `include`/,
    );
  };

  it("can't leave the folder of the main file through links", () => {
    refused(messages("../lib/in.avm"));
    refused(messages("../../outside.avm"));
    refused(messages("../../not-there.avm"));
    refused(messages(path.join(folder.path, "outside.avm")));
    refused(messages("link.avm"));
  });

  it("may be anywhere below the current folder, or the project's folder", () => {
    assert.deepEqual(messages("../lib/in.avm", "project", "src/main.avm"), []);
    refused(messages("../../outside.avm", "project", "src/main.avm"));
    folder.write("project/avmasm.config.json", "{}");
    assert.deepEqual(messages("../lib/in.avm"), []);
    refused(messages("../../elsewhere/out.avm"));
  });

  it("that are misspelt are told apart from what may be read there", () => {
    folder.write("project/src/ledger.avm", ".const A = 1\n");
    const meant = (include: string, cwd?: string, file?: string): string | undefined =>
      /; did you mean `(.*)`\?$/.exec(messages(include, cwd, file)[0])?.[1];
    assert.equal(meant("legder.avm"), "ledger.avm");
    assert.equal(meant("ledger"), "ledger.avm");
    assert.equal(meant("../lib/ni.avm", "project", "src/main.avm"), "../lib/in.avm");
    assert.equal(meant("../lib/other.avm", "project", "src/main.avm"), undefined);
    // A folder that is misspelt, or left out.
    for (const name of ["project/lib/deep", "project/src/near"]) mkdirSync(path.join(folder.path, name));
    folder.write("project/lib/deep/far.avm", ".const A = 1\n");
    folder.write("project/src/near/by.avm", ".const A = 1\n");
    assert.equal(meant("../lbi/in.avm", "project", "src/main.avm"), "../lib/in.avm");
    assert.equal(meant("../lib/depe/far.avm", "project", "src/main.avm"), "../lib/deep/far.avm");
    assert.equal(meant("../lib/depe/fra", "project", "src/main.avm"), "../lib/deep/far.avm");
    assert.equal(meant("by.avm"), "near/by.avm");
    // The author's file goes before one of the library with the same name.
    folder.write("project/src/near/loop.avm", ".const A = 1\n");
    assert.match(
      messages("loop.avm")[0],
      /; did you mean `near\/loop\.avm`\? The library's file is `<std\/loop\.avm>`$/,
    );
    assert.match(messages("core.avm")[0], /; the installed library is `<std\/core\.avm>`$/);
    // What a test deploys is looked for in the same way.
    folder.write("project/src/deploys.avm", `${GOOD}.test "t"\n.deploy 7, "legder.avm"\n.call\n.endtest\n`);
    const { stdout: tested } = avmasm(["test", "deploys.avm"], {
      cwd: path.join(folder.path, "project/src"),
    });
    assert.match(
      tested,
      /`legder\.avm` can't be deployed: there is no such file; did you mean `ledger\.avm`\?/,
    );
    // Neither what may not be read, nor the file itself.
    for (const other of ["../../outsid.avm", "lnik.avm", "mian.avm", "ledge/r.avm"])
      assert.equal(meant(other), undefined, other);
    const text = `.include "legder.avm"\n${GOOD}`;
    folder.write("project/src/main.avm", text);
    avmasm(["check", "--fix", "main.avm"], { cwd: path.join(folder.path, "project/src") });
    assert.equal(readFileSync(path.join(folder.path, "project/src/main.avm"), "utf8"), text);
  });

  it("may be in the folders that the project allows", () => {
    folder.write("project/avmasm.config.json", '{ "include": ["../elsewhere"] }');
    // The project ends at the repository that it is in.
    mkdirSync(path.join(folder.path, ".git"));
    assert.deepEqual(messages("../../elsewhere/out.avm"), []);
    assert.deepEqual(messages("out.avm"), []);
    refused(messages("../../outside.avm"));
  });
});

describe("failures of files and streams", function () {
  this.timeout(120_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({ "large.avm": LARGE, "small.avm": GOOD });
  });
  afterEach(() => {
    folder.remove();
  });
  const at = (name: string): string => path.join(folder.path, name);
  const shell = (script: string) =>
    spawnSync("bash", ["-c", script], {
      cwd: folder.path,
      encoding: "utf8",
      env: environment,
      timeout: 60_000,
    });
  const tool = `"${process.execPath}" "${command}"`;

  it("a full disk leaves the old output unchanged", () => {
    folder.write("large.bin", "old");
    // A limit on the size of files stops writing in the middle, as a full disk does.
    const { status, stderr } = shell(`ulimit -f 8; exec ${tool} build large.avm --no-check`);
    assert.equal(status, 2);
    assert.match(stderr, /^avmasm: `large\.bin` can't be written: it is larger than files may be here$/m);
    assert.equal(readFileSync(at("large.bin"), "utf8"), "old");
    assert.deepEqual(folder.names(), ["large.avm", "large.bin", "small.avm"]);
  });

  it("a device without space is reported", function () {
    if (!existsSync("/dev/full")) assert.fail("there is no /dev/full on this system");
    const file = avmasm(["build", "small.avm", "-o", "/dev/full"], { cwd: folder.path });
    assert.deepEqual(
      [file.status, file.stderr],
      [2, "avmasm: `/dev/full` can't be written: there is no space left\n"],
    );
    const { status, stderr } = shell(`${tool} build small.avm -o - > /dev/full`);
    assert.deepEqual(
      [status, stderr],
      [2, "avmasm: standard output can't be written: there is no space left\n"],
    );
  });

  it("an output folder that is removed during a run is reported", async () => {
    mkdirSync(at("out"));
    const child = spawn(process.execPath, [command, "build", "-", "-o", "out/a.bin"], {
      cwd: folder.path,
      env: environment,
    });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.stdin.write(GOOD.slice(0, -8));
    // It has begun, and waits for the rest of its input.
    await sleep(300);
    rmSync(at("out"), { recursive: true });
    child.stdin.end(GOOD.slice(-8));
    const [status] = (await once(child, "close")) as [number];
    assert.deepEqual(
      [status, stderr],
      [2, "avmasm: `out/a.bin` can't be written: its folder does not exist\n"],
    );
    assert.deepEqual(folder.names(), ["large.avm", "small.avm"]);
  });

  it("a reader that closes the pipe early ends the run quietly", () => {
    const { stdout, stderr } = shell(`${tool} fmt - < large.avm | head -n 1; echo "\${PIPESTATUS[0]}"`);
    assert.equal(stderr, "");
    assert.match(stdout, /^ +SET .*\n0\n$/);
    const all = shell(
      `${tool} build large.avm --format hex --no-check -o - 2> log | head -c 4; echo " \${PIPESTATUS[0]}"`,
    );
    assert.equal(all.stdout, "2b00 0\n");
    assert.doesNotMatch(readFileSync(at("log"), "utf8"), /EPIPE|written/);
  });

  it("an included file that can't be read is reported at its .include", () => {
    mkdirSync(at("folder.avm"));
    symlinkSync("nowhere", at("dangling.avm"));
    symlinkSync("loop.avm", at("loop.avm"));
    for (const [name, reason] of [
      ["folder.avm", /it is a directory/],
      ["dangling.avm", /there is no such file/],
      ["loop.avm", /form a circle/],
      ["/dev/zero", /./],
    ] as const) {
      folder.write("main.avm", `.include "${name}"\n        RETURN [1], [1]\n`);
      const { status, stdout } = avmasm(["check", "main.avm"], { cwd: folder.path });
      assert.equal(status, 1, stdout);
      assert.match(stdout, /^main\.avm:1:10: error\[/, name);
      assert.match(stdout, reason);
    }
  });

  it("an included file without read permission is reported at its .include", function () {
    folder.write("secret.avm", "");
    folder.write("main.avm", '.include "secret.avm"\n        RETURN [1], [1]\n');
    const unprivileged = process.getuid?.() === 0 ? "setpriv --reuid=65534 --clear-groups " : "";
    const { status, stdout, stderr } = shell(
      `chmod 755 . && chmod 000 secret.avm && ${unprivileged}${tool} check main.avm`,
    );
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^main\.avm:1:10: error\[include-failed\]: .*permission/);
  });

  it("a file that changes while it is read is one text or the other, or half of one, but nothing else", async () => {
    const script = `
      const [one, other] = [1, 2].map((digit) => ("        SET [1], u32, #" + digit + "\\n").repeat(20000) + "        JUMP #0\\n");
      const { writeFileSync } = require("fs");
      for (;;) for (const text of [one, other]) writeFileSync("changing.avm", text);`;
    folder.write("changing.avm", "");
    const writer = spawn(process.execPath, ["-e", script], { cwd: folder.path, stdio: "inherit" });
    try {
      for (let round = 0; round < 15; round++) {
        const { status, bytes, stderr } = avmasm(["build", "changing.avm", "-o", "-", "--no-check"], {
          cwd: folder.path,
        });
        if (status === 0) {
          // Written in place it may be a mix of both, and end early; each statement is still one of the two.
          assert.match(bytes.toString("hex"), /^(?:2700010401|2700010402)*(?:2300000000)?$/);
        } else assert.match(stderr, /^changing\.avm:\d+:\d+: error\[/);
      }
    } finally {
      writer.kill("SIGKILL");
    }
  });

  it("a clock that was set back: what changed is read again, whatever its date", async () => {
    folder.write("included.avm", ".const A = 1\n");
    const server = startServer(path.join(root, "dist/server.cjs"));
    try {
      await server.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
      server.notify("initialized", {});
      const uri = pathToFileURL(at("main.avm")).href;
      const text = '.include "included.avm"\n        SET [1], u32, #B\n        RETURN [1], [1]\n';
      server.notify("textDocument/didOpen", { textDocument: { uri, languageId: "avm", version: 1, text } });
      const codes = (params: { diagnostics: { code: string }[] }): string[] =>
        params.diagnostics.map(({ code }) => code);
      await server.waitFor("textDocument/publishDiagnostics", (params) =>
        codes(params).includes("undefined-name"),
      );
      const from = server.notifications.length;
      // As large as before, and years older.
      writeFileSync(at("included.avm"), ".const B = 1\n");
      utimesSync(at("included.avm"), new Date("2001-01-01"), new Date("2001-01-01"));
      server.notify("workspace/didChangeWatchedFiles", {
        changes: [{ uri: pathToFileURL(at("included.avm")).href, type: 2 }],
      });
      await server.waitFor(
        "textDocument/publishDiagnostics",
        (params) => params.uri === uri && !codes(params).includes("undefined-name"),
        from,
      );
    } finally {
      server.process.kill("SIGKILL");
    }
    // The command asks no clock: a source that is newer than its output, or older, is assembled alike.
    utimesSync(at("small.avm"), new Date("2100-01-01"), new Date("2100-01-01"));
    assert.equal(avmasm(["build", "small.avm"], { cwd: folder.path }).status, 0);
    utimesSync(at("small.avm"), new Date("1980-01-01"), new Date("1980-01-01"));
    assert.equal(avmasm(["build", "small.avm"], { cwd: folder.path }).status, 0);
  });
});
