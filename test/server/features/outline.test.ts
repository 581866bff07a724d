import assert from "node:assert/strict";
import {
  SymbolKind,
  type DocumentSymbol,
  type Position,
  type SelectionRange,
} from "vscode-languageserver-types";
import { documentSymbols } from "../../../server/features/document-symbol.ts";
import { foldingRanges } from "../../../server/features/folding-range.ts";
import { selectionRanges } from "../../../server/features/selection-range.ts";
import { workspaceSymbols } from "../../../server/features/workspace-symbol.ts";
import { MAIN, open } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const PROGRAM = `.const SIZE = 4
.cell zero = [0] : u32
.macro PUSH what, n=[1]
 ADD what, n, what
.again:
 inner:
.endm

start:
 SET zero, u32, #0
.loop:
 JUMP .loop

; Ends it.
done: .const LATE = 1
 RETURN zero, zero
`;

/** `name detail lines`, children indented. */
function shown(symbols: readonly DocumentSymbol[], indentation = ""): string[] {
  return symbols.flatMap(({ name, kind, detail, range, children }) => [
    `${indentation}${SymbolKindNames[kind]} ${name}${detail ? ` (${detail})` : ""} ${range.start.line}-${range.end.line}`,
    ...shown(children ?? [], `${indentation}  `),
  ]);
}

const SymbolKindNames = Object.fromEntries(Object.entries(SymbolKind).map(([name, kind]) => [kind, name]));

describe("document symbols", () => {
  it("are routines with their labels, macros with what is in them, constants and cells", () => {
    assert.deepEqual(shown(toItsEnd(documentSymbols(open(PROGRAM).snapshot))), [
      "Constant SIZE (4) 0-0",
      "Variable zero ([0] : u32) 1-1",
      "Module PUSH (what, n) 2-6",
      "  TypeParameter what 2-2",
      "  TypeParameter n 2-2",
      "  Event .again 4-4",
      "  Function inner 5-5",
      "Function start 8-11",
      "  Event .loop 10-11",
      "Function done 14-15",
      "  Constant LATE (1) 14-14",
    ]);
  });

  const TESTED = `main:
 CALL_IT
.inner:
 RETURN [1], [1]

; Checks it.
 .test "works" ; yes
 .call
 .endtest
.cell x = [1]
other:
 RETURN [1], [1]
.const LATE = 1
.test ""
.endtest
.test "open"
`;

  it("have tests, which are no part of the routine above them", () => {
    assert.deepEqual(shown(toItsEnd(documentSymbols(open(TESTED).snapshot))), [
      "Function main 0-3",
      "  Event .inner 2-3",
      "Method works (test) 6-8",
      "Variable x ([1]) 9-9",
      "Function other 10-11",
      "Constant LATE (1) 12-12",
      "Method open (test) 15-16",
    ]);
  });

  const CONDITIONS = `start:
 A
.if DEBUG
one: A
.back: A
.else
 A
two:
 .if 2
.deep: A
 .endif
.endif
.late: A
.rept 2
again: A
.endr
 A
.macro M
.endm
.behind: A
.macro N
x: A
.endm
last: A`;

  it("end with the part of the condition that they are in", () => {
    assert.deepEqual(shown(toItsEnd(documentSymbols(open(CONDITIONS).snapshot))), [
      "Function start 0-1",
      "Function one 3-4",
      "  Event .back 4-4",
      "Function two 7-10",
      "  Event .deep 9-9",
      "Event two.late 12-16",
      "  Function again 14-14",
      "Module M 17-18",
      "Event two.behind 19-19",
      "Module N 20-22",
      "  Function x 21-21",
      "Function last 23-23",
    ]);
  });

  it("fold within the part of the condition that they are in", () => {
    const folds = toItsEnd(foldingRanges(open(CONDITIONS).snapshot)).map(({ startLine, endLine }) => [
      startLine,
      endLine,
    ]);
    for (const [start, end] of folds) {
      for (const [other, otherEnd] of folds) {
        assert.ok(
          other <= start || other > end || otherEnd <= end,
          `${other}-${otherEnd} leaves ${start}-${end}`,
        );
      }
    }
    assert.ok(folds.some(([start, end]) => start === 3 && end === 4));
  });

  it("are children of what they stand in, and beside each other otherwise", () => {
    const words = [
      "a:",
      "b: .c:",
      ".d:",
      ".if 1",
      ".elif 2",
      ".else",
      ".endif",
      ".rept 2, i",
      ".endr",
      ".macro M x, y=1",
    ];
    words.push(".endm", '.test "t"', ".endtest", ".cell c = [1]", "e: .const K = 1", " A", "", "; x");
    let seed = 1;
    const pick = (count: number): number => (seed = (seed * 48271) % 2147483647) % count;
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: 25 }, () => words[pick(words.length)]).join("\n");
      checkNesting(toItsEnd(documentSymbols(open(text).snapshot)), text);
    }
  });

  /** Fails unless each symbol is inside of the one above it, and behind the one before it. */
  function checkNesting(symbols: readonly DocumentSymbol[], text: string, around?: DocumentSymbol): void {
    let last: Position = around?.range.start ?? { line: 0, character: 0 };
    for (const symbol of symbols) {
      const { range, selectionRange, children, name } = symbol;
      assert.ok(!isBefore(range.start, last), `${name} overlaps in\n${text}`);
      assert.ok(
        !isBefore(selectionRange.start, range.start) && !isBefore(range.end, selectionRange.end),
        name,
      );
      if (around)
        assert.ok(!isBefore(around.range.end, range.end), `${name} leaves ${around.name} in\n${text}`);
      checkNesting(children ?? [], text, symbol);
      last = range.end;
    }
  }

  function isBefore(a: Position, b: Position): boolean {
    return a.line < b.line || (a.line === b.line && a.character < b.character);
  }

  it("have their own range inside of the whole", () => {
    const check = (symbols: readonly DocumentSymbol[]): void => {
      for (const { range, selectionRange, children, name } of symbols) {
        const starts = [range.start, selectionRange.start];
        const ends = [range.end, selectionRange.end];
        assert.ok(starts[0].line < starts[1].line || starts[0].character <= starts[1].character, name);
        assert.ok(ends[0].line > ends[1].line || ends[0].character >= ends[1].character, name);
        check(children ?? []);
      }
    };
    check(toItsEnd(documentSymbols(open(PROGRAM).snapshot)));
    check(toItsEnd(documentSymbols(open("a: b:\n.x: c: .y:").snapshot)));
  });

  it("exist in a file with mistakes, and don't in an empty one", () => {
    assert.deepEqual(shown(toItsEnd(documentSymbols(open("a: ADD [,\n.macro M\n b: é").snapshot))), [
      "Function a 0-0",
      "Module M 1-2",
      "  Function b 2-2",
    ]);
    assert.deepEqual(toItsEnd(documentSymbols(open("").snapshot)), []);
  });
});

