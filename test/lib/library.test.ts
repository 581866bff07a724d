import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import { LIBRARY_MACROS } from "../../assembler/expand/library-macros.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { LIBRARY } from "../../cli/installation.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { TARGETS, type TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { bytesOf } from "../support/assemble.ts";

const folder = path.join(LIBRARY, "std");
const files = readdirSync(folder).sort();
const all = files.map((file) => `.include <std/${file}>\n`).join("");

function checkText(text: string, target: TargetName = "v6") {
  return check(parseSource("main.avm", text), {
    target,
    strict: true,
    read: createIncludeReader("main.avm"),
  });
}

/** The messages of all that the command would report. */
function problems(text: string, target?: TargetName): string[] {
  return checkText(text, target)
    .diagnostics.filter(({ severity }) => severity !== "hint")
    .map(({ code, message, source }) => `${path.basename(source)}: ${code}: ${message}`);
}

/** Fails unless a text that includes the library assembles to the bytes of one that doesn't. */
function same(name: string, text: string, plain: string): void {
  it(name, () => {
    assert.deepEqual(problems(text), []);
    assert.equal(Buffer.from(encode(checkText(text).assembly.program)).toString("hex"), bytesOf(plain));
  });
}

describe("the standard library", () => {
  for (const file of files) {
    it(`${file} is right by itself, for every target`, () => {
      for (const target of TARGETS)
        assert.deepEqual(problems(`.include <std/${file}>\nRETURN [0], [0]`, target), [
          "main.avm: wrong-tag: [0] was never written, so it is ff 0, and RETURN takes a u32 as `returnSize`",
        ]);
    });
  }

  it("can be included whole, and twice", () => {
    assert.deepEqual(problems(`${all}${all}SET [1], u32, #0\nRETURN [1], [1]`), []);
  });

  it("has a comment above each macro", () => {
    const { symbols } = checkText(all).assembly;
    const macros = symbols.filter(({ kind }) => kind === "macro");
    assert.ok(macros.length > 30);
    for (const { name, definedOn } of macros) {
      const above = definedOn.file.lines[definedOn.line - 1].text;
      assert.match(above, /^; .*\.$/, name);
    }
  });

  it("has exactly the macros that suggestions offer", () => {
    for (const [file, names] of Object.entries(LIBRARY_MACROS)) {
      const text = readFileSync(path.join(folder, file), "utf8");
      const defined = [...text.matchAll(/^\.macro (\w+)/gm)].map(([, name]) => name);
      assert.deepEqual(
        names,
        defined.filter((name) => !name.startsWith("STD_")),
        file,
      );
    }
  });

  it("has lines of at most 128 columns, without blanks at the end", () => {
    for (const file of files) {
      const text = readFileSync(path.join(folder, file), "utf8");
      assert.match(text, /[^\n]\n$/);
      for (const line of text.split("\n")) assert.match(line, /^(?:.{0,127}\S)?$/, `${file}: ${line}`);
    }
  });

  it("defines nothing but macros, and what begins with STD_ or std_", () => {
    for (const { kind, name } of checkText(all).assembly.symbols) {
      assert.ok(kind === "macro" || name.toUpperCase().startsWith("STD_"), name);
    }
  });

  same(
    "works in the cells that the program says",
    `.include <std/frame.avm>
        FRAMES
        PUSH_FRAME 4
        SET [1], u32, #0
        RETURN [1], [1]
.const STD_SCRATCH = 7`,
    "SET [0], u32, #256\nSET [7], u32, #4\nADD [0], [7], [0]\nSET [1], u32, #0\nRETURN [1], [1]",
  );
  same(
    "takes a number or a cell for a value",
    `.include <std/core.avm>
.cell x = [sp+3]
        PUT [0], u32, 1 << 9
        PUT x, u8, 'a'
        PUT [1], u8, x
        PUT [1], u8, [sp+3]
        PUT [2], ff, -1
        PUT [2], u32, there
there:  RETURN [0], [1]`,
    `SET [0], u32, #512\nSET [sp+3], u8, #97\nMOV [sp+3], [1]\nMOV [sp+3], [1]\nSET [2], ff, #-1
SET [2], u32, #there\nthere: RETURN [0], [1]`,
  );

  const mistakes: [text: string, message: string][] = [
    [
      ".include <std/frame.avm>\nFRAMES [1]",
      "main.avm: assertion-failed: `FRAMES`: `start` has to be a number that is known before the program runs",
    ],
    [
      ".include <std/frame.avm>\nFRAMES\nPUSH_FRAME [1]",
      "main.avm: assertion-failed: `PUSH_FRAME`: `size` has to be a number that is known before the program runs",
    ],
    [
      ".include <std/require.avm>\nFAIL_WITH 1, [1], 15",
      "main.avm: assertion-failed: `FAIL_WITH`: `count` has to be a number up to 14",
    ],
    [
      ".include <std/frame.avm>\nFRAMES\nCALL_IN_FRAME nowhere, 3",
      "main.avm: undefined-name: `nowhere` is not defined",
    ],
    [
      ".include <std/loop.avm>\nNEXTT [1], a",
      "main.avm: unknown-mnemonic: there is no instruction or macro `NEXTT`; did you mean `NEXT`?",
    ],
    [
      ".include <std/none.avm>",
      "main.avm: include-failed: <std/none.avm> can't be included: there is no such file",
    ],
  ];
  for (const [text, message] of mistakes) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => assert.deepEqual(problems(text), [message]));
  }
});
