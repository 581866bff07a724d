import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, it } from "mocha";
import { DIALECTS, convert, type ConvertOptions, type Dialect } from "../../convert/convert.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { splitLines } from "../../grammar/source-file.ts";
import { assembleText, bytesOf } from "../support/assemble.ts";

/** The lines that a text becomes; it must become something that assembles, with nothing to say. */
function converted(dialect: Dialect, text: string, options?: ConvertOptions): string[] {
  const conversion = convert(dialect, "x", text, options);
  assert.deepEqual(conversion.diagnostics, []);
  assertAssembles(conversion.text);
  return linesOf(conversion.text);
}

/** The statements of a text without their indentation, one space between their parts. */
function linesOf(text: string): string[] {
  return splitLines(text)
    .map((line) => line.trim().replace(/ {2,}/g, " "))
    .filter((line) => line !== "");
}

function assertAssembles(text: string): void {
  const { diagnostics } = assembleText(text);
  assert.ok(!hasErrors(diagnostics), `${text}\n${JSON.stringify(diagnostics, undefined, 1)}`);
  assert.equal(formatText(text), text);
}

/** What is said about a text: the piece that it is about, the code, and part of the message. */
function remarks(dialect: Dialect, text: string, options?: ConvertOptions): string[] {
  const conversion = convert(dialect, "x", text, options);
  assertAssembles(conversion.text);
  const lines = splitLines(text);
  return conversion.diagnostics.map(({ severity, code, span: { line, start, end, endLine }, message }) => {
    const piece = lines[line].slice(start, endLine === undefined ? end : undefined);
    return `${severity} ${code} «${piece}»: ${message}`;
  });
}

describe("docs/convert.md", () => {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../docs/convert.md"), "utf8");
  for (const dialect of DIALECTS) {
    it(`shows what becomes of ${dialect}`, () => {
      const [, from, to] = new RegExp(
        `^\`\`\`${dialect}\n([^]*?)^\`\`\`$[^]*?^\`\`\`avm\n([^]*?)^\`\`\`$`,
        "m",
      ).exec(page)!;
      const { text } = convert(dialect, "x", from);
      assert.equal(text, to);
      assertAssembles(text);
    });
  }
});

describe("converting the transpiler's notation", () => {
  const cells = (...numbers: number[]): string[] => [
    "; The scratch space.",
    ".const SCRATCH = 32771",
    ...numbers.map((number) => `.cell d${number} = [SCRATCH+${number}]`),
  ];
  const cases: [name: string, text: string, lines: string[]][] = [
    ["nothing", "", []],
    ["operands", "ADD d1, $2, i1", [...cells(1), "ADD d1, [2], [d1]"]],
    ["SET", "SET $1, 12 u32", ["SET [1], u32, #12"]],
    ["CAST", "CAST $1, $2 u8", ["CAST [1], [2], u8"]],
    ["jumps", "A: JUMP A\nJUMPI $1, A", ["A:", "JUMP A", "JUMPI [1], A"]],
    ["ECADD as it is now", "ECADD $1, $2, $3, $4, i5", [...cells(5), "ECADD [1], [2], [3], [4], [d5]"]],
    [
      "ECADD as it was",
      "ECADD $1, $2, $3, $4, $5, $6, $7",
      [".target v4", "ECADD [1], [2], [3], [4], [5], [6], [7]"],
    ],
    ["lower case and odd spaces", "  a :  add $1,$2 ,\t$3;x", ["a:", "ADD [1], [2], [3] ; x"]],
    ["other instructions of the table", "SENDL2TOL1MSG $1, $2", ["SENDL2TOL1MSG [1], [2]"]],
    ["members", "GETENVVAR $1, SENDER", ["GETENVVAR [1], SENDER"]],
    ["comments", "; a\n\n /* b */ NOT $1, /* c */ $2; d\n;\n", ["; a", "NOT [1], [2] ; b; c; d"]],
  ];
  for (const [name, text, lines] of cases) {
    it(`reads ${name}`, () => assert.deepEqual(converted("transpiler", text), lines));
  }

  it("finds other names where they are taken", () => {
    assert.deepEqual(
      converted("transpiler", "ADD: JUMP ADD\nd1: NOT d1, $1\nSCRATCH: JUMP d1x\nd1x: JUMP SCRATCH"),
      [
        ...cells(1),
        "ADD_label:",
        "JUMP ADD_label",
        "d1_label:",
        "NOT d1, [1]",
        "SCRATCH_label:",
        "JUMP d1x",
        "d1x:",
        "JUMP SCRATCH_label",
      ],
    );
  });

  it("starts the scratch space where it is told", () => {
    const { text } = convert("transpiler", "x", "ADD d0, d1, i63", { scratch: 100 });
    assert.equal(bytesOf(text), bytesOf("ADD [100], [101], [[163]]"));
  });

  it("gives the bytes that the transpiler gives", () => {
    const { text } = convert("transpiler", "x", "SET d7, 1 u32\nSET $1, 1 u8\nSET i3, 70000 ff");
    assert.equal(
      bytesOf(text),
      bytesOf("SET_16 [32778], u32, #1\nSET_8 [1], u8, #1\nSET_32 [[32774]], ff, #70000"),
    );
  });

  const mistakes: [text: string, ...remarks: string[]][] = [
    ["FROB d1", "error unknown-mnemonic «FROB»: v6 has no instruction `FROB`"],
    ["ADDD $1, $2, $3", "error unknown-mnemonic «ADDD»: v6 has no instruction `ADDD`; did you mean `ADD`?"],
    ["ADD $1, $2", "error operand-count «ADD $1, $2»: `ADD` takes 3 operands (a, b, dst); 2 given"],
    ["SET $1, 5", "error operand-count «SET $1, 5»: `SET` takes 3 operands (dst, value, inTag); 2 given"],
    ["A: NOT 5, $1", "error operand-kind «5»: `NOT` takes a cell as `src`; found `5`"],
    ["SET $1, $2 u8", "error operand-kind «$2»: `SET` takes a number as `value`; found `$2`"],
    ["JUMP 5", "error operand-kind «5»: `JUMP` takes a label as `jump`; found `5`"],
    ["JUMP A ; there", "error undefined-name «JUMP A»: `A` is not defined"],
    ["A: JUMP A\nA: JUMP A", "error duplicate-definition «A»: `A` is defined already"],
    ["+ $1", "error syntax-error «+»: `+` is no statement of the notation"],
    ["NOT $1, /* $2", "error operand-kind «/* $2»: `NOT` takes a cell as `dst`; found `/* $2`"],
    ["NOT $65536, $1", "error out-of-range «NOT $65536, $1»: 65536 is too large"],
  ];
  for (const [text, ...wanted] of mistakes) {
    it(`says what it could not express: ${text}`, () => {
      const found = remarks("transpiler", text, { target: "v6" });
      assert.equal(found.length, wanted.length, found.join("\n"));
      for (const [index, remark] of wanted.entries())
        assert.ok(found[index].startsWith(remark), found[index]);
    });
  }

  it("leaves a comment and the label where a statement is missing", () => {
    const { text } = convert("transpiler", "x", "A: FROB   d1 ; why\nJUMP A", { target: "v6" });
    assert.deepEqual(linesOf(text).slice(-3), [
      "A:",
      "; not converted: FROB d1 (v6 has no instruction `FROB`); why",
      "JUMP A",
    ]);
  });
});

