import assert from "node:assert/strict";
import { prepareRename } from "../../../server/features/prepare-rename.ts";
import { rename } from "../../../server/features/rename.ts";
import { edited, MAIN, open, uriOf, type FixtureOptions } from "../fixture.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

/** Fails unless renaming what the cursor is on leaves this text. */
function check(text: string, newName: string, expected: string, options?: FixtureOptions): void {
  const { snapshot, position, text: plain } = open(text, options);
  const edit = toItsEnd(rename(snapshot, position, newName));
  assert.ok("changes" in edit, JSON.stringify(edit));
  assert.equal(edited(plain, edit.changes![MAIN] ?? []), expected);
}

function checkRefused(text: string, newName: string, reason: RegExp): void {
  const { snapshot, position } = open(text);
  const edit = toItsEnd(rename(snapshot, position, newName));
  assert.ok("refused" in edit, "it was not refused");
  assert.match(edit.refused, reason);
}

describe("rename", () => {
  it("changes a global label, also in front of its local ones", () => {
    check("$0a:\n.x: JUMP a\nb: JUMP a.x", "start", "start:\n.x: JUMP start\nb: JUMP start.x");
  });

  it("changes a local label, with or without the dot", () => {
    const expected = "a:\n.y: JUMP .y\nb: JUMP a.y\n.x:";
    check("a:\n.$0x: JUMP .x\nb: JUMP a.x\n.x:", "y", expected);
    check("a:\n.x: JUMP $0.x\nb: JUMP a.x\n.x:", ".y", expected);
  });

  it("changes constants, cells, macros and parameters", () => {
    check(".const A = 1\n.const B = $0A + A", "C", ".const C = 1\n.const B = C + C");
    check(".cell a = [1]\n MOV a+1, [$0a]", "b", ".cell b = [1]\n MOV b+1, [b]");
    check(".macro M p\n MOV p, [1]\n.endm\n $0M [1]", "N", ".macro N p\n MOV p, [1]\n.endm\n N [1]");
    check(".macro M p\n MOV $0p, [1]\n.endm\np: M [1]", "q", ".macro M q\n MOV q, [1]\n.endm\np: M [1]");
  });

  it("gives a reserved name that was defined by mistake another one", () => {
    check(
      " INTERNALCALL sub\n SUB [1], [2], [3]\n$0sub: INTERNALRETURN",
      "f",
      " INTERNALCALL f\n SUB [1], [2], [3]\nf: INTERNALRETURN",
    );
    check(
      " INTERNALCALL $0sub\nsub: INTERNALRETURN\n.loc: JUMP sub.loc",
      "f",
      " INTERNALCALL f\nf: INTERNALRETURN\n.loc: JUMP f.loc",
    );
    check(".const $0not = 4\n SET [1], u32, #not", "N", ".const N = 4\n SET [1], u32, #N");
    checkRefused(".const $0u32 = 4\n SET [1], u32, #u32", "N", /another one/);
    check(".cell $0mov = [4]\n MOV mov+1, [mov]", "m", ".cell m = [4]\n MOV m+1, [m]");
    checkRefused(".const $0not = 4\n.const N = 4\n SET [1], u32, #not", "N", /defined already/);
    checkRefused(".const $0not = 4\n SET [1], u32, #not", "u8", /is a tag/);
  });

  it("gives a memory cell another address in its routine", () => {
    check(
      "a: SET [$04], u32, #9\n MOV [[4]], [5]\n JUMP a\nb: MOV [3], [5]",
      "7",
      "a: SET [7], u32, #9\n MOV [[7]], [5]\n JUMP a\nb: MOV [3], [5]",
    );
    check(
      "SET [0], u32, #50\nSET [sp+$04], u32, #9\nb: SET [0], u32, #70\nMOV [sp+4], [5]",
      "[sp+2]",
      "SET [0], u32, #50\nSET [sp+2], u32, #9\nb: SET [0], u32, #70\nMOV [sp+4], [5]",
    );
    checkRefused("SET [$04], u32, #9\nMOV [4], [[4]]", "[sp+2]", /absolute if it is/);
    check(".cell n = [4]\nMOV n, [$04]", "6", ".cell n = [4]\nMOV [6], [6]");
  });

  it("gives no memory cell the address of another one", () => {
    checkRefused("SET [$04], u8, #1\nMOV [5], [4]", "5", /`\[5\]` is used already/);
    checkRefused(".cell b = [5]\nSET [$04], u8, #1", "[5]", /`\[5\]` is `b`/);
    checkRefused("SET [$04], u8, #1\nb: MOV [4], [5]", "7", /`\[4\]` is used outside of this routine/);
  });

  it("gives a memory cell a name, and defines it", () => {
    check(
      "SET [1], u8, #1\nMOV [[$04]], [4]",
      "pointer",
      ".cell pointer = [4]\nSET [1], u8, #1\nMOV [pointer], pointer",
    );
    checkRefused("x: MOV [$04], [5]", "x", /defined already/);
    checkRefused("MOV [$04], [5]", "u8", /is a tag/);
    checkRefused("MOV [$04], [5]", "4294967296", /isn't an address/);
    checkRefused("SET [4], u8, #$05", "x", /no name here/);
  });

  it("offers the address of a memory cell", () => {
    const { snapshot, position } = open("MOV [[sp+$04]], [5]");
    assert.deepEqual(prepareRename(snapshot, position), {
      range: { start: { line: 0, character: 4 }, end: { line: 0, character: 12 } },
      placeholder: "sp+4",
    });
  });

  it("changes every file", () => {
    const { snapshot, position } = open('.include "lib.avm"\n JUMP $0x', {
      files: { "lib.avm": "x: JUMP x" },
    });
    const edit = toItsEnd(rename(snapshot, position, "y"));
    assert.ok("changes" in edit);
    assert.deepEqual(Object.keys(edit.changes!).sort(), [uriOf("lib.avm"), MAIN]);
    assert.equal(edited("x: JUMP x", edit.changes![uriOf("lib.avm")]), "y: JUMP y");
  });

  it("leaves the text between alone, in CRLF and beside other scripts", () => {
    const { snapshot, position } = open("/* é𝄞 */ x: \r\n JUMP $0x");
    const edit = toItsEnd(rename(snapshot, position, "y"));
    assert.ok("changes" in edit);
    const starts = edit.changes![MAIN].map(({ range }) => range.start.character);
    assert.deepEqual(starts, [10, 6]);
  });

  it("is refused where the new name can't be one, or is taken", () => {
    checkRefused("$0a:", "1a", /is not a name/);
    checkRefused("$0a:", "u8", /is a tag/);
    checkRefused("$0a:", "SP", /base/);
    checkRefused("$0a:", "add_16", /is an instruction/);
    checkRefused("$0a: b:", "b", /defined already, on line 1/);
    checkRefused("a: .x: .$0y:", "x", /`a\.x` is defined already/);
    checkRefused("JUMP $0nowhere", "x", /no name here/);
  });

  it("may give a local label a mnemonic's name, which its dot tells apart", () => {
    check("a: .$0x:", "add", "a: .add:");
  });
});

describe("prepare rename", () => {
  const prepared = (text: string): string | undefined => {
    const { snapshot, position } = open(text);
    const found = prepareRename(snapshot, position);
    return found && "placeholder" in found ? found.placeholder : undefined;
  };

  it("gives the name that the cursor is on", () => {
    assert.equal(prepared("a: JUMP $0a"), "a");
    assert.equal(prepared("a:\n.loop: JUMP .lo$0op"), "loop");
    assert.equal(prepared("a:\n.loop: JUMP a.lo$0op"), "loop");
    assert.equal(prepared("a:\n.loop: JUMP $0a.loop"), "a");
  });

  it("refuses what isn't a name of the program", () => {
    assert.equal(prepared("$0ADD [1]"), undefined);
    assert.equal(prepared("SET [1], $0u8, #1"), undefined);
    assert.equal(prepared("JUMP $0nowhere"), undefined);
    assert.equal(prepared("; $0a"), undefined);
  });
});
