import assert from "node:assert/strict";
import { SymbolKind, type DocumentSymbol, type SelectionRange } from "vscode-languageserver-types";
import { documentSymbols } from "../../../server/features/document-symbol.ts";
import { foldingRanges } from "../../../server/features/folding-range.ts";
import { selectionRanges } from "../../../server/features/selection-range.ts";
import { workspaceSymbols } from "../../../server/features/workspace-symbol.ts";
import { open } from "../fixture.ts";

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
    assert.deepEqual(shown(documentSymbols(open(PROGRAM).snapshot)), [
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
      "Constant LATE (1) 14-14",
    ]);
  });

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
    check(documentSymbols(open(PROGRAM).snapshot));
    check(documentSymbols(open("a: b:\n.x: c: .y:").snapshot));
  });

  it("are there in a file with mistakes, and none in an empty one", () => {
    assert.deepEqual(shown(documentSymbols(open("a: ADD [,\n.macro M\n b: é").snapshot)), [
      "Function a 0-0",
      "Module M 1-2",
      "  Function b 2-2",
    ]);
    assert.deepEqual(documentSymbols(open("").snapshot), []);
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

  it("come from included files too", () => {
    assert.deepEqual(names("lib"), ["library"]);
    assert.ok(names("").length > 8);
  });
});

describe("folding ranges", () => {
  const folds = (text: string): string[] =>
    foldingRanges(open(text).snapshot).map(
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
    const [selection] = selectionRanges(snapshot, [position]);
    const texts: string[] = [];
    for (let at: SelectionRange | undefined = selection; at; at = at.parent) {
      const { start, end } = at.range;
      if (start.line === end.line) texts.push(lines[start.line].text.slice(start.character, end.character));
      else texts.push(`${start.line}-${end.line}`);
    }
    assert.deepEqual(texts, ["SIZE", "[sp+SIZE]", "MOV [1], [sp+SIZE]", lines[1].text, "0-1", "0-3"]);
  });

  it("are there for every place", () => {
    const { snapshot } = open("");
    assert.equal(
      selectionRanges(snapshot, [
        { line: 0, character: 0 },
        { line: 9, character: 9 },
      ]).length,
      2,
    );
  });
});
