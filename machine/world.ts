/**
 * The state that outlasts a contract call: contracts, storage, nullifiers, note hashes, messages from L1, and the environment.
 * Calls in one world see the state that earlier calls left, and belong to one transaction until
 * {@link World.startTransaction}.
 */

import { instructionSet } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET, type TargetName } from "../isa/table.ts";
import { encode } from "../program/codec.ts";
import type { Program } from "../program/program.ts";
import { Code } from "./code.ts";
import { hashWithSeparator, SEPARATORS } from "./hash.ts";
import { LIMITS } from "./limits.ts";
import type { Effect } from "./outcome.ts";

/** A contract that CALL, STATICCALL and GETCONTRACTINSTANCE reach. */
export interface Contract {
  readonly code: Code;
  readonly deployer: bigint;
  readonly classId: bigint;
  readonly initHash: bigint;
  readonly immutablesHash: bigint;
}

/** The members of GETENVVAR that are the same in every call of a transaction; the others belong to a call. */
export interface Environment {
  TRANSACTIONFEE: bigint;
  CHAINID: bigint;
  VERSION: bigint;
  BLOCKNUMBER: bigint;
  TIMESTAMP: bigint;
  MINFEEPERL2GAS: bigint;
  MINFEEPERDAGAS: bigint;
}

export interface WorldOptions {
  /** The instruction set of every contract in the world. */
  readonly target?: TargetName;
  readonly environment?: Partial<Environment>;
}

// The defaults of a world, and of a contract that is deployed in it, are those of the tests of Aztec's own AVM
// (`PublicTxSimulationTester`), so that outcomes can be compared.

const ENVIRONMENT: Environment = {
  TRANSACTIONFEE: 0n,
  CHAINID: 0n,
  VERSION: 0n,
  BLOCKNUMBER: 42n,
  TIMESTAMP: 99_833n,
  MINFEEPERL2GAS: 3n,
  MINFEEPERDAGAS: 2n,
};

const DEPLOYER = 42n;
/** A contract's default class id is its address plus this number, so that each contract has a class of its own. */
const CLASS_ID_OFFSET = 1_000_000n;
const FIRST_NULLIFIER = 420_000n;
/** The address of the protocol's contract that emits the nullifiers of deployments. */
const INSTANCE_REGISTRY = 2n;

/** The reason why the machine doesn't run a target; undefined if it does. */
export function refusalOf(target: TargetName): string | undefined {
  if (target !== "v3" && target !== "v2") return undefined;
  return `the gas of the instructions of ${target} isn't known for certain`;
}

/** The state to which a failed call is rolled back. Only the machine uses it. */
interface Checkpoint {
  readonly undo: number;
  readonly effects: number;
}

export class World {
  readonly target: TargetName;
  readonly environment: Environment;
  /** The transaction's first nullifier, with which its note hashes are made unique. */
  firstNullifier = FIRST_NULLIFIER;
  readonly #contracts = new Map<bigint, Contract>();
  readonly #storage = new Map<bigint, Map<bigint, bigint>>();
  readonly #nullifiers = new Set<bigint>();
  readonly #noteHashes = new Map<bigint, bigint>();
  readonly #messages = new Map<bigint, bigint>();
  #nextNoteIndex = 0n;
  #transaction = new Transaction();

  /** Throws a RangeError for a target that the machine doesn't run; see {@link refusalOf}. */
  constructor({ target = DEFAULT_TARGET, environment = {} }: WorldOptions = {}) {
    const refusal = refusalOf(target);
    if (refusal !== undefined) throw new RangeError(refusal);
    this.target = target;
    this.environment = { ...ENVIRONMENT, ...environment };
  }

  /** Deploys code at an address, in place of code that was there. Bytes are decoded with the world's target. */
  deploy(
    address: bigint,
    code: Program | Uint8Array | Code,
    instance: Partial<Omit<Contract, "code">> = {},
  ): Contract {
    const contract: Contract = {
      deployer: DEPLOYER,
      classId: address + CLASS_ID_OFFSET,
      initHash: 0n,
      immutablesHash: 0n,
      ...instance,
      code: this.codeOf(code),
    };
    this.#contracts.set(address, contract);
    this.#nullifiers.add(this.silo(INSTANCE_REGISTRY, address));
    return contract;
  }

