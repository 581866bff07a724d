/** Every kind of refusal of an edit of cells or of a whole edit has a program that the edit would change, or a file that it may not touch. */

import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CELL_REASONS, rename } from "../../../server/features/rename.ts";
import { EDIT_REASONS, whyNotEdit } from "../../../server/refactorings/same-code.ts";
import { Session } from "../../../server/session/session.ts";
import { root } from "../../support/command.ts";
import { edited, MAIN, open, providerOf, uriOf } from "../fixture.ts";
import { bytesOf } from "../rename-property.ts";

const bytes = (main: string): string | undefined => bytesOf({ main, files: {} });

describe("refusals of another name or address of a cell", () => {
  /** Complete, or the types are wrong. By hand the operand at `$0` is written as `by`. */
  const cases: Readonly<
    Record<
      keyof typeof CELL_REASONS,
      readonly [marked: string, to: string, refused: string, before: string, by: string]
    >
  > = {
    nothing: ["        SET [4], u8, #$05\n", "x", CELL_REASONS.nothing(), "#5", "#x"],
    noAddress: [
      "        MOV [$04], [5]\n",
      "4294967296",
      CELL_REASONS.noAddress("4294967296"),
      "[4]",
      "[4294967296]",
    ],
    named: [
      ".cell b = [5]\n        SET [$04], u8, #1\n        MOV b, [6]\n",
      "5",
      CELL_REASONS.named("5", "b"),
      "[4]",
      "[5]",
    ],
    used: ["        SET [$04], u8, #1\n        MOV [5], [4]\n", "5", CELL_REASONS.used("5"), "[4]", "[5]"],
    usedElsewhere: [
      "        SET [$04], u8, #1\nb:      MOV [4], [5]\n",
      "7",
      CELL_REASONS.usedElsewhere("4"),
      "[4]",
      "[7]",
    ],
  };
  for (const [kind, [marked, to, refused, before, by]] of Object.entries(cases)) {
    it(`are for a reason: ${kind}`, () => {
      const { snapshot, position, text } = open(marked);
      assert.deepEqual(rename(snapshot, position, to), { refused });
      assert.notEqual(bytes(text), undefined);
      assert.notEqual(bytes(text.replace(before, by)), bytes(text));
    });
  }
});

describe("refusals of an edit", () => {
  const change = (text: string, what: string, by: string) => {
    const character = text.indexOf(what);
    const range = { start: { line: 0, character }, end: { line: 0, character: character + what.length } };
    return [{ range, newText: by }];
  };
  /** Complete, or the types are wrong. */
  const cases: Readonly<Record<keyof typeof EDIT_REASONS, () => void>> = {
    otherCode() {
      const { snapshot, text } = open("        SET [1], u8, #1\n");
      const edits = change(text, "#1", "#2");
      assert.equal(
        whyNotEdit(snapshot, snapshot.programs(snapshot.document), { [MAIN]: edits }),
        EDIT_REASONS.otherCode("main.avm"),
      );
      assert.notEqual(bytes(edited(text, edits)), bytes(text));
    },
    notOfProgram() {
      const { snapshot } = open("        SET [1], u8, #1\n", { files: { "other.avm": ".byte 1\n" } });
      const changes = { [uriOf("other.avm")]: change(".byte 1", "1", "2") };
      assert.equal(
        whyNotEdit(snapshot, snapshot.programs(snapshot.document), changes),
        EDIT_REASONS.notOfProgram("other.avm"),
      );
    },
    readOnly() {
      const library = pathToFileURL(path.join(root, "lib/")).href;
      const uri = new URL("std/mine.avm", library).href;
      const text = "        SET [4], u8, #1\n        MOV [4], [6]\n";
      const session = new Session(
        { publish: () => undefined, logError: (message) => assert.fail(message), refresh: () => undefined },
        { ...providerOf({}), library },
        { encoding: "utf-16", push: false },
      );
      session.openDocument(uri, 1, text);
      const at = { line: 0, character: 13 };
      const refused = EDIT_REASONS.readOnly("mine.avm", "it is part of the installed library");
      for (const name of ["7", "name"])
        assert.deepEqual(rename(session.snapshot(uri)!, at, name), { refused }, name);
      session.dispose();
    },
    changed() {
      const { session, snapshot, text } = open("        SET [4], u8, #1\n        MOV [4], [6]\n");
      const at = { line: 0, character: 13 };
      session.changeDocument(MAIN, 2, [{ text: `        MOV [9], [7]\n${text}` }]);
      session.snapshot(MAIN);
      for (const name of ["7", "name"]) {
        const edit = rename(snapshot, at, name);
        assert.ok("refused" in edit, JSON.stringify(edit));
      }
      const edits = change(text, "#1", "#2");
      assert.equal(whyNotEdit(snapshot, [snapshot], { [MAIN]: edits }), EDIT_REASONS.changed());
    },
  };
  for (const [kind, tried] of Object.entries(cases)) it(`are for a reason: ${kind}`, tried);
});
