import { readFileSync } from "node:fs";
import path from "node:path";
import type { Call } from "../../machine/machine.ts";
import { World } from "../../machine/world.ts";

type Cell = readonly [address: number, tag: string, value: string];

/** `test/fixtures/README.md` explains them. */
export interface Recorded {
  readonly name: string;
  readonly bytecodeHex: string;
  readonly calldata: readonly string[];
  readonly l2Gas: number;
  readonly daGas: number;
  readonly isStatic?: boolean;
  readonly contracts?: readonly { readonly address: string; readonly bytecodeHex: string }[];
  readonly outcome: "return" | "revert" | "exceptional";
  readonly returnData: readonly string[];
  readonly gasUsed: { readonly l2: number; readonly da: number };
  readonly stepsTotal: number;
  readonly error?: { readonly class: string; readonly pc: number };
  readonly steps?: readonly (readonly [
    pc: number,
    form: string,
    depth: number,
    l2Before: number,
    daBefore: number,
    l2After: number,
    daAfter: number,
    resolved: readonly number[],
    reads: readonly Cell[],
    writes: readonly Cell[],
  ])[];
}

const file = path.resolve(import.meta.dirname, "../fixtures/machine/programs.jsonl");
export const recorded = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

/** The call of a recorded program, and a world to run it in. */
export function prepare(program: Recorded): { world: World; call: Call } {
  const world = new World({ target: "v4" });
  const code = world.deploy(0x1234n, bytes(program.bytecodeHex)).code;
  for (const { address, bytecodeHex } of program.contracts ?? [])
    world.deploy(BigInt(address), bytes(bytecodeHex));
  return {
    world,
    call: {
      code,
      calldata: program.calldata.map(BigInt),
      isStatic: program.isStatic ?? false,
      gas: { l2: program.l2Gas, da: program.daGas },
    },
  };
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
