// Runs the same transaction on this project's machine and on Aztec's AVM, and compares the results.

import { hashFields } from "../../artifact/poseidon2.ts";
import { run } from "../../machine/machine.ts";
import type { Outcome } from "../../machine/outcome.ts";
import { resolveOperands } from "../../machine/operands.ts";
import { World } from "../../machine/world.ts";
import type { TargetName } from "../../isa/table.ts";
import {
  WORLD_STATE,
  type RandomCall,
  type RandomContract,
  type RandomTransaction,
} from "./machine-programs.ts";
import type { SideEffects } from "./oracle/aztec.ts";
import { newWorld, runOnOracle, type OracleResult, type World as OracleWorld } from "./oracle/oracle.ts";

export interface Verdict {
  /** The differences, in words. */
  readonly problems: readonly string[];
  readonly steps: number;
  readonly outcomes: Readonly<Record<Outcome["kind"], number>>;
  readonly codes: readonly string[];
}

/** Runs all calls of a transaction, each in a new world or in the world that the previous call left. */
export async function judge(
  target: TargetName,
  transaction: RandomTransaction,
  isChained: boolean,
): Promise<Verdict> {
  const problems: string[] = [];
  const outcomes = { return: 0, revert: 0, halt: 0 };
  const codes: string[] = [];
  let steps = 0;
  let worlds = await bothWorlds(target, transaction.contracts);
  for (const [number, call] of transaction.calls.entries()) {
    if (number > 0 && !isChained) worlds = await bothWorlds(target, transaction.contracts);
    const verdict = await judgeCall(worlds, transaction.contracts[0].bytecode, call);
    problems.push(...verdict.problems.map((problem) => `call ${number}: ${problem}`));
    steps += verdict.ours.steps;
    outcomes[verdict.ours.kind]++;
    if (verdict.ours.failure) codes.push(verdict.ours.failure.code);
  }
  return { problems, steps, outcomes, codes };
}

interface Worlds {
  readonly ours: World;
  readonly theirs: OracleWorld;
}

async function bothWorlds(target: TargetName, contracts: readonly RandomContract[]): Promise<Worlds> {
  const ours = new World({ target });
  const theirs = await newWorld();
  for (const { address, bytecode } of contracts) {
    ours.deploy(address, bytecode);
    await theirs.deploy(address, bytecode);
  }
  WORLD_STATE.noteHashes.forEach((hash, index) => {
    ours.setNoteHash(BigInt(index), hash);
    theirs.addNoteHash(hash);
  });
  WORLD_STATE.messages.forEach((hash, index) => {
    ours.setMessage(BigInt(index), hash);
    theirs.messages.set(BigInt(index), hash);
  });
  return { ours, theirs };
}

async function judgeCall(
  { ours: world, theirs: oracleWorld }: Worlds,
  bytecode: Uint8Array,
  call: RandomCall,
) {
  const { calldata, isStatic, l2Gas, daGas } = call;
  // The longest range that the outermost call reads at its end, without the part beyond the last cell.
  let cells = 0;
  const ours = run(
    world,
    { code: bytecode, calldata, isStatic, gas: { l2: l2Gas, da: daGas } },
    {
      left(frame, failure) {
        if (frame.caller || failure?.kind === "halt") return;
        cells = Math.max(0, ...resolveOperands(frame).map(({ length }) => length));
      },
    },
  );
  const problems: string[] = [];
  let theirs: OracleResult;
  try {
    theirs = await runOnOracle(bytecode, {
      world: oracleWorld,
      calldata,
      isStaticCall: isStatic,
      l2Gas,
      daGas,
    });
  } catch (error) {
    return { ours, problems: [`the oracle failed: ${(error as Error).message}`] };
  }
  const differ = (what: string, mine: unknown, wanted: unknown): void => {
    const [a, b] = [text(mine), text(wanted)];
    if (a !== b) problems.push(`${what} is ${a}, and ${b} there`);
  };
  differ("the outcome", ours.kind, theirs.outcome === "exceptional" ? "halt" : theirs.outcome);
  // If a range ends beyond the last cell, the network reads it and the simulator cuts it off.
  differ("the returned data", ours.returnData.slice(0, cells), theirs.returnData);
  differ("the gas", ours.gas, theirs.gasUsed);
  if (ours.failure && theirs.error)
    differ("the place", ours.failure.target ?? ours.failure.pc, theirs.error.pc);
  differ(
    "the class of error",
    ours.kind === "halt" ? familyOfCode(ours.failure!.code) : undefined,
    theirs.error && familyOfError(theirs.error.class),
  );
  differ("the list of effects", effectsOf(ours), effectsOfOracle(theirs.effects));
  const snapshot = oracleWorld.snapshot();
  differ("the storage", storageOf(world), new Map([...snapshot.storage].filter(([, value]) => value !== 0n)));
  differ("the set of nullifiers", [...world.nullifiers].sort(), [...snapshot.nullifiers].sort());
  differ("the list of note hashes", [...world.noteHashes.values()], snapshot.noteHashes);
  return { ours, problems };
}

