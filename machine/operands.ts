/** Resolves the memory operands of the next instruction, for observers. */

import type { Field, WireForm } from "../isa/instruction-set.ts";
import type { MemoryOperand } from "../isa/types.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import type { Decoded } from "./code.ts";
import type { Memory } from "./memory.ts";
import type { FrameView } from "./observer.ts";

/** The position of an instruction and the memory that it accesses. */
type Place = Pick<FrameView, "code" | "memory" | "pc">;

export interface ResolvedOperand {
  readonly operand: MemoryOperand;
  /** Index into the instruction's operands. */
  readonly index: number;
  readonly address: number;
  /** Number of cells that are read or written, cut at the end of memory. */
  readonly length: number;
}

/** A memory operand of a wire form, with the place of its length. */
export interface MemoryField {
  readonly operand: MemoryOperand;
  /** Index into the instruction's operands. */
  readonly index: number;
  /** Which pair of mode bits is this operand's. */
  readonly pair: number;
  /** The length if it is the same in each instruction. */
  readonly length: number;
  /** Index of the operand that has the length; -1 if {@link length} is it. */
  readonly lengthIndex: number;
  /** Which pair of mode bits is the length's, if a cell holds it; -1 for an immediate. */
  readonly lengthPair: number;
}

/** The memory operands of a wire form, in wire order. */
interface MemoryFields {
  readonly all: readonly MemoryField[];
  readonly written: readonly MemoryField[];
}

const fieldsByForm = new WeakMap<WireForm, MemoryFields>();

export function memoryFields(form: WireForm): MemoryFields {
  let found = fieldsByForm.get(form);
  if (!found) {
    const all = form.fields.flatMap((field) => memoryField(form, field));
    found = { all, written: all.filter(({ operand }) => operand.access === "write") };
    fieldsByForm.set(form, found);
  }
  return found;
}

function memoryField({ fields }: WireForm, { operand, index, pair }: Field): MemoryField[] {
  if (operand.kind !== "memory") return [];
  const { length = 1 } = operand;
  if (typeof length === "number") return [{ operand, index, pair, length, lengthIndex: -1, lengthPair: -1 }];
  const name = "cell" in length ? length.cell : length.immediate;
  const holder = fields.find((field) => field.operand.name === name)!;
  return [{ operand, index, pair, length: 0, lengthIndex: holder.index, lengthPair: holder.pair }];
}

/**
 * Resolves the operands of the instruction at `frame.pc`, in wire order. Leaves out those whose address or length
 * can't be resolved: the instruction will halt.
 */
export function resolveOperands({ code, memory, pc }: Place): ResolvedOperand[] {
  const instruction = code.at(pc);
  return resolveFields(memory, instruction, memoryFields(instruction.form).all);
}

/** The same for some of the memory operands of an instruction. */
export function resolveFields(
  memory: Memory,
  instruction: Decoded,
  fields: readonly MemoryField[],
): ResolvedOperand[] {
  const found: ResolvedOperand[] = [];
  for (const field of fields) {
    const address = addressOf(memory, instruction, field.index, field.pair);
    if (address < 0) continue;
    const length = field.lengthIndex < 0 ? field.length : lengthOf(memory, instruction, field);
    if (length < 0) continue;
    const { operand, index } = field;
    found.push({ operand, index, address, length: Math.min(length, MEMORY_SIZE - address) });
  }
  return found;
}

/** The address that an operand resolves to; -1 if it can't be resolved. */
export function addressOf(memory: Memory, { mode, values }: Decoded, index: number, pair: number): number {
  const bits = (mode >>> (2 * pair)) & 3;
  if (bits === 0) return values[index];
  try {
    return memory.resolve(values[index], bits);
  } catch {
    return -1;
  }
}

/** The length of a range that isn't the same in each instruction; -1 if the cell that holds it can't be resolved. */
export function lengthOf(
  memory: Memory,
  instruction: Decoded,
  { lengthIndex, lengthPair }: MemoryField,
): number {
  if (lengthPair < 0) return instruction.values[lengthIndex];
  const address = addressOf(memory, instruction, lengthIndex, lengthPair);
  return address < 0 ? -1 : Number(memory.valueAt(address) & 0xffff_ffffn);
}
