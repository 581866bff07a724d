/** The corners of the language, a file each: what is said of it, where, and what it assembles to. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { check } from "../../project/check.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import { formatText } from "../../grammar/formatter/formatter.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";

const folder = path.join(root, "test/fixtures/language");

/** By file: `code line:from-to`, from 1, and the bytes of those that assemble. */
const CORNERS: Readonly<Record<string, { readonly said: readonly string[]; readonly bytes?: string }>> = {
  // Nothing was said: the address of `y`, 2, was added instead of the 7 that it holds.
  "01-cell-as-number": { said: ["cell-as-number 10:22-23"] },
  // Nothing was said: it jumped to byte 5 for ever.
  "02-jump-cell": { said: ["operand-kind 5:18-22"] },
  // Nothing was said: 05 0a, the offset from sp.
  "03-rel-cell-value": {
    said: ["cell-as-number 2:15-16", "cell-as-number 2:18-19", "cell-as-number 3:17-18"],
  },
  // Nothing was said: 04 08 twice.
  "04-param-rel-value": { said: ["cell-as-number 4:11-17", "cell-as-number 5:11-16"] },
  // `X` was an undefined-name, behind `defined(X) &&`, too. A byte alone is code that is cut off.
  "05-no-shortcircuit": { said: ["undecodable-code 4:9-16"], bytes: "02" },
  // The first assertion failed without a reason, the second held.
  "06-selector": { said: ["wrong-signature 1:62-85", "wrong-signature 2:26-29"] },
  // Nothing was said: the second `u8` was the counter.
  "07-rept-reserved": { said: ["reserved-name 1:18-20"] },
  // `t` was an unknown-tag.
  "08-tag-param": { said: [], bytes: "27000104013b0000010001" },
  // The same: without `--strict`, a write that may be of another tag isn't reported.
  "09-celltag-not-expect": {
    said: [],
    bytes:
      "270000040127000104001f000000000100021c000202012700050401240000020000002927000502012d0005073b0000000007",
  },
  // It said that `I` is called above its definition.
  "10-private-macro-msg": { said: ["unknown-mnemonic 8:9-10"] },
  // `.x` was an undefined-name.
  "11-local-in-const": { said: ["undecodable-code 1:9-16"], bytes: "000101" },
  // Nothing was said: `main.x` was the caller's.
  "12-qualified-hygiene": { said: ["undefined-name 4:14-20"] },
  // The fixes were `[1+a]` and `[a*2]`, pointers, and `(#5)`, an error; `1+a` is the neighbour of `a` now.
  "13-fix-changes-meaning": { said: ["cell-as-number 3:13-14", "operand-kind 4:14-17"] },
  // 02: the default took the constant of the body.
  "14-default-hygiene": { said: ["undecodable-code 4:9-16"], bytes: "01" },
  // Nothing was said.
  "15-jump-values": {
    said: ["operand-kind 1:14-17", "operand-kind 2:14-17", "operand-kind 3:14-22", "operand-kind 4:14-15"],
  },
  // Nothing was said: five cells were copied, as `n` is at 5.
  "16-std-count": { said: ["assertion-failed 5:32-33"] },
  // Two errors for each of the two mistakes.
  "17-cascades": { said: ["malformed-directive 1:12-13", "malformed-directive 5:18-19"] },
  // Nothing was said of either.
  "18-expect-pointer": { said: ["expectation-failed 3:17-22", "unreached-expectation 5:17-20"] },
  // unknown-mnemonic, with a fix that made `loop JUMP, loop` of it.
  "19-fix-missing-colon": { said: ["missing-colon 1:1-5"] },
  // Nothing was said: pointers through 10 and 8. `[3+p]` goes through the neighbour.
  "20-derived-pointer": { said: ["cell-as-number 2:16-17"] },
  // unknown-directive without advice, and the `.endif` was an error as well.
  "21-ifdef": { said: ["unknown-directive 1:9-17"] },
  // The bytes c2 80 for the first, those of U+FFFD for the second.
  "22-escapes": { said: ["malformed-character 1:21-27", "malformed-character 2:27-37"] },
  // Nothing was said: it jumped to byte 1.
  "16-jump-to-cell": { said: ["operand-kind 3:14-15"] },
  // Nothing was said of any string.
  "69-selector-AztecAddress": { said: ["wrong-signature 1:32-61"] },
  "70-selector-space": { said: ["wrong-signature 1:32-57"] },
  // Nothing was said: it jumped to byte 0.
  "75-cell-as-target": { said: ["operand-kind 4:21-25"] },
};

