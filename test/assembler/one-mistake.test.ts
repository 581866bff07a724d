/**
 * One mistake in a correct program gets an error near it, mostly exactly one, whatever word, bracket, quote or line is missing or
 * misspelt. `ONE_MISTAKE=20000` tries that many; a failure names the seed.
 */

import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { createIncludeReader } from "../../cli/files/includes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { check } from "../../project/check.ts";
import { generatedProgram, writtenPrograms, type GoodProgram } from "../support/good-programs.ts";
import { mistakesIn, type Mistake } from "../support/one-mistake.ts";
import { randomNumbers } from "../support/random.ts";

const COUNT = Number(process.env.ONE_MISTAKE ?? 300);
const SEED = Number(process.env.ONE_MISTAKE_SEED ?? 1);
const GENERATED = 30;
/** Share of the mistakes that get exactly one error. */
const MIN_SINGLE = 0.95;
/** The error, or a place that it relates to, is on the line of the mistake, or this close to it. */
const NEAR_LINES = 2;
const MIN_NEAR = 0.85;
/** Errors that one mistake may get. */
const MAX_ERRORS = 12;

function errorsIn(name: string, text: string): Diagnostic[] {
  const { diagnostics } = check(parseSource(name, text), { read: createIncludeReader(name) });
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Whether the program's meaning depends on a line: lines of branches that aren't taken and of macros that aren't called are free. */
function isRead({ name, text }: GoodProgram, line: number): boolean {
  const lines = text.split("\n");
  lines.splice(line, 0, '.error "here"');
  return errorsIn(name, lines.join("\n")).length > 0;
}

/** Whether the changed text is another correct program. */
function isAllowed({ kind, word, text, line }: Mistake, program: GoodProgram): boolean {
  const changed = text.split("\n")[line];
  // `1, -1` without its comma is a difference.
  if (kind === "remove ,") return /\s-\d/.test(changed);
  // Nothing reads the parameters of a macro that isn't called, or other names without uses; three functions take any name.
  if (kind === "misspell a name") {
    if (/^\s*\.macro/.test(changed)) return !isRead(program, line + 1);
    const uses = program.text
      .split("\n")
      .map((one) => one.replaceAll(/(?:defined|has_addr|is_cell)\([^)]*\)/g, ""))
      .flatMap((one, index) => (index !== line && new RegExp(`\\b${word}\\b`).test(one) ? [index] : []));
    return changed.includes("defined(") || !uses.some((use) => isRead(program, use));
  }
  // Without its `.else`, both branches are one; a call without fields is a call.
  return /^remove \.(?:else|call|returns|staticcall)$/.test(kind) && changed.trim() === "";
}

describe("one mistake in a correct program", function () {
  this.timeout(Math.max(120_000, COUNT * 200));
  const tried: { program: GoodProgram; mistake: Mistake; errors: Diagnostic[] }[] = [];
  before(() => {
    const programs = [
      ...writtenPrograms().filter(({ name, text }) => errorsIn(name, text).length === 0),
      ...Array.from({ length: GENERATED }, (_, index) => generatedProgram(randomNumbers((index + 1) * 7919))),
    ];
    assert.ok(programs.length > 50, `${programs.length} programs`);
    const random = randomNumbers(SEED);
    const makers = programs.flatMap((program) =>
      mistakesIn(program.name, program.text).map((make) => ({ program, make })),
    );
    for (let index = 0; index < COUNT; index++) {
      const { program, make } = makers[random.below(makers.length)];
      const mistake = make(random);
      tried.push({ program, mistake, errors: errorsIn(program.name, mistake.text) });
    }
  });
  const described = ({ program, mistake: { kind, line, text }, errors }: (typeof tried)[number]): string =>
    `${program.name}:${line + 1}: ${kind}: ${text.split("\n")[line].trim()}: ${errors.map(({ message }) => message).join("; ")}`;

  it("gets an error", () => {
    const missed = tried.filter(
      ({ program, mistake, errors }) =>
        errors.length === 0 && !isAllowed(mistake, program) && isRead(program, mistake.line),
    );
    assert.deepEqual(missed.map(described), []);
  });

  it("gets exactly one, as a rule", () => {
    const found = tried.filter(({ errors }) => errors.length > 0);
    // A name whose definition is misspelt is reported at each use.
    const different = (errors: Diagnostic[]): number => new Set(errors.map(({ message }) => message)).size;
    const single = found.filter(({ errors }) => different(errors) === 1);
    const share = single.length / found.length;
    assert.ok(share >= MIN_SINGLE, `${(100 * share).toFixed(1)} %`);
    assert.deepEqual(found.filter(({ errors }) => different(errors) > MAX_ERRORS).map(described), []);
  });

  it("is found in a time that grows with the text: four times the text takes no more than ten times as long", () => {
    const text = (count: number): string => {
      const copies = Array.from(
        { length: count },
        (_, index) => `l${index}:
.rept 2, i
.if i
        SET [i + 40], u32, #str("a, [b]")
.else
        JUMP l${index}
.endif
.endr
.macro m${index} to
        SET to, u32, #1
.endm
        m${index} [3]
`,
      );
      return `${copies.join("")}        RETURN [40], [40]\n`;
    };
    const [small, large] = [text(75), text(300)];
    const random = randomNumbers(SEED);
    const makers = mistakesIn("small.avm", small);
    for (let index = 0; index < 4; index++) {
      const { text: mistaken, kind, line } = makers[random.below(makers.length)](random);
      // The same mistake at the same place of the larger text.
      const larger = [
        ...mistaken.split("\n").slice(0, -2),
        ...large.split("\n").slice(small.split("\n").length - 2),
      ];
      const times = [mistaken, larger.join("\n")].map((one) => {
        let best = Infinity;
        for (let tries = 0; tries < 3; tries++) {
          const start = process.cpuUsage();
          errorsIn("text.avm", one);
          const { user, system } = process.cpuUsage(start);
          best = Math.min(best, user + system);
        }
        return best;
      });
      const ratio = times[1] / Math.max(times[0], 2_000);
      assert.ok(
        ratio < 10,
        `${kind} in line ${line + 1}: ${times.map((time) => time / 1000).join(" ms, ")} ms`,
      );
    }
  });

  it("gets it near the mistake", () => {
    const found = tried.filter(({ errors }) => errors.length > 0);
    const near = found.filter(({ mistake, errors }) =>
      errors
        .flatMap(({ span, related = [] }) => [span.line, ...related.map((one) => one.span.line)])
        .some((line) => Math.abs(line - mistake.line) <= NEAR_LINES),
    );
    const share = near.length / found.length;
    assert.ok(share >= MIN_NEAR, `${(100 * share).toFixed(1)} %`);
  });
});
