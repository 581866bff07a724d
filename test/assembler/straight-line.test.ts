import assert from "node:assert/strict";
import { lineTextOf, parseSource } from "../../grammar/source-file.ts";
import { assemble } from "../../assembler/assemble.ts";
import { encode } from "../../program/codec.ts";
import { program } from "../../bench/inputs.ts";
import { straightSource } from "../fuzz/random-source.ts";
import { straight } from "../fuzz/straight.ts";
import { numbersOf } from "../fuzz/target.ts";

/** True where a text was assembled without being parsed. */
function isDirect(text: string): boolean {
  const file = parseSource("direct.avm", text);
  assemble(file);
  return !file.isParsed;
}

describe("the straight-line driver", () => {
  it("gives the same result as the reference", () => {
    for (let index = 0; index < 500; index++) {
      const text = straightSource(numbersOf(1, index));
      assert.doesNotThrow(() => straight.check(text), text);
    }
  });

  it("handles a large share of random texts, with and without mistakes", () => {
    let direct = 0;
    for (let index = 0; index < 500; index++) if (isDirect(straightSource(numbersOf(1, index)))) direct++;
    assert.ok(direct > 150, `${direct} of 500`);
  });

  it("takes labels, local ones, comments, blank lines and every line break", () => {
    for (const lineBreak of ["\n", "\r\n"]) {
      const text = [
        "; é",
        ".target v6",
        "",
        "a: SET [1], u32, #7 // x",
        ".b:",
        " JUMP .b ; y",
        "c: JUMP a.b",
        "d:",
      ];
      assert.ok(isDirect(text.join(lineBreak)));
    }
    assert.ok(isDirect(program("avm", 1000)));
    assert.ok(isDirect(""));
  });

  for (const [what, text] of [
    ["a directive", ".const A = 1\n SET [1], u32, #A"],
    ["a late `.target`", " SET [1], u32, #1\n.target v6"],
    ["another target than is asked for", ".target v9\n SET [1], u32, #1"],
    ["a block comment", "/* x */ SET [1], u32, #1"],
    ["a carriage return alone", "; x\r SET [1], u32, #1"],
    ["a mistake", " SET [1], u32"],
    ["a mistake of syntax", " SET [1]]"],
    ["a name that nothing defines", " JUMP nowhere"],
    ["a name that is defined twice", "a:\na: JUMP a"],
    ["a name that is a mnemonic", "add: JUMP add"],
    ["a local label without a global one", ".a: JUMP #0"],
    ["a large number", " SET [1], ff, #99999999999999999999"],
  ]) {
    it(`isn't with ${what}`, () => {
      assert.ok(!isDirect(text));
      void straight.check(text);
    });
  }

  it("parses lines when they are first used", () => {
    const text = "; first\n SET [1], u32, #1\r\nlast:";
    const file = parseSource("direct.avm", text);
    const assembly = assemble(file);
    const bytes = encode(assembly.program);
    assert.deepEqual(
      [0, 1, 2, 3].map((line) => lineTextOf(file, line)),
      ["; first", " SET [1], u32, #1", "last:", undefined],
    );
    assert.ok(!file.isParsed);
    assert.deepEqual(
      assembly.symbols.map(({ name }) => name),
      ["last"],
    );
    assert.ok(!file.isParsed);
    assert.equal(file.lines.length, 3);
    assert.equal(lineTextOf(file, 1), " SET [1], u32, #1");
    // What is parsed already isn't scanned as text again.
    assert.deepEqual(encode(assemble(file).program), bytes);
  });
});