describe("converting avm-asm", () => {
  const cases: [name: string, text: string, lines: string[]][] = [
    ["nothing", "", []],
    ["operands", "add 1 0x2 3;", ["ADD [1], [0x2], [3]"]],
    [
      "several statements on a line, and one on several",
      "not 1 2; not\n3\n4;",
      ["NOT [1], [2]", "NOT [3], [4]"],
    ],
    ["SET", "set u8 1 2;", ["SET [2], u8, #1"]],
    [
      "CAST",
      "cast u16 2 3; cast 1 2 3; cast 5 2 3",
      ["CAST [2], [3], u16", "CAST [2], [3], u16", "CAST [2], [3], ff"],
    ],
    ["a pointer", "sub! 1 2 3;", ["SUB [[1]], [[2]], [[3]]"]],
    [
      "labels",
      "a: jump @b; b: jumpi @a 5; internalcall @a;",
      ["a:", "JUMP b", "b:", "JUMPI [5], a", "INTERNALCALL a"],
    ],
    [
      "members",
      "sender 1; l2gasleft 2; feeperl2gas 3;",
      ["GETENVVAR [1], SENDER", "GETENVVAR [2], L2GASLEFT", "GETENVVAR [3], MINFEEPERL2GAS"],
    ],
    [
      "constants",
      ".const a = 0x12; set ff $a 1; not $a 2;",
      [".const a = 0x12", "SET [1], ff, #a", "NOT [a], [2]"],
    ],
    ["macros", ".macro m { not 1 2 }; $m;", [".macro m", "NOT [1], [2]", ".endm", "m"]],
    [
      "macros in macros",
      ".macro a { $b; };\n.macro b { not 1 2; }\n$a;",
      [".macro a", "b", ".endm", ".macro b", "NOT [1], [2]", ".endm", "a"],
    ],
    [
      "macros that are called above",
      "// title\n.const c = 1;\n// call\n$m;\n// of m\n.macro m { // in m\n not 1 2;\n};\nnot 3 4;",
      [
        "; title",
        ".const c = 1",
        "; of m",
        ".macro m ; in m",
        "NOT [1], [2]",
        ".endm",
        "; call",
        "m",
        "NOT [3], [4]",
      ],
    ],
    ["comments", "// a\nnot // b\n 1 2; // c\n\n// d", ["; a", "NOT [1], [2] ; b; c", "; d"]],
    ["semicolons that end nothing", ";; not 1 2;;", ["NOT [1], [2]"]],
    [
      "names that are taken",
      ".const add = 1; .macro x { not $add 2; }; x: jump @x; $x;",
      [".const add_const = 1", ".macro x", "NOT [add_const], [2]", ".endm", "x_label:", "JUMP x_label", "x"],
    ],
  ];
  for (const [name, text, lines] of cases) {
    it(`reads ${name}`, () => {
      const conversion = convert("avm-asm", "x", text);
      assertAssembles(conversion.text);
      assert.deepEqual(linesOf(conversion.text), lines);
      assert.ok(!hasErrors(conversion.diagnostics));
    });
  }

  it("makes a pointer of the first cell alone where it is told to", () => {
    const { text } = convert("avm-asm", "x", "add! 1 2 3;", { indirect: "first" });
    assert.deepEqual(linesOf(text), ["ADD [[1]], [2], [3]"]);
  });

  it("leaves names alone that an included file may define", () => {
    const { text, diagnostics } = convert("avm-asm", "x", '.include "b.avm"; $m; jump @l; not 1;');
    assert.deepEqual(linesOf(text).slice(0, 3), ['.include "b.avm"', "m", "JUMP l"]);
    assert.deepEqual(
      diagnostics.map(({ severity, code }) => `${severity} ${code}`),
      ["warning include-failed", "error operand-count"],
    );
  });

  const mistakes: [text: string, ...remarks: string[]][] = [
    ["add! 1 2 3;", "warning operand-kind «add! 1 2 3;»: `!` is taken to make pointers of all cells"],
    [
      "sload 1 2 3;",
      "warning operand-kind «sload 1 2 3;»: the operands are taken for slot, contractAddress, dst",
    ],
    [
      "emitunencryptedlog 1 2;",
      "warning operand-kind «emitunencryptedlog 1 2;»: the operands are taken for logSize, log; those of `EMITPUBLICLOG`",
    ],
    ["pedersen 1 2 3;", "error unknown-mnemonic «pedersen»: v6 has no instruction `pedersen`"],
    ["add 1 2;", "error operand-count «add 1 2;»: `ADD` takes 3 operands"],
    ["jump 5;", "error operand-kind «5»: `JUMP` takes a label as `jump`; found `5`"],
    ["jump @a;", "error undefined-name «jump @a;»: `a` is not defined"],
    ["set 9 1 1;", "error operand-kind «9»: `SET` takes a tag as `inTag`; found `9`"],
    ["not 1 caller;", "error operand-kind «caller»: `NOT` takes a cell as `dst`; found `caller`"],
    ["not 1 $a;", "error undefined-name «not 1 $a;»: `a` is not defined"],
    ["not 1 ?;", "error syntax-error «?»: `?` is no operand of the notation"],
    ["$m;", "error unknown-mnemonic «$m;»: there is no instruction or macro `m`"],
    [".const a;", "error syntax-error «.const a;»: it is no statement of the notation"],
    [".macro m { a: not 1 2; }; $m; jump @a;", "error undefined-name «jump @a;»: `a` is not defined"],
    [".macro m { $m; }; $m;", "error macro-recursion «$m;»: `m` calls itself"],
    [
      ".macro m { not 1 2; }; .macro m { not 3 4; };",
      "error duplicate-definition «.macro m {»: `m` is defined already",
      "error duplicate-definition «not 3 4;»: it is part of a macro that could not be converted",
      "error duplicate-definition «};»: it is part of a macro that could not be converted",
    ],
    ["not 1\n // here\n ;", "error operand-count «not 1»: `NOT` takes 2 operands (src, dst); 1 given"],
  ];
  for (const [text, ...wanted] of mistakes) {
    it(`says what there is to say: ${text}`, () => {
      const found = remarks("avm-asm", text, { target: "v6" });
      assert.equal(found.length, wanted.length, found.join("\n"));
      for (const [index, remark] of wanted.entries())
        assert.ok(found[index].startsWith(remark), found[index]);
    });
  }
});

describe("converting anything", () => {
  const words = fc.constantFrom(
    ..."add ADD set SET cast not jump jumpi sload sender internalreturn m x a d0 d1 i2 $3 $m $x @a 1 2 0x3 u8 ff".split(
      " ",
    ),
    ..."; : , ! { } .macro .const .include = // /* */ ; ; , : é \" ' # [ ] \\".split(" "),
    ".macro m {",
    "};",
    "a:",
    " ",
    "\n",
    "\n",
    "\r\n",
    "\u2028",
  );
  for (const dialect of DIALECTS) {
    it(`gives something that assembles: ${dialect}`, () => {
      fc.assert(
        fc.property(fc.array(words, { maxLength: 40 }), fc.constantFrom("", " "), (parts, gap) => {
          const { text, diagnostics } = convert(dialect, "x", parts.join(gap), { target: "v6" });
          if (!text.includes(".include")) assertAssembles(text);
          // What is missing in the text was reported.
          const missing = text.split("not converted:").length - 1;
          assert.ok(missing <= diagnostics.filter(({ severity }) => severity === "error").length);
        }),
        { numRuns: 300 },
      );
    });
  }
});
