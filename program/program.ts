/**
 * A program: a flat list of statements with byte offsets. Both the assembler and the decoder produce one. The analysis, the
 * encoder, the disassembler and the reports work on programs of both.
 *
 * It is stored in typed arrays with one entry per statement, so that a million statements take megabytes instead of a million
 * objects.
 */

import type { Location } from "../diagnostics/diagnostic.ts";
import { HOLE_FORM, withHoles } from "../isa/hole.ts";
import type { InstructionSet, WireForm } from "../isa/instruction-set.ts";
import type { Tag } from "../isa/tags.ts";
import { lowerBound } from "./search.ts";
import type { Frame, Origins } from "./source-locations.ts";

/** The opcode of a statement of raw bytes (`.byte`). Each of its values is one byte. */
export const DATA = 0xff;

export interface Program {
  readonly set: InstructionSet;
  /** Number of statements. */
  readonly count: number;
  /** Byte offset of each statement; then, as a last entry, the size of the bytecode. */
  readonly pcs: Uint32Array;
  /** Wire opcode of each statement, or {@link DATA}, or {@link HOLE_FORM}'s. */
  readonly opcodes: Uint8Array;
  /** Addressing field of each statement, with its spare bits. */
  readonly modes: Uint16Array;
  /** Index of each statement's first value; then, as a last entry, the number of values. */
  readonly firsts: Uint32Array;
  /**
   * The operands of all statements in wire order: offsets, tag bytes, enum bytes, targets, immediates of up to 32
   * bits; for a wider immediate, its index in {@link wide}.
   */
  readonly values: Uint32Array;
  readonly wide: readonly bigint[];
  /** The source place of each statement; absent for bytecode. */
  readonly origins?: Origins;
  /** The `.assume` and `.expect` of the source, in the order of the statements; absent for bytecode. */
  readonly annotations?: readonly Annotation[];
  /** The `.cell` definitions with a tag; absent for bytecode. */
  readonly taggedCells?: readonly TaggedCell[];
}

/** `.assume operand: tag` or `.expect operand: tag`. */
export interface Annotation {
  readonly kind: "assume" | "expect";
  /** Index of the statement after it; the number of statements at the end. */
  readonly before: number;
  /** Mode bits of the operand: INDIRECT, RELATIVE. */
  readonly mode: number;
  readonly address: number;
  readonly tag: Tag;
  /** The place of the operand. */
  readonly location: Location;
  /** The file or expansion that it is in. */
  readonly frame: Frame;
}

/** `.cell NAME = [address] : tag` or `.cell NAME = [sp+address] : tag`. */
export interface TaggedCell {
  readonly name: string;
  /** RELATIVE, or 0 for an absolute address. */
  readonly mode: number;
  readonly address: number;
  readonly tag: Tag;
  /** The place of the definition. */
  readonly location: Location;
}

/** The wire form of a statement, or undefined for raw bytes. */
export function formOf(program: Program, index: number): WireForm | undefined {
  return program.set.byOpcode[program.opcodes[index]];
}

/** The value of the operand at `position` in wire order, of any width. */
export function valueOf(program: Program, index: number, position: number): bigint {
  const value = program.values[program.firsts[index] + position];
  const form = formOf(program, index);
  return form && form.fields[position].size > 4 ? program.wide[value] : BigInt(value);
}

/** The index of the statement that starts at `pc`, or -1 if none does. */
export function statementAt(program: Program, pc: number): number {
  const index = statementCovering(program, pc);
  return index >= 0 && program.pcs[index] === pc ? index : -1;
}

/** The index of the statement whose bytes include `pc`, or -1 past the end. */
export function statementCovering(program: Program, pc: number): number {
  if (pc < 0 || pc >= program.pcs[program.count]) return -1;
  // The last statement that starts at `pc` or before it. Statements without bytes come before it.
  return lowerBound(program.pcs, program.count, pc + 1) - 1;
}

/** Size of the bytecode in bytes. */
export function sizeOf(program: Program): number {
  return program.pcs[program.count];
}

/** The code of successive statements that can be appended again. Offsets and indices of values count from its start. */
export interface CodeRun {
  /** As in {@link Program}, with the size as a last entry. */
  readonly pcs: Uint32Array;
  readonly opcodes: Uint8Array;
  readonly modes: Uint16Array;
  readonly firsts: Uint32Array;
  /** None is wide. */
  readonly values: Uint32Array;
}

/** Collects statements in order. */
export class ProgramBuilder {
  count = 0;
  private pc = 0;
  private valueCount = 0;
  private pcs: Uint32Array;
  private opcodes: Uint8Array;
  private modes: Uint16Array;
  private firsts: Uint32Array;
  private values: Uint32Array;
  private readonly wide: bigint[] = [];
  private hasHoles = false;
  readonly set: InstructionSet;

  /** @param capacity the expected number of statements */
  constructor(set: InstructionSet, capacity = 64) {
    this.set = set;
    this.pcs = new Uint32Array(capacity + 1);
    this.opcodes = new Uint8Array(capacity);
    this.modes = new Uint16Array(capacity);
    this.firsts = new Uint32Array(capacity + 1);
    this.values = new Uint32Array(capacity * 3);
  }

