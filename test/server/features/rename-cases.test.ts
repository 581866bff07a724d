/** Renamings that would change what a program does are refused, and say why. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rename } from "../../../server/features/rename.ts";
import { root } from "../../support/command.ts";
import { fuzz } from "../../support/runs.ts";
import { REASONS } from "../../../server/language/name-capture.ts";
import { prepareRename } from "../../../server/features/prepare-rename.ts";
import { bytesOf, renameInPrograms } from "../rename-property.ts";
import { edited, MAIN, open, providerOf, uriOf } from "../fixture.ts";
import { Session } from "../../../server/session/session.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

function textOf(name: string): string {
  return readFileSync(path.join(root, "test/fixtures/edits", name), "utf8");
}

/** What comes of renaming a name where it stands first. */
function renamed(text: string, name: string, newName: string) {
  const offset = text.search(new RegExp(`\\b${name}\\b`));
  const { snapshot, position } = open(`${text.slice(0, offset)}$0${text.slice(offset)}`);
  return toItsEnd(rename(snapshot, position, newName));
}

/** Fails if writing the other name would have kept the bytes: then there was nothing to refuse. */
function assertMattered(text: string, from: string, to: string, files: Record<string, string> = {}): void {
  const before = bytesOf({ main: text, files });
  assert.notEqual(before, undefined, "the program has errors");
  const change = (one: string): string => one.replace(new RegExp(`(?<![\\w.])${from}(?!\\w)`, "g"), to);
  const changed = Object.fromEntries(Object.entries(files).map(([name, one]) => [name, change(one)]));
  assert.notEqual(bytesOf({ main: change(text), files: changed }), before, `${from} to ${to}`);
}

