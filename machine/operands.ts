/** The memory operands of an instruction that is about to run, for those who watch it. */

import type { MemoryOperand, RangeLength } from "../isa/types.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import type { Decoded } from "./code.ts";
import type { FrameView } from "./observer.ts";

/** Where an instruction stands. */
type Place = Pick<FrameView, "code" | "memory" | "pc">;

export interface ResolvedOperand {
  readonly operand: MemoryOperand;
  /** Index into the instruction's operands. */
  readonly index: number;
  readonly address: number;
  /** How many cells are read or written, as far as they lie in memory. */
  readonly length: number;
}

/**
 * Where the operands of the instruction at `frame.pc` lie, in wire order. Those that can't be resolved, or whose length
 * can't be told, are left out: the instruction is going to halt.
 */
export function resolveOperands(frame: Place): ResolvedOperand[] {
  const instruction = frame.code.at(frame.pc);
  const { form, mode, values } = instruction;
  const addresses = form.fields.map(({ index, pair }) =>
    pair < 0 ? undefined : addressOf(frame, values[index], (mode >>> (2 * pair)) & 3),
  );
  return form.fields.flatMap(({ operand, index }): ResolvedOperand[] => {
    const address = addresses[index];
    if (operand.kind !== "memory" || address === undefined) return [];
    const length = lengthOf(frame, instruction, operand.length ?? 1, addresses);
    return length === undefined
      ? []
      : [{ operand, index, address, length: Math.min(length, MEMORY_SIZE - address) }];
  });
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
