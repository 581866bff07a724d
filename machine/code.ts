/**
 * The code of a contract as the interpreter takes it: what stands at a byte offset is decoded when control first gets
 * there, into arrays whose index is the byte offset. So a jump into the middle of an instruction needs no more than any
 * other.
 */

import { addressingGas } from "../isa/instruction-set.ts";
import type { InstructionSet, WireForm } from "../isa/instruction-set.ts";
import { modeAt, formAt, readNumber, readWide } from "../program/codec.ts";
import { FIELD_MODULUS, truncate, tagOfCode } from "../isa/tags.ts";
import { Halted } from "./halted.ts";
import { DIRECT_CELLS } from "./memory.ts";
import { OPERATIONS, OUTSIDE } from "./operations.ts";
import { isSmall, SMALL_MASKS } from "./tag-codes.ts";

/** An instruction, for whoever has the time to look at it as an object. */
export interface Decoded {
  readonly pc: number;
  readonly form: WireForm;
  /** Addressing field as it is on the wire. */
  readonly mode: number;
  /** By operand in wire order: offsets, tag and enum bytes, targets, immediates of up to 32 bits; 0 for wider ones. */
  readonly values: readonly number[];
  /** What it costs before anything is known of its operands' cells. */
  readonly l2: number;
  readonly da: number;
}

/** Operand 0, 1 or 2 is a cell that has no slot of its own: bits of {@link Code.modes} above those of the addressing. */
export const FAR_A = 1 << 6;
export const FAR_B = 1 << 7;
export const FAR_C = 1 << 8;

export class Code {
  readonly set: InstructionSet;
  readonly bytes: Uint8Array;
  /** Byte offsets in these arrays go up to the length of the code, where nothing can be decoded. */
  readonly operations: Uint8Array;
  readonly sizes: Uint8Array;
  /** L2 gas that is charged in advance: all of it, for what the interpreter's loop does by itself; else 0. */
  readonly gas: Uint32Array;
  /** Mode bits of the memory operands, two each, and the three bits above. */
  readonly modes: Uint16Array;
  /** The operands in wire order: cells, tags, targets, small constants. */
  readonly a: Uint32Array;
  readonly b: Uint32Array;
  readonly c: Uint32Array;
  /** Constants of SET for the wide tags; its operand is the index. */
  readonly constants: bigint[] = [];
  /** L2 gas that the bitwise instructions pay for each byte of their operands. */
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

  /** The instruction at `pc`. Throws {@link Halted} where none can be decoded. */
  at(pc: number): Decoded {
    return (this.#decoded[pc] ??= this.#decode(pc));
  }

  /** The same, or undefined where none can be decoded. */
  peek(pc: number): Decoded | undefined {
    try {
      return this.at(pc);
    } catch {
      return undefined;
    }
  }

  /** Fills the arrays at `pc`. Throws {@link Halted} where nothing can be decoded. */
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
    // Last: it says that the rest is there.
    this.operations[pc] = operation;
  }

  /** SET's constant as its tag leaves it, or for a wide tag its index. */
  #constant(pc: number, form: WireForm, tag: number): number {
    const { byte, size } = form.fields[2];
    if (size <= 4 && isSmall(tag)) return readNumber(this.bytes, pc + byte, size) & SMALL_MASKS[tag];
    const written =
      size <= 4 ? BigInt(readNumber(this.bytes, pc + byte, size)) : readWide(this.bytes, pc + byte, size);
    // A constant of 32 bytes is a field element before it is anything else.
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
  "invalid-opcode": "no instruction has the opcode that stands here",
  truncated: "the end of the code cuts off the instruction that begins here",
  "invalid-tag": "the instruction that begins here has a tag byte that is none",
} as const;
