import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { IncludeReader } from "../../../assembler/expand/includes.ts";
import { MAX_EXPANDED_STATEMENTS } from "../../../assembler/limits.ts";
import { assembleText, bytesOf, checkAssembly } from "../../support/assemble.ts";

/** Fails unless the first text assembles to the bytes of the second. */
function same(name: string, text: string, plain: string): void {
  it(name, () => assert.equal(bytesOf(text), bytesOf(plain)));
}

describe("macros", () => {
  same(
    "take operands and expressions",
    `.macro PUT cell, value, tag=u32
        SET cell, tag, value
        .endm
        PUT [1], #2
        PUT [sp+3], #2 * 4, u8`,
    "SET [1], u32, #2\nSET [sp+3], u8, #8",
  );
  same(
    "use a parameter as a cell, through it and beside it",
    `.macro USE c, n
        MOV [c], c+n
        SET [n], u8, #n
        .endm
.cell x = [sp+4]
        USE [3], 1
        USE x, 2`,
    "MOV [[3]], [4]\nSET [1], u8, #1\nMOV [[sp+4]], [sp+6]\nSET [2], u8, #2",
  );
  same(
    "have labels of their own",
    `.macro SKIP
        JUMP over
.again: JUMP .again
over:
.again: JUMP .again
        .endm
over:   SKIP
        SKIP
        JUMP over`,
    `a: JUMP c
b: JUMP b
c: JUMP c
d: JUMP f
e: JUMP e
f: JUMP f
JUMP a`,
  );
  same(
    "see a label that is passed to them as the caller does",
    `.macro GO where
where_: JUMP where
        .endm
main:
.x:     GO .x
        GO main`,
    "x: JUMP x\nJUMP x",
  );
  same(
    "call each other",
    `.macro A x
        SET [x], u8, #x
        .endm
        .macro B y, z=4
        A y
        A z
        .endm
        B 3`,
    "SET [3], u8, #3\nSET [4], u8, #4",
  );
  same(
    "have labels in front of the directive that ends them",
    `.macro M
        JUMP out
out:    .endm
        .rept 2
        JUMP next
next:   .endr
        .if 1
        JUMP done
done:   .else
never:  .endif
        M
        JUMP done`,
    "JUMP a\na: JUMP b\nb: JUMP c\nc: JUMP d\nd: JUMP c",
  );
  same(
    "are followed by the caller's local labels",
    `.macro M
inner:  INTERNALRETURN
        .endm
main:   M
.x:     JUMP main.x`,
    "INTERNALRETURN\nx: JUMP x",
  );
});

describe("conditions and repetition", () => {
  same(
    "choose the first part that holds",
    `.const N = 2
        .if N == 1
        SET [1], u8, #1
        .elif N == 2
        SET [1], u8, #2
        .elif N == 2
        SET [1], u8, #3
        .else
        SET [1], u8, #4
        .endif`,
    "SET [1], u8, #2",
  );
  same(
    "nest",
    `.rept 2, i
        .rept i + 1, j
        .if i != j || i == 0
        SET [i], u8, #j
        .endif
        .endr
        .endr`,
    "SET [0], u8, #0\nSET [1], u8, #0",
  );
  same("repeat nothing no times", ".rept 0\nFROB\n.endr\nINTERNALRETURN", "INTERNALRETURN");
  same(
    "define what they choose",
    ".if 1\n.const A = 5\n.else\n.const A = 6\n.endif\nSET [1], u8, #A",
    "SET [1], u8, #5",
  );
  same("give every round labels of its own", ".rept 2\nagain: JUMP again\n.endr", "a: JUMP a\nb: JUMP b");
});

const library: Record<string, string> = {
  "lib.avm": ".const ANSWER = 42\n.macro PUT c\nSET c, u8, #ANSWER\n.endm\nhelper: INTERNALRETURN",
  "twice.avm": '.include "code.avm"\n.include "code.avm"',
  "code.avm": "INTERNALRETURN",
  "a.avm": '.include "b.avm"',
  "b.avm": '.include "a.avm"',
  "wrong.avm": "\n ADD [1]",
};
const read: IncludeReader = ({ path }) =>
  Object.hasOwn(library, path) ? { name: path, text: library[path] } : { error: "there is no such file" };

/** The codes, lines and related places of all diagnostics. */
function problems(text: string): string[] {
  return assembleText(text, { read }).diagnostics.map(
    ({ code, source, span, related = [] }) =>
      `${source}:${span.line + 1} ${code}` +
      related.map((place) => ` < ${place.source}:${place.span.line + 1} ${place.message}`).join(""),
  );
}

