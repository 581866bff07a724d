import assert from "node:assert/strict";
import fc from "fast-check";
import type { Position } from "vscode-languageserver-types";
import { changeBetween } from "../../../grammar/line-diff.ts";
import type { Line } from "../../../grammar/line.ts";
import { parseSource, splitLines } from "../../../grammar/source-file.ts";
import {
  changeDocument,
  openDocument,
  placeAt,
  textOf,
  type Document,
} from "../../../server/documents/document.ts";
import { POSITION_ENCODINGS, type PositionEncoding } from "../../../server/documents/positions.ts";
import { carryStructure, structureOf, usesOn } from "../../../server/language/scopes.ts";
import { fuzz } from "../../support/runs.ts";

/** Everything that can be seen of a line, with its shared arrays copied. */
function shown(line: Line): unknown {
  return {
    text: line.text,
    tree: line.tree,
    starts: Array.from({ length: line.tokenCount }, (_, token) => line.startOf(token)),
    ends: Array.from({ length: line.tokenCount }, (_, token) => line.endOf(token)),
    comments: line.comments,
    problems: line.problems,
    startsInComment: line.startsInComment,
    endsInComment: line.endsInComment,
  };
}

/** Definitions and uses without the objects that they share. */
function shownSymbols({ file }: Document): unknown {
  const { definitions, labelOf, regionOf } = structureOf(file);
  return {
    definitions: definitions.map(({ region, ...rest }) => ({ ...rest, region: region.start })),
    labelOf,
    regions: regionOf.map(({ kind, start, end }) => `${kind} ${start}-${end}`),
    uses: file.lines.map((_, line) => usesOn(file, line)),
  };
}

function assertFresh(document: Document, text: string): void {
  assert.equal(textOf(document), text);
  const fresh = parseSource("x", text);
  assert.deepEqual(document.file.lines.map(shown), fresh.lines.map(shown));
  const opened = openDocument(document.uri, 0, text, document.encoding);
  assert.deepEqual(shownSymbols(document), shownSymbols(opened));
}

/** Does an edit by offsets and tells what the text then is. */
function edit(
  document: Document,
  text: string,
  start: number,
  end: number,
  inserted: string,
): { document: Document; text: string } {
  const range = {
    start: positionOf(text, start, document.encoding),
    end: positionOf(text, end, document.encoding),
  };
  const after = changeDocument(document, 1, [{ range, text: inserted }]);
  carryStructure(document.file, after.file);
  return { document: after, text: text.slice(0, start) + inserted + text.slice(end) };
}

function positionOf(text: string, offset: number, encoding: PositionEncoding): Position {
  const lines = splitLines(text.slice(0, offset));
  const last = lines.at(-1)!;
  const units =
    encoding === "utf-16"
      ? last.length
      : encoding === "utf-32"
        ? [...last].length
        : new TextEncoder().encode(last).length;
  return { line: lines.length - 1, character: units };
}

/** An offset that a position can mean: not inside of a line break or a character. */
function nearestPlace(text: string, offset: number): number {
  const inBreak = text[offset - 1] === "\r" && text[offset] === "\n";
  const inPair = /[\ud800-\udbff]/.test(text[offset - 1] ?? "") && /[\udc00-\udfff]/.test(text[offset] ?? "");
  return inBreak || inPair ? offset - 1 : offset;
}

const PIECES = [
  ...["ADD [1], [2], [3]", "SET [sp+1], u8, #A", "loop:", ".x:", " JUMP .x", "JUMP loop.x", "\t", " ", ","],
  ...["/*", "*/", "; note", "// note", '"', "'", "é", "𝄞", "\ufeff", "a", "0", ".", "#", "["],
  ...["\n", "\r\n", "\r", "\n\n", ".const A = 1", ".macro M p", ".endm", ".rept 2, i", ".endr", ".if A"],
  ...[".else", ".endif", '.include "x"', ".cell c = [1]: u8", "M [1]"],
];
const someText = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 16 })
  .map((pieces) => pieces.join("").replaceAll("]\t", "]\n"));
