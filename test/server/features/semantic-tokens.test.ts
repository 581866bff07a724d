import assert from "node:assert/strict";
import { LEGEND, semanticTokens, semanticTokensDelta } from "../../../server/features/semantic-tokens.ts";
import { open, type FixtureOptions } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

interface Token {
  readonly line: number;
  readonly start: number;
  readonly length: number;
  readonly shown: string;
}

/** The protocol's numbers as tokens. */
function decoded(data: readonly number[]): Token[] {
  const tokens: Token[] = [];
  let line = 0;
  let start = 0;
  for (let index = 0; index < data.length; index += 5) {
    const [lines, columns, length, type, bits] = data.slice(index, index + 5);
    line += lines;
    start = lines > 0 ? columns : start + columns;
    const modifiers = LEGEND.tokenModifiers.filter((_, bit) => bits & (1 << bit));
    tokens.push({ line, start, length, shown: [LEGEND.tokenTypes[type], ...modifiers].join(".") });
  }
  return tokens;
}

/** Fails unless the last line has these tokens, as `text type.modifier`. */
function check(text: string, expected: readonly string[], options?: FixtureOptions): void {
  const { snapshot } = open(text, options);
  const { lines } = snapshot.document.file;
  const found = decoded(toItsEnd(semanticTokens(snapshot)).data)
    .filter(({ line }) => line === lines.length - 1)
    .map(({ line, start, length, shown }) => `${lines[line].text.slice(start, start + length)} ${shown}`);
  assert.deepEqual(found, expected);
}

const NAMES = ".const A = 1\n.cell c = [1]\n.macro M p\n.endm\nlabel:\n.local:\n";

describe("semantic tokens", () => {
  it("tell reads of an operand from writes", () => {
    check(`${NAMES} ADD c, [4], [sp+5] ; end`, [
      "ADD keyword",
      "c variable",
      "4 number",
      "sp variable.modification.defaultLibrary",
      "5 number.modification",
      "; end comment",
    ]);
    check(`${NAMES} SET [[4]], u8, #A`, [
      "SET keyword",
      "4 number",
      "u8 type.defaultLibrary",
      "A variable.readonly",
    ]);
    check(`${NAMES} SET c, u8, #lo(1, 2)`, [
      "SET keyword",
      "c variable.modification",
      "u8 type.defaultLibrary",
      "lo function.defaultLibrary",
      "1 number",
      "2 number",
    ]);
  });

  it("tell what names stand for", () => {
    check(`${NAMES} JUMP .local`, ["JUMP keyword.controlFlow", ".local function"]);
    check(`${NAMES} JUMP label.local`, ["JUMP keyword.controlFlow", "label.local function"]);
    check(`${NAMES} M [1]`, ["M macro", "1 number"]);
    check(`${NAMES} GETENVVAR [1], SENDER`, [
      "GETENVVAR keyword",
      "1 number.modification",
      "SENDER enumMember",
    ]);
    check(`${NAMES} NOPE [1], nothing`, ["1 number"]);
  });

  it("mark definitions", () => {
    check("a: .b:", ["a function.declaration", ".b function.declaration"]);
    check(".const B = $ + 'x'", [
      ".const keyword.directive",
      "B variable.declaration.readonly",
      "$ variable.defaultLibrary",
      "'x' string",
    ]);
    check(".macro M a, b=[1]", [
      ".macro keyword.directive",
      "M macro.declaration",
      "a parameter.declaration",
      "b parameter.declaration",
      "1 number",
    ]);
    check(".cell c = [1] : u8", [
      ".cell keyword.directive",
      "c variable.declaration",
      "1 number",
      "u8 type.defaultLibrary",
    ]);
    check(".target v6", [".target keyword.directive", "v6 enumMember"]);
    check('.include "x.avm"', [".include keyword.directive", '"x.avm" string']);
  });

  it("cut a comment of several lines at the lines", () => {
    check("/* a\n b */ ADD /* c */", [" b */ comment", "ADD keyword", "/* c */ comment"]);
  });

  it("are those of a range where one is given", () => {
    const { snapshot } = open("ADD\nSUB\nMUL\nDIV");
    const start = { line: 1, character: 0 };
    const { data } = toItsEnd(semanticTokens(snapshot, { start, end: { line: 2, character: 3 } }));
    assert.deepEqual(
      decoded(data).map(({ line }) => line),
      [1, 2],
    );
  });

  it("count columns in the client's encoding", () => {
    const { snapshot } = open("/* é𝄞 */ ADD", { encoding: "utf-8" });
    assert.deepEqual(
      decoded(toItsEnd(semanticTokens(snapshot)).data).map(({ start, length }) => [start, length]),
      [
        [0, 12],
        [13, 3],
      ],
    );
  });

  it("change by one piece", () => {
    const before = toItsEnd(semanticTokens(open("ADD [1]\nSUB [2]\nMUL [3]").snapshot)).data;
    const after = toItsEnd(semanticTokens(open("ADD [1]\nSUB [200], u8\nMUL [3]").snapshot)).data;
    const edits = semanticTokensDelta(before, after);
    assert.equal(edits.length, 1);
    const [{ start, deleteCount, data }] = edits;
    assert.deepEqual(before.toSpliced(start, deleteCount, ...data!), after);
    assert.ok(data!.length < after.length / 2);
    assert.deepEqual(semanticTokensDelta(after, after), []);
    assert.deepEqual(semanticTokensDelta([], after), [{ start: 0, deleteCount: 0, data: after }]);
  });
});
