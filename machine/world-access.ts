/** The instructions that read and change the world. The order of their checks is that of Aztec's AVM. */

import { demandInMemory, type Frame } from "./frame.ts";
import { Halted } from "./halted.ts";
import { memberOf } from "./environment.ts";
import { LIMITS } from "./limits.ts";
import type { Decoded } from "./code.ts";
import type { Handler } from "./run.ts";
import { FF, U1 } from "./tag-codes.ts";

export const storageLoad: Handler = (frame, instruction, { world }) => {
  frame.pay(instruction);
  const [slotAt, addressAt, to] = frame.resolve(instruction);
  frame.demand(instruction, 0, slotAt);
  frame.demand(instruction, 1, addressAt);
  const { memory } = frame;
  memory.set(to, FF, world.storageAt(memory.valueAt(addressAt), memory.valueAt(slotAt)));
  return undefined;
};

export const storageStore: Handler = (frame, instruction, { world }) => {
  forbidInStaticCall(frame, instruction);
  frame.pay(instruction);
  const [sourceAt, slotAt] = frame.resolve(instruction);
  const { memory, address } = frame;
  // Gas is charged before the slot's tag is checked, so a slot with a wrong tag also counts.
  const slot = memory.valueAt(slotAt);
  frame.payFor(instruction, world.isCold(address, slot) ? 1 : 0);
  frame.demand(instruction, 1, slotAt);
  frame.demand(instruction, 0, sourceAt);
  if (!world.writeStorage(address, slot, memory.valueAt(sourceAt)))
    throw tooMany(LIMITS.storageWrites, "storage slots written");
  return undefined;
};

export const noteHashExists: Handler = (frame, instruction, { world }) => {
  exists(frame, instruction, world.noteHashes, LIMITS.noteHashLeaves);
  return undefined;
};

export const l1ToL2MessageExists: Handler = (frame, instruction, { world }) => {
  exists(frame, instruction, world.messages, LIMITS.messageLeaves);
  return undefined;
};

/** Compares a hash with the leaf at an index of a tree. A leaf that was never written is 0. */
function exists(frame: Frame, instruction: Decoded, tree: ReadonlyMap<bigint, bigint>, leaves: bigint): void {
  frame.pay(instruction);
  const [hashAt, indexAt, to] = frame.resolve(instruction);
  frame.demand(instruction, 0, hashAt);
  frame.demand(instruction, 1, indexAt);
  const { memory } = frame;
  const index = memory.valueAt(indexAt);
  const isThere = index <= leaves && (tree.get(index) ?? 0n) === memory.valueAt(hashAt);
  memory.setSmall(to, U1, isThere ? 1 : 0);
}

export const emitNoteHash: Handler = (frame, instruction, { world }) => {
  frame.pay(instruction);
  const [at] = frame.resolve(instruction);
  frame.demand(instruction, 0, at);
  forbidInStaticCall(frame, instruction);
  if (!world.emitNoteHash(frame.address, frame.memory.valueAt(at)))
    throw tooMany(LIMITS.noteHashes, "note hashes");
  return undefined;
};

export const nullifierExists: Handler = (frame, instruction, { world }) => {
  frame.pay(instruction);
  const [at, to] = frame.resolve(instruction);
  frame.demand(instruction, 0, at);
  frame.memory.setSmall(to, U1, world.nullifiers.has(frame.memory.valueAt(at)) ? 1 : 0);
  return undefined;
};

export const emitNullifier: Handler = (frame, instruction, { world }) => {
  forbidInStaticCall(frame, instruction);
  frame.pay(instruction);
  const [at] = frame.resolve(instruction);
  frame.demand(instruction, 0, at);
  const nullifier = frame.memory.valueAt(at);
  const result = world.emitNullifier(frame.address, nullifier);
  if (result === "limit") throw tooMany(LIMITS.nullifiers, "nullifiers");
  if (result === "duplicate")
    throw new Halted("duplicate-nullifier", `this contract has emitted the nullifier ${nullifier} before`);
  return undefined;
};

export const emitPublicLog: Handler = (frame, instruction, { world }) => {
  forbidInStaticCall(frame, instruction);
  frame.pay(instruction);
  const [sizeAt, start] = frame.resolve(instruction);
  frame.demand(instruction, 0, sizeAt);
  const { memory } = frame;
  const size = memory.smallAt(sizeAt);
  frame.payFor(instruction, size);
  frame.demandRange(instruction, 1, start, size);
  if (world.logFields + size + LIMITS.logHeaderFields > LIMITS.logFields)
    throw tooMany(LIMITS.logFields, "fields of logs");
  world.emitLog(frame.address, frame.valuesFrom(start, size));
  return undefined;
};

export const sendL2ToL1Message: Handler = (frame, instruction, { world }) => {
  forbidInStaticCall(frame, instruction);
  frame.pay(instruction);
  const [recipientAt, contentAt] = frame.resolve(instruction);
  frame.demand(instruction, 0, recipientAt);
  frame.demand(instruction, 1, contentAt);
  const { memory } = frame;
  const recipient = memory.valueAt(recipientAt);
  for (const hazard of instruction.form.definition.hazards ?? []) {
    if (hazard.kind === "width" && recipient >> BigInt(hazard.bits) > 0n)
      throw new Halted("value-too-wide", `the recipient ${recipient} doesn't fit ${hazard.bits} bits`);
  }
  if (!world.sendMessage(frame.address, recipient, memory.valueAt(contentAt)))
    throw tooMany(LIMITS.messages, "messages to L1");
  return undefined;
};

export const getContractInstance: Handler = (frame, instruction, { world }) => {
  frame.pay(instruction);
  const { name } = memberOf(instruction, 2);
  const [addressAt, to] = frame.resolve(instruction);
  frame.demand(instruction, 0, addressAt);
  const { memory } = frame;
  const contract = world.contractAt(memory.valueAt(addressAt));
  demandInMemory(to, 2);
  memory.setSmall(to, U1, contract ? 1 : 0);
  memory.set(to + 1, FF, contract ? (contract[MEMBERS[name]] ?? 0n) : 0n);
  return undefined;
};

const MEMBERS: Readonly<Record<string, "deployer" | "classId" | "initHash" | "immutablesHash">> = {
  DEPLOYER: "deployer",
  CLASS_ID: "classId",
  INIT_HASH: "initHash",
  IMMUTABLES_HASH: "immutablesHash",
};

function forbidInStaticCall({ isStatic }: Frame, { form }: Decoded): void {
  if (!isStatic) return;
  throw new Halted(
    "change-in-static-call",
    `${form.definition.mnemonic} changes state, and this is a static call`,
  );
}

function tooMany(limit: number, what: string): Halted {
  return new Halted("too-many-effects", `a transaction holds ${limit} ${what}, and this would be one more`);
}
