/** Every kind of refusal of an edit of cells or of a whole edit has a program that the edit would change, or a file that it may not touch. */

import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { assemble } from "../../../assembler/assemble.ts";
import { parseSource } from "../../../grammar/source-file.ts";
import { run } from "../../../machine/machine.ts";
import { World } from "../../../machine/world.ts";
import { CELL_REASONS, rename } from "../../../server/features/rename.ts";
import { MOVE_REASONS } from "../../../server/refactorings/moved-cell.ts";
import { EDIT_REASONS, whyNotEdit } from "../../../server/refactorings/unchanged-program.ts";
import { Session } from "../../../server/session/session.ts";
import { root } from "../../support/command.ts";
import { edited, MAIN, open, providerOf, uriOf } from "../fixture.ts";
import { bytesOf } from "../rename-property.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

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
      assert.deepEqual(toItsEnd(rename(snapshot, position, to)), { refused });
      assert.notEqual(bytes(text), undefined);
      assert.notEqual(bytes(text.replace(before, by)), bytes(text));
    });
  }
});

describe("refusals to move a cell", () => {
  interface Moved {
    readonly marked: string;
    readonly to: string;
    readonly refused: string;
    readonly before: string;
    readonly by: string;
    /** The whole program, if the text is a part of one. */
    readonly whole?: (text: string) => string;
    readonly settings?: object;
  }
  const at = (line: number): string => `line ${line} of main.avm`;
  const size = "SET [6], u32, #1\n";
  const relative = "SET [0], u32, #100\nSET [1], u32, #1\n";
  /** Complete, or the types are wrong. By hand every `before` is written as `by`. */
  const cases: Readonly<Record<keyof typeof MOVE_REASONS, Moved>> = {
    errors: {
      marked: `SET [$04], u8, #7\nSET [1], u32, #4\nMVO [[1]], [5]\n${size}RETURN [6], [5]\n`,
      to: "9",
      refused: MOVE_REASONS.errors("main.avm"),
      before: "[4]",
      by: "[9]",
      whole: (text) => text.replace("MVO", "MOV"),
    },
    unchecked: {
      marked: `SET [$04], u8, #7\nSET [1], u32, #4\nMOV [[1]], [5]\n${size}RETURN [6], [5]\n`,
      to: "9",
      refused: MOVE_REASONS.unchecked(),
      before: "[4]",
      by: "[9]",
      settings: { check: false },
    },
    code: {
      marked: `SET [5], u32, #end\nSET [$04], u8, #7\n${size}RETURN [6], [5]\nend: RETURN [6], [5]\n`,
      to: "300",
      refused: MOVE_REASONS.code("main.avm"),
      before: "[4]",
      by: "[300]",
    },
    kind: {
      marked: `${relative}SET [sp+$03], u8, #7\nSET [0], u32, #200\nSET [sp+3], u8, #9\nSET [0], u32, #100\nRETURN [1], [sp+3]\n`,
      to: "50",
      refused: MOVE_REASONS.kind(),
      before: "[sp+3]",
      by: "[50]",
    },
    unreached: {
      marked: `first: INTERNALRETURN\nsecond: SET [$04], u8, #7\nSET [1], u32, #4\nMOV [[1]], [5]\n${size}RETURN [6], [5]\n`,
      to: "9",
      refused: MOVE_REASONS.unreached(at(2)),
      before: "[4]",
      by: "[9]",
      whole: (text) => `JUMP second\n${text}`,
    },
    base: {
      marked: `SET [$00], u32, #100\nSET [sp+3], u8, #7\n${size}RETURN [6], [103]\n`,
      to: "9",
      refused: MOVE_REASONS.base(),
      before: "[0]",
      by: "[9]",
    },
    unknown: {
      marked: `SET [1], u32, #1\nSET [2], u32, #0\nCALLDATACOPY [1], [2], [3]\nCAST [3], [3], u32\nSET [$04], u8, #7\nMOV [[3]], [5]\n${size}RETURN [6], [5]\n`,
      to: "9",
      refused: MOVE_REASONS.unknown(at(6)),
      before: "[4]",
      by: "[9]",
    },
    reached: {
      marked: `SET [$04], u8, #7\nSET [1], u32, #9\nMOV [[1]], [5]\n${size}RETURN [6], [5]\n`,
      to: "9",
      refused: MOVE_REASONS.reached(at(3)),
      before: "[4]",
      by: "[9]",
    },
    range: {
      marked: "SET [$04], u8, #7\nSET [6], u32, #2\nRETURN [6], [3]\n",
      to: "9",
      refused: MOVE_REASONS.range(at(3)),
      before: "[4]",
      by: "[9]",
    },
    beyond: {
      marked: `SET [0], u32, #4294967290\n${size}SET [sp+$03], u8, #7\nRETURN [6], [sp+3]\n`,
      to: "sp+9",
      refused: MOVE_REASONS.beyond(),
      before: "[sp+3]",
      by: "[sp+9]",
    },
  };
  for (const [
    kind,
    { marked, to, refused, before, by, whole = (text: string) => text, settings },
  ] of Object.entries(cases)) {
    it(`are for a reason: ${kind}`, () => {
      const { snapshot, position, text } = open(marked, settings && { settings });
      assert.deepEqual(toItsEnd(rename(snapshot, position, to)), { refused });
      assert.notDeepEqual(outcomeOf(whole(text.replaceAll(before, by))), outcomeOf(whole(text)));
    });
  }

  it("are for ranges that a call takes or leaves, too", () => {
    const set = (cells: number, rest: string): string =>
      `SET [1], u32, #${cells}\nSET [2], u32, #0\nSET [$04], ff, #7\n${rest}\nMOV [4], [5]\n`;
    for (const rest of [
      "CALLDATACOPY [1], [2], [3]",
      "RETURNDATACOPY [1], [2], [3]",
      "EMITPUBLICLOG [1], [3]",
      "SET [7], u32, #1000\nSET [8], ff, #1\nCALL [7], [7], [8], [1], [3]",
    ]) {
      const one = open(set(1, rest));
      const made = toItsEnd(rename(one.snapshot, one.position, "9"));
      assert.ok("changes" in made, `${rest}: ${JSON.stringify(made)}`);
      const two = open(set(2, rest));
      const refused = toItsEnd(rename(two.snapshot, two.position, "9"));
      assert.ok("refused" in refused && refused.refused.startsWith("A range of cells"), rest);
    }
  });

  it("aren't given if the program runs the same afterwards", () => {
    for (const [marked, to] of [
      [
        `SET [1], u32, #3\nSET [$04], u8, #7\nMOV [[1]], [5]\nADD [4], [4], [5]\n${size}RETURN [6], [5]\n`,
        "9",
      ],
      [`SET [1], u32, #3\nSET [$04], u32, #3\nMOV [4], [[4]]\n${size}RETURN [6], [3]\n`, "300"],
      [`${relative}SET [sp+$03], u8, #7\nADD [sp+3], [sp+3], [sp+4]\nRETURN [1], [sp+4]\n`, "sp+9"],
    ]) {
      const { snapshot, position, text } = open(marked);
      const edit = toItsEnd(rename(snapshot, position, to));
      assert.ok("changes" in edit, JSON.stringify(edit));
      const after = edited(text, edit.changes![MAIN]);
      assert.notEqual(after, text);
      assert.deepEqual(outcomeOf(after), outcomeOf(text));
    }
  });
});

