/**
 * The grammar as docs/language.md prints it is the parser's: sentences that are derived from it parse without a problem, and
 * every line of the examples and of the standard library can be derived.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { codeBlocks } from "../support/documentation.ts";
import { parseLine, parseSource } from "../../grammar/source-file.ts";
import { root } from "../support/command.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

type Part =
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Part[] }
  | { readonly kind: "optional" | "repeated"; readonly part: Part };

/** Terminals that stand for many words: how one is recognised, and what a sentence has for it. */
const TERMINALS: Readonly<Record<string, [pattern: RegExp, samples: readonly string[]]>> = {
  name: [/^[A-Za-z_]\w*$/, ["foo", "bar_1", "ADD", "u32", "end"]],
  "dot-name": [/^\.[A-Za-z_]\w*$/, [".loop", ".x"]],
  "qualified-name": [/^[A-Za-z_]\w*\.[A-Za-z_]\w*$/, ["foo.loop"]],
  number: [/^[0-9]/, ["0", "0xff", "1_000"]],
  character: [/^'/, ["'a'", "'\\n'"]],
  string: [/^"/, ['"text"', '""']],
};
const WORDS =
  /[A-Za-z_]\w*\.[A-Za-z_]\w*|\.?[A-Za-z_]\w*|[0-9]\w*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\|\||&&|[=!<>]=|<<|>>|\S/g;

const rules = readRules(codeBlocks("docs/language.md").find(({ language }) => language === "ebnf")!.text);

function readRules(text: string): ReadonlyMap<string, Part> {
  const found = text
    .replaceAll('name "." name', "qualified-name")
    .replaceAll('"." name', "dot-name")
    .replace(/\n +\|/g, " |")
    .trim()
    .split("\n")
    .map((line): [string, Part] => {
      const [, name, right] = /^([a-z-]+) += (.*)$/.exec(line)!;
      const words = right.split(" ");
      const part = readChoice(words);
      assert.deepEqual(words, [], line);
      return [name, part];
    });
  return new Map(found);
}

function readChoice(words: string[]): Part {
  const parts = [readSequence(words)];
  while (words[0] === "|") {
    words.shift();
    parts.push(readSequence(words));
  }
  return parts.length === 1 ? parts[0] : { kind: "choice", parts };
}

function readSequence(words: string[]): Part {
  const parts: Part[] = [];
  while (words.length > 0 && !["|", "]", "}", ")"].includes(words[0])) {
    const word = words.shift()!;
    if ("[{(".includes(word)) {
      const part = readChoice(words);
      words.shift();
      parts.push(word === "(" ? part : { kind: word === "[" ? "optional" : "repeated", part });
    } else
      parts.push(
        word.startsWith('"') ? { kind: "word", text: word.slice(1, -1) } : { kind: "rule", name: word },
      );
  }
  return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
}

/** A sentence of a part of the grammar; the deeper, the shorter. */
function derive(part: Part, random: RandomNumbers, depth = 0): string[] {
  switch (part.kind) {
    case "word":
      return [part.text];
    case "sequence":
      return part.parts.flatMap((one) => derive(one, random, depth));
    case "choice":
      return derive(part.parts[random.below(depth > 12 ? 1 : part.parts.length)], random, depth + 1);
    case "optional":
      return random.below(2) === 0 ? derive(part.part, random, depth + 1) : [];
    case "repeated":
      return random.below(depth > 12 ? 1 : 3) > 0
        ? [...derive(part.part, random, depth + 2), ...derive(part.part, random, depth + 4)]
        : [];
    case "rule": {
      const rule = rules.get(part.name);
      if (rule) return derive(rule, random, depth + 1);
      const [, samples] = TERMINALS[part.name];
      return [samples[random.below(samples.length)]];
    }
  }
}

/** Where a part of the grammar that begins at a word can end. */
function ends(part: Part, words: readonly string[], at: number): number[] {
  switch (part.kind) {
    case "word":
      return words[at]?.toLowerCase() === part.text ? [at + 1] : [];
    case "sequence":
      return part.parts.reduce(
        (places, one) => [...new Set(places.flatMap((place) => ends(one, words, place)))],
        [at],
      );
    case "choice":
      return [...new Set(part.parts.flatMap((one) => ends(one, words, at)))];
    case "optional":
      return [at, ...ends(part.part, words, at)];
    case "repeated": {
      const places = new Set([at]);
      for (const place of places) for (const end of ends(part.part, words, place)) places.add(end);
      return [...places];
    }
    case "rule": {
      const rule = rules.get(part.name);
      if (rule) return ends(rule, words, at);
      return at < words.length && TERMINALS[part.name][0].test(words[at]) ? [at + 1] : [];
    }
  }
}

function isDerived(text: string): boolean {
  const words = text.match(WORDS) ?? [];
  return ends(rules.get("line")!, words, 0).includes(words.length);
}

describe("the grammar that is printed", () => {
  it("derives only what parses", () => {
    const random = randomNumbers(24);
    let directives = 0;
    for (let round = 0; round < 10_000; round++) {
      const words = derive(rules.get("line")!, random);
      const text = words.join(" ");
      assert.deepEqual(parseLine(text).problems, [], text);
      if (words.some((word) => word.startsWith("."))) directives++;
    }
    assert.ok(directives > 500);
  }).timeout(30_000);

  it("derives every line of the examples and of the library", () => {
    let lines = 0;
    for (const folder of ["examples", "examples/contracts", "lib/std"]) {
      for (const name of readdirSync(path.join(root, folder)).filter((file) => file.endsWith(".avm"))) {
        const text = readFileSync(path.join(root, folder, name), "utf8");
        for (const { text: line, comments } of parseSource(name, text).lines) {
          const bare = comments.reduceRight(
            (rest, { start, end }) => rest.slice(0, start) + rest.slice(end),
            line,
          );
          assert.ok(isDerived(bare), line);
          lines++;
        }
      }
    }
    assert.ok(lines > 500);
  }).timeout(30_000);

  it("doesn't derive what is wrong", () => {
    for (const wrong of [
      "ADD [1] [2]",
      "ADD [1",
      "JUMP lo(1",
      ".cell x [1]",
      ".nothing",
      ".test 5",
      "1: ADD",
      "ADD #",
    ]) {
      assert.ok(!isDerived(wrong), wrong);
      assert.notEqual(
        parseSource("a.avm", wrong).lines.flatMap(({ problems }) => problems).length +
          Number(wrong === ".nothing"),
        0,
        wrong,
      );
    }
  });
});
