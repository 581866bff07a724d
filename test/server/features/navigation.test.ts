import assert from "node:assert/strict";
import { DocumentHighlightKind } from "vscode-languageserver-types";
import { definition } from "../../../server/features/definition.ts";
import { documentHighlight } from "../../../server/features/document-highlight.ts";
import { documentLinks } from "../../../server/features/document-link.ts";
import { linkedEditingRange } from "../../../server/features/linked-editing-range.ts";
import { references } from "../../../server/features/references.ts";
import { markedRanges, open, shownLocation, shownRange, uriOf, type FixtureOptions } from "../fixture.ts";

/** Fails unless the definition is the one marked range, or the place that is given. */
function checkDefinition(text: string, place?: string | null, options?: FixtureOptions): void {
  const { snapshot, position } = open(text, options);
  const found = definition(snapshot, position);
  const expected = place === undefined ? markedRanges(text).map((range) => `main.avm ${range}`)[0] : place;
  assert.equal(found && shownLocation(found), expected);
}

const WORDS = { [DocumentHighlightKind.Read]: "read", [DocumentHighlightKind.Write]: "write", 1: "text" };

/** Fails unless the highlights are the marked ranges, with `read` or `write`. */
function checkHighlight(text: string): void {
  const { snapshot, position } = open(text);
  const found = documentHighlight(snapshot, position) ?? [];
  assert.deepEqual(
    found.map(({ range, kind }) => shownRange(range, WORDS[kind!])).sort(),
    markedRanges(text),
  );
  const places = references(snapshot, position, { includeDeclaration: true }) ?? [];
  const plain = markedRanges(text).map((range) => range.split(" ")[0]);
  assert.deepEqual(places.map(({ range }) => shownRange(range)).sort(), plain, "references");
}

describe("definition", () => {
  it("finds labels, above and below", () => {
    checkDefinition("foo:\n JUMP f$0oo", "main.avm 0:0-3");
    checkDefinition(" JUMP $0foo\n nop: foo:\n;     ^^^");
  });

  it("finds local labels in their own routine", () => {
    checkDefinition("a:\n.x:\nb:\n.x:\n JUMP $0.x", "main.avm 3:1-2");
    checkDefinition("a:\n.x:\nb:\n.x:\n JUMP a.$0x", "main.avm 1:1-2");
    checkDefinition("a:\n.x:\nb:\n.x:\n JUMP $0a.x", "main.avm 0:0-1");
  });

  it("finds constants, cells, macros, parameters and counters", () => {
    checkDefinition(".const A = 1\n;      ^\n SET [0], u8, #A$0");
    checkDefinition(".cell a = [1]\n;     ^\n MOV [$0a], [2]");
    checkDefinition(" $0INC [1]\n.macro INC what\n;      ^^^\n.endm");
    checkDefinition(".macro INC what\n;          ^^^^\n MOV $0what, what\n.endm");
    checkDefinition(".rept 2, i\n;        ^\n SET [0], u8, #$0i\n.endr");
  });

  it("prefers definitions of inner scopes", () => {
    const text = ".const A = 1\n.macro M A\n SET [0], u8, #$0A\n.endm\n SET [0], u8, #A";
    checkDefinition(text, "main.avm 1:9-10");
    checkDefinition(text.replace("$0", "").replace(/A$/, "$0A"), "main.avm 0:7-8");
  });

  it("finds what an included file defines, and the file", () => {
    const files = { "lib.avm": "\n helper: INTERNALRETURN", "other.avm": '.include "lib.avm"' };
    checkDefinition('.include "lib.avm"\n INTERNALCALL $0helper', "lib.avm 1:1-7", { files });
    checkDefinition('.include "other.avm"\n INTERNALCALL $0helper', "lib.avm 1:1-7", { files });
    checkDefinition('.include "l$0ib.avm"', "lib.avm 0:0-0", { files });
  });

  it("finds nothing for what isn't a name", () => {
    checkDefinition("foo: ADD [$01], [2], [3]", null);
    checkDefinition("u8x: SET [1], $0u8, #1", null);
    checkDefinition("JUMP $0nowhere", null);
    checkDefinition('.include "n$0o.avm"', null);
    checkDefinition("; foo$0\nfoo:", null);
    checkDefinition("$0", null);
  });

  it("doesn't confuse a member with a symbol of the same name", () => {
    checkDefinition("SENDER:\n GETENVVAR [1], $0SENDER", null);
    checkDefinition(".macro M SENDER\n GETENVVAR [1], $0SENDER\n.endm", "main.avm 0:9-15");
  });
});

