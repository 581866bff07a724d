/** Hostile programs, bytecode and settings, as input of the commands that run and measure. */

import assert from "node:assert/strict";
import { statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { answered } from "../support/bounded.ts";
import { temporaryFolder, type Folder } from "../support/command.ts";

const INTERNALCALL = 0x25;

describe("a hostile program", function () {
  this.timeout(120_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({ "endless.avm": "f:      INTERNALCALL f\n" });
  });
  afterEach(() => folder.remove());

  for (const profile of ["a.cpuprofile", "a.folded"]) {
    it(`is profiled though it never stops calling itself: ${profile}`, () => {
      const { status } = answered(["run", "--profile", profile, "endless.avm"], folder.path);
      assert.equal(status, 1);
      assert.ok(folder.names().includes(profile));
    });
  }

  it("has its innermost calls reported if there are hundreds of thousands", () => {
    const { stdout } = answered(["run", "--format", "json", "endless.avm"], folder.path);
    const { halt } = JSON.parse(stdout) as { halt: { stack: unknown[] } };
    assert.equal(halt.stack.length, 1_000);
  });

  it("is traced to the end of its gas, with the largest values that there are in every line", () => {
    const sums = "        ADD [1], [2], [1]\n".repeat(200);
    folder.write(
      "sums.avm",
      `        SET [1], ff, #-1\n        SET [2], ff, #-77\ntop:\n${sums}        JUMP top\n`,
    );
    const { status } = answered(["run", "--trace", "trace.jsonl", "sums.avm"], folder.path);
    assert.equal(status, 1);
    const { size } = statSync(path.join(folder.path, "trace.jsonl"));
    assert.ok(size > 200e6, `${size} bytes`);
  });

  it("is stopped if it uses more memory than its limit", () => {
    folder.write(
      "grow.avm",
      "        SET [1], u32, #32\n        SET [2], u32, #0\ntop:    ADD [2], [1], [2]\n        MOV [1], [[2]]\n        JUMP top\n",
    );
    for (const [name, what] of [
      ["grow.avm", /the run uses more than 8,388,608 cells of memory; lower the limit of gas \(`--gas`\)/],
      ["endless.avm", /the run uses more than 2,000,000 INTERNALCALLs inside each other/],
    ] as const) {
      const { status, stderr } = answered(["run", "--gas", "4294967295", name], folder.path);
      assert.equal(status, 2);
      assert.match(stderr, what);
    }
  });

  it("gets its gas in time although each of its 6,000 calls falls through into all the others", () => {
    const count = 6_000;
    const code = Buffer.alloc(5 * count);
    for (let index = 0; index < count; index++) {
      code[5 * index] = INTERNALCALL;
      code.writeUInt32BE(5 * ((index * 7919 + 1) % count), 5 * index + 1);
    }
    folder.write("calls.bin", code);
    assert.match(answered(["gas", "calls.bin"], folder.path).stdout, /too much code/);
    assert.equal(answered(["diff", "calls.bin", "calls.bin"], folder.path).stdout, "");
  });

  it("isn't measured, run or tested if it is longer than bytecode that can be read", () => {
    const branches = Array.from(
      { length: 400_000 },
      (_, index) => `l${index}: JUMPI [${index % 65_536}], l${(index * 7919) % 400_000}\n`,
    );
    folder.write("long.avm", branches.join(""));
    for (const command of ["gas", "tags", "size"])
      assert.match(
        answered([command, "long.avm"], folder.path).stderr,
        /it is more than 650,783 bytes of bytecode/,
      );
    for (const command of ["run", "test"]) {
      const { status, stdout, stderr } = answered([command, "long.avm"], folder.path);
      assert.equal(status, 1);
      assert.match(stdout + stderr, /it is checked, measured and run only if it has at most 650783/);
    }
    assert.equal(answered(["build", "--no-check", "long.avm"], folder.path).status, 0);
  });

  it("can't have thousands of folders searched, or a long argument echoed", () => {
    const include = Array.from({ length: 10_000 }, () => "a");
    folder.write("avmasm.config.json", JSON.stringify({ include }));
    assert.match(
      answered(["check", "endless.avm"], folder.path).stderr,
      /names at most 64 folders; these are 10,000/,
    );
    const { stderr } = answered(["isa", "x".repeat(100_000)], folder.path);
    assert.match(stderr, /^avmasm: there is no instruction `x{500}…`/);
  });
});
