/**
 * Runs programs on this project's machine and on Aztec's TypeScript AVM, in turns, and prints the times as JSON. The
 * benchmark bundles this program; AVM_ORACLE_MODULES is the folder of Aztec's packages.
 *
 *   runs ROUNDS ARTIFACT
 */

import { readFileSync } from "node:fs";
import { flattenVariables } from "../artifact/abi-types.ts";
import { bytecodeOf, DISPATCH, readFunctions } from "../artifact/contract-functions.ts";
import { assemble } from "../assembler/assemble.ts";
import { parseSource } from "../grammar/source-file.ts";
import type { Code } from "../machine/code.ts";
import { run } from "../machine/machine.ts";
import { Profile } from "../machine/profile.ts";
import { Recording } from "../machine/recording.ts";
import { World } from "../machine/world.ts";
import { encode } from "../program/codec.ts";
import { newWorld, runOnOracle } from "../test/conformance/oracle/oracle.ts";

export interface RunResult {
  readonly name: string;
  readonly steps: number;
  /** Milliseconds of every round. */
  readonly machine: number[];
  readonly recorded: number[];
  readonly aztec: number[];
  /** Size of a recording in bytes. */
  readonly memory: number;
}

interface Job {
  readonly name: string;
  readonly code: Uint8Array;
  readonly calldatas: readonly (readonly bigint[])[];
}

/** A program that runs `body` this many times in a loop. */
function loop(times: number, setUp: string, body: string): Uint8Array {
  const text = `
        SET [1], u32, #0
        SET [2], u32, #1
        SET [3], u32, #${times}
        ${setUp}
again:  ${body}
        ADD [1], [2], [1]
        LT [1], [3], [4]
        JUMPI [4], again
        SET [9], u32, #0
        RETURN [9], [0]
`;
  return encode(assemble(parseSource("loop.avm", text), { target: "v4" }).program);
}

const FIELDS =
  "SET [5], ff, #0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef\nSET [6], ff, #-5";
const POINT =
  "SET [20], ff, #1\nSET [21], ff, #0x2cf135e7506a45d632d270d45f1181294833fc48d823f272c\nSET [22], u1, #0";
const cells = (from: number, count: number, tag: string): string =>
  Array.from({ length: count }, (_, k) => `SET [${from + k}], ${tag}, #${k}`).join("\n");

const LOOPS: readonly Job[] = [
  ["loop on u32", loop(40_000, "SET [5], u32, #7", "XOR [5], [1], [5]\nADD [5], [2], [5]")],
  ["loop on fields", loop(40_000, FIELDS, "MUL [5], [6], [5]\nADD [5], [6], [5]")],
  ["POSEIDON2", loop(400, cells(20, 4, "ff"), "POSEIDON2 [20], [20]")],
  ["SHA256COMPRESSION", loop(400, cells(20, 24, "u32"), "SHA256COMPRESSION [20], [20], [28]")],
  ["KECCAKF1600", loop(100, cells(20, 25, "u64"), "KECCAKF1600 [20], [20]")],
  [
    "ECADD",
    loop(
      400,
      `${POINT}\nMOV [20], [30]\nMOV [21], [31]\nMOV [22], [32]`,
      "ECADD [20], [21], [22], [30], [31], [32], [30]",
    ),
  ],
  [
    "TORADIXBE",
    loop(
      400,
      `${FIELDS}\nSET [10], u32, #16\nSET [11], u32, #64\nSET [12], u1, #0`,
      "TORADIXBE [5], [10], [11], [12], [40]",
    ),
  ],
].map(([name, code]) => ({ name: name as string, code: code as Uint8Array, calldatas: [[]] }));

const GADGETS = /^(POSEIDON2|SHA256COMPRESSION|KECCAKF1600|ECADD|TORADIXBE)$/;

/** AvmTest's functions that return with small arguments, and that execute no gadget. */
function functionsOf(file: string): Job {
  const functions = readFunctions(JSON.parse(readFileSync(file, "utf8")));
  if ("error" in functions) throw new Error(functions.error);
  const dispatch = bytecodeOf(functions.find(({ name }) => name === DISPATCH)!);
  if ("error" in dispatch) throw new Error(dispatch.error);
  const calldatas = functions.flatMap(({ kind, selector, parameters }) => {
    if (kind !== "public" || selector === undefined || parameters === undefined) return [];
    const calldata = [BigInt(selector), ...flattenVariables(parameters, 1000).map(() => 1n)];
    const world = new World({ target: "v4" });
    const code = world.deploy(0x1234n, dispatch).code;
    const profile = new Profile();
    const outcome = run(world, { code, calldata }, profile);
    return outcome.kind === "return" && !usesGadgets(profile, code) ? [calldata] : [];
  });
  return { name: `AvmTest, ${calldatas.length} functions`, code: dispatch, calldatas };
}

function usesGadgets(profile: Profile, code: Code): boolean {
  const { executions } = profile.of(code)!;
  return executions.some((count, pc) => count > 0 && GADGETS.test(code.at(pc).form.definition.mnemonic));
}

const [rounds, artifact] = process.argv.slice(2);
const results: RunResult[] = [];
for (const { name, code: bytes, calldatas } of [...LOOPS, functionsOf(artifact)]) {
  const result = {
    name,
    steps: 0,
    machine: [] as number[],
    recorded: [] as number[],
    aztec: [] as number[],
    memory: 0,
  };
  const code = new World({ target: "v4" }).codeOf(bytes);
  const times = calldatas.length > 1 ? 5 : 1;
  const inputs = Array.from({ length: times }, () => calldatas).flat();
  // A round runs all programs on one AVM, then on the other: a short run between two runs of the other AVM would find
  // all caches cold.
  for (let round = 0; round < Number(rounds); round++) {
    result.steps = 0;
    let [machine, recorded, aztec] = [0, 0, 0];
    for (const calldata of inputs) {
      const world = new World({ target: "v4" });
      world.deploy(0x1234n, code);
      const began = performance.now();
      const { steps } = run(world, { code, calldata });
      machine += performance.now() - began;
      result.steps += steps;
    }
    for (const calldata of inputs) {
      const before = process.memoryUsage();
      const world = new World({ target: "v4" });
      const recording = new Recording(world);
      const began = performance.now();
      run(world, { code, calldata }, recording);
      recorded += performance.now() - began;
      const after = process.memoryUsage();
      result.memory = Math.max(
        result.memory,
        after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers,
      );
    }
    for (const calldata of inputs)
      aztec += (await runOnOracle(bytes, { world: await newWorld(), calldata })).milliseconds;
    result.machine.push(machine);
    result.recorded.push(recorded);
    result.aztec.push(aztec);
  }
  results.push(result);
}
console.log(JSON.stringify(results));
