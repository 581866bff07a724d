/**
 * A program: a flat list of placed statements, which source text and bytecode both become. Whatever analyses,
 * encodes, prints or shows takes a program and can't tell which of the two it came from.
 *
 * It is held in typed arrays, one entry per statement, so that a million of them cost megabytes and no object each.
 */

import type { Location, Related } from "../diagnostics/diagnostic.ts";
import { HOLE_FORM, withHoles } from "../isa/hole.ts";
import type { InstructionSet, WireForm } from "../isa/instruction-set.ts";
import type { Tag } from "../isa/tags.ts";
import { lowerBound } from "./search.ts";
import type { Origins } from "./source-locations.ts";

/** In place of an opcode: the statement is raw bytes (`.byte`), one in each of its values. */
export const DATA = 0xff;

export interface Program {
  readonly set: InstructionSet;
  /** Number of statements. */
  readonly count: number;
  /** Byte offset of each statement, and behind the last one the size of the whole. */
  readonly pcs: Uint32Array;
  /** Wire opcode of each statement, or {@link DATA}, or {@link HOLE_FORM}'s. */
  readonly opcodes: Uint8Array;
  /** Addressing field of each statement as it is on the wire, spare bits included. */
  readonly modes: Uint16Array;
  /** Index of each statement's first value, and behind the last one the number of values. */
  readonly firsts: Uint32Array;
  /**
   * The operands of all statements in wire order: offsets, tag bytes, enum bytes, targets, immediates of up to 32
   * bits; for a wider immediate, its index in {@link wide}.
   */
  readonly values: Uint32Array;
  readonly wide: readonly bigint[];
  /** Where each statement stands in source text; absent for bytecode. */
  readonly origins?: Origins;
  /** What the source says about tags, in the order of the statements; absent for bytecode. */
  readonly annotations?: readonly Annotation[];
  /** Cells that were given a name and a tag; absent for bytecode. */
  readonly taggedCells?: readonly TaggedCell[];
}

/** `.assume operand: tag` or `.expect operand: tag`. */
export interface Annotation {
  readonly kind: "assume" | "expect";
  /** Index of the statement in front of which it stands; the number of statements at the end. */
  readonly before: number;
  /** Mode bits of the operand: INDIRECT, RELATIVE. */
  readonly mode: number;
  readonly address: number;
  readonly tag: Tag;
  /** Of the operand. */
  readonly location: Location;
  /** The expansions and includes that it stands in, innermost first. */
  readonly around: readonly Related[];
}

/** `.cell NAME = [address] : tag` or `.cell NAME = [sp+address] : tag`. */
export interface TaggedCell {
  readonly name: string;
  /** RELATIVE, or 0 for an absolute address. */
  readonly mode: number;
  readonly address: number;
  readonly tag: Tag;
  /** Of the definition. */
  readonly location: Location;
}

/** The wire form of a statement, or undefined for raw bytes. */
export function formOf(program: Program, index: number): WireForm | undefined {
  return program.set.byOpcode[program.opcodes[index]];
}

/** The operand at `position` in wire order, as a number of whatever width. */
export function valueOf(program: Program, index: number, position: number): bigint {
  const value = program.values[program.firsts[index] + position];
  const form = formOf(program, index);
  return form && form.fields[position].size > 4 ? program.wide[value] : BigInt(value);
}

/** The index of the statement that starts at `pc`, or -1 where none does. */
export function statementAt(program: Program, pc: number): number {
  const index = statementCovering(program, pc);
  return index >= 0 && program.pcs[index] === pc ? index : -1;
}

/** The index of the statement whose bytes include `pc`, or -1 past the end. */
export function statementCovering(program: Program, pc: number): number {
  if (pc < 0 || pc >= program.pcs[program.count]) return -1;
  // The last that starts at `pc` or before it; statements without bytes stand before it.
  return lowerBound(program.pcs, program.count, pc + 1) - 1;
}

/** Size of the bytecode in bytes. */
export function sizeOf(program: Program): number {
  return program.pcs[program.count];
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

  /** `capacity` is a guess at the number of statements. */
  constructor(set: InstructionSet, capacity = 64) {
    this.set = set;
    this.pcs = new Uint32Array(capacity + 1);
    this.opcodes = new Uint8Array(capacity);
    this.modes = new Uint16Array(capacity);
    this.firsts = new Uint32Array(capacity + 1);
    this.values = new Uint32Array(capacity * 3);
  }

  /** Byte offset at which the next statement will stand. */
  get size(): number {
    return this.pc;
  }

  /** Number of statements that there is room for. */
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

  /** Replaces an operand that wasn't known when it was added. */
  setValue(index: number, value: number): void {
    this.values[index] = value;
  }

  /** Replaces a wide operand that wasn't known when it was added. */
  setWide(index: number, value: bigint): void {
    this.wide[this.values[index]] = value;
  }

  /** Byte offset of a statement that was started, or of the end where it is the next one. */
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

  /** Makes room for so many statements. */
  private reserve(capacity: number): void {
    if (capacity <= this.opcodes.length) return;
    this.pcs = grow(this.pcs, capacity + 1);
    this.opcodes = grow(this.opcodes, capacity);
    this.modes = grow(this.modes, capacity);
    this.firsts = grow(this.firsts, capacity + 1);
  }
}

/** A longer array that begins with the old one's numbers. */
export function grow<Numbers extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  old: Numbers,
  length: number,
): Numbers {
  const larger = new (old.constructor as new (length: number) => Numbers)(length);
  larger.set(old);
  return larger;
}

/** How much room there is to be where so much has become too little. */
function grown(length: number): number {
  return Math.max(64, length * 2);
}
