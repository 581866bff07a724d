/**
 * Times Aztec's own encoder and ours, in turns within one process, and prints the milliseconds of each round. Aztec
 * publishes no assembler to compare with: its encoder starts from instruction objects, ours from an assembled program
 * or from text.
 *
 *   encoder FILE.avm ROUNDS
 */

import { readFileSync } from "node:fs";
import { parseSource } from "../grammar/source-file.ts";
import { assemble } from "../assembler/assemble.ts";
import { encode } from "../program/codec.ts";
import { loadAztec } from "../test/conformance/oracle/aztec.ts";

interface AztecInstruction {
  readonly constructor: Record<string, unknown>;
  /** Chooses the wire form to encode the instruction in; a decoded instruction doesn't keep its own. */
  readonly as: (opcode: number, wireFormat: unknown) => void;
}

interface Codec {
  readonly decodeFromBytecode: (bytecode: Buffer) => AztecInstruction[];
  readonly encodeToBytecode: (instructions: AztecInstruction[]) => Buffer;
}

export interface EncoderResult {
  readonly statements: number;
  /** Milliseconds of every round, by the name of the encoder. */
  readonly times: Record<string, number[]>;
}

const [file, rounds] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const { decodeFromBytecode, encodeToBytecode } = (await loadAztec()) as unknown as Codec;
const assembled = () => assemble(parseSource("bench.avm", text), { target: "v4" }).program;
const program = assembled();
const bytes = encode(program);
const instructions = decodeFromBytecode(Buffer.from(bytes));
for (const [index, instruction] of instructions.entries()) {
  const opcode = program.opcodes[index];
  const suffix = /_([A-Z0-9]+)$/.exec(program.set.byOpcode[opcode]!.name)?.[1] ?? "";
  const statics = instruction.constructor;
  instruction.as(opcode, statics[`wireFormat${suffix}`] ?? statics.wireFormat);
}
if (Buffer.compare(encodeToBytecode(instructions), bytes) !== 0) throw new Error("the encoders disagree");

const contestants = {
  "Aztec 4.1.2, encodeToBytecode": () => encodeToBytecode(instructions).length,
  "avmasm, encode": () => encode(program).length,
  "avmasm, from text": () => encode(assembled()).length,
};
const times: Record<string, number[]> = {};
for (let round = 0; round < Number(rounds); round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const start = performance.now();
    run();
    (times[name] ??= []).push(performance.now() - start);
  }
}
const result: EncoderResult = { statements: program.count, times };
process.stdout.write(JSON.stringify(result));
