/** Calldata and returndata: fields of another call, which are read when an instruction copies them. */

import type { Memory } from "./memory.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";

export interface Data {
  readonly size: number;
  /** 0 past the end. */
  at(index: number): bigint;
  /**
   * How many of the wanted fields can be copied from `start` on. Undefined if the copy would read beyond the memory that
   * holds them.
   */
  available(start: number, wanted: number): number | undefined;
}

/** Fields that the caller of the machine gives, such as the calldata of a transaction. */
export class GivenData implements Data {
  readonly size: number;
  readonly #fields: readonly bigint[];

  constructor(fields: readonly bigint[]) {
    this.size = fields.length;
    this.#fields = fields;
  }

  at(index: number): bigint {
    return this.#fields[index] ?? 0n;
  }

  available(start: number, wanted: number): number {
    return Math.max(0, Math.min(this.size - start, wanted));
  }
}

/** A range of another call's memory. That call doesn't run while the range can be read. */
export class MemoryData implements Data {
  readonly size: number;
  readonly #memory: Memory;
  readonly #start: number;
  readonly #clamps: boolean;

  /** @param clamps whether the part beyond the memory is left out (from v5 on); otherwise copying it is an error */
  constructor(memory: Memory, start: number, size: number, clamps: boolean) {
    this.size = size;
    this.#memory = memory;
    this.#start = start;
    this.#clamps = clamps;
  }

  /** A range that ends beyond the last cell wraps to the first one. */
  at(index: number): bigint {
    return index < this.size ? this.#memory.valueAt((this.#start + index) % MEMORY_SIZE) : 0n;
  }

  available(start: number, wanted: number): number | undefined {
    const end = Math.min(start + wanted, this.size, this.#clamps ? MEMORY_SIZE - this.#start : MEMORY_SIZE);
    const length = Math.max(0, end - start);
    return this.#start + start + length > MEMORY_SIZE ? undefined : length;
  }
}

export const NO_DATA: Data = new GivenData([]);
