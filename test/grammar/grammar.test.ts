import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { columnsOf, tokenText, type Line } from "../../grammar/line.ts";
import { MAX_LINE_LENGTH, parseLine, parseLineByGrammar, parseSource } from "../../grammar/source-file.ts";
import { MAX_NESTING, MAX_OPERATORS } from "../../grammar/parser/limits.ts";
import { validateGrammar } from "../../grammar/parser/line-parser.ts";
import type { Expression, OperandNode } from "../../grammar/ast.ts";
import { assertKeepsText } from "../support/properties.ts";
import { randomSource } from "../support/random-source.ts";

/** An expression with a pair of parentheses around every operation. */
function showExpression(line: Line, node: Expression): string {
  switch (node.kind) {
    case "unary":
      return `(${node.operator}${showExpression(line, node.operand)})`;
    case "binary":
      return `(${showExpression(line, node.left)} ${node.operator} ${showExpression(line, node.right)})`;
    case "call":
      return `${tokenText(line, node.first)}(${node.arguments.map((argument) => showExpression(line, argument)).join(", ")})`;
    case "missing":
      return "?";
    case "base":
      return "sp";
    default:
      return tokenText(line, node.last).replace(/\)+$/, "");
  }
}

function showOperand(line: Line, node: OperandNode): string {
  switch (node.kind) {
    case "literal":
      return `#${showExpression(line, node.value)}`;
    case "bare":
      return showExpression(line, node.value);
    case "memory": {
      const inner = (node.relative ? "relative " : "") + showExpression(line, node.address);
      return node.indirect ? `M[M[${inner}]]` : `M[${inner}]`;
    }
  }
}

/** Labels, mnemonic and operands of a line, in a form that shows how it was read. */
function show(text: string): string {
  const line = parseLine(text);
  assert.deepEqual(line.problems, []);
  const labels = line.tree.labels.map(({ name }) => `${tokenText(line, name)}: `).join("");
  const { statement } = line.tree;
  if (statement?.kind !== "instruction") return labels + (statement ? statement.body.kind : "");
  const operands = statement.operands.map((operand) => showOperand(line, operand)).join(", ");
  return `${labels}${tokenText(line, statement.mnemonic)} ${operands}`.trimEnd();
}