const someEdits = fc.array(
  fc.record({
    start: fc.nat(120),
    length: fc.nat(30),
    text: fc.array(fc.constantFrom(...PIECES), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 5 },
);

describe("a document", () => {
  it("equals a fresh document after any edits", () => {
    fc.assert(
      fc.property(
        someText,
        someEdits,
        fc.constantFrom(...POSITION_ENCODINGS),
        (original, edits, encoding) => {
          let text = original;
          let document = openDocument("x", 0, text, encoding);
          assertFresh(document, text);
          for (const { start, length, text: pieces } of edits) {
            const from = nearestPlace(text, Math.min(start, text.length));
            const to = nearestPlace(text, Math.min(from + length, text.length));
            ({ document, text } = edit(document, text, from, Math.max(from, to), pieces.join("")));
            assertFresh(document, text);
          }
        },
      ),
      { numRuns: fuzz(200) },
    );
  });

  it("equals a fresh document after its whole text is replaced", () => {
    fc.assert(
      fc.property(someText, someText, (before, text) => {
        const document = changeDocument(openDocument("x", 0, before, "utf-16"), 1, [{ text }]);
        assertFresh(document, text);
      }),
      { numRuns: fuzz(100) },
    );
  });

  it("knows which lines stay unchanged if one message has several changes", () => {
    fc.assert(
      fc.property(someText, someEdits, (text, edits) => {
        const before = openDocument("x", 0, text, "utf-16");
        const changes = edits.map(({ start, length, text: pieces }) => ({
          range: {
            start: { line: start % 9, character: 0 },
            end: { line: (start % 9) + (length % 4), character: 2 },
          },
          text: pieces.join(""),
        }));
        const after = changeDocument(before, 1, changes);
        const [old, lines] = [before.file.lines, after.file.lines];
        const { start, oldEnd, newEnd } = changeBetween(old, lines);
        assert.ok(0 <= start && start <= oldEnd && start <= newEnd);
        assert.equal(lines.length - newEnd, old.length - oldEnd);
        assert.ok(lines.slice(0, start).every((line, index) => line === old[index]));
        assert.ok(lines.slice(newEnd).every((line, index) => line === old[oldEnd + index]));
        // Of copies nothing is remembered, and they are compared line by line.
        const smallest = changeBetween(old.slice(), lines.slice());
        if (smallest.start === smallest.oldEnd && smallest.start === smallest.newEnd) return;
        assert.ok(start <= smallest.start && smallest.oldEnd <= oldEnd && smallest.newEnd <= newEnd);
      }),
      { numRuns: fuzz(200) },
    );
  });

  it("applies several changes one after the other", () => {
    const at = (line: number, character: number) => ({ line, character });
    const document = changeDocument(openDocument("x", 0, "a\nb", "utf-16"), 1, [
      { range: { start: at(0, 1), end: at(0, 1) }, text: "\nc" },
      { range: { start: at(1, 0), end: at(2, 0) }, text: "" },
    ]);
    assertFresh(document, "a\nb");
  });

  it("keeps the lines that an edit leaves alone", () => {
    const before = openDocument("x", 0, "A\nB\nC\nD", "utf-16");
    const { document } = edit(before, "A\nB\nC\nD", 2, 3, "X\nY");
    const [first, , , third, fourth] = document.file.lines;
    assert.deepEqual(
      [first, third, fourth],
      [0, 2, 3].map((index) => before.file.lines[index]),
    );
    assert.equal(first, before.file.lines[0]);
    assert.equal(fourth, before.file.lines[3]);
  });

  it("parses what is below a block comment again when that opens or closes", () => {
    const text = "A\nB\n*/ C\nD";
    const opened = edit(openDocument("x", 0, text, "utf-16"), text, 1, 1, " /*");
    assertFresh(opened.document, opened.text);
    assert.equal(opened.document.file.lines[1].tree.statement, undefined);
    const closed = edit(opened.document, opened.text, 1, 4, "");
    assertFresh(closed.document, closed.text);
  });

  it("survives positions outside of the text", () => {
    const document = openDocument("x", 0, "ab\nc", "utf-16");
    const start = { line: 1, character: 99 };
    const end = { line: 7, character: 3 };
    assert.equal(textOf(changeDocument(document, 1, [{ range: { start, end }, text: "!" }])), "ab\nc!");
    assert.deepEqual(placeAt(document, { line: -1, character: -5 }), { line: 0, column: 0 });
    assert.deepEqual(placeAt(document, { line: NaN, character: NaN }), { line: 0, column: 0 });
    // The ends the wrong way round.
    assert.equal(
      textOf(changeDocument(document, 1, [{ range: { start: end, end: start }, text: "!" }])),
      "ab\nc!",
    );
  });
});

describe("columns", () => {
  const place = (encoding: PositionEncoding, character: number): number =>
    placeAt(openDocument("x", 0, "aé€𝄞b", encoding), { line: 0, character }).column;

  it("are counted in the negotiated encoding", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 5, 6].map((one) => place("utf-16", one)),
      [0, 1, 2, 3, 5, 6],
    );
    assert.deepEqual(
      [0, 1, 3, 6, 10, 11].map((one) => place("utf-8", one)),
      [0, 1, 2, 3, 5, 6],
    );
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((one) => place("utf-32", one)),
      [0, 1, 2, 3, 5, 6],
    );
  });

  it("inside of a character count as its start, and past the end of a line as the end", () => {
    assert.deepEqual(
      [2, 4, 5, 7, 9].map((one) => place("utf-8", one)),
      [1, 2, 2, 3, 3],
    );
    assert.equal(place("utf-8", 99), 6);
    assert.equal(place("utf-32", 99), 6);
  });
});