describe("a renaming that would change the program", () => {
  const cases: readonly [file: string, from: string, to: string, reason: RegExp][] = [
    ["cell-to-param.avm", "one", "c", /macro's parameter `c`/],
    ["const-to-tested-name.avm", "A", "B", /tested with `defined`/],
    ["const-to-rept-counter.avm", "N", "i", /counter of a repetition `i`/],
    ["const-to-earlier-param.avm", "K", "a", /macro's parameter `a`/],
    ["macro-private-const.avm", "P", "G", /constant `G` of line 1/],
    ["macro-private-const.avm", "G", "P", /constant `P` of line 3/],
    ["label-to-global.avm", "top", "out", /label `out` of line 1/],
    ["label-to-global.avm", "out", "top", /label `top` of line 3/],
  ];
  for (const [file, from, to, reason] of cases) {
    it(`is refused: ${from} to ${to} in ${file}`, () => {
      const text = textOf(`rename/${file}`);
      const edit = renamed(text, from, to);
      assert.ok("refused" in edit, JSON.stringify(edit));
      assert.match(edit.refused, reason);
      assertMattered(text, from, to);
      const fresh = renamed(text, from, "fresh");
      assert.ok("changes" in fresh, JSON.stringify(fresh));
    });
  }

  const kinds: readonly [
    what: string,
    text: string,
    from: string,
    to: string,
    reason: RegExp,
    lib?: string,
  ][] = [
    ["a tag", ".const A = 1\n        SET [1], u32, #A\n", "A", "U8", /is a tag/],
    ["the base", ".cell A = [7]\n        MOV A, [1]\n", "A", "sp", /`sp` is/],
    ["a mnemonic", ".macro M\n.byte 1\n.endm\n        M\n", "M", "ADD", /is an instruction/],
    ["a name of the library", ".const A = 1\n.byte A\n", "A", "std_a", /standard library/],
    [
      "a name that is taken",
      ".const A = 1\n.const B = 2\n.byte A, B\n",
      "A",
      "B",
      /defined already, on line 2/,
    ],
    [
      "a name of another file",
      '.include "lib.avm"\n.const A = 1\n.byte A, B\n',
      "A",
      "B",
      /of lib\.avm/,
      ".const B = 2\n",
    ],
    [
      "a name that another file tests",
      '.include "lib.avm"\n.const A = 1\n.byte A\n',
      "A",
      "B",
      /tested with `defined` on line 1 of lib/,
      ".if defined(B)\n.byte 7\n.endif\n",
    ],
    [
      "a label of another file's routine",
      '.include "lib.avm"\nA:      JUMP A\n',
      "A",
      "B",
      /of lib\.avm/,
      "B:      JUMP B\n",
    ],
    [
      "a member that is a default",
      ".cell A = [7]\n.macro M who=SENDER\n.byte is_cell(who)\n        GETENVVAR [1], who\n.endm\n        M\n        MOV A, [1]\n",
      "A",
      "SENDER",
      /line 2/,
    ],
    [
      "a parameter of the macro",
      ".macro M p, q\n.byte p, q\n.endm\n        M 1, 2\n",
      "p",
      "q",
      /`q` is defined already/,
    ],
    [
      "a private name under a parameter",
      ".macro M p\n.const K = 5\n.byte p, K\n.endm\n        M 1\n",
      "p",
      "K",
      /`K`/,
    ],
    [
      "a private label",
      ".macro M to\nx:      JUMP to\n        JUMP x\n.endm\ny:      M y\n",
      "to",
      "x",
      /`x`/,
    ],
    [
      "a counter over a counter",
      ".rept 2, i\n.rept 2, j\n.byte i, j\n.endr\n.endr\n",
      "i",
      "j",
      /counter of a repetition `j`/,
    ],
    [
      "a parameter in a default",
      ".const K = 3\n.macro M p, q=K\n.byte p, q\n.endm\n        M 1\n",
      "K",
      "p",
      /macro's parameter `p`/,
    ],
  ];
  for (const [what, text, from, to, reason, lib] of kinds) {
    it(`is refused, and would have changed the program: ${what}`, () => {
      const files: Record<string, string> = lib === undefined ? {} : { "lib.avm": lib };
      const offset = text.search(new RegExp(`\\b${from}\\b`));
      const { snapshot, position } = open(`${text.slice(0, offset)}$0${text.slice(offset)}`, { files });
      const edit = toItsEnd(rename(snapshot, position, to));
      assert.ok("refused" in edit, JSON.stringify(edit));
      assert.match(edit.refused, reason);
      assertMattered(text, from, to, files);
      const fresh = toItsEnd(rename(snapshot, position, "quite_fresh"));
      assert.ok("changes" in fresh, JSON.stringify(fresh));
    });
  }

  /** Complete, or the types are wrong: a kind of refusal without such a program refuses for nothing. */
  const programs: Readonly<
    Record<
      keyof typeof REASONS,
      readonly [text: string, from: string, to: string, refused: string, lib?: string]
    >
  > = {
    noName: [".const A = 1\n.byte A\n", "A", "1A", REASONS.noName("1A")],
    reserved: [".cell A = [7]\n        MOV A, [1]\n", "A", "ADD", REASONS.reserved("ADD", "an instruction")],
    libraryName: [".const A = 1\n.byte A\n", "A", "std_x", REASONS.libraryName("std_x")],
    defined: [".const A = 1\n.const B = 2\n.byte A, B\n", "A", "B", REASONS.defined("B", 1)],
    definedElsewhere: [
      '.include "lib.avm"\n.const A = 1\n.byte A, B\n',
      "A",
      "B",
      REASONS.definedElsewhere("B", 0, "lib.avm"),
      ".const B = 2\n",
    ],
    hidden: [
      ".const A = 7\n.rept 2, i\n.byte A + i\n.endr\n",
      "A",
      "i",
      REASONS.hidden("i", 2, "main.avm", "counter of a repetition `i` of line 2"),
    ],
    captures: [
      ".const G = 7\n.macro M\n.const P = 3\n.byte P, G\n.endm\n        M\n",
      "P",
      "G",
      REASONS.captures("G", 3, "main.avm", "constant `G` of line 1"),
    ],
    tested: [
      ".const A = 1\n.if defined(B)\n.byte A\n.endif\n.byte 9\n",
      "A",
      "B",
      REASONS.tested("B", 1, "main.avm"),
    ],
    used: [
      ".cell A = [7]\n.macro M who=SENDER\n.byte is_cell(who)\n        GETENVVAR [1], who\n.endm\n        M\n        MOV A, [1]\n",
      "A",
      "SENDER",
      REASONS.used("SENDER", 1, "main.avm"),
    ],
  };
  for (const [kind, [text, from, to, refused, lib]] of Object.entries(programs)) {
    it(`is refused, with its reason: ${kind}`, () => {
      const files: Record<string, string> = lib === undefined ? {} : { "lib.avm": lib };
      const offset = text.search(new RegExp(`\\b${from}\\b`));
      const { snapshot, position } = open(`${text.slice(0, offset)}$0${text.slice(offset)}`, { files });
      assert.deepEqual(toItsEnd(rename(snapshot, position, to)), { refused });
      assertMattered(text, from, to, files);
    });
  }

  it("is refused for a local name that its label has", () => {
    const text = "A:      JUMP .x\n.x:     JUMP .y\n.y:     JUMP .x\n";
    const edit = renamed(text, "x", "y");
    const other = text.replace(/\.x/g, ".y");
    assert.notEqual(bytesOf({ main: other, files: {} }), bytesOf({ main: text, files: {} }));
    assert.ok("refused" in edit && /`A\.y` is defined already/.test(edit.refused), JSON.stringify(edit));
  });

  it("is refused before a name is asked for where the library defines it", () => {
    const { snapshot, position } = open("        .include <std/core.avm>\n        P$0UT [1], u32, 5\n", {
      library: true,
    });
    const prepared = prepareRename(snapshot, position);
    assert.ok(prepared && "refused" in prepared, JSON.stringify(prepared));
    assert.match(
      prepared.refused,
      /^`PUT` is defined in core\.avm, and it is part of the installed library\.$/,
    );
  });

  it("is refused for what a macro calls, and for names of the library", () => {
    const calls = ".macro IN\nJUMP #0\n.endm\n.macro OUT p\nIN\n.byte p\n.endm\n        OUT 1\n";
    const edit = renamed(calls, "p", "IN");
    assert.ok("refused" in edit && /macro `IN` of line 1/.test(edit.refused), JSON.stringify(edit));
    assertMattered(calls, "p", "IN");
    const text = ".const A = 1\n.byte A\n";
    const library = renamed(text, "A", "std_A");
    assertMattered(text, "A", "std_A");
    assert.ok("refused" in library && /library/.test(library.refused));
  });

  it("is refused if the installed library would be edited", () => {
    const text = textOf("rename/std-macro.avm");
    const session = new Session(
      { publish: () => undefined, logError: (message) => assert.fail(message), refresh: () => undefined },
      {
        ...providerOf({}),
        library: pathToFileURL(path.join(root, "lib/")).href,
        read: (uri) => ({ text: readFileSync(new URL(uri), "utf8") }),
        stamp: (uri) => (uri.endsWith("core.avm") ? "1" : undefined),
      },
      { encoding: "utf-16", push: false },
    );
    session.openDocument(MAIN, 1, text);
    const line = text.split("\n").findIndex((one) => one.includes("PUT"));
    const edit = toItsEnd(rename(session.snapshot(MAIN)!, { line, character: 9 }, "fresh"));
    assert.ok("refused" in edit && /installed library/.test(edit.refused), JSON.stringify(edit));
  });

  it("is refused for a name that another file tests", () => {
    const { snapshot, position } = open('.include "lib.avm"\n.const $0A = 1\n', {
      files: { "lib.avm": ".if defined(B)\n.byte 2\n.endif\n" },
    });
    const edit = toItsEnd(rename(snapshot, position, "B"));
    assert.ok("refused" in edit && /lib\.avm/.test(edit.refused), JSON.stringify(edit));
  });

  it("is never made: every name of random programs renamed to every other name", () => {
    const { made, refused, programs } = renameInPrograms(fuzz(12), 20);
    assert.ok(made > 1000 && refused > 500 && programs > 5, `${made} ${refused} ${programs}`);
  });
});

describe("a renaming", () => {
  it("changes what is tested with `defined`, and the default of a parameter", () => {
    const guard = textOf("rename/guard.avm");
    const edit = renamed(guard, "A", "B");
    assert.ok("changes" in edit);
    assert.equal(edited(guard, edit.changes![MAIN]), guard.replaceAll("A", "B"));
  });

  it("changes a parameter where it stands for a tag", () => {
    const text =
      ".macro M d, n=u8\n.cell f = [90] : n\n        SET f, n, #1\n.expect f: n\n.assume d: n\n.endm\n        M [1]\n";
    const edit = renamed(text, "n", "tag");
    assert.ok("changes" in edit, JSON.stringify(edit));
    const after = edited(text, edit.changes![MAIN]);
    assert.equal(after, text.replace(/\bn\b/g, "tag"));
    assert.equal(bytesOf({ main: after, files: {} }), bytesOf({ main: text, files: {} }));
  });

  it("changes a cell in parentheses alone", () => {
    const text = textOf("parentheses/rename-cell-operand.avm");
    const edit = renamed(text, "x", "y");
    assert.ok("changes" in edit);
    assert.equal(edited(text, edit.changes![MAIN]), text.replaceAll("x", "y"));
  });

  it("changes all programs that share the file", () => {
    const files = { "lib.avm": ".byte K\n" };
    const { session, snapshot, position, text } = open('.const $0K = 1\n.include "lib.avm"\n', { files });
    const other = '.const K = 2\n.include "lib.avm"\n';
    session.openDocument(uriOf("other.avm"), 1, other);
    const edit = toItsEnd(rename(session.snapshot(MAIN) ?? snapshot, position, "N"));
    assert.ok("changes" in edit);
    assert.equal(edited(text, edit.changes![MAIN]), text.replace("K", "N"));
    assert.equal(edited(other, edit.changes![uriOf("other.avm")]), other.replace("K", "N"));
    assert.equal(edited(files["lib.avm"], edit.changes![uriOf("lib.avm")]), ".byte N\n");
  });
});
