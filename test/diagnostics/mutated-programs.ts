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
import { check, type Checked } from "../../project/check.ts";
import { encode } from "../../program/codec.ts";
import { root } from "../support/command.ts";
import { cornerProgram } from "../support/corner-programs.ts";
import { exchangeLetters } from "../support/one-mistake.ts";
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

/** What the slips of {@link SLIPS} are made in: a call, members, tests, macros with parameters, and includes. */
const CALLING = `.include <std/core.avm>
.macro SUM left, right, to=[5]
        ADD left, right, to
.endm
        SET [0], u32, #100
        SET [1], ff, #2
        GETENVVAR [2], SENDER
        SUM [1], [2]
        INTERNALCALL twice
        CAST [5], [5], u8
        PUT [6], u32, 1
        RETURN [6], [5]
twice:  ADD [5], [5], [5]
        INTERNALRETURN

.test "returns something"
        .sender 5
        .call
        .returns 14
.endtest
`;

interface Counts {
  /** Mutants without an error. */
  good: number;
  /** Mutants that `--fix` changed. */
  fixed: number;
  /** Those of them that had an error and have none any more. */
  restored: number;
}

/** @param count how many mutants with an error are tried */
export function fixMutants(count: number, seed: number): Counts {
  const random = randomNumbers(seed);
  const folder = path.join(root, "examples");
  const programs = [
    SMALL,
    CALLING,
    ...readdirSync(folder)
      .filter((name) => name.endsWith(".avm"))
      .map((name) => readFileSync(path.join(folder, name), "utf8"))
      .filter((text) => text.length < 4000),
  ].filter((text) => !programOf(text, {}).error);
  assert.ok(programs.length > 1);
  const counts = { good: 0, fixed: 0, restored: 0 };
  for (let number = 0; number < count + counts.good; number++) {
    // Small programs with every corner of the language, and some as people write them.
    const { main: original, files } =
      random.below(4) > 0
        ? cornerProgram(random)
        : { main: programs[random.below(programs.length)], files: {} };
    fixMutant(mutate(random, original), original, files, `mutant ${number} of seed ${seed}`, counts);
  }
  return counts;
}

function fixMutant(mutant: string, original: string, files: Files, where: string, counts: Counts): void {
  const before = programOf(mutant, files);
  if (!before.error) counts.good++;
  const { texts } = fixTexts((changed) => {
    const current = changed.get(NAME);
    const { diagnostics } = current === undefined ? before.checked : programOf(current, files).checked;
    return {
      diagnostics: diagnostics.filter(({ severity }) => severity !== "hint"),
      texts: new Map([[NAME, current ?? mutant]]),
    };
  });
  const text = texts.get(NAME);
  if (text === undefined) return;
  counts.fixed++;
  const after = programOf(text, files);
  const what = `${where}:\n${mutant}\nbecame\n${text}`;
  if (!before.error) assert.equal(after.bytes, before.bytes, what);
  else if (!after.error) {
    assert.equal(after.bytes, programOf(original, files).bytes, what);
    counts.restored++;
  }
}

type Files = Readonly<Record<string, string>>;

const NAME = "a.avm";

function programOf(text: string, files: Files): { error: boolean; bytes: string; checked: Checked } {
  const checked = check(parseSource(NAME, text), {
    read: ({ path: name, standard }) => {
      if (standard) return { name, text: readFileSync(path.join(root, "lib", name), "utf8") };
      const found = files[name] as string | undefined;
      return found === undefined ? { error: "there is no such file" } : { name, text: found };
    },
  });
  const { assembly } = checked;
  return {
    error: hasErrors(assembly.diagnostics),
    bytes: Buffer.from(encode(assembly.program)).toString("hex"),
    checked,
  };
}

const CHARACTERS = "0123456789abkxoneu[]#,:;.+-*() \n$\"'_JUMP";

/** What people write who know another language, and slips in words and paths: each with what it is made of. */
const SLIPS: readonly (readonly [written: RegExp, slips: (random: RandomNumbers) => string])[] = [
  [/\b(?:u(?:1|8|16|32|64|128)|ff)\b/g, () => '"$&"'],
  [/(?<=^\s*\.macro\s+\w+\s.*)\b[a-z]\w*\b/gm, (random) => `${"%$&\\@"[random.below(5)]}$&`],
  [/(?<=\b(?:GETENVVAR|EMIT\w+)\b.*, )[A-Z]\w*/g, () => "[$&]"],
  [/(?<=[ ,])#?\w+(?=,|$)/gm, () => "[$&]"],
  [/(?<=\.include\s+["<].*)\w(?=\w*[/.])/g, (random) => ["", "$&$&", "x"][random.below(3)]],
  [/(?<=\.include\s+["<]).*\//g, (random) => ["", "lib/", "std_/", "./"][random.below(4)]],
  [/(?<=^\s*\.)\w+/gm, (random) => ["$&s", "$&t", "end$&", "x$&"][random.below(4)]],
  [/(?<=\.\w*)\w(?=\w)/g, () => ""],
  [/\bINTERNALCALL\s+/g, (random) => ["", "CALL ", "JSR ", "JUMP ", "INTERNALCALL #"][random.below(5)]],
  [/(?<=\bINTERNALCALL\s+)\w+/g, (random) => ["[$&]", "$&()", "&$&", "$&:", "$&, [1]"][random.below(5)]],
  [/\b(?:JUMPI?|INTERNALRETURN|RETURN|REVERT)\b/g, (random) => ["RET", "BR", "$&S"][random.below(3)]],
];

function slip(random: RandomNumbers, text: string): string {
  const [written, slips] = SLIPS[random.below(SLIPS.length)];
  const wanted = random.below([...text.matchAll(written)].length || 1);
  const by = slips(random);
  let place = 0;
  return text.replaceAll(written, (found) => (place++ === wanted ? by.replaceAll("$&", () => found) : found));
}

/** One edit as a slip of the hand makes it: often a comma that is left out, and suppressions that suppress nothing. */
function mutate(random: RandomNumbers, text: string): string {
  const at = random.below(text.length);
  const character = CHARACTERS[random.below(CHARACTERS.length)];
  const tokens = [...text.matchAll(/\w+|[^\s\w]/g)].map(({ 0: token, index }) => ({ token, index }));
  const one = tokens[random.below(tokens.length)];
  const other = tokens[random.below(tokens.length)];
  const replaced = (token: string): string =>
    text.slice(0, one.index) + token + text.slice(one.index + one.token.length);
  const commas = [...text.matchAll(/,\s*(?=[[#])/g)].map(({ index }) => index);
  const comma = commas[random.below(commas.length)] ?? at;
  switch (random.below(14)) {
    case 11:
    case 12:
    case 13:
      return slip(random, text);
    case 8:
      return text.slice(0, comma) + text.slice(comma + 1);
    case 9:
      return text.replaceAll(/,(?= *[[#])/g, (found) => (random.below(5) === 0 ? "" : found));
    case 10:
      return text.replaceAll(/$/gm, () => (random.below(9) === 0 ? " ; avm-ignore: dead-store" : ""));
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + character + text.slice(at);
    case 2:
      return text.slice(0, at) + character + text.slice(at + 1);
    case 3:
      return exchangeLetters(text, at);
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
  const { good, fixed, restored } = fixMutants(Number(flags.count), Number(flags.seed));
  console.log(`${flags.count} mutants with an error, ${good} without`);
  console.log(`${fixed} of them were fixed, ${restored} to the program before the mistake`);
}
