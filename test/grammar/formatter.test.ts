import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, it } from "mocha";
import { describeCode } from "../../disassembler/contract.ts";
import { disassemble } from "../../disassembler/disassemble.ts";
import { formatLines, formattingRange, formatText } from "../../grammar/formatter/formatter.ts";
import { tokenText } from "../../grammar/line.ts";
import { parseSource, splitLines } from "../../grammar/source-file.ts";
import type { TargetName } from "../../isa/table.ts";
import { encode } from "../../program/codec.ts";
import { assembleText } from "../support/assemble.ts";
import { randomNumbers } from "../support/random.ts";
import { randomBytecode } from "../support/random-bytecode.ts";
import { randomSource } from "../support/random-source.ts";
import { recordedPrograms } from "../support/recorded-programs.ts";
import { toItsEnd } from "../../program/cooperative.ts";

/** Text between two margins of `|`, so that white space at the ends of lines can be seen. */
function text(...lines: string[]): string {
  return lines.map((line) => `${line.replace(/\|$/, "")}\n`).join("");
}

const cases: [name: string, before: string, after: string][] = [
  ["nothing", "", ""],
  ["nothing but white space", " \n\t\n\n", ""],
  ["columns", "add [1],[2] ,[3];sum\n", "        ADD     [1], [2], [3]                   ; sum\n"],
  [
    "a name that is too long for its column",
    "calldatacopy [1],[2],[3]",
    "        CALLDATACOPY [1], [2], [3]\n",
  ],
  ["no operands", "  internalreturn  ; c", "        INTERNALRETURN                          ; c\n"],
  [
    "a comment behind a long statement",
    "SET [1], ff, #0x30644e72e131a029b85045b68181585d;c",
    "        SET     [1], ff, #0x30644e72e131a029b85045b68181585d  ; c\n",
  ],
  [
    "names of functions",
    '.const A = LO(5,8)+Size (x)\n.if DEFINED(A) && (B)\n M Is_Cell(x), (A)\n.endif\n.call SELECTOR("LO()")',
    text(
      "const A = lo(5, 8) + size(x)",
      "if defined(A) && (B)",
      "        M       is_cell(x), (A)",
      "endif",
      'call selector("LO()")',
    ).replace(/^(?=\w)/gm, "."),
  ],
  ["labels", "a: .b: ADD [1], [2], [3]\n  c:\n", text("a:", ".b:", "        ADD     [1], [2], [3]", "c:")],
  ["a comment behind a label", "a: ;c", "a:                                              ; c\n"],
  [
    "mnemonics and wire names",
    "add_16 [1], [2], [3]\nMov [1], [2]",
    text("        ADD_16  [1], [2], [3]", "        MOV     [1], [2]"),
  ],
  [
    "tags",
    "SET [1], U32, #1\nCAST [1], [2], FF",
    text("        SET     [1], u32, #1", "        CAST    [1], [2], ff"),
  ],
  [
    "members, where one is taken",
    "getenvvar [1], sender\nJUMP sender",
    text("        GETENVVAR [1], SENDER", "        JUMP    sender"),
  ],
  ["no member of that name", "GETENVVAR [1], blocknumbr", "        GETENVVAR [1], blocknumbr\n"],
  [
    "`sp`",
    "MOV [SP], [[ sp ]]\nMOV [Sp + 1], [(sp)]",
    text("        MOV     [sp+0], [[sp+0]]", "        MOV     [sp+1], [(sp)]"),
  ],
  ["numbers", "SET [0XfF], u8, #0B01+0O7+1_0", "        SET     [0xfF], u8, #0b01 + 0o7 + 1_0\n"],
  [
    "operators in literals",
    "SET [1], ff, #1+-2*( A<<3 )&&!b",
    "        SET     [1], ff, #1 + -2 * (A << 3) && !b\n",
  ],
  ["operators in addresses", "MOV [ a + 1*2 ], cell + 1 - -1", "        MOV     [a+1*2], cell+1- -1\n"],
  ["calls", "SET [1], ff, # lo( x ,8 )+inv (2)", "        SET     [1], ff, #lo(x, 8) + inv(2)\n"],
  [
    "parentheses, as they are",
    "SET [1], ff, #((1))+( ( 2)*3)",
    "        SET     [1], ff, #((1)) + ((2) * 3)\n",
  ],
  ["`$`", "SET [1], u32, #$+1", "        SET     [1], u32, #$ + 1\n"],
  ["names of users, as they are", ".Local: fooBar Baz , x.Y", text(".Local:", "        fooBar  Baz, x.Y")],
  [
    "directives",
    '.TARGET V6\n.Const  a=1\n.include  "A.avm"',
    text(".target v6", ".const a = 1", '.include "A.avm"'),
  ],
  [
    "statements among the directives",
    ".byte 1,2\n.assume [1] :U8\n.expect c:ff",
    text("        .byte   1, 2", "        .assume [1]: u8", "        .expect c: ff"),
  ],
  ["paths, as they are", ".include  < std/a - b.avm >", ".include < std/a - b.avm >\n"],
  ["strings, as they are", '.assert 1==1 , "a  ;  b"', '.assert 1 == 1, "a  ;  b"\n'],
  ["parameters", ".macro M a , b = [1] , c=# 1+2\n.endm", text(".macro M a, b=[1], c=#1+2", ".endm")],
  [
    "blocks",
    ".macro M p\nnext: ADD [1], [2], [3]\n.if p==1\n.rept 2,i\nx:\nMOV [i],[2]\n.const a=1\n.endr\n.else\n.byte 1\n.endif\n.endm\nADD [1],[2],[3]",
    text(
      ".macro M p",
      "next:",
      "        ADD     [1], [2], [3]",
      "        .if p == 1",
      "            .rept 2, i",
      "            x:",
      "                MOV     [i], [2]",
      "                .const a = 1",
      "            .endr",
      "        .else",
      "            .byte   1",
      "        .endif",
      ".endm",
      "        ADD     [1], [2], [3]",
    ),
  ],
  [
    "neighbouring definitions",
    ".const A=1\n.const LONG=2\n.cell x=[1]:u32\n; c\n.cell long=[100] : ff\n.cell y=[2]\n\n.cell other=[3]:u8",
    text(
      ".const A    = 1",
      ".const LONG = 2",
      ".cell x    = [1]   : u32",
      "; c",
      ".cell long = [100] : ff",
      ".cell y    = [2]",
      "",
      ".cell other = [3] : u8",
    ),
  ],
  [
    "a definition that is too long for its neighbours",
    ".const A=1\n.const A_NAME_THAT_IS_FAR_TOO_LONG=2\n.const BC=3",
    text(".const A  = 1", ".const A_NAME_THAT_IS_FAR_TOO_LONG = 2", ".const BC = 3"),
  ],
  [
    "comments above",
    "   ; of x\nx:\n; of MOV\nMOV [1],[2]\n ; of A\n.const A=1",
    text("; of x", "x:", "        ; of MOV", "        MOV     [1], [2]", "; of A", ".const A = 1"),
  ],
  [
    "comments above nothing",
    "; title\n\nMOV [1],[2]\n  ; remark\n\n.if 1\nMOV [1],[2]\n; the end\n.endif\n",
    text(
      "; title",
      "",
      "        MOV     [1], [2]",
      "        ; remark",
      "",
      ".if 1",
      "        MOV     [1], [2]",
      "        ; the end",
      ".endif",
    ),
  ],
  [
    "comments that go on below",
    "MOV [1],[2]    ; one\n               ; two\n               ; three\n; of ADD\nADD [1],[2],[3]",
    text(
      "        MOV     [1], [2]                        ; one",
      "                                                ; two",
      "                                                ; three",
      "        ; of ADD",
      "        ADD     [1], [2], [3]",
    ),
  ],
  ["the marks of comments", ";a\n;;b\n//c\n;--\n;\n", text("; a", ";; b", "// c", ";--", ";")],
  [
    "comments inside of a statement",
    "/*a*/ x /*b*/ : /*c*/ ADD/*d*/[/*e*/1/*f*/] /*g*/ , /*h*/[2],[3]/*i*/;j",
    text("/*a*/ x /*b*/:", "        /*c*/ ADD /*d*/ [/*e*/ 1 /*f*/] /*g*/, /*h*/ [2], [3]  /*i*/;j"),
  ],
  [
    "comments over lines, as they are",
    "  /* a\n b  \n   */ ADD [1],[2],[3]\nMOV [1],[2] /* c\n*/\nMOV [1],[2]",
    "  /* a\n b  \n   */ ADD [1],[2],[3]\nMOV [1],[2] /* c\n*/\n        MOV     [1], [2]\n",
  ],
  [
    "blank lines",
    "\n\nMOV [1],[2]\n\n\n\n\nMOV [1],[2]\n\n",
    text("        MOV     [1], [2]", "", "", "        MOV     [1], [2]"),
  ],
  [
    "what it is told to leave",
    "mov [1],[2]\n  ; fmt: off\n  mov   [1],   [2]  \n\n\n\n; fmt: on\nmov [1],[2]",
    "        MOV     [1], [2]\n  ; fmt: off\n  mov   [1],   [2]  \n\n\n\n; fmt: on\n        MOV     [1], [2]\n",
  ],
  ["what it is told to leave, to the end", "; fmt: off\nmov [1],[2]", "; fmt: off\nmov [1],[2]\n"],
  [
    "lines with a mistake, as they are",
    " mov [1] [2]\n  .foo  1\nmov [1],[2]",
    " mov [1] [2]\n  .foo  1\n        MOV     [1], [2]\n",
  ],
  ["CRLF, where most lines end so", "a:\r\nb:\r\nc:\n", "a:\r\nb:\r\nc:\r\n"],
  ["LF, where most lines end so", "a:\r\nb:\nc:\r", "a:\nb:\nc:\n"],
  ["tabs", "\tMOV\t[1],\t[2]\t; c", "        MOV     [1], [2]                        ; c\n"],
];