/** What a program returns, or why it halts. */
function outcomeOf(text: string): unknown {
  const { program, diagnostics } = assemble(parseSource("test.avm", text));
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  const { kind, returnData, failure } = run(new World(), { code: program, calldata: [4n] });
  return { kind, returnData, failure: failure?.kind === "halt" ? failure.code : undefined };
}

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
        toItsEnd(whyNotEdit(snapshot, snapshot.programs(snapshot.document), { [MAIN]: edits })),
        EDIT_REASONS.otherCode("main.avm"),
      );
      assert.notEqual(bytes(edited(text, edits)), bytes(text));
    },
    notOfProgram() {
      const { snapshot } = open("        SET [1], u8, #1\n", { files: { "other.avm": ".byte 1\n" } });
      const changes = { [uriOf("other.avm")]: change(".byte 1", "1", "2") };
      assert.equal(
        toItsEnd(whyNotEdit(snapshot, snapshot.programs(snapshot.document), changes)),
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
        assert.deepEqual(toItsEnd(rename(session.snapshot(uri)!, at, name)), { refused }, name);
      session.dispose();
    },
    changed() {
      const { session, snapshot, text } = open("        SET [4], u8, #1\n        MOV [4], [6]\n");
      const at = { line: 0, character: 13 };
      session.changeDocument(MAIN, 2, [{ text: `        MOV [9], [7]\n${text}` }]);
      session.snapshot(MAIN);
      for (const name of ["7", "name"]) {
        const edit = toItsEnd(rename(snapshot, at, name));
        assert.ok("refused" in edit, JSON.stringify(edit));
      }
      const edits = change(text, "#1", "#2");
      assert.equal(toItsEnd(whyNotEdit(snapshot, [snapshot], { [MAIN]: edits })), EDIT_REASONS.changed());
    },
  };
  for (const [kind, tried] of Object.entries(cases)) it(`are for a reason: ${kind}`, tried);
});
