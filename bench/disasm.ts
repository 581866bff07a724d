// Measures how fast bytecode is decoded, in turns with Aztec's own decoder on the same contracts in one process: load
// on the machine changes both times, but hardly their ratio.
//
//   tsx bench/disasm.ts

import { describeCode } from "../disassembler/contract.ts";
import { disassemble } from "../disassembler/disassemble.ts";
import { readBytecode } from "../artifact/input.ts";
import { instructionSet } from "../isa/instruction-set.ts";
import { decode } from "../program/codec.ts";
import { PACKAGES, artifactsOf } from "../test/conformance/corpus-packages.ts";
import { loadAztec } from "../test/conformance/oracle/aztec.ts";

/** The bytecodes of release 4.1.2, which Aztec's decoder is from. */
async function bytecodes(): Promise<Uint8Array[]> {
  const found = new Map<string, Uint8Array>();
  for (const corpusPackage of PACKAGES.filter(({ version }) => version === "4.1.2")) {
    for (const { bytes } of await artifactsOf(corpusPackage)) {
      const input = readBytecode(await bytes());
      if ("error" in input || input.kind !== "artifact") continue;
      for (const { bytecode } of input.artifact.functions) {
        const code = bytecode();
        if (!("error" in code)) found.set(Buffer.from(code).toString("base64"), code);
      }
    }
  }
  return [...found.values()];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >>> 1];
}

interface Decoder {
  readonly decodeFromBytecode: (bytecode: Buffer) => unknown[];
}

const { decodeFromBytecode } = (await loadAztec()) as unknown as Decoder;
const codes = await bytecodes();
const buffers = codes.map((code) => Buffer.from(code));
const set = instructionSet("v4");
const instructions = codes.reduce((sum, code) => sum + decode(set, code).count, 0);

const contestants = {
  "Aztec 4.1.2, decodeFromBytecode": () =>
    buffers.reduce((sum, code) => sum + decodeFromBytecode(code).length, 0),
  "avmasm, decode": () => codes.reduce((sum, code) => sum + decode(set, code).count, 0),
  "avmasm, decode and write as text": () =>
    codes.reduce((sum, code) => sum + disassemble(describeCode(code, { target: "v4" }).model).text.length, 0),
};

const WARM_UP = 3;
const ROUNDS = 12;
const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
for (let round = 0; round < WARM_UP + ROUNDS; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const began = performance.now();
    run();
    if (round >= WARM_UP) times.get(name)!.push(performance.now() - began);
  }
}

const [reference, ...ours] = [...times].map(([name, list]) => ({
  name,
  speed: instructions / median(list) / 1000,
}));
console.log(
  `${codes.length} bytecodes, ${instructions.toLocaleString("en")} instructions, median of ${ROUNDS} rounds`,
);
console.log(`${reference.name.padEnd(34)} ${reference.speed.toFixed(2)} million instructions a second`);
for (const { name, speed } of ours) {
  const ratio = (speed / reference.speed).toFixed(1);
  console.log(`${name.padEnd(34)} ${speed.toFixed(2)} million instructions a second, ${ratio} times that`);
}