  /** The code of a program for this world. It is decoded lazily, so pass the same `Code` again to decode once. */
  codeOf(code: Program | Uint8Array | Code): Code {
    if (code instanceof Code) return code;
    return new Code(instructionSet(this.target), code instanceof Uint8Array ? code : encode(code));
  }

  contractAt(address: bigint): Contract | undefined {
    return this.#contracts.get(address);
  }

  get contracts(): ReadonlyMap<bigint, Contract> {
    return this.#contracts;
  }

  /** Values by contract, then by slot. An absent slot holds 0. */
  get storage(): ReadonlyMap<bigint, ReadonlyMap<bigint, bigint>> {
    return this.#storage;
  }

  storageAt(address: bigint, slot: bigint): bigint {
    return this.#storage.get(address)?.get(slot) ?? 0n;
  }

  /** Sets a slot before a transaction: the slot stays cold. */
  setStorage(address: bigint, slot: bigint, value: bigint): void {
    let slots = this.#storage.get(address);
    if (!slots) this.#storage.set(address, (slots = new Map<bigint, bigint>()));
    slots.set(slot, value);
  }

  /** The siloed nullifiers, those of deployments included. */
  get nullifiers(): ReadonlySet<bigint> {
    return this.#nullifiers;
  }

  /** Adds a siloed nullifier, as {@link silo} computes it. */
  addNullifier(siloed: bigint): void {
    this.#nullifiers.add(siloed);
  }

  /** Computes the siloed nullifier, which is in the tree. */
  silo(address: bigint, nullifier: bigint): bigint {
    return hashWithSeparator(SEPARATORS.siloedNullifier, address, nullifier);
  }

  /** The unique note hashes, by leaf index. */
  get noteHashes(): ReadonlyMap<bigint, bigint> {
    return this.#noteHashes;
  }