  /** Byte offset of the next statement. */
  get size(): number {
    return this.pc;
  }

  /** The number of statements for which the arrays have room. */
  get capacity(): number {
    return this.opcodes.length;
  }

  /** Number of operand values so far: the index of the next. */
  get valuesSoFar(): number {
    return this.valueCount;
  }

  /** Starts an instruction; its values follow in wire order. Returns its index. */
  startInstruction(form: WireForm, mode: number): number {
    return this.start(form.opcode, mode, form.size);
  }

  /** Appends raw bytes as one statement. Returns its index. */
  addData(bytes: ArrayLike<number>): number {
    const index = this.start(DATA, 0, bytes.length);
    for (let i = 0; i < bytes.length; i++) this.addValue(bytes[i]);
    return index;
  }

  /** Appends a hole in place of a statement that couldn't be assembled. Returns its index. */
  addHole(): number {
    this.hasHoles = true;
    const index = this.startInstruction(HOLE_FORM, 0);
    this.addValue(0);
    return index;
  }

  /** Appends an operand of up to 32 bits to the statement that was started last. Returns its index among all. */
  addValue(value: number): number {
    if (this.valueCount === this.values.length) this.values = grow(this.values, grown(this.valueCount));
    this.values[this.valueCount] = value;
    return this.valueCount++;
  }

  /** Appends an operand of more than 32 bits. Returns the index of its value, which {@link setWide} takes. */
  addWide(value: bigint): number {
    this.wide.push(value);
    return this.addValue(this.wide.length - 1);
  }

  /** The code from a statement on. */
  runFrom(first: number): CodeRun {
    const { count, pcs, firsts } = this;
    const [pc, value] = [pcs[first], firsts[first]];
    return {
      pcs: Uint32Array.from([...pcs.subarray(first, count), this.pc], (at) => at - pc),
      opcodes: this.opcodes.slice(first, count),
      modes: this.modes.slice(first, count),
      firsts: firsts.slice(first, count).map((at) => at - value),
      values: this.values.slice(value, this.valueCount),
    };
  }

  /** Appends code again. Returns the index of its first value. */
  addRun({ pcs, opcodes, modes, firsts, values }: CodeRun): number {
    const { count, pc, valueCount } = this;
    const { length } = opcodes;
    if (count + length > this.opcodes.length) this.reserve(grown(count + length));
    if (valueCount + values.length > this.values.length) {
      this.values = grow(this.values, grown(valueCount + values.length));
    }
    // A loop takes less time than `set` for so few.
    for (let index = 0; index < length; index++) {
      this.pcs[count + index] = pc + pcs[index];
      this.opcodes[count + index] = opcodes[index];
      this.modes[count + index] = modes[index];
      this.firsts[count + index] = valueCount + firsts[index];
    }
    for (let index = 0; index < values.length; index++) this.values[valueCount + index] = values[index];
    this.count += length;
    this.pc += pcs[length];
    this.valueCount += values.length;
    return valueCount;
  }

  /** Replaces an operand that wasn't known when it was added. */
  setValue(index: number, value: number): void {
    this.values[index] = value;
  }

  /** Replaces a wide operand that wasn't known when it was added. */
  setWide(index: number, value: bigint): void {
    this.wide[this.values[index]] = value;
  }

  /** Byte offset of a statement, or of the end for the next statement. */
  offsetOf(statement: number): number {
    return statement < this.count ? this.pcs[statement] : this.pc;
  }

  finish(source: Pick<Program, "origins" | "annotations" | "taggedCells"> = {}): Program {
    const { set, count } = this;
    this.pcs[count] = this.pc;
    this.firsts[count] = this.valueCount;
    return {
      set: this.hasHoles ? withHoles(set) : set,
      count,
      pcs: this.pcs.subarray(0, count + 1),
      opcodes: this.opcodes.subarray(0, count),
      modes: this.modes.subarray(0, count),
      firsts: this.firsts.subarray(0, count + 1),
      values: this.values.subarray(0, this.valueCount),
      wide: this.wide,
      ...source,
    };
  }

  private start(opcode: number, mode: number, size: number): number {
    const index = this.count++;
    if (index === this.opcodes.length) this.reserve(grown(index));
    this.pcs[index] = this.pc;
    this.opcodes[index] = opcode;
    this.modes[index] = mode;
    this.firsts[index] = this.valueCount;
    this.pc += size;
    return index;
  }

  /** Grows the arrays for a number of statements. */
  private reserve(capacity: number): void {
    if (capacity <= this.opcodes.length) return;
    this.pcs = grow(this.pcs, capacity + 1);
    this.opcodes = grow(this.opcodes, capacity);
    this.modes = grow(this.modes, capacity);
    this.firsts = grow(this.firsts, capacity + 1);
  }
}

/** Copies an array to a longer one. */
export function grow<Numbers extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  old: Numbers,
  length: number,
): Numbers {
  const larger = new (old.constructor as new (length: number) => Numbers)(length);
  larger.set(old);
  return larger;
}

/** The new length for an array that is full. */
function grown(length: number): number {
  return Math.max(64, length * 2);
}
