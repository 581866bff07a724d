/**
 * A program that does one job over and over within its process, and prints how long each time took. The benchmark
 * bundles it and runs it afresh for every job: the first time is cold, the last ones are warm.
 *
 *   in-process JOB FILE.avm ROUNDS
 */

import { readFileSync } from "node:fs";
import { analyze } from "../analysis/analyze.ts";
import { check } from "../project/check.ts";
import { tagsReport } from "../analysis/reports/tags.ts";
import { describeCode } from "../disassembler/contract.ts";
import { disassemble } from "../disassembler/disassemble.ts";
import { formatText } from "../grammar/formatter/formatter.ts";
import { parseSource } from "../grammar/source-file.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { assemble } from "../assembler/assemble.ts";
import { decode, encode } from "../program/codec.ts";
import { sizeOf } from "../program/program.ts";

/** What a job works on; how it was made is not timed. */
interface Material {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Every job returns a number that depends on all of its work, so that none of it can be left out. */
const JOBS: Readonly<Record<string, (material: Material) => number>> = {
  parse: ({ text }) => parseSource("bench.avm", text).lines.length,
  build: ({ text }) => encode(assemble(parseSource("bench.avm", text)).program).length,
  check: ({ text }) => check(parseSource("bench.avm", text)).diagnostics.length,
  fmt: ({ text }) => formatText(text).length,
  decode: ({ bytes }) => decode(instructionSet("v6"), bytes).count,
  disasm: ({ bytes }) => disassemble(describeCode(bytes).model).text.length,
  tags: ({ bytes }) => JSON.stringify(tagsReport(analyze(decode(instructionSet("v6"), bytes)))).length,
};

export interface InProcessResult {
  readonly milliseconds: number[];
  readonly statements: number;
  /** Of the source text. */
  readonly characters: number;
  /** Of the bytecode. */
  readonly bytes: number;
}

const [job, file, rounds] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
// Of what only reads bytecode, the assembler is no warming up: another program is what it decodes.
const needsBytes = ["decode", "disasm", "tags"].includes(job);
const { program } = assemble(parseSource("bench.avm", needsBytes ? text : ""));
const material = { text, bytes: encode(program) };
const milliseconds: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  JOBS[job](material);
  milliseconds.push(performance.now() - start);
}
const measured = needsBytes ? program : assemble(parseSource("bench.avm", text)).program;
const result: InProcessResult = {
  milliseconds,
  statements: measured.count,
  characters: text.length,
  bytes: sizeOf(measured),
};
process.stdout.write(JSON.stringify(result));
