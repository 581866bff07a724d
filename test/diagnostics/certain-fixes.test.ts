import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fixTexts } from "../../diagnostics/apply-fixes.ts";
import { offeredTitle } from "../../diagnostics/compatible-fixes.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { edited } from "../server/fixture.ts";
import { root } from "../support/command.ts";
import { fuzz } from "../support/runs.ts";
import { fixMutants } from "./mutated-programs.ts";

function fixed(text: string): string {
  const { texts } = fixTexts((changed) => {
    const current = changed.get("a.avm") ?? text;
    const { diagnostics } = check(parseSource("a.avm", current));
    return { diagnostics, texts: new Map([["a.avm", current]]) };
  });
  return texts.get("a.avm") ?? text;
}

/** Whether a text has another in it; spaces don't count. */
function saysThat(text: string, other: string): boolean {
  const bare = (one: string): string => one.replaceAll(/\s/g, "");
  return bare(text).includes(bare(other));
}

function withFix(text: string, { edits }: Fix): string {
  const changes = edits.map(({ span: { line, start, end, endLine = line }, text: newText }) => ({
    range: { start: { line, character: start }, end: { line: endLine, character: end } },
    newText,
  }));
  return edited(text, changes);
}

const OK = "        SET [0], u32, #1\n        RETURN [0], [0]\n";

/** Programs with mistakes of the kinds in `test/fixtures/edits/fixes`; most have more than one likely meaning. */
const GUESSES: readonly (readonly [what: string, text: string])[] = [
  ["a cell for a literal", `.cell a = [5] : u32\n        SET [5], u32, #2\n        ADD #a, [5], [6]\n${OK}`],
  ["a literal for a cell", `        SET [5], u32, #2\n        MUL [5], #5, [6]\n${OK}`],
  ["a number for a cell", `        SET [5], u32, #2\n        MOV 5, [6]\n${OK}`],
  ["a number for a literal", `        SET [5], u32, 5\n${OK}`],
  ["a cell that a literal is set to", `.cell a = [5] : u32\n        SET [6], u32, a\n${OK}`],
  ["a name between two others", `.const RATE_A = 1\n.const RATE_B = 2\n        SET [5], u8, #RATE_C\n${OK}`],
  ["a label between two others", `l1:\n        JUMP l3\nl2:\n${OK}`],
  ["a constant that is near a cell", `.cell total = [5] : u32\n        SET [6], u32, #totals\n${OK}`],
  ["a mnemonic between two others", `        SET [5], u32, #2\n        SUP [5], [5], [6]\n${OK}`],
  ["a mnemonic near a macro", `.macro ADDD a, b\n        ADD a, b, b\n.endm\n        ADDDD [0], [0]\n${OK}`],
  ["a macro near a mnemonic", `.macro INC a\n        ADD a, a, a\n.endm\n        INCC [0]\n${OK}`],
  ["a tag that isn't one", `        CAST [0], [0], u31\n${OK}`],
  ["a tag of another language", `        CAST [0], [0], uint64\n${OK}`],
  ["a wrong tag", `        SET [5], u32, #2\n        SET [6], u64, #2\n        ADD [5], [6], [7]\n${OK}`],
  ["a member that isn't one", `        GETENVVAR [5], SENDERR\n${OK}`],
  ["a number with a sign of another assembler", `        SET [5], u8, #$FF\n${OK}`],
  ["a number in groups", `        SET [5], u32, #1,000\n        SET [6], u32, #1 000\n${OK}`],
  ["a number with a letter behind it", `        SET [5], u8, #10h\n${OK}`],
  ["a bracket that is missing", `        MOV [0, [5]\n        SET [sp+1, u32, #1\n${OK}`],
  ["a parenthesis that is missing", `        SET [5], u8, #(1 + 2\n${OK}`],
  ["an operand too many", `        ADD [0], [0], [5], [6]\n${OK}`],
  ["operands in another order", `        JUMPI end, [5]\nend:\n${OK}`],
  ["a comma that may be missing inside of a word", `        SET [5], u32, #1 2\n${OK}`],
  ["a word in front of code", `here we go\n${OK}`],
  ["a label without its colon", `start MOV [0], [5]\n${OK}`],
  ["an `=` that is missing", `.const A 1\n.cell x [5]\n.const B == 2\n${OK}`],
  ["a definition of another assembler", `A equ 1\n#define B 2\nC = 3\n${OK}`],
  ["a comment of another language", `# why\n        MOV [0], [5] # because\n${OK}`],
  ["parameters in parentheses", `.macro M(a, b)\n        ADD a, b, b\n.endm\n        M(1, 2)\n${OK}`],
  ["parameters without commas", `.macro M a b\n        ADD a, b, b\n.endm\n${OK}`],
  ["parameters with marks", `.macro M \\a, %b\n        ADD \\a, %b, \\a\n.endm\n        M [5], [6]\n${OK}`],
  ["fields in brackets", `.struct P = { x, y }\n.struct Q [x, y]\n${OK}`],
  ["a directive that isn't one", `.cosnt A = 1\n.if 1\n.end\n${OK}`],
  ["a suppression that isn't one", `        MOV [0], [0] ; avm-ignore: dead-stor\n${OK}`],
  ["an include without quotes", `.include lib.avm\n.include <std/cor.avm>\n${OK}`],
  ["a tag without its colon", `.cell a = [5] u32\n.expect a u32\n${OK}`],
];

