/** Calldata and returndata: fields of somebody else's, which are read when they are copied. */

import type { Memory } from "./memory.ts";

const CELLS = 2 ** 32;

export interface Data {
  readonly size: number;
  /** 0 past the end. */
  at(index: number): bigint;
  /**
   * How many fields there are to copy from `start` on, of those that are wanted, or undefined where the copy would go
   * beyond the memory that they stand in.
   */
  available(start: number, wanted: number): number | undefined;
}

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

/** A range of another call's memory, which stands still for as long as it can be read here. */
export class MemoryData implements Data {
  readonly size: number;
  readonly #memory: Memory;
  readonly #start: number;
  readonly #clamps: boolean;

  /** `clamps`: what lies beyond the memory counts as not there (from v5 on); else copying it is an error. */
  constructor(memory: Memory, start: number, size: number, clamps: boolean) {
    this.size = size;
    this.#memory = memory;
    this.#start = start;
    this.#clamps = clamps;
  }

  /** A range that goes beyond the last cell goes on at the first. */
  at(index: number): bigint {
    return index < this.size ? this.#memory.valueAt((this.#start + index) % CELLS) : 0n;
  }

  available(start: number, wanted: number): number | undefined {
    const end = Math.min(start + wanted, this.size, this.#clamps ? CELLS - this.#start : CELLS);
    const length = Math.max(0, end - start);
    return this.#start + start + length > CELLS ? undefined : length;
  }
}

export const NO_DATA: Data = new GivenData([]);