function checkFile(name: string) {
  const file = path.join(folder, `${name}.avm`);
  return check(parseSource(file, readFileSync(file, "utf8")), { read: createIncludeReader(file) });
}

describe("corners of the language", () => {
  it("are all listed in this test", () => {
    assert.deepEqual(
      readdirSync(folder).sort(),
      Object.keys(CORNERS)
        .map((name) => `${name}.avm`)
        .sort(),
    );
  });

  for (const [name, { said, bytes }] of Object.entries(CORNERS)) {
    it(name, () => {
      const { assembly, diagnostics } = checkFile(name);
      const found = diagnostics
        .filter(({ severity }) => severity !== "hint")
        .map(({ code, span }) => `${code} ${span.line + 1}:${span.start + 1}-${span.end + 1}`);
      assert.deepEqual(found, said);
      if (bytes !== undefined) assert.equal(Buffer.from(encode(assembly.program)).toString("hex"), bytes);
    });
  }

  it("have no fix that changes the meaning", () => {
    const titles = (name: string) =>
      checkFile(name).diagnostics.flatMap(({ fixes = [] }) => fixes.map(({ title }) => title));
    assert.deepEqual(titles("13-fix-changes-meaning"), ["Change to `#(5)`"]);
    assert.deepEqual(titles("19-fix-missing-colon"), ["Insert the colon"]);
  });

  it("tell what the canonical signature is, and what `.ifdef` is", () => {
    const messages = (name: string) => checkFile(name).diagnostics.map(({ message }) => message);
    assert.match(messages("69-selector-AztecAddress")[0], /: `transfer\(\(Field\),u128\)`$/);
    assert.match(messages("70-selector-space")[0], /: `transfer\(\(Field\),u128\)`$/);
    assert.match(messages("21-ifdef")[0], /`\.if defined\(X\)`$/);
  });

  for (const [blank, name] of [
    ["\u00a0", "U+00A0, a no-break space"],
    ["\u3000", "U+3000, an ideographic space"],
    ["\f", "U+000C, a form feed"],
    ["\v", "U+000B, a vertical tab"],
    ["\u2009", "U+2009, a blank"],
    ["\u2028", "U+2028, a line separator"],
    ["\ufeff", "U+FEFF, a byte order mark"],
  ]) {
    it(`refuse ${name}, between tokens`, () => {
      const { diagnostics } = check(parseSource("main.avm", `SET [1], u8,${blank}#1`));
      const [{ code, span, message }] = diagnostics;
      assert.deepEqual([code, span], ["unexpected-character", { line: 0, start: 12, end: 13 }]);
      assert.ok(message.startsWith(`${name} can't be here`), message);
    });
  }

  it("skip a byte order mark at the start of a text, and count it as a character there", () => {
    const told = (text: string) =>
      check(parseSource("main.avm", text)).diagnostics.map(({ code, span }) => [code, span.line, span.start]);
    const text = "SET [0], u32, #1\nRETURN [0], [0]\n";
    assert.deepEqual(told(`\ufeff${text}`), []);
    assert.deepEqual(told(`\ufeff.target v5\n${text}`), []);
    assert.deepEqual(told(`\ufeffADDD\n`), [["unknown-mnemonic", 0, 1]]);
    assert.deepEqual(told(`\ufeff\ufeff${text}`), [["unexpected-character", 0, 1]]);
    assert.deepEqual(told(`${text}\ufeff`), [["unexpected-character", 2, 0]]);
    assert.equal(formatText(`\ufeff;c\n${text}`), `\ufeff${formatText(`;c\n${text}`)}`);
  });

  it("say that a statement is one line", () => {
    const { diagnostics } = check(parseSource("main.avm", "SET [1], u8, #1 \\"));
    assert.deepEqual(
      diagnostics.map(({ code, message }) => [code, message.startsWith("a statement is one line")]),
      [["unexpected-character", true]],
    );
  });

  it("take the code of a suppression and the name of a function in any case", () => {
    const text = "SET [1], u32, #LO(5, 8)\nRETURN [0], [5]";
    const codes = (source: string) =>
      check(parseSource("main.avm", source)).diagnostics.map(({ code }) => code);
    assert.deepEqual(codes(text), ["wrong-tag"]);
    assert.deepEqual(codes(`${text} ; avm-ignore: WRONG-Tag`), []);
  });
});