describe("highlights and references", () => {
  it("tell reads of a cell from writes", () => {
    checkHighlight(`.cell a = [1]
;     ^ write
 MOV $0a, [2]
;    ^ read
 SET a, u8, #1
;    ^ write
 SET [a], u8, #1
;     ^ read
 SET a+1, u8, #1
;    ^ write
`);
  });

  it("find the places of a label", () => {
    checkHighlight(`a:
.x:
;^ write
 JUMP .x
;      ^ read
 JUMP a.$0x
;       ^ read
b: JUMP a.x
;         ^ read
.x:
`);
  });

  it("find the global part of a qualified name", () => {
    checkHighlight(` a:
;^ write
.x: JUMP $0a
;        ^ read
 JUMP a.x
;     ^ read
`);
  });

  it("leave out what only has the same name", () => {
    checkHighlight(`.const A = 1
;      ^ write
.macro M A
 SET [0], u8, #A
.endm
 SET [0], u8, #$0A
;              ^ read
`);
  });

  it("find every read and write of a memory cell in its routine", () => {
    checkHighlight(`SET [4], u8, #1
start: SET [sp+4], u8, #1
 SET $0[4], u8, #1
;    ^^^ write
 ADD [4], [[4]], [sp+4]
;    ^^^ read
;         ^^^^^ read
 SET [[4]], u8, #1
;    ^^^^^ read
.in: MOV [5], [4]
;             ^^^ write
other: MOV [4], [5]
`);
  });
});

describe("references", () => {
  it("come from all files of the program", () => {
    const files = { "lib.avm": "helper: INTERNALCALL helper" };
    const { snapshot, position } = open('.include "lib.avm"\n INTERNALCALL h$0elper', { files });
    const places = (includeDeclaration: boolean): string[] =>
      references(snapshot, position, { includeDeclaration })!.map(shownLocation);
    assert.deepEqual(places(true), ["main.avm 1:14-20", "lib.avm 0:0-6", "lib.avm 0:21-27"]);
    assert.deepEqual(places(false), ["main.avm 1:14-20", "lib.avm 0:21-27"]);
  });

  it("come from every open program that shares the file", () => {
    const { session, position } = open('.include "lib.avm"\n INTERNALCALL h$0elper', {
      files: { "lib.avm": "helper: INTERNALRETURN" },
    });
    session.openDocument(uriOf("second.avm"), 1, '.include "lib.avm"\nsecond: INTERNALCALL helper');
    const found = references(session.snapshot(uriOf("main.avm"))!, position, { includeDeclaration: false })!;
    assert.deepEqual(found.map(shownLocation), ["main.avm 1:14-20", "second.avm 1:21-27"]);
  });
});

describe("document links", () => {
  it("lead to the files that are included", () => {
    const text = '.include "lib.avm"\n;         ^^^^^^^\n.include "missing.avm"\n.include "sub/x y.avm"';
    const { snapshot } = open(text, { files: { "lib.avm": "", "sub/x%20y.avm": "" } });
    const links = documentLinks(snapshot);
    assert.deepEqual(
      links.map(({ target }) => target),
      [uriOf("lib.avm"), uriOf("sub/x%20y.avm")],
    );
    assert.deepEqual(shownRange(links[0].range), markedRanges(text)[0]);
  });
});

describe("linked editing", () => {
  it("changes a label with its uses", () => {
    const { snapshot, position } = open("l$0oop: JUMP loop");
    const ranges = linkedEditingRange(snapshot, position)?.ranges.map((range) => shownRange(range));
    assert.deepEqual(ranges, ["0:0-4", "0:11-15"]);
  });

  it("is absent elsewhere", () => {
    const { snapshot, position } = open(".const $0A = 1");
    assert.equal(linkedEditingRange(snapshot, position), null);
  });
});
