/** Resolves the memory operands of the next instruction, for observers. */

import type { MemoryOperand, RangeLength } from "../isa/types.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import type { Decoded } from "./code.ts";
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

/**
 * Resolves the operands of the instruction at `frame.pc`, in wire order. Leaves out those whose address or length
 * can't be resolved: the instruction will halt.
 */
export function resolveOperands(frame: Place): ResolvedOperand[] {
  const instruction = frame.code.at(frame.pc);
  const { form, mode, values } = instruction;
  const { fields } = form;
  const addresses: (number | undefined)[] = [];
  for (const { index, pair } of fields) {
    addresses.push(pair < 0 ? undefined : addressOf(frame, values[index], (mode >>> (2 * pair)) & 3));
  }
  const found: ResolvedOperand[] = [];
  for (const { operand, index } of fields) {
    const address = addresses[index];
    if (operand.kind !== "memory" || address === undefined) continue;
    const length = lengthOf(frame, instruction, operand.length ?? 1, addresses);
    if (length === undefined) continue;
    found.push({ operand, index, address, length: Math.min(length, MEMORY_SIZE - address) });
  }
  return found;
}

function addressOf({ memory }: Place, offset: number, mode: number): number | undefined {
  if (mode === 0) return offset;
  try {
    return memory.resolve(offset, mode);
  } catch {
    return undefined;
  }
}

function lengthOf(
  { memory }: Place,
  { form, values }: Decoded,
  length: RangeLength,
  addresses: readonly (number | undefined)[],
): number | undefined {
  if (typeof length === "number") return length;
  const { operands } = form.definition;
  if ("immediate" in length) return values[operands.findIndex(({ name }) => name === length.immediate)];
  const address = addresses[operands.findIndex(({ name }) => name === length.cell)];
  return address === undefined ? undefined : Number(memory.valueAt(address) & 0xffff_ffffn);
}
