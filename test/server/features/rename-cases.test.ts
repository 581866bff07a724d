/** Renamings that would change what a program does are refused, and say why. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rename } from "../../../server/features/rename.ts";
import { root } from "../../support/command.ts";
import { renameInPrograms } from "../rename-property.ts";
import { edited, MAIN, open, providerOf, uriOf } from "../fixture.ts";
import { Session } from "../../../server/session/session.ts";

function textOf(name: string): string {
  return readFileSync(path.join(root, "test/fixtures/edits", name), "utf8");
}

/** What comes of renaming a name where it stands first. */
function renamed(text: string, name: string, newName: string) {
  const offset = text.search(new RegExp(`\\b${name}\\b`));
  const { snapshot, position } = open(`${text.slice(0, offset)}$0${text.slice(offset)}`);
  return rename(snapshot, position, newName);
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
      const fresh = renamed(text, from, "fresh");
      assert.ok("changes" in fresh, JSON.stringify(fresh));
    });
  }

  it("is refused for what a macro calls, and for names of the library", () => {
    const calls = ".macro IN\nJUMP #0\n.endm\n.macro OUT p\nIN\n.byte p\n.endm\n        OUT 1\n";
    const edit = renamed(calls, "p", "IN");
    assert.ok("refused" in edit && /macro `IN` of line 1/.test(edit.refused), JSON.stringify(edit));
    const library = renamed(".const A = 1\n.byte A\n", "A", "std_A");
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
    const edit = rename(session.snapshot(MAIN)!, { line, character: 9 }, "fresh");
    assert.ok("refused" in edit && /installed library/.test(edit.refused), JSON.stringify(edit));
  });

  it("is refused for a name that another file tests", () => {
    const { snapshot, position } = open('.include "lib.avm"\n.const $0A = 1\n', {
      files: { "lib.avm": ".if defined(B)\n.byte 2\n.endif\n" },
    });
    const edit = rename(snapshot, position, "B");
    assert.ok("refused" in edit && /lib\.avm/.test(edit.refused), JSON.stringify(edit));
  });

  it("never is made: every name to every other in programs at random", () => {
    const { made, refused, programs } = renameInPrograms(40, 20);
    assert.ok(made > 1000 && refused > 500 && programs > 10, `${made} ${refused} ${programs}`);
  });
});

describe("a renaming", () => {
  it("changes what is tested with `defined`, and the default of a parameter", () => {
    const guard = textOf("rename/guard.avm");
    const edit = renamed(guard, "A", "B");
    assert.ok("changes" in edit);
    assert.equal(edited(guard, edit.changes![MAIN]), guard.replaceAll("A", "B"));
  });

  it("changes a cell in parentheses alone", () => {
    const text = textOf("parentheses/rename-cell-operand.avm");
    const edit = renamed(text, "x", "y");
    assert.ok("changes" in edit);
    assert.equal(edited(text, edit.changes![MAIN]), text.replaceAll("x", "y"));
  });

  it("ties programs together that share a file", () => {
    const files = { "lib.avm": ".byte K\n" };
    const { session, snapshot, position, text } = open('.const $0K = 1\n.include "lib.avm"\n', { files });
    const other = '.const K = 2\n.include "lib.avm"\n';
    session.openDocument(uriOf("other.avm"), 1, other);
    const edit = rename(session.snapshot(MAIN) ?? snapshot, position, "N");
    assert.ok("changes" in edit);
    assert.equal(edited(text, edit.changes![MAIN]), text.replace("K", "N"));
    assert.equal(edited(other, edit.changes![uriOf("other.avm")]), other.replace("K", "N"));
    assert.equal(edited(files["lib.avm"], edit.changes![uriOf("lib.avm")]), ".byte N\n");
  });
});
