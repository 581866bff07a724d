/**
 * Programs that halt at one instruction whatever the calldata is, each of a kind: loops, recursion, moved bases, routines,
 * pointers, ranges, casts, comparisons, gas. Each is run, and the checker must report one error with the code of the halt, which is
 * at the line that halts or names it as a related place. Those marked as later pass the instruction at first: they are warnings.
 *
 * A title `;;; kind: u8, u64` stands for a program with each of these in place of `{T}`.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "mocha";
import { analyze } from "../../analysis/analyze.ts";
import { createIncludeReader } from "../../cli/files/includes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { encode } from "../../program/codec.ts";
import type { Program } from "../../program/program.ts";
import { frameOf } from "../../program/source-locations.ts";
import { check } from "../../project/check.ts";
import { assembleText } from "../support/assemble.ts";
import { execute } from "../support/mutants.ts";

const FILE = path.resolve(import.meta.dirname, "../fixtures/sure-halts.avm");
const INPUTS = [[], [1n], [0n, 5n], [7n, 8n, 9n], [123_456_789n]];

describe("definite halts", () => {
  for (const template of readFileSync(FILE, "utf8").split(/^;;; /m).slice(1)) {
    const [title, ...lines] = template.split("\n");
    const [, kind, variants = "", later] = /^([^:]*?)(?:: (.*?))?( \(later\))?$/.exec(title)!;
    it(kind, () => {
      for (const variant of variants.split(", ")) holds(lines.join("\n").replaceAll("{T}", variant), !later);
    });
  }

  it("are reported beyond an early one in a program whose check takes more than 100,000 steps", () => {
    const text = [
      "SET [2], u8, #1",
      "SET [3], u32, #1",
      "ADD [2], [3], [4]",
      ...Array.from({ length: 6_000 }, () => "INTERNALCALL both"),
      "ADD [5], [6], [7]",
      "RETURN [7], [8]",
      "both:",
      "SET [5], u8, #1",
      "SET [6], u32, #1",
      ...Array.from({ length: 4 }, () => "MOV [6], [6]"),
      "INTERNALRETURN",
    ];
    const { findings } = analyze(assembleText(text.join("\n")).program);
    assert.deepEqual(
      findings.map(({ index }) => text[index]),
      ["ADD [2], [3], [4]", "ADD [5], [6], [7]"],
    );
  });
});

function holds(text: string, isError: boolean): void {
  const { assembly, diagnostics } = check(parseSource(FILE, text), { read: createIncludeReader(FILE) });
  const { program } = assembly;
  const runs = INPUTS.map((calldata) => ({ calldata, isStaticCall: false, continues: false }));
  const { failures } = execute(encode(program), runs, "v6", true);
  assert.equal(failures.length, runs.length, `some input ends well:\n${text}`);
  const [pc, ...others] = new Set(failures.map((failure) => failure.pc));
  assert.deepEqual(others, [], `inputs halt in different places:\n${text}`);

  const line = lineOf(program, pc);
  const told = ({ span, related = [] }: Diagnostic): boolean =>
    span.line === line || related.some((place) => place.source === FILE && place.span.line === line);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const message = `halts in line ${line + 1}: ${failures[0].message}\n${text}\n${JSON.stringify(errors)}`;
  assert.equal(errors.length, isError ? 1 : 0, message);
  if (!isError) {
    assert.ok(
      diagnostics.some((one) => one.severity === "warning" && told(one)),
      message,
    );
    return;
  }
  assert.ok(told(errors[0]), message);
  assert.equal(errors[0].code, failures[0].code, message);
}

/** The line of the main file that an instruction comes from. */
function lineOf({ origins, pcs }: Program, pc: number): number {
  const index = pcs.indexOf(pc);
  let line = origins!.lineOf[index];
  for (let frame = frameOf(origins!, index); frame.parent; frame = frame.parent.frame)
    line = frame.parent.line;
  return line;
}
