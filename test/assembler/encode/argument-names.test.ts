import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { assemble } from "../../../assembler/assemble.ts";
import { createIncludeReader } from "../../../cli/files/includes.ts";
import { parseSource } from "../../../grammar/source-file.ts";

const INCLUDE = ".include <std/calldata.avm>\n";
/** What is reported, each with its line. */
function told(text: string): string[] {
  const { diagnostics } = assemble(parseSource("main.avm", text), { read: createIncludeReader("main.avm") });
  return diagnostics.map(({ code, span }) => `${span.line + 1} ${code}`);
}

describe("an argument of a macro that asserts what it takes", () => {
  for (const [call, line] of [
    ["LOAD 0, nowhere", 2],
    ["LOAD_CHECKED 0, nowhere, ff", 2],
    [".macro OUTER to\n        LOAD_CHECKED 0, to, ff\n.endm\n        OUTER nowhere", 5],
  ] as const) {
    it(`is told to be undefined if it is: ${call.split("\n").at(-1)!.trim()}`, () => {
      assert.deepEqual(told(`${INCLUDE}        ${call}\n        JUMP #0\n`), [`${line} undefined-name`]);
    });
  }

  it("is told once if two macros, one inside the other, assert the same of it", () => {
    assert.deepEqual(told(`${INCLUDE}        LOAD_CHECKED 0, 5, ff\n        JUMP #0\n`), [
      "2 assertion-failed",
    ]);
  });

  it("is told to be undefined, and not that the author's own assertion fails", () => {
    const text = `.macro M to\n.assert is_cell(to), "a cell"\n.endm\n        M nowhere\n        JUMP #0\n`;
    assert.deepEqual(told(text), ["4 undefined-name"]);
  });

  it("may be a tag, or a label that is defined below", () => {
    const text = `.macro M to\n.assert !is_cell(to), "no cell"\n.endm\n        M u32\n        M end\nend:    JUMP #0\n`;
    assert.deepEqual(told(text), []);
  });
});
