import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { startReplacing } from "../support/restless-folder.ts";
import { answered } from "../support/bounded.ts";

const MAIN = "        SET [0], u32, #1\n";

describe("a hostile folder", function () {
  this.timeout(120_000);
  let top: string;
  let folder: string;
  beforeEach(() => {
    top = mkdtempSync(path.join(os.tmpdir(), "avmasm-hostile-"));
    folder = path.join(top, "project");
    mkdirSync(folder);
    writeFileSync(path.join(top, "secret.avm"), "TOP SECRET\n");
    writeFileSync(path.join(top, "secret.json"), "TOP SECRET\n");
  });
  afterEach(() => {
    rmSync(top, { recursive: true, force: true });
  });
  const put = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const fifo = (name: string): void => {
    execFileSync("mkfifo", [path.join(folder, name)]);
  };
  const check = (...args: string[]): ReturnType<typeof answered> => answered(["check", ...args], folder);
  const refused = (reason: RegExp, ...args: string[]): void => {
    const { status, stdout, stderr } = check(...args);
    assert.match(stdout + stderr, reason);
    assert.doesNotMatch(stdout + stderr, /SECRET/);
    assert.notEqual(status, 0);
  };

  it("can't have a device read, which an include folder outside makes reachable", () => {
    put("avmasm.config.json", '{"include":["/"]}');
    put("a.avm", `.target v6\n.include "/dev/zero"\n${MAIN}`);
    refused(/`include`: `\/` is outside of the project; `--allow-outside` allows that/, "a.avm");
    refused(/it is a device, not a regular file/, "a.avm", "--allow-outside");
  });

  it("can't have a device read as its configuration, be it by a link", () => {
    symlinkSync("/dev/zero", path.join(folder, "avmasm.config.json"));
    put("a.avm", MAIN);
    refused(/avmasm\.config\.json` can't be read: it is a link to a place outside of the project/, "a.avm");
  });

  it("can't block the command with a pipe as source, configuration or included file", () => {
    fifo("a.avm");
    refused(/it is a named pipe, not a regular file/, "a.avm");
    put("b.avm", '.include "a.avm"\n');
    refused(/"a\.avm" can't be included: it is a named pipe, not a regular file/, "b.avm");
    fifo("avmasm.config.json");
    put("c.avm", MAIN);
    refused(/avmasm\.config\.json` can't be read: it is a named pipe, not a regular file/, "c.avm");
  });

  it("can't have a socket read", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(path.join(folder, "a.avm"), done));
    try {
      refused(/it is a socket, not a regular file/, "a.avm");
    } finally {
      server.close();
    }
  });

  it("can't show a file from outside: by a link, by a folder that is a link, by its configuration", () => {
    symlinkSync("../secret.avm", path.join(folder, "link.avm"));
    symlinkSync("..", path.join(folder, "up"));
    const outside = /it is outside of the project/;
    for (const name of ["link.avm", "up/secret.avm", "../secret.avm", path.join(top, "secret.avm")]) {
      put("a.avm", `.include "${name}"\n`);
      refused(outside, "a.avm");
    }
    put("avmasm.config.json", '{"include":["up"]}');
    refused(/`up` is outside of the project/, "a.avm");
    rmSync(path.join(folder, "avmasm.config.json"));
    symlinkSync("../secret.json", path.join(folder, "avmasm.config.json"));
    refused(/it is a link to a place outside of the project/, "a.avm");
  });

  it("can't include files outside of the standard library by `<../…>`", () => {
    put("a.avm", `.include <../../../../../../../../../../../../${top}/secret.avm>\n`);
    refused(/unexpected-character|it is outside of the standard library/, "a.avm");
  });

  it("may open folders of the repository that it is in", () => {
    mkdirSync(path.join(top, ".git"));
    mkdirSync(path.join(top, "lib"));
    writeFileSync(path.join(top, "lib/x.avm"), MAIN);
    put("avmasm.config.json", '{"include":["../lib"]}');
    put("a.avm", '.include "x.avm"\n        JUMP #0\n');
    assert.equal(check("a.avm").status, 0);
  });

  it("can't make the command read another file by replacing a file between check and read", () => {
    put("main.avm", '.include "a.avm"\n.include "b.avm"\n.include "c.avm"\n.include "d.avm"\n');
    const stop = startReplacing(folder);
    try {
      for (let round = 0; round < 30; round++) {
        const { stdout, stderr } = check("main.avm");
        assert.doesNotMatch(stdout + stderr, /SECRET/);
        // A link that the user names is followed.
        check("a.avm");
      }
    } finally {
      stop();
    }
  });

  it("can't hold the command up with folders that link in circles, or paths of 5,000 characters", () => {
    symlinkSync(".", path.join(folder, "here"));
    symlinkSync("../project", path.join(folder, "up"));
    put("a.avm", `.include "${"here/".repeat(60)}b.avm"\n.include "${"x/".repeat(2_500)}b.avm"\n`);
    refused(/there is no such file|symbolic links form a circle|the name is too long/, "a.avm");
    put("deep/b.avm", MAIN);
    symlinkSync("..", path.join(folder, "deep/up"));
    const { status, stdout } = check(".");
    assert.equal(status, 1);
    assert.equal(stdout.match(/deep\/b\.avm:\d+:\d+: error/g)?.length, 1);
  });

  it("can't hold the command up with a configuration or an artifact that is nested 100,000 deep, or very large", () => {
    put("a.avm", MAIN);
    const nested = `${'{"a":['.repeat(50_000)}${"]}".repeat(50_000)}`;
    for (const text of [nested, `{"include":[${'"*/**/[a-z]+/..",'.repeat(100_000)}"x"]}`]) {
      put("avmasm.config.json", text);
      refused(/avmasm\.config\.json/, "a.avm");
    }
    rmSync(path.join(folder, "avmasm.config.json"));
    put("a.json", `{"functions":${nested}}`);
    put("b.json", `{${'"k":1,'.repeat(400_000)}"functions":[${"1,".repeat(400_000)}1]}`);
    for (const name of ["a.json", "b.json"])
      for (const command of ["disasm", "inspect", "size"])
        assert.equal(answered([command, name], folder).status, 2);
  });

  it("reads a pipe of the shell to its end", () => {
    const run = answered(["check", "/dev/stdin"], folder, `${MAIN}        JUMP #0\n`);
    assert.deepEqual([run.status, run.stderr], [0, ""]);
  });
});
