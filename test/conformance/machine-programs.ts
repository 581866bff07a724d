// Random transactions for the machine: contracts that call each other, store, emit, jump into immediates, address
// through the base and pointers, run out of gas, and use every instruction, mostly with valid operands.

import { instructionSet, type InstructionSet, type WireForm } from "../../isa/instruction-set.ts";
import type { TargetName } from "../../isa/table.ts";
import { FIELD_MODULUS, TAG_BITS, TAGS, tagCode, type Tag } from "../../isa/tags.ts";
import type { EnumMember, MemoryOperand, Operand } from "../../isa/types.ts";
import { randomNumbers, type RandomNumbers } from "../support/random.ts";

export interface RandomContract {
  readonly address: bigint;
  readonly bytecode: Uint8Array;
}

export interface RandomTransaction {
  /** The first contract is the one called, at address 0x1234. */
  readonly contracts: readonly RandomContract[];
  readonly calls: readonly RandomCall[];
}

export interface RandomCall {
  readonly calldata: readonly bigint[];
  readonly isStatic: boolean;
  readonly l2Gas: number;
  readonly daGas: number;
}

/** Each tag has its own cells, as many as the longest range needs, so that most operands have a valid tag. */
const CELLS_PER_TAG = 32;
const FIRST_CELL = 2;
const LAST_CELL = FIRST_CELL + CELLS_PER_TAG * TAGS.length;
/** The first of the cells that point to the cells of each tag. */
const POINTERS = LAST_CELL;
/** The first of the cells for ranges of several tags. */
const SCRATCH = POINTERS + TAGS.length;
const BASE = 1;
export const ADDRESSES = [0x1234n, 0xc0den, 0xbeefn, 0xcafen] as const;
/** The y coordinate of the curve's point whose x coordinate is 1. */
const GRUMPKIN_Y = 0x2cf135e7506a45d632d270d45f1181294833fc48d823f272cn;

/** Note hashes and messages that exist in the world before the transaction. */
export const WORLD_STATE = { noteHashes: [11n, 12n], messages: [21n, 22n] } as const;

export function randomTransaction(target: TargetName, seed: number): RandomTransaction {
  const random = randomNumbers(seed * 7919 + 17);
  for (let skip = 0; skip < 8; skip++) random.below(2);
  const count = random.below(3) === 0 ? 1 : 2 + random.below(2);
  const contracts = ADDRESSES.slice(0, count).map((address) => ({
    address,
    bytecode: new Writer(instructionSet(target), random).program(),
  }));
  return { contracts, calls: Array.from({ length: 5 }, () => randomCall(random)) };
}

function randomCall(random: RandomNumbers): RandomCall {
  const isShort = random.below(4) === 0;
  return {
    calldata: Array.from({ length: random.below(5) }, () => randomValue(random, "ff")),
    isStatic: random.below(10) === 0,
    l2Gas: isShort ? random.below(4_000) : 50_000 + random.below(random.below(4) === 0 ? 600_000 : 150_000),
    daGas: random.below(8) === 0 ? random.below(200) : 196_512,
  };
}

function randomValue(random: RandomNumbers, tag: Tag): bigint {
  const limit = tag === "ff" ? FIELD_MODULUS : 1n << BigInt(TAG_BITS[tagCode(tag)]);
  // Most u32 cells are sizes, and large sizes use up the gas.
  if (tag === "u32" && random.below(12) !== 0) return BigInt(random.below(6));
  switch (random.below(7)) {
    case 0:
      return random.below(3) === 0 ? 0n : 1n;
    case 1:
      return limit - 1n - BigInt(random.below(3) % Number(limit < 3n ? limit : 3n));
    case 2:
    case 3:
      return BigInt(random.below(8)) % limit;
    case 4:
      return ADDRESSES[random.below(ADDRESSES.length)] % limit;
    default: {
      let value = 0n;
      for (let k = 0; k < 8; k++) value = (value << 32n) | BigInt(random.below(2 ** 32));
      return value % limit;
    }
  }
}

