/**
 * Does one job repeatedly within its process, and prints the time of each round. The benchmark bundles this program and
 * runs it in a new process for every job: the first round is cold, the last ones are warm.
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

/** The inputs of a job; the time to create them isn't measured. */
interface Material {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * The jobs. Each returns a number that depends on all of its work, so that the engine can't optimise any of it away.
 */
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
  /** Length of the source text. */
  readonly characters: number;
  /** Length of the bytecode. */
  readonly bytes: number;
}

const [job, file, rounds] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
// Only jobs that read bytecode have the text assembled before the first round: for the others, the first round must
// find the assembler cold.
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