/** What the assembler makes of a text: bytes, and the codes of what is wrong. */
function meaning(source: string, target?: TargetName): [string, string[]] {
  const { program, diagnostics } = assembleText(source, target ? { target } : {});
  const codes = diagnostics.map(({ code }) => code).sort();
  return [Buffer.from(encode(program)).toString("hex"), codes];
}

function assertKeepsMeaning(source: string, target?: TargetName): void {
  const formatted = formatText(source, target ? { target } : {});
  assert.deepEqual(meaning(formatted, target), meaning(source, target), formatted);
  assert.equal(formatText(formatted, target ? { target } : {}), formatted, "formatted twice");
}

/** The tokens and the comments of a text, without what the formatter may spell in another way. */
function substance(source: string): { tokens: string; comments: string } {
  const { lines } = parseSource("x", source);
  const tokens = lines.flatMap((line) =>
    Array.from({ length: line.tokenCount }, (_, token) => tokenText(line, token).toLowerCase()),
  );
  const comments = lines.flatMap((line) =>
    line.comments.map(({ start, end }) => line.text.slice(start, end).replace(/\s/g, "")),
  );
  return { tokens: tokens.join(" ").replaceAll("[ sp + 0 ]", "[ sp ]"), comments: comments.join("") };
}

describe("the formatter", () => {
  for (const [name, before, after] of cases) {
    it(`lays out ${name}`, () => {
      assert.equal(formatText(before), after);
      assert.equal(formatText(after), after, "formatted twice");
      assertKeepsMeaning(before);
    });
  }

  it("leaves alone a parameter with the name of a member", () => {
    const source = ".macro M sender\nGETENVVAR [1], sender\nGETENVVAR [1], address\n.endm\nM ADDRESS\n";
    assert.match(formatText(source), /GETENVVAR \[1\], sender\n.*GETENVVAR \[1\], ADDRESS\n/);
    assertKeepsMeaning(source);
  });

  it("leaves alone a macro with the name of another target's instruction", () => {
    const old = ".macro emitpubliclog a\nMOV a, a\n.endm\nemitpubliclog [1]\n";
    assertKeepsMeaning(old, "v3");
    assertKeepsMeaning(`.target v3\n${old}`);
    assert.match(formatText("emitunencryptedlog [1], [2]"), /emitunencryptedlog/);
    assert.match(formatText("emitunencryptedlog [1], [2]", { target: "v3" }), /EMITUNENCRYPTEDLOG/);
    assert.match(formatText(".target v3\nemitunencryptedlog [1], [2]"), /EMITUNENCRYPTEDLOG/);
  });

  it("keeps what is wrong in an unclosed block", () => {
    for (const source of [
      ".if A==1\na : .const A = 0",
      ".if A==1\na:b: .cell/**/A = [0]",
      ".if A==1\n/**/.const A = 0",
      ".macro M\n.endm\n.rept M\nM: A: .macro M\n",
    ])
      assertKeepsMeaning(source);
  });

  it("keeps labels in lines where they have no effect", () => {
    for (const source of [
      "a: .target v5\nJUMP a\n",
      ".if 0\nb:\n.elif 1\na: .else\n.endif\nJUMP a\n",
      ".if 1\na: .endif\nJUMP a\n",
    ]) {
      assert.equal(
        formatText(source)
          .split("\n")
          .find((line) => line.startsWith("a:"))
          ?.startsWith("a: ."),
        true,
      );
      assertKeepsMeaning(source);
    }
  });

  it("indents up to its limit", () => {
    const depth = 10_000;
    const source = `${".if 1\n".repeat(depth)}MOV [1], [2]\n${".endif\n".repeat(depth)}`;
    const formatted = formatText(source);
    assert.ok(formatted.length < 60 * 2 * depth);
    assert.equal(formatText(formatted), formatted);
  });

  it("keeps bytes, mistakes, tokens and comments of any text, and is done in one go", () => {
    fc.assert(
      fc.property(randomSource, (source) => {
        assertKeepsMeaning(source);
        assert.deepEqual(substance(formatText(source)), substance(source));
      }),
      { numRuns: 250 },
    );
  });

  const root = path.resolve(import.meta.dirname, "../..");
  for (const folder of ["examples", "lib/std"]) {
    for (const file of readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".avm"))) {
      it(`has nothing to do in ${folder}/${file}`, () => {
        const source = readFileSync(path.join(root, folder, file), "utf8");
        assert.equal(formatText(source), source);
      });
    }
  }

  it("doesn't change disassembled text", () => {
    const random = randomNumbers(5);
    const codes = recordedPrograms().map(({ bytecodeHex }) => Buffer.from(bytecodeHex, "hex"));
    for (let index = 0; index < 50; index++) codes.push(Buffer.from(randomBytecode(random, "v6", 400)));
    for (const [index, code] of codes.entries()) {
      const options = { pc: index % 2 === 0, bytes: index % 3 === 0 };
      const { text } = disassemble(describeCode(code, { target: "v6" }).model, options);
      assert.equal(formatText(text), text);
    }
  });
});