class Writer {
  readonly #set: InstructionSet;
  readonly #random: RandomNumbers;
  readonly #bytes: number[] = [];
  /** Offsets of the instructions. */
  readonly #starts: number[] = [];
  /** Offsets of the jump targets that are still to be chosen. */
  readonly #targets: number[] = [];

  constructor(set: InstructionSet, random: RandomNumbers) {
    this.#set = set;
    this.#random = random;
  }

  program(): Uint8Array {
    const random = this.#random;
    // A program without this prologue reads cells that were never written.
    if (random.below(60) !== 0) this.#prologue();
    const length = 1 + random.below(30);
    const forms = this.#set.byOpcode.filter((form) => form !== undefined);
    for (let k = 0; k < length; k++) {
      const calm = random.below(4);
      // Instructions that are expensive or end the call are rarer than the others.
      const form = forms[random.below(forms.length)];
      const { flow, category } = form.definition;
      if (flow === "halt" || (calm !== 0 && (flow === "jump" || flow === "return" || flow === "call")))
        continue;
      if (calm === 1 && category === "State") continue;
      if (form.definition.mnemonic === "CALL" || form.definition.mnemonic === "STATICCALL")
        this.#prepareCall();
      if (random.below(6) !== 0 && this.#prepared(form)) continue;
      this.#instruction(form);
    }
    this.#end();
    if (random.below(10) === 0)
      this.#bytes.push(...Array.from({ length: random.below(6) }, () => random.below(256)));
    // Aztec's AVM refuses empty bytecode before it runs.
    if (this.#bytes.length === 0) this.#bytes.push(random.below(256));
    for (const at of this.#targets) this.#writeTarget(at);
    if (random.below(20) === 0) this.#bytes[random.below(this.#bytes.length)] = random.below(256);
    return Uint8Array.from(this.#bytes);
  }

  #prologue(): void {
    const random = this.#random;
    if (random.below(10) !== 0) this.#set8(0, "u32", BigInt(BASE));
    for (const tag of TAGS) {
      // Only the gadgets take more than a few cells.
      const isLong = random.below(8) === 0;
      for (let k = 0; k < (isLong ? CELLS_PER_TAG : 8); k++) {
        if (random.below(50) !== 0) this.#setConstant(cellOf(tag, k), tag, randomValue(random, tag));
      }
      this.#set8(POINTERS + tagCode(tag), "u32", BigInt(cellOf(tag, random.below(5))));
    }
    // Often copies a few fields of the calldata to the cells with tag ff; sometimes copies all of it.
    if (random.below(2) === 0) {
      this.#set8(cellOf("u32", 0), "u32", BigInt(1 + random.below(4)));
      this.#set8(cellOf("u32", 1), "u32", BigInt(random.below(3)));
      this.#write(this.#set.byForm.get("CALLDATACOPY")!, 0, [
        cellOf("u32", 0),
        cellOf("u32", 1),
        cellOf("ff", 0),
      ]);
    }
  }

  /** Writes gas, an address and a size with which a call succeeds to the cells that CALL is likely to use. */
  #prepareCall(): void {
    const random = this.#random;
    if (random.below(5) === 0) return;
    for (let k = 0; k < CELLS_PER_TAG; k++) {
      this.#setConstant(
        cellOf("u32", k),
        "u32",
        BigInt(k < 6 ? 2_000 + random.below(60_000) : random.below(4)),
      );
      if (k % 2 === 0) this.#setConstant(cellOf("ff", k), "ff", ADDRESSES[random.below(ADDRESSES.length)]);
    }
  }

  /** Writes instructions that seldom succeed with random operands, with valid ones. Returns false for all others. */
  #prepared(form: WireForm): boolean {
    const random = this.#random;
    const { mnemonic, memoryOperandCount } = form.definition;
    const [x, y] = [cellOf("ff", 0), cellOf("ff", 1)];
    if (mnemonic === "ECADD") {
      this.#setConstant(x, "ff", 1n);
      this.#setConstant(y, "ff", random.below(2) === 0 ? GRUMPKIN_Y : FIELD_MODULUS - GRUMPKIN_Y);
      const flag = cellOf("u1", random.below(4));
      const second = random.below(2) === 0 ? [x, y] : [cellOf("ff", 2), cellOf("ff", 3)];
      if (second[0] !== x) {
        this.#setConstant(second[0], "ff", random.below(3) === 0 ? 0n : 1n);
        this.#setConstant(second[1], "ff", random.below(3) === 0 ? 0n : GRUMPKIN_Y);
      }
      const hasFlags = memoryOperandCount === 7;
      const points = hasFlags ? [x, y, flag, ...second, cellOf("u1", 5)] : [x, y, ...second];
      this.#write(form, 0, [...points, SCRATCH]);
      return true;
    }
    if (mnemonic === "TORADIXBE") {
      const asBits = random.below(3) === 0;
      const [radix, limbs, bits] = [cellOf("u32", 0), cellOf("u32", 1), cellOf("u1", 0)];
      this.#setConstant(radix, "u32", BigInt(asBits ? 2 : 2 + random.below(255)));
      this.#setConstant(limbs, "u32", BigInt(random.below(4) === 0 ? random.below(20) : 254));
      this.#setConstant(bits, "u1", asBits ? 1n : 0n);
      this.#write(form, 0, [cellOf("ff", random.below(8)), radix, limbs, bits, SCRATCH + 8]);
      return true;
    }
    return false;
  }

  #end(): void {
    const random = this.#random;
    const kind = random.below(10);
    if (kind === 0) return;
    const size = cellOf("u32", 2);
    this.#set8(size, "u32", BigInt(random.below(random.below(10) === 0 ? 100 : 6)));
    const name = kind < 3 ? (random.below(2) === 0 ? "REVERT_8" : "REVERT_16") : "RETURN";
    const start = cellOf(TAGS[random.below(TAGS.length)], random.below(CELLS_PER_TAG));
    this.#write(this.#set.byForm.get(name)!, 0, [size, start]);
  }

  #set8(address: number, tag: Tag, value: bigint): void {
    this.#write(this.#set.byForm.get("SET_8")!, 0, [address, tagCode(tag), Number(value)]);
  }

  #setConstant(address: number, tag: Tag, value: bigint): void {
    const names = ["SET_8", "SET_16", "SET_32", "SET_64", "SET_128", "SET_FF"];
    const bits = [8, 16, 32, 64, 128, 256];
    let k = bits.findIndex((width) => value < 1n << BigInt(width));
    while (k < 5 && this.#random.below(4) === 0) k++;
    this.#write(this.#set.byForm.get(names[k])!, 0, [address, tagCode(tag), value]);
  }

  #instruction(form: WireForm): void {
    const random = this.#random;
    let mode = 0;
    const tag = TAGS[random.below(TAGS.length)];
    const immediates = form.fields.map(({ operand, size }) =>
      operand.kind === "memory" ? 0 : this.#immediate(operand, size, tag),
    );
    const values = form.fields.map(({ operand, index, pair }): number | bigint => {
      if (operand.kind !== "memory") return immediates[index];
      if (operand.access === "write" && typeof operand.result === "object" && "each" in operand.result)
        return SCRATCH + random.below(4);
      const wanted =
        random.below(150) === 0 ? TAGS[random.below(TAGS.length)] : tagFor(operand, tag, form, immediates);
      const { offset, bits } = this.#place(wanted, typeof operand.length === "number" ? operand.length : 1);
      mode |= bits << (2 * pair);
      return offset;
    });
    // Sets mode bits that belong to no operand.
    if (form.modeSize > 0 && random.below(30) === 0) mode |= random.below(2 ** (8 * form.modeSize));
    this.#write(form, mode, values);
  }

  #place(tag: Tag, length: number): { offset: number; bits: number } {
    const random = this.#random;
    const cell = cellOf(tag, random.below(Math.max(1, 9 - length)));
    if (length > 8) return { offset: cellOf(tag, 0), bits: 0 };
    switch (random.below(12)) {
      case 0:
      case 1:
        return { offset: cell - BASE, bits: 2 };
      case 2:
        return { offset: POINTERS + tagCode(tag), bits: 1 };
      case 3:
        return { offset: POINTERS + tagCode(tag) - BASE, bits: 3 };
      case 4:
        return random.below(4) === 0
          ? { offset: random.below(2 ** 16), bits: random.below(4) }
          : { offset: cell, bits: 0 };
      default:
        return { offset: cell, bits: 0 };
    }
  }

  #immediate(operand: Operand, size: number, tag: Tag): number | bigint {
    const random = this.#random;
    switch (operand.kind) {
      case "tag":
        return random.below(60) === 0 ? random.below(256) : tagCode(tag);
      case "enum":
        return random.below(60) === 0 ? random.below(256) : this.#member(operand.members);
      case "immediate":
        return operand.name === "messageSize"
          ? random.below(4)
          : randomValue(random, "ff") % (1n << BigInt(8 * size));
      default:
        return 0;
    }
  }

  /**
   * A random member of an enum; not the immutables of an instance, which the simulator of 5.2.0 with packages of 4.1.2
   * doesn't support.
   */
  #member(members: readonly EnumMember[]): number {
    const known = members.filter(({ name }) => name !== "IMMUTABLES_HASH");
    return known[this.#random.below(known.length)].value;
  }

  #write(form: WireForm, mode: number, values: readonly (number | bigint)[]): void {
    this.#starts.push(this.#bytes.length);
    this.#bytes.push(form.opcode);
    this.#number(mode, form.modeSize);
    form.fields.forEach(({ operand, size }, k) => {
      if (operand.kind === "target") this.#targets.push(this.#bytes.length);
      this.#number(values[k], size);
    });
  }

  #number(value: number | bigint, size: number): void {
    for (let k = size - 1; k >= 0; k--) this.#bytes.push(Number((BigInt(value) >> BigInt(8 * k)) & 0xffn));
  }

  #writeTarget(at: number): void {
    const random = this.#random;
    const later = this.#starts.filter((start) => start > at);
    const kind = random.below(12);
    const target =
      kind === 0
        ? random.below(this.#bytes.length + 4)
        : kind === 1
          ? random.below(2 ** 32)
          : kind < 4
            ? this.#starts[random.below(this.#starts.length)]
            : (later[random.below(Math.min(later.length, 6) || 1)] ?? 0);
    for (let k = 0; k < 4; k++) this.#bytes[at + k] = (target >>> (8 * (3 - k))) & 0xff;
  }
}

function cellOf(tag: Tag, k: number): number {
  return FIRST_CELL + CELLS_PER_TAG * tagCode(tag) + k;
}

/** The tag of the cells to use for an operand; `tag` if the instruction accepts any tag. */
function tagFor(
  { access, requires, result }: MemoryOperand,
  tag: Tag,
  { definition }: WireForm,
  immediates: readonly (number | bigint)[],
): Tag {
  const needsInteger = definition.operands.some(
    (operand) => operand.kind === "memory" && operand.requires === "integral",
  );
  const needsField = definition.mnemonic === "FDIV";
  const common = needsField ? "ff" : needsInteger && tag === "ff" ? "u32" : tag;
  if (typeof result === "object" && "member" in result) {
    const operand = definition.operands[1];
    const member = operand.kind === "enum" && operand.members.find(({ value }) => value === immediates[1]);
    return member && typeof member.tag === "string" ? member.tag : tag;
  }
  if (typeof result === "object" && "when" in result) return result.otherwise;
  if (access === "write") return typeof result === "string" ? result : common;
  return typeof requires === "string" && requires !== "integral" ? requires : common;
}