  setNoteHash(index: bigint, unique: bigint): void {
    this.#noteHashes.set(index, unique);
    if (index >= this.#nextNoteIndex) this.#nextNoteIndex = index + 1n;
  }

  /** The messages from L1, by leaf index. */
  get messages(): ReadonlyMap<bigint, bigint> {
    return this.#messages;
  }

  setMessage(index: bigint, hash: bigint): void {
    this.#messages.set(index, hash);
  }

  /** Starts a transaction: every slot is cold again, and the counts for a transaction's limits are zero. */
  startTransaction(): void {
    this.#transaction = new Transaction();
  }

  /** Returns an independent copy. The code is shared, because it never changes. */
  copy(): World {
    const copy = new World({ target: this.target, environment: this.environment });
    copy.firstNullifier = this.firstNullifier;
    for (const [address, contract] of this.#contracts) copy.#contracts.set(address, contract);
    for (const [address, slots] of this.#storage) copy.#storage.set(address, new Map(slots));
    for (const nullifier of this.#nullifiers) copy.#nullifiers.add(nullifier);
    for (const [index, hash] of this.#noteHashes) copy.#noteHashes.set(index, hash);
    for (const [index, hash] of this.#messages) copy.#messages.set(index, hash);
    copy.#nextNoteIndex = this.#nextNoteIndex;
    copy.#transaction = this.#transaction.copy();
    return copy;
  }

  // The methods below are for the machine. A failed call rolls their changes back.

  checkpoint(): Checkpoint {
    return { undo: this.#transaction.undo.length, effects: this.#transaction.effects.length };
  }

  /** Rolls back every change since the checkpoint. */
  rollBack({ undo, effects }: Checkpoint): void {
    const { undo: log } = this.#transaction;
    while (log.length > undo) log.pop()!();
    this.#transaction.effects.length = effects;
  }

  /** The side effects since the checkpoint that weren't rolled back. */
  effectsSince({ effects }: Checkpoint): Effect[] {
    return this.#transaction.effects.slice(effects);
  }

  isCold(address: bigint, slot: bigint): boolean {
    return !this.#transaction.warm.get(address)?.has(slot);
  }

  /** False if the transaction holds no more. */
  writeStorage(address: bigint, slot: bigint, value: bigint): boolean {
    const { undo, warm, effects } = this.#transaction;
    if (this.isCold(address, slot)) {
      if (this.#transaction.writes >= LIMITS.storageWrites) return false;
      this.#transaction.writes++;
      let slots = warm.get(address);
      if (!slots) warm.set(address, (slots = new Set()));
      slots.add(slot);
      undo.push(() => {
        this.#transaction.writes--;
        warm.get(address)!.delete(slot);
      });
    }
    const before = this.#storage.get(address)?.get(slot);
    undo.push(() => {
      if (before === undefined) this.#storage.get(address)!.delete(slot);
      else this.setStorage(address, slot, before);
    });
    this.setStorage(address, slot, value);
    effects.push({ kind: "storage", address, slot, value });
    return true;
  }

  /** False if the transaction holds no more. */
  emitNoteHash(address: bigint, value: bigint): boolean {
    const count = this.#transaction.noteHashes;
    if (count >= LIMITS.noteHashes) return false;
    const nonce = hashWithSeparator(SEPARATORS.noteHashNonce, this.firstNullifier, BigInt(count));
    const siloed = hashWithSeparator(SEPARATORS.siloedNoteHash, address, value);
    const unique = hashWithSeparator(SEPARATORS.uniqueNoteHash, nonce, siloed);
    const index = this.#nextNoteIndex;
    this.#transaction.noteHashes++;
    this.#transaction.undo.push(() => {
      this.#transaction.noteHashes--;
      this.#noteHashes.delete(index);
      this.#nextNoteIndex = index;
    });
    this.setNoteHash(index, unique);
    this.#transaction.effects.push({ kind: "noteHash", address, value, unique, index });
    return true;
  }

  emitNullifier(address: bigint, value: bigint): "emitted" | "limit" | "duplicate" {
    if (this.#transaction.nullifiers >= LIMITS.nullifiers) return "limit";
    const siloed = this.silo(address, value);
    if (this.#nullifiers.has(siloed)) return "duplicate";
    this.#transaction.nullifiers++;
    this.#transaction.undo.push(() => {
      this.#transaction.nullifiers--;
      this.#nullifiers.delete(siloed);
    });
    this.#nullifiers.add(siloed);
    this.#transaction.effects.push({ kind: "nullifier", address, value, siloed });
    return "emitted";
  }

  /** Number of fields of all logs of the transaction so far, headers included. */
  get logFields(): number {
    return this.#transaction.logFields;
  }

  /** The caller must have checked the limit. */
  emitLog(address: bigint, fields: readonly bigint[]): void {
    const size = fields.length + LIMITS.logHeaderFields;
    this.#transaction.logFields += size;
    this.#transaction.undo.push(() => {
      this.#transaction.logFields -= size;
    });
    this.#transaction.effects.push({ kind: "log", address, fields });
  }

  /** False if the transaction holds no more. */
  sendMessage(address: bigint, recipient: bigint, content: bigint): boolean {
    if (this.#transaction.messages >= LIMITS.messages) return false;
    this.#transaction.messages++;
    this.#transaction.undo.push(() => {
      this.#transaction.messages--;
    });
    this.#transaction.effects.push({ kind: "message", address, recipient, content });
    return true;
  }

  /** The contract at the address of a nested call. Undefined if there is none, or if the transaction would run too many classes. */
  contractToCall(address: bigint): Contract | undefined {
    const contract = this.#contracts.get(address);
    if (!contract) return undefined;
    const { classIds } = this.#transaction;
    if (!classIds.has(contract.classId)) {
      if (classIds.size >= LIMITS.classIds) return undefined;
      // A class counts even if the call fails, so this isn't rolled back.
      classIds.add(contract.classId);
    }
    return contract;
  }
}

/** The counts of a transaction, with what is needed to roll back. */
class Transaction {
  writes = 0;
  noteHashes = 0;
  nullifiers = 0;
  logFields = 0;
  messages = 0;
  readonly warm = new Map<bigint, Set<bigint>>();
  readonly classIds = new Set<bigint>();
  readonly effects: Effect[] = [];
  readonly undo: (() => void)[] = [];

  /** Copies the counts. There is nothing to roll back, since copies are made between calls. */
  copy(): Transaction {
    const copy = new Transaction();
    copy.writes = this.writes;
    copy.noteHashes = this.noteHashes;
    copy.nullifiers = this.nullifiers;
    copy.logFields = this.logFields;
    copy.messages = this.messages;
    for (const [address, slots] of this.warm) copy.warm.set(address, new Set(slots));
    for (const id of this.classIds) copy.classIds.add(id);
    return copy;
  }
}
