import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { IncludeReader } from "../../../assembler/expand/includes.ts";
import { functionSelector } from "../../../artifact/selector.ts";
import { assembleText, bytesOf, checkAssembly } from "../../support/assemble.ts";

function same(name: string, text: string, plain: string): void {
  it(name, () => assert.equal(bytesOf(text), bytesOf(plain)));
}

describe("functions that tell macros about their arguments", () => {
  same(
    "defined: constants from the start, labels and macros from where they are",
    `.const A = 1
        .byte defined(A), defined(B), defined(C)
        .if defined(here)
        .byte 1
        .endif
here:   .if defined(here) && defined(M) == 0
        .byte 2
        .endif
        .macro M
        .byte defined(x)
x:      .endm
        .if defined(M)
        M
        .endif
.const B = 1`,
    ".byte 1, 1, 0\n.byte 2\n.byte 1",
  );
  same(
    "defined: a definition of one's own instead of the usual one",
    `.const SIZE = 3
        .if !defined(SIZE)
        .const SIZE = 4
        .endif
        .if !defined(NAME)
        .const NAME = 5
        .endif
        .byte SIZE, NAME`,
    ".byte 3, 5",
  );
  same(
    "is_cell: memory operands, cells, their neighbours, through any number of macros",
    `.cell c = [sp+1]
        .macro INNER x
        .byte is_cell(x)
        .endm
        .macro OUTER x
        INNER x
        INNER x+1
        .endm
        OUTER c
        OUTER [7]
        OUTER [[7]]
        OUTER 7
        OUTER #7
        OUTER "text"
        OUTER there
there:  .byte is_cell(c), is_cell(c+1), is_cell(1+c), is_cell(there)`,
    ".byte 1,1, 1,1, 1,1, 0,0, 0,0, 0,0, 0,0\n.byte 1, 1, 1, 0",
  );
  same(
    "a string that is passed to a macro",
    `.macro CHECK signature, message
        SET [1], u32, #selector(signature)
        SET [2], ff, #str(message)
        .endm
        .macro BOTH text
        CHECK text, text
        .endm
        CHECK "f(Field)", "no"
        BOTH "g()"`,
    `SET [1], u32, #${functionSelector("f(Field)")}
        SET [2], ff, #0x6e6f
        SET [1], u32, #${functionSelector("g()")}
        SET [2], ff, #0x672829`,
  );
  same(
    "a tag that is passed to a macro decides which literals fit",
    ".macro PUT tag, value\nSET [1], tag, #value\n.endm\nPUT ff, -1",
    "SET [1], ff, #-1",
  );

  it("have a usage text in their errors", () =>
    checkAssembly(`
        .byte defined(1)
;                     ^ operand-kind: \`defined\` takes a name
        .byte is_cell()
;             ^^^^^^^^^ operand-count: \`is_cell(x)\` takes 1 argument; 0 given
        .macro M text
        SET [1], u32, #selector(text)
;                               ^^^^ operand-kind: a string in double quotes was expected
        .endm
        M 5`));
  it("report a cell that is defined as an indirect operand once", () =>
    checkAssembly(`
.cell a = [4]
.cell b = [a+1]
;         ^^^^^ operand-kind: \`b\` would be what a pointer points at
        MOV b, [b]
        SET [1], u32, #b`));
});

describe("files of the library", () => {
  const library: Record<string, string> = {
    "core.avm": ".const CORE = 1",
    "one.avm": ".include <core.avm>\n.const ONE = CORE",
    "two.avm": ".include <one.avm>\n.include <core.avm>\n.const TWO = ONE + CORE",
    "self.avm": ".include <self.avm>",
  };
  const read: IncludeReader = ({ path }) => ({ name: `lib/${path}`, text: library[path] });

  it("are expanded once, whichever file includes them", () => {
    const text = ".include <two.avm>\n.include <one.avm>\n.include <two.avm>\n.byte CORE, ONE, TWO";
    const { diagnostics, program } = assembleText(text, { read });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual([...program.values.subarray(0, 3)], [1, 1, 2]);
  });
  it("are expanded again in a scope that doesn't see their names", () => {
    const text = `.macro M
        .include <one.avm>
        .byte ONE
        .endm
        M
        M
        .include <one.avm>
        M
        .byte ONE`;
    assert.deepEqual(assembleText(text, { read }).diagnostics, []);
  });
  it("report an error if they include themselves", () => {
    const { diagnostics } = assembleText(".include <self.avm>\nINTERNALRETURN", { read });
    assert.deepEqual(
      diagnostics.map(({ code }) => code),
      ["include-cycle"],
    );
  });
});
