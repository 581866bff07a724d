/**
 * Sentences of the documentation that were false once: what each said, what the page says now, and an input that shows that
 * this is so.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { avmasm, root, temporaryFolder, type RunResult } from "../support/command.ts";

interface Correction {
  readonly page: string;
  readonly said: string;
  /** Absent if the sentence is gone without another one in its place. */
  readonly says?: string;
  /** Runs the command in a folder with {@link FILES}. */
  readonly shows?: (run: (...args: string[]) => RunResult) => void;
}

const MAY_BE_U8 = `.cell c = [7] : u32
        SET     [0], u32, #1
        SET     [1], u32, #0
        CALLDATACOPY [0], [1], [2]
        CAST    [2], [2], u1
        SET     [5], u32, #1
        JUMPI   [2], x
        SET     [5], u8, #1
x:      MOV     [5], c
        RETURN  [0], c
`;
const FILES = {
  "tagged.avm": MAY_BE_U8,
  "expected.avm": MAY_BE_U8.replace("        RETURN", "        .expect c: u32\n        RETURN"),
  "scratch.avm": ".include <std/core.avm>\n.cell std_scratch = [1]\n        RETURN [0], [0]\n",
  "constants.avm": ".const A = 1\n",
  "label.avm": "here:\n.cell x = [here]\n.cell y = [$]\n        MOV x, y\n",
  "good.avm": "        SET     [0], u32, #0\n        RETURN  [0], [0]\n",
  "other.avm": "        SET     [0], u32, #0\n        REVERT  [0], [0]\n",
  "loose.avm": "add [1],[2],[3] // 0xAbC\n",
  "wrong.avm": "        ADD [1], [2], #3\n",
  "colour.avm": "        RETURN  [0], [0]                        ; \x1b[31mred\n",
  "v5.avm": ".target v5\n        SET     [0], u32, #0\n        RETURN  [0], [0]\n",
};

