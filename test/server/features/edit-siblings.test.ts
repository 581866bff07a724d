/** Small programs of the kinds in `test/fixtures/edits`: what the editor changes keeps the bytes, or is refused. */

import assert from "node:assert/strict";
import { codeActions } from "../../../server/features/code-action.ts";
import { rename } from "../../../server/features/rename.ts";
import { edited, MAIN, open } from "../fixture.ts";
import { bytesOf } from "../rename-property.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

const bytes = (main: string): string | undefined => bytesOf({ main, files: {} });

describe("siblings of renamings", () => {
  const cases: readonly [text: string, to: string, isMade: boolean][] = [
    [".const $0A = 1\n.macro M p\n.if defined(p)\n.byte A\n.endif\n.endm\n        M 2\n", "p", false],
    [".const $0A = 1\n.rept 2, i\n.rept 2, j\n.byte A + i + j\n.endr\n.endr\n", "j", false],
    [".const $0A = 1\n.macro M a=2, b=A + a\n.byte b\n.endm\n        M\n", "a", false],
    [
      ".const $0A = 1\n.macro M\n.const B = 5\n.macro N\n.byte A\n.endm\n        N\n.endm\n        M\n",
      "B",
      false,
    ],
    ["f:      JUMP .a\n.a:     JUMP $0f\ng:      JUMP f.a\n", "g", false],
    ["f:      JUMP .a\n.$0a:     JUMP f\ng:      JUMP f.a\n", "f", true],
    [".cell $0x = [4]\n.macro M q\n.byte 1\n.endm\n        MOV x, [1]\n", "y", true],
    [".macro $0M\n.byte 1\n.endm\n.macro N\n        M\n.endm\n        N\n", "K", true],
    [".macro $0M\n.byte 1\n.endm\n.macro N K\n        M\n.byte K\n.endm\n        N 2\n", "K", false],
    [".const $0A = 3\n.if !defined(B) && A > 2\n.byte 1\n.else\n.byte 2\n.endif\n", "B", false],
    [".cell $0c = [sp+2]\n.macro M d\n        MOV c+1, d\n.endm\n        M [7]\n", "d", false],
    [".const A = 2\n.macro M $0t\n        SET [1], t, #A\n.endm\n        M u8\n", "A", false],
  ];
  for (const [marked, to, isMade] of cases) {
    it(`${isMade ? "are made" : "are refused"}: ${JSON.stringify(marked.slice(0, 60))} to ${to}`, () => {
      const { snapshot, position, text } = open(marked);
      assert.notEqual(bytes(text), undefined, "the program has errors");
      const edit = toItsEnd(rename(snapshot, position, to));
      assert.equal("changes" in edit, isMade, JSON.stringify(edit));
      const fresh = toItsEnd(rename(snapshot, position, "quite_fresh"));
      for (const one of isMade ? [edit, fresh] : [fresh]) {
        assert.ok("changes" in one, JSON.stringify(one));
        assert.equal(bytes(edited(text, one.changes![MAIN])), bytes(text));
      }
    });
  }
});

describe("siblings of refactorings", () => {
  const cases: readonly string[] = [
    ".const $0A = (1) << (2)\n.byte A | 1, ~A & 255, -A + 9\n",
    ".const $0A = -(1)\n.byte 5 - A, A + 2\n",
    ".const $0A = (3)\n.byte A * A\n",
    ".const B = 2\n.const $0A = B + 1\n.macro M B\n.byte A + B\n.endm\n        M 7\n",
    ".const $0A = 1 ; why\n.if A == 1\n.byte A\n.endif\n",
    ".const $0A = 2\n.rept A, i\n.byte i * A\n.endr\n",
    "x:      JUMP (x) + $05\n        INTERNALRETURN\n",
    ".cell c = [5]\n        MOV (c$0)+1, [c]\n",
    "        SET [1], u8, #($02) * (3)\n        MOV [1], [2+3]\n",
    ".const $0A = 'a' - 1\n.byte A, (A)\n",
  ];
  for (const marked of cases) {
    it(`keep the bytes: ${JSON.stringify(marked.slice(0, 60))}`, () => {
      const { snapshot, position, text } = open(marked);
      assert.notEqual(bytes(text), undefined, "the program has errors");
      const range = { start: position, end: position };
      for (const { title, edit } of codeActions(snapshot, range, { only: ["refactor"] }))
        assert.equal(bytes(edited(text, edit!.changes![MAIN])), bytes(text), title);
    });
  }
});