describe("workspace symbols", () => {
  const names = (query: string): string[] => {
    const { session } = open(`.include "lib.avm"\n${PROGRAM}`, { files: { "lib.avm": "library:\n" } });
    return workspaceSymbols(session.programs(), [], query).map(({ name }) => name);
  };

  it("are found by letters in their order", () => {
    assert.deepEqual(names("st"), ["start", "start.loop"]);
    assert.deepEqual(names("STLO"), ["start.loop"]);
    assert.deepEqual(names("zz"), []);
  });

  it("have the places and kinds of what they name, and leave out parameters and counters", () => {
    const text =
      ".const SIZE = 1\n.cell at = [2]\n.macro PUT a\n.endm\n.rept 2, i\n.endr\nmain:\n.loop: JUMP .loop\n";
    const { session } = open(text);
    const shown = workspaceSymbols(session.programs(), [], "").map(({ name, kind, location }) => {
      const { start, end } = location.range;
      assert.equal(location.uri, MAIN);
      return `${name} ${Object.keys(SymbolKind).find((key) => SymbolKind[key as keyof typeof SymbolKind] === kind)} ${start.line}:${start.character}-${end.character}`;
    });
    assert.deepEqual(shown, [
      "SIZE Constant 0:7-11",
      "at Variable 1:6-8",
      "PUT Module 2:7-10",
      "main Function 6:0-4",
      "main.loop Function 7:1-5",
    ]);
  });

  it("are limited to a thousand", () => {
    const text = Array.from({ length: 1200 }, (_, index) => `.const C${index} = ${index}`).join("\n");
    assert.equal(workspaceSymbols(open(text).session.programs(), [], "c").length, 1000);
  });

  it("come from included files too", () => {
    assert.deepEqual(names("lib"), ["library"]);
    assert.ok(names("").length > 8);
  });
});

describe("folding ranges", () => {
  const folds = (text: string): string[] =>
    toItsEnd(foldingRanges(open(text).snapshot)).map(
      ({ startLine, endLine, kind }) => `${startLine}-${endLine}${kind ? ` ${kind}` : ""}`,
    );

  it("are routines and local labels", () => {
    assert.deepEqual(folds(PROGRAM), ["2-5", "8-11", "10-11", "14-15"]);
  });

  it("are blocks, each part of a condition by itself", () => {
    assert.deepEqual(folds(".if 1\n A\n.elif 2\n B\n B\n.else\n C\n.endif"), ["0-1", "2-4", "5-6"]);
    assert.deepEqual(folds(".rept 2\n A\n.endr\n.macro M\n.endm"), ["0-1"]);
  });

  it("are comments of several lines", () => {
    assert.deepEqual(folds("; a\n; b\n\n; c\nADD\n/* d\n\n e */"), ["0-1 comment", "5-7 comment"]);
  });

  it("end with the text where a block isn't closed", () => {
    assert.deepEqual(folds(".macro M\n A\n B"), ["0-2"]);
  });
});

describe("selection ranges", () => {
  it("grow from the word to the file", () => {
    const { snapshot, position } = open("x:\n MOV [1], [sp+SI$0ZE] ; end\n\ny:");
    const { lines } = snapshot.document.file;
    const [selection] = toItsEnd(selectionRanges(snapshot, [position]));
    const texts: string[] = [];
    for (let at: SelectionRange | undefined = selection; at; at = at.parent) {
      const { start, end } = at.range;
      if (start.line === end.line) texts.push(lines[start.line].text.slice(start.character, end.character));
      else texts.push(`${start.line}-${end.line}`);
    }
    assert.deepEqual(texts, ["SIZE", "[sp+SIZE]", "MOV [1], [sp+SIZE]", lines[1].text, "0-1", "0-3"]);
  });

  it("exist for every position", () => {
    const { snapshot } = open("");
    assert.equal(
      toItsEnd(
        selectionRanges(snapshot, [
          { line: 0, character: 0 },
          { line: 9, character: 9 },
        ]),
      ).length,
      2,
    );
  });
});
