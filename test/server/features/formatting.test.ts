import assert from "node:assert/strict";
import { formatting } from "../../../server/features/formatting.ts";
import { onTypeFormatting } from "../../../server/features/on-type-formatting.ts";
import { rangeFormatting } from "../../../server/features/range-formatting.ts";
import { edited, open } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

describe("formatting", () => {
  it("lays out the document", () => {
    const { snapshot, text } = open("\n\na: mov [1],[2] ;c\n\n\n\nmov [1],[2]");
    assert.equal(
      edited(text, toItsEnd(formatting(snapshot))),
      "a:\n        MOV     [1], [2]                        ; c\n\n\n        MOV     [1], [2]\n",
    );
  });

  it("makes no edits in formatted text", () => {
    const { snapshot } = open("a:\n        MOV     [1], [2]\n mov [1],[2]\n");
    assert.deepEqual(toItsEnd(formatting(snapshot)), [
      {
        range: { start: { line: 2, character: 0 }, end: { line: 2, character: 12 } },
        newText: "        MOV     [1], [2]",
      },
    ]);
  });

  it("lays out the line that was just written", () => {
    const { snapshot, position, text } = open("add [1],[2],[3]\nmov [1],[2]\n$0\nmov [1],[2]");
    const wanted = "add [1],[2],[3]\n        MOV     [1], [2]\n\nmov [1],[2]";
    assert.equal(edited(text, toItsEnd(onTypeFormatting(snapshot, position, "\n"))), wanted);
    assert.deepEqual(toItsEnd(onTypeFormatting(snapshot, position, ";")), []);
    assert.deepEqual(toItsEnd(onTypeFormatting(snapshot, { line: 0, character: 0 }, "\n")), []);
  });

  it("writes the line breaks that the document has", () => {
    const { snapshot, text } = open("a: b: mov [1],[2]\r\n\r\n\r\n\r\n");
    assert.equal(edited(text, toItsEnd(formatting(snapshot))), "a:\r\nb:\r\n        MOV     [1], [2]\r\n");
  });
});

describe("formatting a range", () => {
  const text = "mov [1],[2]\nmov [3],[4]\nmov [5],[6]\n";
  const check = (start: [number, number], end: [number, number], expected: string): void => {
    const { snapshot } = open(text);
    const [from, to] = [start, end].map(([line, character]) => ({ line, character }));
    assert.equal(edited(text, toItsEnd(rangeFormatting(snapshot, { start: from, end: to }))), expected);
  };

  it("lays out the lines that it touches", () => {
    check([1, 3], [1, 4], "mov [1],[2]\n        MOV     [3], [4]\nmov [5],[6]\n");
    check([0, 11], [1, 1], "        MOV     [1], [2]\n        MOV     [3], [4]\nmov [5],[6]\n");
  });

  it("leaves out a line that it only reaches", () => {
    check([1, 0], [2, 0], "mov [1],[2]\n        MOV     [3], [4]\nmov [5],[6]\n");
    check([1, 0], [1, 0], "mov [1],[2]\n        MOV     [3], [4]\nmov [5],[6]\n");
  });
});
