import assert from "node:assert/strict";
import { fuzz } from "../support/runs.ts";
import { MAIN, open } from "./fixture.ts";
import { editRandomly, known, textOf } from "./random-edits.ts";
import { editSharedFiles } from "./shared-edits.ts";

describe("random edits", () => {
  it("leave a session with the results of a fresh session", () => editRandomly(fuzz(200), 20_261_127));
  it("do so with files that include each other, too: open, closed, and changed on disk", () =>
    editSharedFiles(fuzz(40), 1));
  it("do so on lines that begin or end a block without being directives, too", () => {
    const edits: readonly [before: string, after: string][] = [
      [".macro.deploy a", ",.macro.deploy a"],
      ["        NOP", ".macro.deploy a"],
      [
        ".rept 2 i j k\n        ADD [1], [1], [1]\n        NOP",
        ".rept 2 i j k\n        ADD [1], [1], [1]\n        endr",
      ],
      [
        ".macro M\n        ADD [1], [1], [1]\n        endm",
        ".macro M\n        ADD [1], [1], [1]\n        endm [1]",
      ],
      [
        ".macro M\n        ADD [1], [1], [1]\n        NOP",
        ".macro M\n        ADD [1], [1], [1]\n        endm",
      ],
    ];
    for (const [before, after] of edits) {
      const program = (lines: string) =>
        `        SET [1], u32, #1\n${lines}\n        SET [2], u32, #1\nf:      RETURN [1], [2]\n`;
      const { session } = open(program(before));
      known(session, MAIN);
      const lines = before.split("\n").length;
      const range = { start: { line: lines, character: 0 }, end: { line: lines, character: 99 } };
      session.changeDocument(MAIN, 2, [{ range, text: after.split("\n").at(-1)! }]);
      assert.equal(textOf(session, MAIN), program(after));
      assert.deepEqual(known(session, MAIN), known(open(program(after)).session, MAIN), after);
    }
  });
});
