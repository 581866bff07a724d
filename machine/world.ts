/**
 * What lasts beyond a contract call: contracts, storage, nullifiers, note hashes, messages from L1, and the environment.
 * Calls that run in one world see what the earlier ones left there, as the calls of one transaction do, until
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
  /** What every contract of the world runs on. */
  readonly target?: TargetName;
  readonly environment?: Partial<Environment>;
}

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
const CLASS_ID_OFFSET = 1_000_000n;
const FIRST_NULLIFIER = 420_000n;
/** Where the protocol keeps the nullifiers of deployments. */
const INSTANCE_REGISTRY = 2n;

/** Why nothing runs on a target, or undefined where it does. */
export function refusalOf(target: TargetName): string | undefined {
  if (target !== "v3" && target !== "v2") return undefined;
  return `programs for ${target} aren't run: what its instructions cost isn't known for sure`;
}

/** What a failed call gives back: how far everything had come. Only the machine makes and takes them. */
interface Checkpoint {
  readonly undo: number;
  readonly effects: number;
}

export class World {
  readonly target: TargetName;
  readonly environment: Environment;
  /** What the transaction's note hashes are made unique with. */
  firstNullifier = FIRST_NULLIFIER;
  readonly #contracts = new Map<bigint, Contract>();
  readonly #storage = new Map<bigint, Map<bigint, bigint>>();
  readonly #nullifiers = new Set<bigint>();
  readonly #noteHashes = new Map<bigint, bigint>();
  readonly #messages = new Map<bigint, bigint>();
  #nextNoteIndex = 0n;
  #transaction = new Transaction();

  /** Throws a RangeError for a target that is refused: ask {@link refusalOf} first. */
  constructor({ target = DEFAULT_TARGET, environment = {} }: WorldOptions = {}) {
    const refusal = refusalOf(target);
    if (refusal !== undefined) throw new RangeError(refusal);
    this.target = target;
    this.environment = { ...ENVIRONMENT, ...environment };
  }

  /** Makes code reachable at an address, in place of what was there. Its bytes are read as the world's target has them. */
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

  /** The code of a program as this world runs it. Decoding is lazy and kept: hand in the same again. */
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

  /** By contract, then slot; a slot that isn't there holds 0. */
  get storage(): ReadonlyMap<bigint, ReadonlyMap<bigint, bigint>> {
    return this.#storage;
  }

  storageAt(address: bigint, slot: bigint): bigint {
    return this.#storage.get(address)?.get(slot) ?? 0n;
  }

  /** Sets a slot as if it had always been so: it stays cold. */
  setStorage(address: bigint, slot: bigint, value: bigint): void {
    let slots = this.#storage.get(address);
    if (!slots) this.#storage.set(address, (slots = new Map<bigint, bigint>()));
    slots.set(slot, value);
  }

  /** Siloed ones, those of deployments included. */
  get nullifiers(): ReadonlySet<bigint> {
    return this.#nullifiers;
  }

  /** Adds a siloed nullifier: {@link silo} makes one. */
  addNullifier(siloed: bigint): void {
    this.#nullifiers.add(siloed);
  }

  /** A nullifier as it stands in the tree. */
  silo(address: bigint, nullifier: bigint): bigint {
    return hashWithSeparator(SEPARATORS.siloedNullifier, address, nullifier);
  }

  /** Unique ones, by leaf index. */
  get noteHashes(): ReadonlyMap<bigint, bigint> {
    return this.#noteHashes;
  }

  setNoteHash(index: bigint, unique: bigint): void {
    this.#noteHashes.set(index, unique);
    if (index >= this.#nextNoteIndex) this.#nextNoteIndex = index + 1n;
  }

  /** From L1, by leaf index. */
  get messages(): ReadonlyMap<bigint, bigint> {
    return this.#messages;
  }

  setMessage(index: bigint, hash: bigint): void {
    this.#messages.set(index, hash);
  }

  /** From here on every slot is cold again, and the limits of a transaction count from zero. */
  startTransaction(): void {
    this.#transaction = new Transaction();
  }

  /** A world of its own that begins as this one is. Code is shared: it never changes. */
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

  // What follows is the machine's side: changes that a failed call takes back.

  checkpoint(): Checkpoint {
    return { undo: this.#transaction.undo.length, effects: this.#transaction.effects.length };
  }

  /** Takes back every change since the checkpoint. */
  rollBack({ undo, effects }: Checkpoint): void {
    const { undo: log } = this.#transaction;
    while (log.length > undo) log.pop()!();
    this.#transaction.effects.length = effects;
  }

  /** The changes since the checkpoint that are left. */
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

  /** How many fields all logs of the transaction have so far, headers included. */
  get logFields(): number {
    return this.#transaction.logFields;
  }

  /** The caller has looked at the limit already. */
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

  /** The contract that a nested call reaches, or undefined where there is none or the transaction knows too many. */
  contractToCall(address: bigint): Contract | undefined {
    const contract = this.#contracts.get(address);
    if (!contract) return undefined;
    const { classIds } = this.#transaction;
    if (!classIds.has(contract.classId)) {
      if (classIds.size >= LIMITS.classIds) return undefined;
      // A failed call has been seen all the same: this isn't taken back.
      classIds.add(contract.classId);
    }
    return contract;
  }
}

/** What a transaction counts, and how it is taken back. */
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

  /** Without what leads back: a copy is made between calls. */
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
