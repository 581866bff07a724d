import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../project/check.ts";
import type { Levels } from "../../diagnostics/policy.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { assertDiagnostics } from "../support/annotated.ts";

interface Options {
  levels?: Levels;
  strict?: boolean;
  files?: Readonly<Record<string, string>>;
}

function diagnosticsOf(text: string, { levels, strict, files = {} }: Options = {}) {
  return check(parseSource("main.avm", text), {
    levels,
    strict,
    read: ({ path }) => ({ name: path, text: files[path] }),
  }).diagnostics;
}

/** Fails unless the text is told just what it announces, hints left aside. */
function told(text: string, options?: Options): void {
  const found = diagnosticsOf(text, options).filter(({ severity }) => severity !== "hint");
  assertDiagnostics(text, found);
}

/** `severity code` of all that is found. */
function severities(text: string, options?: Options): string[] {
  return diagnosticsOf(text, options).map(({ severity, code }) => `${severity} ${code}`);
}

describe("comments that suppress a diagnostic", () => {
  it("apply to their line, or to the next line that isn't empty", () =>
    told(`
        SET [0], u32, #1
        SET [1], u8, #256       ; avm-ignore: literal-too-wide
        ; avm-ignore: literal-too-wide

        ; Another comment.
        SET [1], u8, #256
        SET [1], u8, #256
;                    ^^^^ literal-too-wide
        RETURN [0], [1]`));
  it("are of every kind, name several codes, and give a reason", () =>
    told(`
        SET [0], u32, #1
        SET [1], u8, #256       // avm-ignore: literal-too-wide
        SET [1], u8, #256       /* avm-ignore: literal-too-wide */
        SET /* avm-ignore literal-too-wide */ [1], u8, #256
        SET [9], u8, #256       ;;avm-ignore:dead-store,literal-too-wide -- so that it is 0
        RETURN [0], [1]`));
  it("are only those that begin with the mark", () =>
    told(`
        SET [0], u32, #1
        SET [1], u8, #256       ; not avm-ignore: literal-too-wide
;                    ^^^^ literal-too-wide
        SET [1], u8, #256       ; avm-ignored: literal-too-wide
;                    ^^^^ literal-too-wide
        RETURN [0], [1]`));
  it("are about an expansion where they stand at the call, and where they stand in the body", () =>
    told(`
        .macro WIDE cell
        SET cell, u8, #256
        .endm
        .macro NARROW cell
        SET cell, u8, #256      ; avm-ignore: literal-too-wide
        .endm
        .macro BOTH
        WIDE [1]
        NARROW [2]
        .endm
        SET [0], u32, #1
        BOTH                    ; avm-ignore: literal-too-wide
        RETURN [0], [1]`));
  it("can suppress errors of the checker", () =>
    assert.deepEqual(severities("RETURN [0], [0] ; avm-ignore: wrong-tag"), []));
  it("can't suppress errors that prevent assembling", () =>
    told(`
        ADD [1], [2]            ; avm-ignore: operand-count
;       ^^^ operand-count`));
  it("are reported if they are wrong or suppress nothing", () =>
    told(`
        SET [0], u32, #1        ; avm-ignore: literal-to-wide
;                                             ^^^^^^^^^^^^^^^ unknown-suppression: there is no diagnostic \`literal-to-wide\`; did you mean \`literal-too-wide\`?
        SET [1], u8, #1         ; avm-ignore: literal-too-wide
;                                             ^^^^^^^^^^^^^^^^ unused-suppression: there is no \`literal-too-wide\` to ignore here
        SET [1], u8, #1         ; avm-ignore: unknown-mnemonic
;                                             ^^^^^^^^^^^^^^^^ unknown-suppression: can't be ignored
        SET [1], u8, #1         ; avm-ignore
;                                 ^^^^^^^^^^ unknown-suppression: is followed by codes
        RETURN [0], [1]
        ; avm-ignore: dead-store
;                     ^^^^^^^^^^ unused-suppression`));
  it("may suppress nothing in a macro, under a condition, and in an included file", () =>
    told(
      `
        .include "a.avm"
        .macro M
        SET [1], u8, #1         ; avm-ignore: literal-too-wide
        .endm
        .if 0
        SET [1], u8, #256       ; avm-ignore: literal-too-wide
        .endif
        SET [0], u32, #1
        M
        RETURN [0], [1]`,
      { files: { "a.avm": "; avm-ignore: literal-too-wide\n SET [5], u8, #1" } },
    ));
  it("can suppress hints", () => {
    const text = "SET [0], u32, #1\nSET [1], u8, #1\nSET [2], u8, #1\nRETURN [0], [1]";
    assert.deepEqual(severities(text), ["hint dead-store"]);
    assert.deepEqual(severities(text.replace("#1\nRETURN", "#1 ; avm-ignore: dead-store\nRETURN")), []);
  });
  it("have fixes if they are wrong", () => {
    const fixes = (text: string): string[] => {
      return diagnosticsOf(text).flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));
    };
    const lines = (comment: string): string => `SET [0], u32, #1 ; ${comment}\nRETURN [0], [0]`;
    assert.deepEqual(fixes(lines("avm-ignore: dead-stor")), ["Change to `dead-store`"]);
    assert.deepEqual(fixes(lines("avm-ignore: dead-store")), ["Remove the comment"]);
    assert.deepEqual(fixes(lines("avm-ignore: dead-store, cell-tag")), []);
  });
  it("are removed together with the blanks around them", () => {
    const mended = (line: string): string => {
      const text = `SET [0], u32, #1\n${line}\nRETURN [0], [0]`;
      const [{ span, text: inserted }] = diagnosticsOf(text)
        .flatMap(({ fixes = [] }) => fixes)
        .filter(({ title }) => title === "Remove the comment")
        .flatMap(({ edits }) => edits);
      assert.equal(span.line, 1);
      return line.slice(0, span.start) + inserted + line.slice(span.end);
    };
    assert.equal(mended("SET [0], u32, #1 \t ; avm-ignore: dead-store"), "SET [0], u32, #1");
    assert.equal(mended("SET [0], u32, #1 /* avm-ignore: dead-store */ "), "SET [0], u32, #1");
    assert.equal(mended("SET /* avm-ignore: dead-store */ [0], u32, #1"), "SET  [0], u32, #1");
    assert.equal(mended("  ; avm-ignore: dead-store"), "");
  });
});

