import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "mocha";
import { answered } from "../support/bounded.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const lines = (count: number, line: (index: number) => string): string =>
  numbers(count).map(line).join("\n") + "\n";
const nested = (open: (index: number) => string, close: string, depth: number): string =>
  lines(depth, open) + lines(depth, () => close);

/** 20 values, each with a sign or without one. */
const signs = (number: number): string =>
  numbers(20)
    .map((bit) => ((number >> bit) & 1 ? "1" : "+1"))
    .join(", ");

/** Files by name, the first of which is checked, and what is said of it; of some only that there is an answer. */
const RECIPES: Readonly<Record<string, [files: Readonly<Record<string, string>>, says: RegExp | undefined]>> =
  {
    "20 files that each include the next one twice": [
      Object.fromEntries(
        numbers(20).map((index) => [
          `f${index}.avm`,
          index < 19 ? `.include "f${index + 1}.avm"\n`.repeat(2) : "        SET [0], u32, #1\n",
        ]),
      ),
      /limit-exceeded/,
    ],
    "a long file that is included again and again": [
      { "a.avm": '.include "b.avm"\n'.repeat(1000), "b.avm": lines(20_000, () => ";") },
      /limit-exceeded/,
    ],
    "repetitions of nothing": [
      { "a.avm": ".rept 1000, i\n.rept 1000, j\n.rept 1000, k\n.endr\n.endr\n.endr\n" },
      /limit-exceeded/,
    ],
    "a macro that doubles at each of 60 levels": [
      {
        "a.avm": `${lines(60, (index) => `.macro m${index}\n        m${index + 1}\n        m${index + 1}\n.endm`)}.macro m60\n.endm\n        m0\n`,
      },
      /limit-exceeded/,
    ],
    "1,200 conditions inside each other": [
      { "a.avm": nested(() => ".if 1", ".endif", 1_200) },
      /limit-exceeded/,
    ],
    "50,000 conditions inside each other": [
      { "a.avm": nested(() => ".if 1", ".endif", 50_000) },
      /limit-exceeded/,
    ],
    "50,000 repetitions inside each other": [
      { "a.avm": nested(() => ".rept 1", ".endr", 50_000) },
      /limit-exceeded/,
    ],
    "50,000 macros inside each other": [
      { "a.avm": nested((index) => `.macro m${index}`, ".endm", 50_000) },
      /^$/,
    ],
    "conditions that never end": [{ "a.avm": lines(1_000, () => ".if 1") }, /unclosed-block/],
    "a chain of 50,000 constants": [
      {
        "a.avm": `${lines(50_000, (index) => `.const c${index} = c${index + 1}`)}.const c50000 = 1\n        SET [0], u32, #c0\n`,
      },
      /limit-exceeded/,
    ],
    "constants that double at each of 400 steps": [
      {
        "a.avm": `${lines(400, (index) => `.const c${index} = c${index + 1} - c${index + 1}`)}.const c400 = 1\n        SET [0], u32, #c0\n`,
      },
      undefined,
    ],
    "two undefined names of 60,000 characters": [
      {
        "a.avm": `        SET [0], u32, #${"a".repeat(60_000)}\n        SET [0], u32, #${"b".repeat(60_000)}\n.const ${"c".repeat(60_000)} = 1\n`,
      },
      /undefined-name/,
    ],
    "200 long names that are alike": [
      {
        "a.avm":
          lines(100, (index) => `.const ${"x".repeat(300)}${index} = 1`) +
          lines(100, (index) => `        SET [0], u32, #${"x".repeat(301)}${index}`),
      },
      /undefined-name/,
    ],
    "2,000 misspelt names among 2,000": [
      {
        "a.avm":
          lines(2_000, (index) => `.const name_${index} = 1`) +
          lines(2_000, (index) => `        SET [0], u32, #nme_${index}`),
      },
      /undefined-name/,
    ],
    "300,000 labels": [{ "a.avm": lines(300_000, (index) => `l${index}:`) }, undefined],
    "a line of 300,000 values": [
      { "a.avm": `.byte 1${", 1".repeat(299_999)}\n` },
      /a line has at most 200000 tokens/,
    ],
    "20,000 lines that all look different": [
      { "a.avm": lines(20_000, (index) => `.byte ${signs(index)}`) },
      /from here on only lines that look like ones above are read/,
    ],
    "3,000 routines that call the next one twice": [
      {
        "a.avm": `        INTERNALCALL f0\n        JUMP #0\n${lines(3_000, (index) => `f${index}:\n        INTERNALCALL f${index + 1}\n        INTERNALCALL f${index + 1}\n        INTERNALRETURN`)}f3000: INTERNALRETURN\n`,
      },
      undefined,
    ],
    "10,000 reads through cells that were never written": [
      { "a.avm": lines(10_000, (index) => `        MOV [${index}], [[${index + 1}]]`) },
      /uninitialised-address/,
    ],
    "100,000 parentheses": [
      { "a.avm": `        SET [0], u32, #${"(".repeat(100_000)}1${")".repeat(100_000)}\n` },
      /limit-exceeded/,
    ],
    "100,000 signs": [{ "a.avm": `        SET [0], u32, #${"-".repeat(100_000)}1\n` }, /limit-exceeded/],
    "100,000 operators": [{ "a.avm": `        SET [0], u32, #${"1+".repeat(100_000)}1\n` }, /limit-exceeded/],
    "100,000 ways out of a condition": [
      { "a.avm": `.if 0\n${lines(100_000, () => ".elif 0")}.endif\n` },
      undefined,
    ],
    "comments that are never closed": [{ "a.avm": "/* ".repeat(200_000) }, /unclosed-comment/],
  };

describe("a stranger's file", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "avmasm-hostile-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, [files, says]] of Object.entries(RECIPES)) {
    it(`gets an answer: ${name}`, () => {
      for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
      const { stdout, stderr } = answered(["check", Object.keys(files)[0]], folder);
      if (says) assert.match(stdout, says);
      assert.equal(stderr, "");
    });
  }

  it("is named in one line, whatever its name", () => {
    const name = "a\n::error::x\x1b[31m.avm";
    writeFileSync(path.join(folder, name), "        FROB\n");
    const text = answered(["check", name], folder).stdout;
    assert.match(text, /^a␊::error::x␛\[31m\.avm:1:9: error/);
    const github = answered(["check", "--format", "github", name], folder).stdout;
    assert.equal(github.trimEnd().split("\n").length, 1);
    for (const [command, ...options] of [["check"], ["build"], ["fmt", "--check"], ["size"], ["disasm"]]) {
      const missing = answered([command, "b\n::error::y", ...options], folder).stderr;
      assert.match(missing, /^avmasm: `b␊::error::y` can't be read: there is no such file\n$/, command);
    }
  });
});
