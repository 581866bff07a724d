import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { avmasm, temporaryFolder, type Folder } from "../support/command.ts";

/** Whatever comes in: an answer, no stack trace, and an output that was there stays as it was. */
/** 40 values that look like no other number's. */
const differing = (number: number): string =>
  Array.from({ length: 40 }, (_, bit) => ((number >> (bit % 14)) & 1 ? "1" : "+1")).join(", ");

describe("avmasm and bad input", function () {
  this.timeout(60_000);
  let folder: Folder;
  beforeEach(() => {
    folder = temporaryFolder({ "in.bin": "old" });
  });
  afterEach(() => {
    folder.remove();
  });

  const build = (file = "in.avm", ...more: string[]): { status: number | null; stderr: string } => {
    const { status, stdout, stderr } = avmasm(["build", file, "-o", "in.bin", ...more], { cwd: folder.path });
    assert.equal(stdout, "");
    assert.doesNotMatch(stderr, /\n {4}at |internal error|heap/);
    assert.ok(stderr.length < 100_000, "a message of bearable length");
    return { status, stderr };
  };
  const failsWith = (status: 1 | 2, pattern: RegExp, file = "in.avm"): void => {
    const result = build(file);
    assert.match(result.stderr, pattern);
    assert.equal(result.status, status);
    assert.equal(readFileSync(path.join(folder.path, "in.bin"), "utf8"), "old");
    assert.ok(!folder.names().some((name) => name.endsWith(".tmp")));
  };
  /** An input that is text, and what the first line of the answer is like. */
  const rejects = (title: string, text: () => string, pattern: RegExp): void => {
    it(title, () => {
      folder.write("in.avm", text());
      failsWith(1, pattern);
    });
  };

  it("reports that an empty file has no code", () => {
    folder.write("in.avm", "");
    const { status, stderr } = build();
    assert.match(stderr, /^in\.avm:1:1: warning\[empty-program\]: .*\n\n1 warning\n$/);
    assert.equal(status, 0);
    assert.equal(statSync(path.join(folder.path, "in.bin")).size, 0);
  });
  it("reports that a file is missing", () => {
    failsWith(2, /^avmasm: `in\.avm` can't be read: there is no such file\n$/);
  });
  it("refuses a directory as a file", () => {
    mkdirSync(path.join(folder.path, "in.avm"));
    failsWith(2, /^avmasm: `in\.avm` can't be read: it is a directory\n$/);
  });
  it("refuses a link to itself", () => {
    symlinkSync("in.avm", path.join(folder.path, "in.avm"));
    failsWith(2, /^avmasm: `in\.avm` can't be read: its symbolic links form a circle\n$/);
  });
  it("refuses random bytes, which aren't UTF-8", () => {
    folder.write(
      "in.avm",
      Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) >> 3),
    );
    failsWith(
      2,
      /^avmasm: `in\.avm` can't be read: it is not text in UTF-8; if it is bytecode, `avmasm disasm` reads it\n$/,
    );
  });
  it("says which command reads an artifact", () => {
    folder.write("in.avm", '\n{ "name": "Token", "functions": [] }');
    failsWith(
      2,
      /^avmasm: `in\.avm` can't be read: it is JSON, not source text; `avmasm disasm` and `avmasm inspect` read artifacts\n$/,
    );
  });
  it("refuses a device", () => {
    failsWith(2, /^avmasm: `\/dev\/zero` can't be read: it is a device, not a regular file\n$/, "/dev/zero");
  });
  it("refuses a name that is too long", () => {
    failsWith(2, /can't be read: the name is too long\n$/, "x".repeat(5000));
  });

  const control = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
  rejects(
    "control characters",
    () => control.repeat(2000),
    /^in\.avm:1:1: error\[unexpected-character\]: what starts with U\+0000 /,
  );
  rejects(
    "a line of 10 MB",
    () => `ADD [1], [2], [3] ; ${"x".repeat(10_000_000)}`,
    /error\[limit-exceeded\]: a line /,
  );
  rejects(
    "`.const A = B` with `.const B = A`",
    () => ".const A = B\n.const B = A\n",
    /^in\.avm:\d:12: error\[cyclic-constant\]: `A` is defined through itself: A → B → A\n[^]*\n1 error\n$/,
  );
  rejects("`#1 << 100000000`", () => "SET [1], u32, #1 << 100000000\n", /error\[expression-too-large\]/);
  rejects(
    "a number of a million digits",
    () => `SET [1], ff, #${"9".repeat(900_000)}\n`,
    /expression-too-large/,
  );
  rejects("open brackets", () => `SET ${"[".repeat(900_000)}\n`, /^in\.avm:1:/);
  rejects(
    "open parentheses",
    () => `SET [1], u8, #${"(".repeat(190_000)}\n`,
    /error\[limit-exceeded\]: brackets /,
  );
  rejects(
    "minus signs",
    () => `SET [1], u8, #${"-".repeat(190_000)}\n`,
    /error\[limit-exceeded\]: at most 100 signs /,
  );
  rejects("a sum without end", () => `SET [1], u8, #1${"+1".repeat(400_000)}\n`, /limit-exceeded/);
  rejects("a line of too many tokens", () => `.byte 0${", 0".repeat(150_000)}\n`, /at most 200000 tokens/);
  rejects(
    "lines that all look different",
    () => Array.from({ length: 9_000 }, (_, line) => `.byte ${differing(line)}\n`).join(""),
    /from here on only lines that look like ones above are read/,
  );
  rejects("operands without commas", () => `ADD [1]${" [2]".repeat(60_000)}\n`, /error\[missing-comma\]/);
  rejects("labels on one line", () => `${"a: ".repeat(90_000)}\n`, /error\[duplicate-definition\]/);
  rejects("a repetition without end", () => ".rept 1 << 400\n.endr\n", /more than 60,000 expansions/);
  rejects(
    "repetitions in repetitions",
    () => ".rept 3000\n.rept 3000\n.endr\n.endr\n",
    /more than 60,000 expansions/,
  );
  rejects(
    "macros that double",
    () =>
      Array.from(
        { length: 60 },
        (_, i) => `.macro M${i}\n${i > 0 ? `M${i - 1}\nM${i - 1}\n` : ""}.endm\n`,
      ).join("") + "M59\n",
    /more than 60,000 expansions/,
  );
  rejects(
    "constants that double",
    () =>
      Array.from({ length: 400 }, (_, i) => `.const A${i} = A${i + 1} + A${i + 1}\n`).join("") +
      ".const A400 = 1\nSET [1], u8, #A0\n",
    /^in\.avm:402:\d+: error\[out-of-range\]/,
  );
  rejects(
    "20,000 names that nobody knows",
    () => Array.from({ length: 20_000 }, (_, i) => `label_${i}: JUMP label_${i}x\n`).join(""),
    /^in\.avm:1:15: error\[undefined-name\]: `label_0x` is not defined; did you mean `label_0`\?[^]*\n10000 errors\n$/,
  );

  it("assembles 100,000 labels", () => {
    folder.write(
      "in.avm",
      Array.from({ length: 100_000 }, (_, i) => `label_${i}: JUMP label_${(i + 1) % 100_000}\n`).join(""),
    );
    const { status, stderr } = build();
    assert.match(stderr, /^in\.avm:1:1: warning\[bytecode-too-large\]/);
    assert.equal(status, 0);
    assert.equal(statSync(path.join(folder.path, "in.bin")).size, 500_000);
  });

  it("reports an output that can't be written", () => {
    folder.write("in.avm", "SET [0], u32, #0\nRETURN [0], [0]\n");
    const { status, stderr } = avmasm(["build", "in.avm", "-o", "/dev/full"], { cwd: folder.path });
    assert.equal(stderr, "avmasm: `/dev/full` can't be written: there is no space left\n");
    assert.equal(status, 2);
  });
});