describe("fixes that `check --fix` applies", () => {
  const folder = path.join(root, "test/fixtures/edits/fixes");
  for (const name of readdirSync(folder)) {
    it(`leave what is a guess: ${name}`, () => {
      const text = readFileSync(path.join(folder, name), "utf8");
      assert.equal(fixed(text), text);
    });
  }

  for (const [what, text] of GUESSES) {
    it(`leave what is a guess: ${what}`, () => {
      const { diagnostics } = check(parseSource("a.avm", text));
      assert.ok(diagnostics.some(({ severity }) => severity !== "hint"));
      assert.equal(fixed(text), text);
      for (const { message, fixes = [] } of diagnostics) {
        for (const fix of fixes) {
          assert.match(offeredTitle(fix), / \(a guess\)$/);
          // What is said and what the fix writes are the same.
          const meant = /did you mean `(.+)`\?|write `([^`]+)`|`(#addr[^`]+)`/
            .exec(message)
            ?.slice(1)
            .find(Boolean);
          const after = withFix(text, fix);
          if (meant !== undefined) assert.ok(saysThat(after, meant), `${message}: ${after}`);
        }
      }
    });
  }

  it("are a comma between brackets, and a suppression that suppresses nothing", () => {
    assert.equal(
      fixed("        SET [0], u32, #1\n        MOV [0] [1]\n        RETURN [0], [1]\n"),
      "        SET [0], u32, #1\n        MOV [0], [1]\n        RETURN [0], [1]\n",
    );
    assert.equal(
      fixed("        SET [0], u32, #1 ; avm-ignore: dead-store\n        RETURN [0], [0]\n"),
      "        SET [0], u32, #1\n        RETURN [0], [0]\n",
    );
  });

  it("add nothing but commas to the programs of the fixtures with what goes wrong", () => {
    let changed = 0;
    for (const room of ["cases", "language", "edits"]) {
      const fixtures = path.join(root, "test/fixtures", room);
      const names = readdirSync(fixtures, { recursive: true, encoding: "utf8" });
      for (const name of names.filter((one) => one.endsWith(".avm"))) {
        for (const text of readFileSync(path.join(fixtures, name), "utf8").split(/^(?=;;; )/m)) {
          const after = fixed(text);
          assert.equal(after.replaceAll(/[, ]/g, ""), text.replaceAll(/[, ]/g, ""), name);
          if (after !== text) changed++;
        }
      }
    }
    assert.ok(changed > 0);
  });

  it("never make another program of those that have a mistake", () => {
    const counts = fixMutants(fuzz(100), 3);
    assert.ok(counts.restored > 0, JSON.stringify(counts));
  });
});
