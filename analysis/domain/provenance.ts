/**
 * The origin of a cell's content: the set of write operands that may have written it. An origin is a number: 0 for a cell that was
 * never written, a positive number for one write, a negative number for a set in this table.
 *
 * Long programs have more sets than instructions, and the analysis keeps all of them. So one array contains the members of all sets
 * in sequence, which takes less memory than an object for each set.
 */

import { grow } from "../../program/program.ts";
import { JoinCache } from "./join-cache.ts";

/** 0: never written. Positive: one plus the slot of a write operand. Negative: a set of these. */
export type Origin = number;

export const UNWRITTEN: Origin = 0;

/**
 * Stands for a repair: the analysis continues after an instruction that certainly halts, as if its author had corrected the
 * mistake. Content with this origin is unknown, and nothing is reported of it. The number is greater than those of all writes.
 */
export const ASSUMED: Origin = 2 ** 30;

/** Stands for a write that an edit has removed, in what is remembered of an earlier analysis. */
export const LOST: Origin = -(2 ** 31);

/** Stands for a set with more members than {@link LIMIT}. */
export const MANY: Origin = -1;

/** The most members that a set has. */
const LIMIT = 8;

export class Origins {
  /** Called with the writes of a set that becomes {@link MANY}. */
  onOverflow: (origin: Origin) => void = () => undefined;
  /** The members of all sets in sequence. The first set is {@link MANY}, which has none. */
  private pool = new Int32Array(64);
  /** By set: the index in `pool` of its first member. One more entry is the end of the last set. */
  private starts = new Int32Array(64);
  private count = 1;
  /** Hash table of sets, with open addressing and linear probing: one plus the number of a set; 0 if the entry is free. */
  private table = new Int32Array(128);
  /** By two origins, the lesser number first. */
  private readonly joins = new JoinCache();
  private readonly scratch = new Int32Array(2 * LIMIT);

  /** The members in ascending order; 0 is one if the cell may never have been written. {@link MANY} has no members. */
  members(origin: Origin): readonly Origin[] {
    if (origin >= 0) return [origin];
    const set = -1 - origin;
    return Array.from(this.pool.subarray(this.starts[set], this.starts[set + 1]));
  }

  /** Sets `entries[member]` to 1 for all members. */
  mark(origin: Origin, entries: Uint8Array): void {
    if (origin >= 0) {
      entries[origin] = 1;
      return;
    }
    const end = this.starts[-origin];
    for (let at = this.starts[-1 - origin]; at < end; at++) entries[this.pool[at]] = 1;
  }

  /** False if there may be other writes than the members. */
  complete(origin: Origin): boolean {
    return origin !== MANY;
  }

  /** Whether {@link ASSUMED} is among the members. */
  isAssumed(origin: Origin): boolean {
    if (origin >= 0) return origin === ASSUMED;
    return origin !== MANY && this.pool[this.starts[-origin] - 1] === ASSUMED;
  }

  join(a: Origin, b: Origin): Origin {
    if (a === b) return a;
    if (a === MANY || b === MANY) {
      this.onOverflow(a === MANY ? b : a);
      return MANY;
    }
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const known = this.joins.find(low, high);
    if (known === undefined) {
      const joined = this.union(low, high);
      this.joins.add(low, high, joined);
      return joined;
    }
    if (known === MANY) {
      this.onOverflow(a);
      this.onOverflow(b);
    }
    return known;
  }

  private union(a: Origin, b: Origin): Origin {
    const { scratch, pool: members, starts } = this;
    let left = a < 0 ? starts[-1 - a] : 0;
    const leftEnd = a < 0 ? starts[-a] : 1;
    let right = b < 0 ? starts[-1 - b] : 0;
    const rightEnd = b < 0 ? starts[-b] : 1;
    const sizeOfA = leftEnd - left;
    const sizeOfB = rightEnd - right;
    let size = 0;
    let first = a < 0 ? members[left] : a;
    let second = b < 0 ? members[right] : b;
    while (left < leftEnd || right < rightEnd) {
      const least = right === rightEnd || (left < leftEnd && first < second) ? first : second;
      scratch[size++] = least;
      if (left < leftEnd && first === least) first = ++left < leftEnd ? members[left] : 0;
      if (right < rightEnd && second === least) second = ++right < rightEnd ? members[right] : 0;
    }
    if (size > LIMIT) {
      for (let index = 0; index < size; index++) this.onOverflow(scratch[index]);
      return MANY;
    }
    if (size === sizeOfA) return a;
    return size === sizeOfB ? b : this.setOf(size);
  }

  /** The set whose members are the first `size` entries of `scratch`. */
  private setOf(size: number): Origin {
    const { scratch, starts, pool: members } = this;
    let place = this.placeOf(scratch, 0, size);
    for (; this.table[place] !== 0; place = (place + 1) & (this.table.length - 1)) {
      const set = this.table[place] - 1;
      const start = starts[set];
      if (starts[set + 1] - start !== size) continue;
      let same = 0;
      while (same < size && members[start + same] === scratch[same]) same++;
      if (same === size) return -1 - set;
    }
    const set = this.count++;
    this.table[place] = set + 1;
    const start = starts[set];
    if (start + size > members.length) this.pool = grow(members, 2 * (start + size));
    if (this.count >= starts.length) this.starts = grow(starts, 2 * this.count);
    for (let index = 0; index < size; index++) this.pool[start + index] = scratch[index];
    this.starts[this.count] = start + size;
    if (this.count * 2 > this.table.length) this.growTable();
    return -1 - set;
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 2);
    for (let set = 1; set < this.count; set++) {
      const start = this.starts[set];
      let place = this.placeOf(this.pool, start, this.starts[set + 1] - start);
      while (this.table[place] !== 0) place = (place + 1) & (this.table.length - 1);
      this.table[place] = set + 1;
    }
  }

  /** The entry of the hash table at which to begin the search for a set with these members. */
  private placeOf(numbers: Int32Array, start: number, size: number): number {
    let hash = size;
    for (let index = start; index < start + size; index++) {
      hash = Math.imul(hash ^ numbers[index], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.table.length - 1);
  }
}
