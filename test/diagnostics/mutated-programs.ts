/**
 * Good programs with one mistake at random, and what `avmasm check --fix` makes of them: the program still has an error,
 * or is the one before the mistake; of a mutant without an error the bytes stay.
 *
 *   tsx test/diagnostics/mutated-programs.ts [--count 1000] [--seed N]
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { fixTexts } from "../../diagnostics/apply-fixes.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

const SMALL = `.const K = 3
.cell x = [5] : u32
.cell one = [1] : u32
.macro ADD2 a, b, out=x
        ADD a, b, out
.endm
        SET [0], u32, #100
        SET one, u32, #K
        SET x, u32, #75
        ADD2 x, one
        ADD2 [5], [1], [7]
        .byte 1, 25
        ADD [1], [5], [7]
        SUB [1], [5], [7]
        MUL [1], [5], [7]
        EQ [1], [5], [9]
        JUMPI [9], end
loop:   NOP2 [1]
end:    RETURN one, x
`.replace("NOP2 [1]", "MOV [1], [2]");

export function fixMutants(count: number, seed: number): { fixed: number; restored: number } {
  const random = randomNumbers(seed);
  const folder = path.join(root, "examples");
  const programs = [
    SMALL,
    ...readdirSync(folder)
      .filter((name) => name.endsWith(".avm"))
      .map((name) => readFileSync(path.join(folder, name), "utf8"))
      .filter((text) => text.length < 4000),
  ].filter((text) => bytesOf(text).error === false);
  assert.ok(programs.length > 1);
  const counts = { fixed: 0, restored: 0 };
  for (let number = 0; number < count; number++) {
    const original = programs[random.below(programs.length)];
    const mutant = mutate(random, original);
    const before = bytesOf(mutant);
    const { texts } = fixTexts((changed) => {
      const current = changed.get("a.avm") ?? mutant;
      const { diagnostics } = check(parseSource("a.avm", current), { read });
      return {
        diagnostics: diagnostics.filter(({ severity }) => severity !== "hint"),
        texts: new Map([["a.avm", current]]),
      };
    });
    const text = texts.get("a.avm");
    if (text === undefined) continue;
    counts.fixed++;
    const after = bytesOf(text);
    const where = `mutant ${number} of seed ${seed}:\n${mutant}\nbecame\n${text}`;
    if (!before.error) assert.equal(after.bytes, before.bytes, where);
    else if (!after.error) {
      assert.equal(after.bytes, bytesOf(original).bytes, where);
      counts.restored++;
    }
  }
  return counts;
}

function read({ path: name, standard }: { path: string; standard: boolean }) {
  if (!standard) return { error: "there is no such file" };
  return { name, text: readFileSync(path.join(root, "lib", name), "utf8") };
}

function bytesOf(text: string): { error: boolean; bytes: string } {
  const { assembly, diagnostics } = check(parseSource("a.avm", text), { read });
  return { error: hasErrors(diagnostics), bytes: Buffer.from(encode(assembly.program)).toString("hex") };
}

const CHARACTERS = "0123456789abkxoneu[]#,:;.+-*() \n$\"'_JUMP";

/** One edit as a slip of the hand makes it. */
function mutate(random: RandomNumbers, text: string): string {
  const at = random.below(text.length);
  const character = CHARACTERS[random.below(CHARACTERS.length)];
  const tokens = [...text.matchAll(/\w+|[^\s\w]/g)].map(({ 0: token, index }) => ({ token, index }));
  const one = tokens[random.below(tokens.length)];
  const other = tokens[random.below(tokens.length)];
  const replaced = (token: string): string =>
    text.slice(0, one.index) + token + text.slice(one.index + one.token.length);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + character + text.slice(at);
    case 2:
      return text.slice(0, at) + character + text.slice(at + 1);
    case 3:
      return (
        text.slice(0, at) +
        text
          .slice(at, at + 2)
          .split("")
          .reverse()
          .join("") +
        text.slice(at + 2)
      );
    case 4:
      return replaced("");
    case 5:
      return replaced(`${one.token} ${one.token}`);
    case 6:
      return replaced(other.token);
    default: {
      const lines = text.split("\n");
      lines.splice(random.below(lines.length), 1);
      return lines.join("\n");
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values: flags } = parseArgs({
    options: { count: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } },
  });
  const { fixed, restored } = fixMutants(Number(flags.count), Number(flags.seed));
  console.log(`${fixed} mutants were fixed, ${restored} of them to the program before the mistake`);
}
