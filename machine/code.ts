/**
 * Decodes the code of a contract for the interpreter: each byte offset when control first reaches it, into arrays that are
 * indexed by byte offset. So a jump into the middle of an instruction is no special case.
 */

import { addressingGas } from "../isa/instruction-set.ts";
import type { InstructionSet, WireForm } from "../isa/instruction-set.ts";
import { modeAt, formAt, readNumber, readWide } from "../program/codec.ts";
import { FIELD_MODULUS, truncate, tagOfCode } from "../isa/tags.ts";
import { Halted } from "./halted.ts";
import { DIRECT_CELLS } from "./memory.ts";
import { OPERATIONS, OUTSIDE } from "./operations.ts";
import { isSmall, SMALL_MASKS } from "./tag-codes.ts";

/** A decoded instruction as an object, for code outside of the interpreter's loop. */
export interface Decoded {
  readonly pc: number;
  readonly form: WireForm;
  /** The addressing field of the wire form. */
  readonly mode: number;
  /** The operands in wire order: offsets, tag and enum bytes, targets, immediates of up to 32 bits; 0 for wider immediates. */
  readonly values: readonly number[];
  /** Base L2 gas, with the gas for addressing. */
  readonly l2: number;
  readonly da: number;
}

/** Bits of {@link Code.modes} above the addressing bits: operand 0, 1 or 2 is a cell at or above {@link DIRECT_CELLS}. */
export const FAR_A = 1 << 6;
export const FAR_B = 1 << 7;
export const FAR_C = 1 << 8;

export class Code {
  readonly set: InstructionSet;
  readonly bytes: Uint8Array;
  /** By byte offset. One more entry is for the offset after the last byte, where nothing can be decoded. */
  readonly operations: Uint8Array;
  readonly sizes: Uint8Array;
  /** L2 gas that the interpreter's loop charges: all gas of the instructions that it executes itself; 0 for the others. */
  readonly gas: Uint32Array;
  /** Addressing bits of the memory operands, two for each, and the three bits above them. */
  readonly modes: Uint16Array;
  /** The operands in wire order: cells, tags, targets, small constants. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly c: Uint32Array;
  /** Constants of SET with a wide tag. The operand of that SET is the index. */
  readonly constants: bigint[] = [];
  /** L2 gas of the bitwise instructions for each byte of their operands. */
  readonly bitwiseGas: number;
  readonly #decoded: (Decoded | undefined)[] = [];

  constructor(set: InstructionSet, bytes: Uint8Array) {
    const entries = bytes.length + 1;
    this.set = set;
    this.bytes = bytes;
    this.operations = new Uint8Array(entries);
    this.sizes = new Uint8Array(entries);
    this.gas = new Uint32Array(entries);
    this.modes = new Uint16Array(entries);
    this.a = new Uint32Array(entries);
    this.b = new Uint32Array(entries);
    this.c = new Uint32Array(entries);
    this.bitwiseGas = set.byMnemonic.get("AND")?.gas.dynamic?.l2 ?? 0;
  }

  /** The instruction at `pc`. Throws {@link Halted} if none can be decoded. */
  at(pc: number): Decoded {
    return (this.#decoded[pc] ??= this.#decode(pc));
  }

  /** The instruction at `pc`, or undefined if none can be decoded. */
  peek(pc: number): Decoded | undefined {
    try {
      return this.at(pc);
    } catch {
      return undefined;
    }
  }

  /** Decodes the instruction at `pc` into the arrays. Throws {@link Halted} if none can be decoded. */
  load(pc: number): void {
    const { form, mode, values, l2 } = this.at(pc);
    const { mnemonic, memoryOperandCount } = form.definition;
    const operation = OPERATIONS.indexOf(mnemonic);
    this.sizes[pc] = form.size;
    if (operation < 0) {
      this.operations[pc] = OUTSIDE;
      return;
    }
    let modes = mode & (4 ** memoryOperandCount - 1);
    for (let k = 0; k < memoryOperandCount; k++) if (values[k] >= DIRECT_CELLS) modes |= FAR_A << k;
    this.modes[pc] = modes;
    this.gas[pc] = l2;
    [this.a[pc], this.b[pc], this.c[pc]] = values;
    if (mnemonic === "SET") this.c[pc] = this.#constant(pc, form, values[1]);
    // Set last, because it marks the other arrays as filled.
    this.operations[pc] = operation;
  }

  /** The constant of SET truncated to its tag; for a wide tag the index in {@link constants}. */
  #constant(pc: number, form: WireForm, tag: number): number {
    const { byte, size } = form.fields[2];
    if (size <= 4 && isSmall(tag)) return readNumber(this.bytes, pc + byte, size) & SMALL_MASKS[tag];
    const written =
      size <= 4 ? BigInt(readNumber(this.bytes, pc + byte, size)) : readWide(this.bytes, pc + byte, size);
    // A constant of 32 bytes is first reduced modulo p.
    const value = truncate(size === 32 ? written % FIELD_MODULUS : written, tagOfCode(tag)!);
    return isSmall(tag) ? Number(value) : this.constants.push(value) - 1;
  }

  #decode(pc: number): Decoded {
    const form = formAt(this.set, this.bytes, pc);
    if (typeof form === "string") throw new Halted("undecodable-code", REASONS[form]);
    const mode = modeAt(form, this.bytes, pc);
    const values = form.fields.map(({ byte, size }) =>
      size <= 4 ? readNumber(this.bytes, pc + byte, size) : 0,
    );
    const { l2, da = 0 } = form.definition.gas;
    return { pc, form, mode, values, l2: l2 + addressingGas(this.set, form, mode), da };
  }
}

const REASONS = {
  "invalid-opcode": "no instruction has the opcode here",
  truncated: "the end of the code cuts off the instruction that begins here",
  "invalid-tag": "the tag byte of the instruction that begins here isn't a tag",
} as const;
