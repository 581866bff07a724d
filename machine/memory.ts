/**
 * The memory of one contract call: 2^32 cells of a value and a tag.
 *
 * Cells stand in three flat arrays: the tag, the value of tags of up to 32 bits, and the value of the others. A cell's
 * place in them is its slot. The first cells have their addresses for slots; the others live in small pages, which get
 * slots when they are first touched.
 */

import { INDIRECT, RELATIVE } from "../isa/instruction-set.ts";
import { grow } from "../program/program.ts";
import { Halted, tagWithArticle } from "./halted.ts";
import { FF, isSmall, U32 } from "./tag-codes.ts";

/** Cells whose slot is their address. */
export const DIRECT_CELLS = 1024;

const HIGHEST_ADDRESS = 2 ** 32 - 1;
const PAGE_BITS = 5;
const PAGE = 1 << PAGE_BITS;
/** Pages below this are found through an array, the others through a map. */
const TABLED_PAGES = (1 << 22) >>> PAGE_BITS;

export class Memory {
  /** Wire values of tags, by slot. Replaced when it grows, as the other two are. */
  tags = new Uint8Array(DIRECT_CELLS);
  /** Values of cells tagged u1 to u32; of the others, 1 once they were written. */
  small = new Uint32Array(DIRECT_CELLS);
  /** Values of cells tagged ff, u64, u128. */
  wide: bigint[] = new Array<bigint>(DIRECT_CELLS).fill(0n);
  /** Slots in use. */
  #count = DIRECT_CELLS;
  /** First slot of each page, 0 for none. */
  #table = new Int32Array(0);
  #far: Map<number, number> | undefined;

  /** The slot of a cell, which is made if there is none yet. */
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
          `[sp+${offset}] lies beyond the last cell (the base is ${this.small[0]})`,
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

  /** The value of a cell that is known to be small. */
  smallAt(address: number): number {
    const slot = this.#existing(address);
    return slot < 0 ? 0 : this.small[slot];
  }

  /** False for a cell that nothing has written yet, which reads as ff 0. */
  isWritten(address: number): boolean {
    const slot = this.#existing(address);
    return slot >= 0 && (this.tags[slot] !== FF || this.small[slot] !== 0);
  }

  /** The value has to fit the tag. */
  set(address: number, tag: number, value: bigint): void {
    const slot = this.slotOf(address);
    this.tags[slot] = tag;
    if (isSmall(tag)) this.small[slot] = Number(value);
    else {
      this.small[slot] = 1;
      this.wide[slot] = value;
    }
  }

  /** The value has to fit the tag, which is u1 to u32. */
  setSmall(address: number, tag: number, value: number): void {
    const slot = this.slotOf(address);
    this.tags[slot] = tag;
    this.small[slot] = value;
  }

  /** Makes a cell one that was never written. */
  forget(address: number): void {
    const slot = this.slotOf(address);
    this.tags[slot] = FF;
    this.small[slot] = 0;
    this.wide[slot] = 0n;
  }

  /** The value in a slot, whatever its tag. */
  valueOf(slot: number): bigint {
    return isSmall(this.tags[slot]) ? BigInt(this.small[slot]) : this.wide[slot];
  }

  /** The slot of a cell, or -1 where nothing on its page was ever touched. */
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
      ? `is ${tagWithArticle(this.tagAt(address))}`
      : "was never written";
    return new Halted(
      `${this.isWritten(address) ? "non-u32" : "uninitialised"}-${role}`,
      `[${address}] ${content}, and ${role === "base" ? "the base of [sp+n]" : "an address"} must be u32`,
    );
  }
}

function tableLength(page: number): number {
  return Math.min(TABLED_PAGES, Math.max(2048, 2 ** Math.ceil(Math.log2(page + 1))));
}