describe("formatting a range", () => {
  /** Puts edits into a text that has LF alone. */
  function apply(source: string, start: number, end: number): string {
    const { lines } = parseSource("x", source);
    const texts = splitLines(source);
    for (const edit of toItsEnd(formattingRange(lines, start, end)).reverse()) {
      texts.splice(edit.start, edit.end - edit.start, ...edit.lines);
    }
    return texts.join("\n");
  }

  it("changes only the lines of the range", () => {
    const source = "mov [1],[2]\nmov [3],[4]\na: mov [5],[6]\nmov [7],[8]\n";
    assert.deepEqual(toItsEnd(formattingRange(parseSource("x", source).lines, 1, 3)), [
      { start: 1, end: 3, lines: ["        MOV     [3], [4]", "a:", "        MOV     [5], [6]"] },
    ]);
  });

  it("makes no edits to formatted lines", () => {
    const source = "mov [1],[2]\n        MOV     [3], [4]\n\n\n\nmov [5],[6]";
    assert.deepEqual(toItsEnd(formattingRange(parseSource("x", source).lines, 0, 99)), [
      { start: 0, end: 1, lines: ["        MOV     [1], [2]"] },
      { start: 4, end: 6, lines: ["        MOV     [5], [6]", ""] },
    ]);
  });

  it("indents by the blocks around the range", () => {
    assert.equal(
      apply(".macro M\n.if 1\nmov [1],[2]\n.endif\n.endm\n", 2, 3),
      ".macro M\n.if 1\n            MOV     [1], [2]\n.endif\n.endm\n",
    );
  });

  it("makes of a whole file what formatting it makes", () => {
    fc.assert(
      fc.property(randomSource, (source) => {
        const text = splitLines(source).join("\n");
        assert.equal(apply(text, 0, Infinity), formatText(text));
      }),
      { numRuns: 100 },
    );
  });

  it("keeps lines apart: joined, they are the text", () => {
    const source = "a: b: mov [1],[2]\n\n";
    assert.deepEqual(formatLines(parseSource("x", source).lines), [
      "a:\nb:\n        MOV     [1], [2]",
      undefined,
      "",
    ]);
  });
});