describe("the grammar", () => {
  it("passes Chevrotain's own validation", () => validateGrammar());

  it("makes no definition from a directive without a name", () => {
    const { tree } = parseLineByGrammar(".macro M a, , =1");
    assert.ok(tree.statement?.kind === "directive" && tree.statement.body.kind === "macro");
    assert.ok(tree.statement.body.parameters.every(({ name }) => Number.isInteger(name)));
    for (const text of [".const = 1", ".cell = [1] : u32", ".const 5 = 1", ".cell [1]"]) {
      const { tree, problems } = parseLineByGrammar(text);
      assert.ok(problems.length > 0, text);
      const body = tree.statement?.kind === "directive" ? tree.statement.body.kind : undefined;
      assert.ok(body === "invalid" || body === undefined, `${text}: ${body ?? ""}`);
    }
  });

  const lines: [text: string, read: string][] = [
    ["", ""],
    ["   ; nothing", ""],
    ["start:", "start: "],
    ["a: b: .c: INTERNALRETURN", "a: b: .c: INTERNALRETURN"],
    ["ADD [1], [0x2], [sp+3]", "ADD M[1], M[0x2], M[relative (sp + 3)]"],
    ["MOV [[5]], [[sp]]", "MOV M[M[5]], M[M[relative sp]]"],
    ["MOV [SP+4-1], [ [ sp + x ] ]", "MOV M[relative ((sp + 4) - 1)], M[M[relative (sp + x)]]"],
    ["SET [1], u8, #1 + 2 * 3", "SET M[1], u8, #(1 + (2 * 3))"],
    ["X #1<<2|3&4^5", "X #((1 << 2) | ((3 & 4) ^ 5))"],
    ["X #(1 + 2) * -~3", "X #((1 + 2) * (-(~3)))"],
    ["X #1 - 2 - 3, #a == b && !c || d < e", "X #((1 - 2) - 3), #(((a == b) && (!c)) || (d < e))"],
    ["JUMPI [1], .loop // back", "JUMPI M[1], .loop"],
    ["JUMP main.loop", "JUMP main.loop"],
    ["SET [1], ff, #$ + lo(x, 8) /* inline */", "SET M[1], ff, #($ + lo(x, 8))"],
    ["ADD/**/[1],/* a */[2] , [3]", "ADD M[1], M[2], M[3]"],
    [".const A = 1", "constant"],
    [".CELL x = [sp+1] : u32", "cell"],
    [".byte 1, 'a', 0b1", "byte"],
    ['.assert 1 < 2, "a \\" b"', "assert"],
    ['.error "no"', "error"],
    [".target v6", "target"],
    ['.include "a.avm"', "include"],
    [".include <std/frame.avm>", "include"],
    [".macro M a, b=[1]", "macro"],
    [".rept 3, i", "rept"],
    ["l: .if x == 1", "l: if"],
    [".expect [[sp+1]]: u32", "expect"],
    [".const: MOV [1], [2]", ".const: MOV M[1], M[2]"],
  ];
  for (const [text, read] of lines) it(`reads ${JSON.stringify(text)}`, () => assert.equal(show(text), read));

  // The part of the text that each problem covers stands between « and ».
  const mistakes: [text: string, ...problems: string[]][] = [
    ["ADD [1]« [»2], [3]", "missing-comma"],
    ["ADD [1]«,» , [3]", "missing-operand"],
    ["ADD [1], [2]«,»", "missing-operand"],
    ["ADD [1], «[2», [3]", "unclosed-bracket"],
    ["ADD [1], «[[2]», [3]", "unclosed-bracket"],
    ["MOV «[[x]+1]», [2]", "operand-kind"],
    ["MOV «[sp]+1», [2]", "operand-kind"],
    ["SET [1], u8, #«$ff»", "malformed-number"],
    ["«x =» 5", "syntax-error"],
    ["MOV [1], [2] «]»", "syntax-error"],
    ["MOV [1], «@» [2]", "unexpected-character"],
    ["SET [1], u8, «#»", "missing-expression"],
    ["MOV [1 +«]», [2]", "missing-expression"],
    ["MOV [1+«sp»], [2]", "misplaced-base"],
    ["SET [1], u8, #«sp»", "misplaced-base"],
    [".const A «1»", "malformed-directive"],
    [".const A = «#»1", "missing-expression"],
    [".cell «1» = [2]", "malformed-directive"],
    ['.error «"abc»', "unclosed-string"],
    ["SET [1], u8, #«'a»", "unclosed-string"],
    ["«1» 2", "syntax-error"],
    ["«[»1]", "syntax-error"],
    ["«:»", "syntax-error"],
    ["«)»", "syntax-error"],
    [".if «(1», 2", "unclosed-bracket"],
  ];
  for (const [marked, ...codes] of mistakes) {
    it(`finds the mistake in ${marked}`, () => {
      const line = parseLine(marked.replace("«", "").replace("»", ""));
      assert.deepEqual(
        line.problems.map(({ code }) => code),
        codes,
      );
      const { start, end } = line.problems[0];
      assert.equal(
        `${line.text.slice(0, start)}«${line.text.slice(start, end)}»${line.text.slice(end)}`,
        marked,
      );
    });
  }

  it("keeps the other operands of a line with a mistake", () => {
    const line = parseLine("ADD [1] [2], [sp+3");
    assert.deepEqual(
      line.problems.map(({ code }) => code),
      ["missing-comma", "unclosed-bracket"],
    );
    assert.equal(line.tree.statement?.kind === "instruction" && line.tree.statement.operands.length, 3);
  });

  it("follows a block comment over lines", () => {
    const { lines } = parseSource("x", "A /* one\r\n two\r three */ B\n/* */ C");
    assert.deepEqual(
      lines.map(({ tree }) => tree.statement?.kind),
      ["instruction", undefined, "instruction", "instruction"],
    );
    assert.deepEqual(
      lines.map(({ startsInComment, endsInComment }) => [startsInComment, endsInComment]),
      [
        [false, true],
        [true, true],
        [true, false],
        [false, false],
      ],
    );
    assert.equal(tokenText(lines[2], 0), "B");
  });

  it("gives nodes the columns of their text", () => {
    const line = parseLine("x: MOV [a+1], (2)*[3] ; c");
    const { statement } = line.tree;
    assert.ok(statement?.kind === "instruction");
    const texts = [statement, ...statement.operands].map((node) => {
      const { start, end } = columnsOf(line, node);
      return line.text.slice(start, end);
    });
    assert.deepEqual(texts.slice(0, 2), ["MOV [a+1], (2)*[3]", "[a+1]"]);
  });

  it("bounds nesting, operators and the length of a line", () => {
    const codes = (text: string): string[] => parseLine(text).problems.map(({ code }) => code);
    assert.deepEqual(codes(`X #${"(".repeat(MAX_NESTING)}1${")".repeat(MAX_NESTING)}`), []);
    assert.ok(codes(`X #${"(".repeat(100_000)}1`).includes("limit-exceeded"));
    assert.deepEqual(codes(`X #1${"+1".repeat(MAX_OPERATORS)}`), []);
    assert.deepEqual(codes(`X #1${"+1".repeat(MAX_OPERATORS + 1)}`), ["limit-exceeded"]);
    assert.deepEqual(codes(`X #${"-".repeat(100_000)}1`), ["limit-exceeded"]);
    assert.deepEqual(codes(" ".repeat(MAX_LINE_LENGTH + 1)), ["limit-exceeded"]);
  });
});