const CORRECTIONS: readonly Correction[] = [
  {
    page: "docs/language.md",
    said: "A tag behind a `.cell` is like an `.expect` behind every write",
    says: "one that may is a warning with `--strict`",
    shows(run) {
      assert.equal(run("check", "tagged.avm").stdout, "");
      assert.match(run("check", "--strict", "tagged.avm").stdout, /warning\[cell-tag\]/);
      assert.match(run("check", "expected.avm").stdout, /error\[expectation-failed\]/);
    },
  },
  {
    page: "docs/language.md",
    said: "define macros only",
    says: "The files define macros and a few names that begin with `std_` or `STD_`.",
    shows(run) {
      assert.match(run("check", "scratch.avm").stdout, /^scratch\.avm:2:7: error\[reserved-name\]/);
    },
  },
  {
    page: "docs/language.md",
    said: "made of numbers and constants",
    shows(run) {
      // Addresses that depend on the layout take 16 bits.
      assert.equal(run("build", "label.avm", "--no-check", "--format", "hex").stdout, "2e0000000000\n");
    },
  },
  {
    page: "docs/language.md",
    said: "| hint | shown in editors only |",
    says: "| hint | Shown in editors only. But `build` tells you that a file of definitions has no code. |",
    shows(run) {
      assert.deepEqual([run("check", "constants.avm").stdout, run("check", "tagged.avm").stdout], ["", ""]);
      assert.ok(!run("check", "constants.avm", "--format", "json").stdout.includes("hint"));
      assert.match(run("build", "constants.avm").stderr, /hint\[empty-program\]/);
    },
  },
  {
    page: "docs/language.md",
    said: "2 where the usage is wrong or a file can't be read",
    says: "[command.md](command.md) has every command with its options, exit statuses and environment variables",
  },
  {
    page: "docs/command.md",
    said: "1 where errors were reported, and 2 where",
    says: "`diff` found a difference; `fmt --check` found a file that it would change",
    shows(run) {
      assert.equal(run("diff", "good.avm", "other.avm").status, 1);
      assert.equal(run("fmt", "--check", "loose.avm").status, 1);
      assert.equal(run("size", "good.avm", "--budget", "0").status, 1);
      assert.equal(run("run", "other.avm").status, 1);
      assert.equal(run("test", "good.avm").status, 1);
      assert.equal(run("build", "good.avm", "-o", "none/good.bin").status, 2);
    },
  },
  {
    page: "docs/diagnostics/target-conflict.md",
    said: "(or the editor's setting)",
    says: "The setting of an editor doesn't conflict",
    shows(run) {
      assert.match(run("check", "v5.avm", "--target", "v6").stdout, /error\[target-conflict\]/);
      // An editor's setting is tested in test/server.
    },
  },
  {
    page: "docs/walkthrough/assemble.md",
    said: "npx avmasm",
    says: "npx --package avm-assembly avmasm build NAME.avm",
  },
  {
    page: "docs/editors.md",
    said: "Everything that [VS Code](vscode.md) shows comes from it, but for the\nlisting",
    says: "[requests of their own](server.md#requests)",
  },
  { page: "docs/editors.md", said: "strings, operators and comments", says: "numbers, strings and comments" },
  { page: "docs/editors.md", said: '"lsp": { "avmasm": { "binary"', says: "it can't add one" },
  {
    page: "docs/editors.md",
    said: "Install the command first, so that it is found as `avmasm`:",
    says: "Until the package is published",
  },
  {
    page: "SECURITY.md",
    said: "never an input.\n",
    says: "Two commands change their inputs, because that is what they are for: `fmt`, and `check --fix`",
    shows(run) {
      assert.equal(run("build", "good.avm", "-o", "good.avm").status, 2);
    },
  },
  {
    page: "SECURITY.md",
    said: "cursor, change colours or write a link.\n- **JSON**",
    says: "What `fmt -` writes into a pipe or a file is the text itself.",
    shows(run) {
      assert.ok(!run("check", "colour.avm").stdout.includes("\x1b"));
    },
  },
  {
    page: "docs/limits.md",
    said: "| mistakes of one line |",
    says: "| mistakes of syntax in one line | 100 | not reported |",
    shows(run) {
      const { stdout } = run("check", "many.avm", "--format", "json");
      assert.equal(stdout.match(/"undefined-name"/g)!.length, 150);
    },
  },
  {
    page: "docs/command.md",
    said: "and everything has one spelling",
    says: "Numbers, strings and comments stay as they are.",
    shows(run) {
      run("fmt", "loose.avm");
      assert.equal(run("fmt", "--check", "loose.avm").status, 0);
    },
  },
  { page: "README.md", said: "as text, JSON or SARIF", says: "as `text`, `json`, `sarif` or `github`" },
];

describe("sentences that were false in the documentation", function () {
  this.timeout(60_000);
  const folder = temporaryFolder({
    ...FILES,
    "many.avm": `        .byte ${Array(150).fill("zz").join(", ")}\n`,
  });
  after(() => folder.remove());

  for (const { page, said, says, shows } of CORRECTIONS) {
    it(`${page} doesn't say "${said.replaceAll("\n", " ").trim()}"`, () => {
      const text = readFileSync(path.join(root, page), "utf8");
      assert.ok(!text.includes(said));
      if (says !== undefined) assert.ok(text.replaceAll(/\s+/g, " ").includes(says), says);
      shows?.((...args) => avmasm(args, { cwd: folder.path }));
    });
  }

  it("README names every command and format", () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const names = [...avmasm(["--help"]).stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    assert.ok(names.length > 10);
    for (const name of names) assert.ok(readme.includes(`\`avmasm ${name} `), name);
  });

  it("one mistake is one diagnostic", () => {
    for (const [text, code] of [
      [".if (\n.endif\n", "missing-expression"],
      ["        .byte lo(1,\n", "missing-expression"],
      [".rept 2, 5\n.endr\n", "malformed-directive"],
      [".macro M a b\n.endm\n", "malformed-directive"],
      [".macro\n.endm\n", "malformed-directive"],
      [".ifdef X\n.endif\n", "unknown-directive"],
    ]) {
      const { stdout } = avmasm(["check", "-"], {
        input: `        SET [0], u32, #0\n${text}        RETURN [0], [0]\n`,
      });
      assert.deepEqual(stdout.match(/error\[[a-z-]+\]/g), [`error[${code}]`], text);
    }
  });
});
