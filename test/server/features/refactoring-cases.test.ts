/** Refactorings keep the bytes, or aren't offered. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { CodeAction } from "vscode-languageserver-types";
import { parseSource } from "../../../grammar/source-file.ts";
import { check } from "../../../project/check.ts";
import { codeActionResolve, codeActions } from "../../../server/features/code-action.ts";
import { root } from "../../support/command.ts";
import { cornerProgram } from "../../support/corner-programs.ts";
import { randomNumbers } from "../../support/random.ts";
import { fuzz } from "../../support/runs.ts";
import { edited, MAIN, open } from "../fixture.ts";
import { editPrograms } from "../edit-property.ts";
import { bytesOf } from "../rename-property.ts";
import { toItsEnd } from "../../../program/cooperative.ts";

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

describe("a quick fix", () => {
  it("has the parentheses at the ends of an expression, in the message and in the text", () => {
    const text = readFileSync(
      path.join(root, "test/fixtures/edits/parentheses/quickfix-and-message.avm"),
      "utf8",
    );
    const { diagnostics } = check(parseSource(MAIN, text));
    assert.deepEqual(
      diagnostics.map(({ message, span }) => [message.replace(/^.*found /, ""), span.start, span.end]),
      [
        ["`2 + (3)`", 17, 24],
        ["`(1) + (2)`", 21, 30],
      ],
    );
    const { snapshot } = open(text);
    const fixed = [0, 1].map((line) => {
      const position = { line, character: line === 0 ? 23 : 21 };
      const actions = codeActions(snapshot, { start: position, end: position }, { only: ["quickfix"] });
      return actions.map(({ edit }) => edited(text, edit!.changes![MAIN]).split("\n")[line].trim());
    });
    assert.deepEqual(fixed, [["ADD [1], [2 + (3)], [4]"], ["SET [1], u8, #(1) + (2)"]]);
  });
});

describe("refactorings of a large program", () => {
  it("are offered on request, but not whenever the cursor moves", () => {
    const text = "        SET [1], u32, #7\n".repeat(3_001);
    const { snapshot } = open(text);
    const position = { line: 5, character: text.indexOf("7") };
    const kinds = (options: Parameters<typeof codeActions>[2]) =>
      codeActions(snapshot, { start: position, end: position }, options).map(({ kind }) => kind);
    assert.deepEqual(kinds({}), ["refactor.extract.constant"]);
    assert.deepEqual(kinds({ automatic: true }), []);
    assert.deepEqual(kinds({ automatic: true, only: ["refactor"] }), ["refactor.extract.constant"]);
    const small = open(text.slice(0, 200)).snapshot;
    assert.equal(codeActions(small, { start: position, end: position }, { automatic: true }).length, 1);
  });

  it("are tried when they are chosen, if the editor asks for the edit then", () => {
    const random = randomNumbers(11);
    const lines = "\n".repeat(3_000);
    const found = { made: 0, refused: 0 };
    for (let number = 0; number < fuzz(2); number++) {
      const { main, files } = cornerProgram(random);
      const { session, snapshot } = open(main + lines, { files, library: true });
      // On a busy machine a request may do without an assembly that isn't known yet.
      snapshot.allDiagnostics();
      for (const [line, row] of snapshot.document.file.lines.entries()) {
        for (let token = 0; token < row.tokenCount; token++) {
          if (random.below(10) > 0) continue;
          const position = { line, character: row.startOf(token) };
          const range = { start: position, end: position };
          const chosen = codeActions(snapshot, range, { resolves: true }).flatMap((action) => {
            if (action.edit) return [action];
            const { data, ...resolved } = toItsEnd(codeActionResolve(snapshot, action)) as CodeAction;
            found[resolved.edit ? "made" : "refused"]++;
            return data !== undefined && resolved.edit ? [resolved] : [];
          });
          assert.deepEqual(chosen, codeActions(snapshot, range, {}), row.text);
        }
      }
      session.dispose();
    }
    assert.ok(found.made > 10, JSON.stringify(found));
  });

  it("say why they aren't made after all", () => {
    const guarded = ".const A = 1\n.if defined(A)\n.byte A\n.endif\n.byte 9\n" + "\n".repeat(3_000);
    const { session, snapshot } = open(guarded);
    const range = { start: { line: 0, character: 7 }, end: { line: 0, character: 7 } };
    const [action] = codeActions(snapshot, range, { resolves: true });
    assert.deepEqual(action.edit, undefined);
    assert.deepEqual(toItsEnd(codeActionResolve(snapshot, action)), {
      refused: "The code of main.avm would be another one.",
    });
    session.changeDocument(MAIN, 2, [{ text: `\n${guarded}` }]);
    assert.deepEqual(toItsEnd(codeActionResolve(session.snapshot(MAIN)!, action)), {
      refused: "The text has changed in the meantime.",
    });
  });
});

describe("what the editor changes", () => {
  it("leaves programs as they are: random ones, those with every corner of the language, and the examples", () => {
    const counts = editPrograms({
      count: fuzz(1),
      seed: 3,
      share: 0.1,
      renamings: 0.01,
      exampleRenamings: 0.0025,
    });
    for (const kind of ["refactor.extract.constant", "refactor.extract.cell", "renamed"])
      assert.ok(counts[kind] > 0, JSON.stringify(counts));
  });

  it("goes behind a byte order mark", () => {
    const text = "\ufeff        SET [0], u32, #1\n        RETURN [0], [0]\n";
    const { snapshot } = open(text);
    const position = { line: 0, character: text.indexOf("#1") + 1 };
    const [{ edit }] = codeActions(
      snapshot,
      { start: position, end: position },
      { only: ["refactor.extract"] },
    );
    const after = edited(text, edit!.changes![MAIN]);
    assert.match(after, /^\ufeff\.const VALUE_1 = 1\n {8}SET \[0\], u32, #VALUE_1\n/);
  });
});

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
