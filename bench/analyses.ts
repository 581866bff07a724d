/**
 * Analyses real contracts and generated code repeatedly, in turns with Aztec's decoder on the same contracts, and
 * prints the times as JSON.
 *
 *   analyses ROUNDS [--quick]
 */

import { analyze } from "../analysis/analyze.ts";
import { readBytecode } from "../artifact/input.ts";
import { parseSource } from "../grammar/source-file.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { assemble } from "../assembler/assemble.ts";
import { decode, encode } from "../program/codec.ts";
import type { Program } from "../program/program.ts";
import { artifactsOf, PACKAGES } from "../test/conformance/corpus-packages.ts";
import { loadAztec } from "../test/conformance/oracle/aztec.ts";

export interface AnalysisResult {
  readonly name: string;
  readonly instructions: number;
  /** Work of the abstract interpreter: instructions executed, and pages of memory joined. */
  readonly steps: number;
  /** Milliseconds of every round. */
  readonly analysis: readonly number[];
  /**
   * Milliseconds of Aztec's decoder on the same bytes; empty for generated code, whose version the decoder doesn't
   * read.
   */
  readonly aztec: readonly number[];
}

/** Contracts of about 2,000, 4,000, 6,000, 7,000 and 11,000 instructions. */
const CONTRACTS = [
  { version: "4.1.2", name: "@aztec/noir-contracts.js", contract: "AMM" },
  { version: "4.1.2", name: "@aztec/noir-contracts.js", contract: "NFT" },
  { version: "4.1.2", name: "@aztec/noir-contracts.js", contract: "Token" },
  { version: "4.1.2", name: "@aztec/noir-test-contracts.js", contract: "AvmGadgetsTest" },
  { version: "4.1.2", name: "@aztec/noir-test-contracts.js", contract: "AvmTest" },
];

interface Decoder {
  readonly decodeFromBytecode: (bytecode: Buffer) => unknown[];
}

async function contractOf({ version, name, contract }: (typeof CONTRACTS)[number]): Promise<Program> {
  const found = PACKAGES.find((one) => one.name === name && one.version === version)!;
  for (const { file, bytes } of await artifactsOf(found)) {
    if (!file.endsWith(`-${contract}.json`)) continue;
    const input = readBytecode(await bytes());
    if ("error" in input || input.kind !== "artifact") continue;
    const code = input.artifact.functions[0].bytecode();
    if (!("error" in code)) return decode(instructionSet(found.target), code);
  }
  throw new Error(`${name} ${version} has no contract ${contract}`);
}

/** Generates routines with a loop, an allocation and a branch each, and a main program that calls them in turn. */
function generated(instructions: number): Program {
  const routines = Math.ceil(instructions / 25);
  const lines = [
    "SET [2], u32, #1",
    "SET [1], u32, #40000",
    "SET [0], u32, #100",
    "SET [3], u32, #0",
    "CALLDATACOPY [2], [3], [40]",
  ];
  for (let k = 0; k < routines; k++) lines.push(`INTERNALCALL f${k}`);
  lines.push("RETURN [3], [40]");
  for (let k = 0; k < routines; k++) {
    lines.push(`f${k}:
  MOV [1], [sp+1]
  SET [sp+2], u32, #5
  ADD [1], [sp+2], [1]
  SET [[sp+1]], u32, #1
  ADD [sp+1], [2], [sp+3]
  ADD [sp+1], [sp+2], [sp+4]
.loop:
  EQ [sp+3], [sp+4], [sp+5]
  JUMPI [sp+5], .end
  MOV [40], [[sp+3]]
  ADD [sp+3], [2], [sp+3]
  JUMP .loop
.end:
  CAST [40], [sp+6], u32
  SET [sp+7], u32, #${k % 1000}
  LT [sp+6], [sp+7], [sp+8]
  JUMPI [sp+8], .small
  ADD [sp+6], [sp+7], [sp+9]
  JUMP .done
.small:
  MUL [sp+6], [sp+7], [sp+9]
.done:
  MOV [[sp+1]], [sp+10]
  ADD [sp+9], [sp+10], [sp+9]
  CAST [sp+9], [sp+11], ff
  MOV [sp+11], [41]
  INTERNALRETURN`);
  }
  const { program, diagnostics } = assemble(parseSource("generated.avm", lines.join("\n")));
  const error = diagnostics.find(({ severity }) => severity === "error");
  if (error) throw new Error(error.message);
  return program;
}

const [rounds, quick] = process.argv.slice(2);
const { decodeFromBytecode } = (await loadAztec()) as unknown as Decoder;

function measure(name: string, program: Program, decodes: boolean): AnalysisResult {
  const analysis: number[] = [];
  const aztec: number[] = [];
  const buffer = Buffer.from(encode(program));
  let steps = 0;
  for (let round = 0; round < Number(rounds); round++) {
    const began = performance.now();
    const done = analyze(program);
    analysis.push(performance.now() - began);
    ({ steps } = done.internals.engine);
    if (!decodes) continue;
    const before = performance.now();
    decodeFromBytecode(buffer);
    aztec.push(performance.now() - before);
  }
  return { name, instructions: program.count, steps, analysis, aztec };
}

const results: AnalysisResult[] = [];
for (const contract of CONTRACTS)
  results.push(measure(`${contract.contract} ${contract.version}`, await contractOf(contract), true));
for (const size of quick ? [1_000] : [1_000, 10_000, 100_000])
  results.push(measure("generated", generated(size), false));
process.stdout.write(JSON.stringify(results));