const fragments = fc.constantFrom(
  ...[
    "ADD",
    "set",
    "sp",
    "SP",
    "u32",
    ".x",
    ".const",
    ".byte",
    "a.b",
    "a.",
    ".",
    "1",
    "0x_",
    "12ab",
    "'a'",
    "'",
    '"s"',
    '"',
  ],
  ...[
    "#",
    "[",
    "]",
    "[[",
    "]]",
    "(",
    ")",
    ",",
    ":",
    "$",
    "=",
    "==",
    "=",
    "!",
    "!=",
    "<",
    "<<",
    "<=",
    ">",
    ">>",
    ">=",
  ],
  ...[
    "|",
    "||",
    "&",
    "&&",
    "^",
    "~",
    "+",
    "-",
    "*",
    "/",
    "%",
    "//",
    "/*",
    "*/",
    ";",
    " ",
    "\t",
    "é",
    "\u00a0",
    "\u2028",
    "@",
    "\\",
    "😀",
  ],
);
const randomLine = fc.array(fragments, { maxLength: 14 }).map((parts) => parts.join(""));

describe("parsing", () => {
  it("keeps every character: tokens and trivia are the source", () => {
    fc.assert(
      fc.property(randomSource, (source) => {
        assertKeepsText(parseSource("x", source), source);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (source) => {
        assertKeepsText(parseSource("x", source), source);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("parsing by shape", () => {
  it("gives what the grammar gives", () => {
    fc.assert(
      fc.property(fc.array(randomLine, { minLength: 1, maxLength: 8 }), (texts) => {
        // Twice, so that the second time takes the way through the shapes.
        for (const text of [...texts, ...texts]) {
          const fast = parseLine(text);
          const plain = parseLineByGrammar(text);
          assert.deepEqual(snapshot(fast), snapshot(plain));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("tells lines apart that differ in more than names and numbers", () => {
    for (const [a, b] of [
      ["MOV [sp], [1]", "MOV [xp], [1]"],
      ["X a.b", "X .b"],
      [".const A = 1", ".consd A = 1"],
      ["X #1", "X #a"],
    ]) {
      parseLine(a);
      assert.deepEqual(snapshot(parseLine(b)), snapshot(parseLineByGrammar(b)));
    }
  });
});

/** All that is known of a line, as plain data. */
function snapshot(line: Line): unknown {
  const { text, tree, tokenCount, comments, problems, startsInComment, endsInComment } = line;
  const starts = Array.from({ length: tokenCount }, (_, index) => line.startOf(index));
  const ends = Array.from({ length: tokenCount }, (_, index) => line.endOf(index));
  return { text, tree, starts, ends, comments, problems, startsInComment, endsInComment };
}
