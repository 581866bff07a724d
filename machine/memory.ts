/**
 * The memory of one contract call: 2^32 cells, each with a value and a tag.
 *
 * Three flat arrays hold the cells: the tag, the value if the tag has up to 32 bits, and the value of the other tags. The index of
 * a cell in them is its slot. The slot of the first cells is their address; the other cells are in small pages, which get
 * slots when a cell on them is first used.
 */

import { INDIRECT, RELATIVE } from "../isa/instruction-set.ts";
import { grow } from "../program/program.ts";
import { Halted, OutOfMemory, tagWithArticle } from "./halted.ts";
import { MAX_CELLS } from "./limits.ts";
import { FF, isSmall, U32 } from "./tag-codes.ts";

/** Number of cells whose slot is their address. */
export const DIRECT_CELLS = 256;
/** Most calls need no more, so their memory never grows. */
const FIRST_SLOTS = 2 * DIRECT_CELLS;

const HIGHEST_ADDRESS = 2 ** 32 - 1;
const PAGE_BITS = 5;
const PAGE = 1 << PAGE_BITS;
/** Pages below this number are found through an array, the others through a map. */
const TABLED_PAGES = (1 << 22) >>> PAGE_BITS;

/** How many more cells the memories of a run may have. */
export interface MemoryBudget {
  cells: number;
}

export class Memory {
  /** Wire values of tags, by slot. When memory grows, this array is replaced, as are the other two. */
  tags = new Uint8Array(FIRST_SLOTS);
  /** Values of cells tagged u1 to u32. For other tags, 1 if the cell was written. */
  small = new Uint32Array(FIRST_SLOTS);
  /** Values of cells tagged ff, u64, u128. */
  wide: bigint[] = new Array<bigint>(FIRST_SLOTS).fill(0n);
  /** Number of slots in use. */
  #count = DIRECT_CELLS;
  /** First slot of each page, 0 for none. */
  #table = new Int32Array(0);
  #far: Map<number, number> | undefined;
  readonly #budget: MemoryBudget;

  constructor(budget: MemoryBudget) {
    this.#budget = budget;
    take(budget, FIRST_SLOTS);
  }

  /** The number of cells that count against the budget. */
  get size(): number {
    return FIRST_SLOTS + this.#count - DIRECT_CELLS;
  }

  /** The slot of a cell. Creates its page if there is none yet. */
  slotOf(address: number): number {
    if (address < DIRECT_CELLS) return address;
    const page = address >>> PAGE_BITS;
    const first = page < this.#table.length ? this.#table[page] : 0;
    return (first !== 0 ? first : this.#pageSlot(page)) + (address & (PAGE - 1));
  }

  /** The address that an operand with these mode bits resolves to. Throws {@link Halted}. */
  resolve(offset: number, mode: number): number {
    let address = offset;
    if (mode & RELATIVE) {
      if (this.tags[0] !== U32) throw this.#notAnAddress(0, "base");
      address += this.small[0];
      if (address > HIGHEST_ADDRESS)
        throw new Halted(
          "range-beyond-memory",
          `[sp+${offset}] is beyond the last cell (the base is ${this.small[0]})`,
        );
    }
    if (mode & INDIRECT) {
      const slot = this.slotOf(address);
      if (this.tags[slot] !== U32) throw this.#notAnAddress(address, "address");
      address = this.small[slot];
    }
    return address;
  }

  tagAt(address: number): number {
    const slot = this.#existing(address);
    return slot < 0 ? FF : this.tags[slot];
  }

  valueAt(address: number): bigint {
    const slot = this.#existing(address);
    return slot < 0 ? 0n : this.valueOf(slot);
  }

  /** The value of a cell whose tag has up to 32 bits. */
  smallAt(address: number): number {
    const slot = this.#existing(address);
    return slot < 0 ? 0 : this.small[slot];
  }

  /** False for a cell that was never written. It reads as ff 0. */
  isWritten(address: number): boolean {
    const slot = this.#existing(address);
    return slot >= 0 && (this.tags[slot] !== FF || this.small[slot] !== 0);
  }

  /** Writes a cell. The value must fit the tag. */
  set(address: number, tag: number, value: bigint): void {
    const slot = this.slotOf(address);
    this.tags[slot] = tag;
    if (isSmall(tag)) this.small[slot] = Number(value);
    else {
      this.small[slot] = 1;
      this.wide[slot] = value;
    }
  }

  /** Writes a cell with a tag from u1 to u32. The value must fit the tag. */
  setSmall(address: number, tag: number, value: number): void {
    const slot = this.slotOf(address);
    this.tags[slot] = tag;
    this.small[slot] = value;
  }

  /** Makes a cell unwritten again. */
  forget(address: number): void {
    const slot = this.slotOf(address);
    this.tags[slot] = FF;
    this.small[slot] = 0;
    this.wide[slot] = 0n;
  }

  /** The value in a slot, regardless of its tag. */
  valueOf(slot: number): bigint {
    return isSmall(this.tags[slot]) ? BigInt(this.small[slot]) : this.wide[slot];
  }

  /** The slot of a cell, or -1 if its page doesn't exist yet. */
  #existing(address: number): number {
    if (address < DIRECT_CELLS) return address;
    const page = address >>> PAGE_BITS;
    const first =
      page < this.#table.length ? this.#table[page] : page < TABLED_PAGES ? 0 : (this.#far?.get(page) ?? 0);
    return first === 0 ? -1 : first + (address & (PAGE - 1));
  }

  #pageSlot(page: number): number {
    if (page >= TABLED_PAGES) {
      const known = this.#far?.get(page);
      if (known !== undefined) return known;
    }
    take(this.#budget, PAGE);
    const first = this.#count;
    this.#count += PAGE;
    if (this.#count > this.tags.length) this.#grow();
    if (page >= TABLED_PAGES) (this.#far ??= new Map()).set(page, first);
    else {
      if (page >= this.#table.length) this.#table = grow(this.#table, tableLength(page));
      this.#table[page] = first;
    }
    return first;
  }

  #grow(): void {
    const { length } = this.tags;
    this.tags = grow(this.tags, 2 * length);
    this.small = grow(this.small, 2 * length);
    const wide = new Array<bigint>(2 * length);
    for (let slot = 0; slot < length; slot++) wide[slot] = this.wide[slot];
    this.wide = wide.fill(0n, length);
  }

  #notAnAddress(address: number, role: "address" | "base"): Halted {
    const content = this.isWritten(address)
      ? `holds ${tagWithArticle(this.tagAt(address))}`
      : "was never written, so it is ff 0";
    return new Halted(
      `${this.isWritten(address) ? "non-u32" : "uninitialised"}-${role}`,
      `[${address}] ${content}, and ${role === "base" ? "the base of [sp+n]" : "an address"} must be u32`,
    );
  }
}

function take(budget: MemoryBudget, cells: number): void {
  if (budget.cells < cells) throw new OutOfMemory(MAX_CELLS, "cells of memory");
  budget.cells -= cells;
}

function tableLength(page: number): number {
  return Math.min(TABLED_PAGES, Math.max(2048, 2 ** Math.ceil(Math.log2(page + 1))));
}
