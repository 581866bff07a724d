/** Refactorings keep the bytes, or aren't offered. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { codeActions } from "../../../server/features/code-action.ts";
import { root } from "../../support/command.ts";
import { edited, MAIN, open } from "../fixture.ts";
import { bytesOf } from "../rename-property.ts";

/** What inlining the first constant makes of a program; undefined if it isn't offered. */
function inlined(name: string): string | undefined {
  const text = readFileSync(path.join(root, "test/fixtures/edits", name), "utf8");
  const at = text.indexOf(".const ") + ".const ".length;
  const { snapshot, position } = open(`${text.slice(0, at)}$0${text.slice(at)}`);
  const [action] = codeActions(
    snapshot,
    { start: position, end: position },
    { only: ["refactor.inline.constant"] },
  );
  const after = (action as typeof action | undefined) && edited(text, action.edit!.changes![MAIN]);
  if (after !== undefined) {
    assert.notEqual(bytesOf({ main: text, files: {} }), undefined, name);
    assert.equal(bytesOf({ main: after, files: {} }), bytesOf({ main: text, files: {} }), after);
  }
  return after;
}

describe("inlining a constant", () => {
  it("isn't offered if its name is tested", () => {
    assert.equal(inlined("rename/guard.avm"), undefined);
  });

  it("keeps the parentheses at the ends of its value", () => {
    assert.match(
      inlined("parentheses/inline-wrong-value.avm")!,
      /\(\(1\) \+ \(2\)\) \* 3, 10 - \(\(1\) \+ \(2\)\)/,
    );
  });

  it("keeps a jump's target, or isn't offered", () => {
    inlined("rename/jump.avm");
    inlined("parentheses/inline-broken.avm");
  });
});