function effectsOf({ effects }: Outcome): object {
  const of = <Kind extends Outcome["effects"][number]["kind"]>(kind: Kind) =>
    effects.filter(
      (effect): effect is Extract<(typeof effects)[number], { kind: Kind }> => effect.kind === kind,
    );
  return {
    storage: of("storage").map(({ address, slot, value }) => [leafSlot(address, slot), value]),
    noteHashes: of("noteHash").map(({ unique }) => unique),
    nullifiers: of("nullifier").map(({ siloed }) => siloed),
    messages: of("message").map(({ address, recipient, content }) => [address, recipient, content]),
    logs: of("log").map(({ address, fields }) => [address, ...fields]),
  };
}

function effectsOfOracle(effects: SideEffects): object {
  return {
    storage: effects.publicDataWrites.map(({ leafSlot, newValue }) => [
      leafSlot.toBigInt(),
      newValue.toBigInt(),
    ]),
    noteHashes: effects.noteHashes.map(({ value }) => value.toBigInt()),
    nullifiers: effects.nullifiers.map(({ value }) => value.toBigInt()),
    messages: effects.l2ToL1Msgs.map(({ contractAddress, message: { recipient, content } }) => [
      contractAddress.toBigInt(),
      BigInt(recipient.toString()),
      content.toBigInt(),
    ]),
    logs: effects.publicLogs.map(({ contractAddress, fields }) => [
      contractAddress.toBigInt(),
      ...fields.map((field) => field.toBigInt()),
    ]),
  };
}

const PUBLIC_LEAF_SLOT = 1_247_650_290n;

function leafSlot(address: bigint, slot: bigint): bigint {
  return hashFields([PUBLIC_LEAF_SLOT, address, slot]);
}

function storageOf({ storage }: World): Map<string, bigint> {
  const all = new Map<string, bigint>();
  for (const [address, slots] of storage)
    for (const [slot, value] of slots) if (value !== 0n) all.set(`${long(address)}/${long(slot)}`, value);
  return all;
}

function long(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}

const FAMILIES: Readonly<Record<string, string>> = {
  "non-u32-address": "TagCheckError",
  "uninitialised-address": "TagCheckError",
  "non-u32-base": "TagCheckError",
  "uninitialised-base": "TagCheckError",
  "wrong-tag": "TagCheckError",
  "non-integral-tag": "TagCheckError",
  "tag-mismatch": "TagCheckError",
  "range-beyond-memory": "range",
  "zero-divisor": "ArithmeticError",
  "bad-radix": "InvalidToRadixInputsError",
  "too-few-limbs": "InvalidToRadixInputsError",
  "value-too-wide": "InstructionExecutionError",
  "no-such-member": "InstructionExecutionError",
  "duplicate-nullifier": "InstructionExecutionError",
  "return-without-call": "InstructionExecutionError",
  "change-in-static-call": "StaticCallAlterationError",
  "jump-out-of-code": "InvalidProgramCounterError",
  "end-of-code": "InvalidProgramCounterError",
  "undecodable-code": "decoding",
  "out-of-gas": "OutOfGasError",
  "not-on-curve": "EcAddPointNotOnCurveError",
  "too-many-effects": "limit",
};

/** The kind of an error, in which both machines must agree; their own codes differ. */
export function familyOfCode(code: string): string {
  return FAMILIES[code] ?? code;
}

export function familyOfError(name: string): string {
  if (/(Slice|Address)OutOfRangeError$/.test(name)) return "range";
  if (/^Invalid(Opcode|TagValue)Error$|ParsingError$/.test(name)) return "decoding";
  return /LimitReachedError$/.test(name) ? "limit" : name;
}

/** A text that is equal for equal contents. */
function text(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === "bigint") return `0x${part.toString(16)}`;
      return part instanceof Map
        ? [...(part as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1))
        : part;
    }) ?? "none"
  );
}
