/** Quick fixes that know from the message what to write: lines that are added, and literals that don't fit. */

import assert from "node:assert/strict";
import { codeActions } from "../../../server/features/code-action.ts";
import { edited, MAIN, open } from "../fixture.ts";

/** The quick fixes at the cursor: what they are called, and the text that each leaves. */
function fixesAt(marked: string): Record<string, string> {
  const { snapshot, position, text } = open(marked, { library: true });
  const actions = codeActions(snapshot, { start: position, end: position }, { only: ["quickfix"] });
  return Object.fromEntries(
    actions.map(({ title, edit }) => [title, edited(text, edit!.changes![MAIN])] as const),
  );
}

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
