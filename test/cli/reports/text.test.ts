import assert from "node:assert/strict";
import { renderReport, summarise } from "../../../cli/reports/text.ts";
import { expandTabs, printable, printableJson, shown, widthOf } from "../../../cli/terminal/text.ts";
import { diagnostic, type DiagnosticDetails } from "../../../diagnostics/diagnostic.ts";
import { parseSource } from "../../../grammar/source-file.ts";

/** The code frame of a piece of a line, which is marked by «…». */
function frame(marked: string, details: DiagnosticDetails = {}): string {
  const start = marked.indexOf("«");
  const text = marked.replace(/[«»]/g, "");
  const span = { line: 0, start, end: marked.indexOf("»") - 1 };
  const found = diagnostic("syntax-error", { source: "a.avm", span }, "wrong", details);
  const report = renderReport([found], new Map([["a.avm", parseSource("a.avm", text)]]), (_, part) => part);
  const lines = report.split("\n");
  assert.equal(lines[0], `a.avm:1:${start + 1}: error[syntax-error]: wrong`);
  return lines.slice(1, -3).join("\n");
}

describe("code frames", () => {
  for (const [title, marked, expected] of [
    ["underline a piece", "SET «[1]», u8, #1", "    1 | SET [1], u8, #1\n      |     ^^^"],
    ["mark a point", "SET [1«»", "    1 | SET [1\n      |       ^"],
    ["fill tabs up", "\tSET\t«[1]», u8", "    1 |     SET [1], u8\n      |         ^^^"],
    ["underline a tab", "a«\t»b", "    1 | a   b\n      |  ^^^"],
    ["count wide characters as two", "日本 «x»", "    1 | 日本 x\n      |      ^"],
    ["count combining marks as none", "e\u0301e\u0301 «x»", "    1 | e\u0301e\u0301 x\n      |    ^"],
    ["count an emoji as two", "👩‍👩‍👧 «x»", "    1 | 👩‍👩‍👧 x\n      |    ^"],
    ["show control characters", "\x1b[31m«x»\x07", "    1 | ␛[31mx␇\n      |      ^"],
    ["show what turns text around", "\u202e«x»", "    1 | \ufffdx\n      |  ^"],
  ] as const) {
    it(title, () => assert.equal(frame(marked), expected));
  }

  it("show the part of a long line that matters", () => {
    const text = frame(`${"a".repeat(500_000)}«bb»${"c".repeat(500_000)}`);
    assert.equal(text, `    1 | …${"a".repeat(40)}bb${"c".repeat(68)}…\n      | ${" ".repeat(41)}^^`);
  });

  it("cut an underline that is too long", () => {
    const text = frame(`«${"a".repeat(1000)}»`);
    assert.equal(text, `    1 | ${"a".repeat(110)}…\n      | ${"^".repeat(110)}`);
  });

  it("don't cut a character in two", () => {
    assert.doesNotMatch(frame(`${"😀".repeat(100)}«x»${"😀".repeat(100)}`), /\ufffd/);
    assert.doesNotMatch(frame(`x${"😀".repeat(100)}«x»${"😀".repeat(100)}`), /\ufffd/);
  });

  it("are left out for diagnostics about a whole file", () => assert.equal(frame("«»SET [1]"), ""));

  it("are followed by suggestions and related places", () => {
    const source = "a.avm";
    const span = { line: 0, start: 0, end: 3 };
    assert.equal(
      frame("SET «x»", {
        related: [
          { source, span, message: "here" },
          { source: "other.avm", span, message: "there" },
        ],
        fixes: [{ title: "Change to `y`", edits: [] }],
      }),
      `    1 | SET x
      |     ^
a.avm:1:1: note: here
    1 | SET x
      | ^^^
other.avm:1:1: note: there
help: change to \`y\``,
    );
  });

  it("show at most ten related places", () => {
    const related = Array.from({ length: 25 }, () => ({
      source: "b.avm",
      span: { line: 0, start: 0, end: 1 },
      message: "here",
    }));
    const text = frame("«x»", { related });
    assert.equal([...text.matchAll(/note: here/g)].length, 10);
    assert.match(text, /\n… and 15 more places$/);
  });
});

describe("reports", () => {
  const at = { source: "a.avm", span: { line: 0, start: 0, end: 0 } };
  const error = diagnostic("syntax-error", at, "wrong");
  const warning = diagnostic("empty-program", at, "odd");

  it("end with the number of errors and warnings", () => {
    assert.equal(summarise([error]), "1 error");
    assert.equal(summarise([error, warning, error]), "2 errors, 1 warning");
    assert.equal(
      renderReport([], new Map(), (_, text) => text),
      "",
    );
  });

  it("keep errors if diagnostics are cut off", () => {
    const many = [...Array.from({ length: 60 }, () => ({ ...warning })), error];
    const text = renderReport(many, new Map(), (_, part) => part);
    assert.equal([...text.matchAll(/warning\[/g)].length, 49);
    assert.match(text, /error\[syntax-error\]: wrong\n\n… and 11 more\n\n1 error, 60 warnings\n$/);
  });

  it("keep a message to one line", () => {
    const text = renderReport([diagnostic("user-error", at, "a\nb\x1b[0m")], new Map(), (_, part) => part);
    assert.equal(text, "a.avm:1:1: error[user-error]: a b␛[0m\n\n1 error\n");
  });
});

describe("text for terminals", () => {
  it("has no control characters", () => {
    assert.equal(printable("a\tb\nc\rd\x1b\x7f\x9b\u2066\ud800é"), "a\tb\nc␍d␛␡\ufffd\ufffd\ufffdé");
  });
  it("keeps the line breaks of Windows", () => {
    assert.equal(shown("a\r\nb\rc\x1b\n"), "a\nb␍c␛\n");
  });
  it("is escaped in JSON reports", () => {
    const value = { text: "\x1b\x9b\u202e\ud800é" };
    assert.equal(printableJson(value), '{"text":"\\u001b\\u009b\\u202e\\ud800é"}');
    assert.deepEqual(JSON.parse(printableJson(value)), value);
  });
  it("has the width of its characters in columns", () => {
    for (const [text, width] of [
      ["", 0],
      ["abc", 3],
      ["日本", 4],
      ["é", 1],
      ["e\u0301", 1],
      ["\u200b", 0],
      ["☕️", 2],
    ] as const) {
      assert.equal(widthOf(text), width, JSON.stringify(text));
    }
    assert.equal(expandTabs("\ta\tb", 2), "  a   b");
  });
});