describe("includes", () => {
  it("add the names and the code of the included file", () => {
    const { program, diagnostics } = assembleText('.include "lib.avm"\nPUT [1]\nINTERNALCALL helper', {
      read,
    });
    assert.deepEqual(diagnostics, []);
    assert.deepEqual([...program.pcs], [0, 1, 6, 11]);
  });
  it("with a misspelt path of the library get a suggestion", () => {
    const read: IncludeReader = () => ({ error: "there is no such file" });
    for (const path of ["std/calldata", "calldata.avm", "calldata", "std/caldata.avm"]) {
      const [{ message }] = assembleText(`.include <${path}>\nINTERNALRETURN`, { read }).diagnostics;
      assert.match(message, /; did you mean `<std\/calldata\.avm>`\?$/, path);
    }
    const [{ message }] = assembleText(".include <my/own.avm>\nINTERNALRETURN", { read }).diagnostics;
    assert.match(message, /there is no such file$/);
  });

  it("of the same file twice are allowed", () => assert.deepEqual(problems('.include "twice.avm"'), []));

  const mistakes: [text: string, ...problems: string[]][] = [
    // Names that the missing file may define; one that is misspelt is a mistake of its own.
    [
      '.include "none.avm"\n.const ANSWER = 1\n.byte A, ff, ANSWRE\nINTERNALCALL f\nGREET [1]\nGREET',
      "test.avm:1 include-failed",
      "test.avm:3 undefined-name",
    ],
    ['#include "a.avm"\n.byte A', "test.avm:1 unknown-directive"],
    ['.import "a.avm"\n.byte A', "test.avm:1 unknown-directive"],
    ['.include "a\\.avm"\n.byte A', "test.avm:1 malformed-character"],
    ['.include "none.avm"', "test.avm:1 include-failed", "test.avm:1 empty-program"],
    ['.include "a.avm"', "b.avm:1 include-cycle < a.avm:1 included from here"],
    ['INTERNALRETURN\n.include "wrong.avm"', "wrong.avm:2 operand-count < test.avm:2 included from here"],
    [
      '.include "lib.avm"\n.const ANSWER = 1',
      "lib.avm:1 duplicate-definition < test.avm:2 the first definition",
    ],
  ];
  for (const [text, ...expected] of mistakes) {
    it(JSON.stringify(text), () =>
      assert.deepEqual(
        problems(text).map((found) => found.replace(" < test.avm:1 included from here", "")),
        expected.filter((line) => !line.includes("empty-program")),
      ),
    );
  }
});

describe("mistakes in expansions", () => {
  it("point at the body and at every call", () => {
    const text = `.macro IN x
        MOV x, [1]
        .endm
        .macro OUT y
        IN y
        .endm
        OUT #3`;
    assert.deepEqual(problems(text), [
      "test.avm:2 operand-kind < test.avm:5 in the expansion of `IN` < test.avm:7 in the expansion of `OUT`",
    ]);
  });
  it("are found at the call where the call is wrong", () =>
    checkAssembly(`.macro M a, b=[1]
        MOV a, b
        .endm
        M
;       ^ macro-arguments: \`M\` takes 1 to 2 arguments (a, b); 0 given
        M [1], [2], [3]
;       ^^^^^^^^^^^^^^^ macro-arguments: takes 1 to 2 arguments (a, b); 3 given`));
  it("take all arguments up to the last one that has no default", () =>
    checkAssembly(`.macro M a, b=[2], c
        CAST a, b, c
        .endm
        M [1], [2]
;       ^^^^^^^^^^ macro-arguments: \`M\` takes 3 arguments (a, b, c); 2 given`));
  it("report recursion at once", () =>
    checkAssembly(`.macro A
        B
;       ^ macro-recursion: \`B\` calls itself
        .endm
        .macro B
        A
        .endm
        B`));
  for (const [parameters, carets] of [
    ["a=a", "^"],
    ["a, b=b", "   ^"],
    ["a=b, b=[1]", "^"],
    ["a=[2*b], b=a", "   ^"],
  ]) {
    it(`end a default that has no end: ${parameters}`, () =>
      checkAssembly(`.macro M ${parameters}
;          ${carets} undefined-name: isn't known here: a default may use the parameters before it
        MOV a, [1]
        .endm
        M
        M [1], [1]
        INTERNALRETURN`));
  }
  same(
    "let a default use what only looks like a parameter",
    `.macro M a, lo=[lo(a, 8)]
        MOV [a], lo
        .endm
        M 5`,
    "MOV [5], [5]",
  );
  it("stop an expansion that would never end", () => {
    const codes = (text: string): string[] => assembleText(text).diagnostics.map(({ code }) => code);
    assert.deepEqual(
      codes(`.rept ${MAX_EXPANDED_STATEMENTS / 1000 + 1}\n${"INTERNALRETURN\n".repeat(1000)}.endr`),
      ["limit-exceeded"],
    );
    assert.deepEqual(codes(".rept 1 << 500\n.endr"), ["limit-exceeded"]);
    assert.deepEqual(codes(".rept -1\n.endr\nINTERNALRETURN"), ["out-of-range"]);
  }).timeout(60_000);
  it("include conditions that depend on the layout", () =>
    checkAssembly(`a:      .if a == 0
;           ^^^^^^ label-dependent
        INTERNALRETURN
        .endif
        .rept $
;             ^ label-dependent
        .endr
        INTERNALRETURN`));
});
