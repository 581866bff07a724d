/**
 * Quick fixes that know from the message what to write: lines that are added, numbers that are put into cells, and literals that
 * don't fit. What they leave is run.
 */

import assert from "node:assert/strict";
import { codeActions } from "../../../server/features/code-action.ts";
import { World } from "../../../machine/world.ts";
import { run } from "../../../machine/machine.ts";
import { encode } from "../../../program/codec.ts";
import { edited, MAIN, open } from "../fixture.ts";

/** The quick fixes at the cursor: what they are called, and the text that each leaves. */
function fixesAt(marked: string): Record<string, string> {
  const { snapshot, position, text } = open(marked, { library: true });
  const actions = codeActions(snapshot, { start: position, end: position }, { only: ["quickfix"] });
  return Object.fromEntries(
    actions.map(({ title, edit }) => [title, edited(text, edit!.changes![MAIN])] as const),
  );
}

/** What a program without mistakes returns. */
function returned(text: string, calldata: readonly bigint[] = []): readonly bigint[] {
  const { snapshot } = open(text, { library: true });
  const errors = snapshot.allDiagnostics().filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, [], text);
  const outcome = run(new World(), { code: encode(snapshot.assembly()!.program), calldata });
  assert.equal(outcome.kind, "return", text);
  return outcome.returnData;
}

describe("programs after quick fixes", () => {
  const END = "        RETURN [3], [2]\n";
  for (const [what, text, title, result] of [
    [
      "a number as an operand is put into a cell in front",
      `        SET [1], u64, #6\n        SET [3], u32, #1\n        ADD [1], $0#5, [2]\n${END}`,
      "Put `SET [68], u64, #5` in front (a guess)",
      [11n],
    ],
    [
      "also in a loop, in front of the instruction and behind its label",
      `        SET [1], u8, #0
        SET [3], u32, #1
        SET [5], u8, #1
loop:   ADD [1], [5], [1]
        LT [1], $0#5, [2]
        JUMPI [2], loop
        MOV [1], [2]
${END}`,
      "Put `SET [70], u8, #5` in front (a guess)",
      [5n],
    ],
    [
      "below the frames",
      `        SET [0], u32, #20
        SET [3], u32, #1
        SET [sp+0], u16, #2
        MUL [sp+0], $0#5, [2]
${END}`,
      "Put `SET [13], u16, #5` in front (a guess)",
      [10n],
    ],
    [
      "with the tag that the instruction takes",
      `        SET [1], ff, #7\n        SET [3], u32, #1\n        SSTORE [1], $0#5\n        MOV [1], [2]\n${END}`,
      "Put `SET [68], ff, #5` in front (a guess)",
      [7n],
    ],
    [
      "two numbers are put into two cells",
      "        RETURN $0#1, #5\n",
      "Put `SET [64], u32, #1` in front, and the like at 1 place more (a guess)",
      [5n],
    ],
    [
      "a MOV of a number is a SET",
      `        MOV $0#5, [2]\n        SET [3], u32, #1\n${END}`,
      "Change to `SET [2], u32, #5` (a guess)",
      [5n],
    ],
    [
      "a register has a cell",
      "        SET $0r2, u32, #1\n        RETURN r2, r2\n",
      "Add `.cell r2 = [2]`, and the like at 2 places more (a guess)",
      [1n],
    ],
    [
      "a macro of the library is included",
      "        SET [0], u32, #100\n        PUT$0 [3], u32, 1\n        INTERNALCALL f\n        RETURN [3], [2]\nf:      PUT [2], u32, 9\n        INTERNALRETURN\n",
      "Add `.include <std/core.avm>` (a guess)",
      [9n],
    ],
    [
      "so is one whose file includes others, with macros that call routines",
      "        FRAMES$0 100\n        SET [3], u32, #1\n        SET [2], u8, #7\n        RETURN [3], [2]\n",
      "Add `.include <std/frame.avm>` (a guess)",
      [7n],
    ],
  ] as const) {
    it(what, () => {
      const fixed = fixesAt(text)[title];
      assert.ok(fixed !== undefined, Object.keys(fixesAt(text)).join());
      if (result) assert.deepEqual(returned(fixed), result, fixed);
    });
  }
});

describe("quick fixes that add a line", () => {
  it("include the file of a macro of the library", () => {
    const call = " CALL_IN_FRAME$0 f, 3\nf: INTERNALRETURN";
    const title = "Add `.include <std/frame.avm>` (a guess)";
    const plain = call.replace("$0", "");
    for (const [before, added] of [
      ["", ".include <std/frame.avm>\n"],
      ["; About it.\n\n", "; About it.\n\n.include <std/frame.avm>\n"],
      ["\n; Calls f.\n", "\n.include <std/frame.avm>\n; Calls f.\n"],
      [" .target v6\n", " .target v6\n .include <std/frame.avm>\n"],
      [".include <std/core.avm>\n\n", ".include <std/core.avm>\n.include <std/frame.avm>\n\n"],
    ]) {
      const fixed = fixesAt(`${before}${call}`);
      assert.equal(fixed[title], `${added}${plain}`);
      const { snapshot } = open(fixed[title], { library: true });
      assert.deepEqual(
        snapshot.allDiagnostics().filter(({ code }) => code === "unknown-mnemonic"),
        [],
      );
    }
  });

  it("name a cell after a register, with its number", () => {
    const text = " ADD $0r2, [1], [1]\n RETURN [1], [1]";
    assert.equal(
      fixesAt(text)["Add `.cell r2 = [2]` (a guess)"],
      ".cell r2 = [2]\n ADD r2, [1], [1]\n RETURN [1], [1]",
    );
    assert.deepEqual(Object.keys(fixesAt(" JUMP r$02")), ["Add the label `r2` (a guess)"]);
  });
});

describe("quick fixes of a literal that doesn't fit", () => {
  it("take the narrowest tag, or the number that it becomes", () => {
    assert.deepEqual(fixesAt(" SET [1], u8, #3$000"), {
      "Write u16 instead of u8 (a guess)": " SET [1], u16, #300",
      "Write #44 (a guess)": " SET [1], u8, #44",
    });
    assert.deepEqual(fixesAt(".const A = 300\n SET [1], u8, #$0A"), {
      "Write u16 instead of u8 (a guess)": ".const A = 300\n SET [1], u16, #A",
    });
  });
});