describe("severities of a project", () => {
  const wide = "SET [0], u32, #1\nSET [1], u8, #256\nRETURN [0], [1]";
  it("are those of the catalogue without a project", () =>
    assert.deepEqual(severities(wide), ["warning literal-too-wide"]));
  it("can be set to any other severity", () => {
    const found = (level: Levels["dead-store"]) =>
      severities(wide, { levels: { "literal-too-wide": level } });
    assert.deepEqual(found("error"), ["error literal-too-wide"]);
    assert.deepEqual(found("warning"), ["warning literal-too-wide"]);
    assert.deepEqual(found("hint"), ["hint literal-too-wide"]);
    assert.deepEqual(found("off"), []);
  });
  it("apply to diagnostics of the comments, too", () => {
    const text = wide.replace("#1\n", "#1 ; avm-ignore: dead-store\n");
    const levels: Levels = { "unused-suppression": "error", "literal-too-wide": "off" };
    assert.deepEqual(severities(text, { levels }), ["error unused-suppression"]);
  });
  it("keep possible mistakes below definite ones", () => {
    // [1] may be a u8, and may be a u32.
    const text = `SET [0], u32, #1
        SET [2], u32, #0
        CALLDATACOPY [0], [2], [3]
        CAST [3], [3], u1
        SET [1], u32, #0
        JUMPI [3], over
        SET [1], u8, #0
over:   RETURN [1], [1]`;
    assert.deepEqual(severities(text), ["hint wrong-tag"]);
    assert.deepEqual(severities(text, { strict: true }), ["warning wrong-tag"]);
    const levels: Levels = { "wrong-tag": "error" };
    assert.deepEqual(severities(text, { levels }), ["hint wrong-tag"]);
    assert.deepEqual(severities(text, { levels, strict: true }), ["warning wrong-tag"]);
    assert.deepEqual(severities(text, { levels: { "wrong-tag": "warning" } }), ["hint wrong-tag"]);
    assert.deepEqual(severities(text, { levels: { "wrong-tag": "off" } }), []);
  });
});
