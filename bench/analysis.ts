// How long the whole analysis of a program takes: of real contracts, and of generated code of growing size. Prints a line
// for each with the median of several runs in one process, the first ones left out.
//
//   tsx bench/analysis.ts [--runs N]

import { parseArgs } from "node:util";
import { analyze } from "../analysis/analysis.ts";
import { readBytecode } from "../assembler/input.ts";
import { parseSource } from "../grammar/parse.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { assemble } from "../program/assemble.ts";
import { decode } from "../program/codec.ts";
import type { Program } from "../program/program.ts";
import { artifactsOf, PACKAGES } from "../test/conformance/corpus-packages.ts";

const { values: flags } = parseArgs({ options: { runs: { type: "string", default: "11" } } });
const RUNS = Number(flags.runs);
const WARM_UP = 3;

/** Contracts by size: about 1,000, 4,000, 7,000 and 11,000 instructions. */
const CONTRACTS = [
  { version: "4.1.2", name: "@aztec/noir-contracts.js", contract: "SimpleToken" },
  { version: "4.1.2", name: "@aztec/noir-contracts.js", contract: "NFT" },
  { version: "2.0.3", name: "@aztec/noir-contracts.js", contract: "Token" },
  { version: "4.1.2", name: "@aztec/noir-test-contracts.js", contract: "AvmTest" },
];

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

/** Routines with a loop, an allocation and a branch each, all called one after the other. */
function generated(instructions: number): Program {
  const routines = Math.ceil(instructions / 25);
  const lines = [
    "SET [2], u32, #1",
    "SET [1], u32, #40000",
    "SET [0], u32, #100",
    "CALLDATACOPY [2], [3], [40]",
  ];
  lines[3] = "SET [3], u32, #0\nCALLDATACOPY [2], [3], [40]";
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

function measure(name: string, program: Program): void {
  const times: number[] = [];
  let steps = 0;
  for (let run = 0; run < RUNS + WARM_UP; run++) {
    const began = performance.now();
    const analysis = analyze(program);
    const time = performance.now() - began;
    steps = analysis.internals.engine.steps;
    if (run >= WARM_UP) times.push(time);
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >>> 1];
  const each = ((1000 * median) / program.count).toFixed(1);
  console.log(
    `${name.padEnd(28)} ${String(program.count).padStart(7)} instructions ${median.toFixed(1).padStart(9)} ms (${times[0].toFixed(1)} to ${times.at(-1)!.toFixed(1)}), ${each} µs each, ${steps} steps`,
  );
}

for (const contract of CONTRACTS)
  measure(`${contract.contract} ${contract.version}`, await contractOf(contract));
for (const size of [1_000, 10_000, 100_000]) measure("generated", generated(size));
