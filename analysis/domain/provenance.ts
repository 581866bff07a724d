/**
 * Where the content of a cell can come from: the write operands that can have put it there. An origin is a number: zero
 * for a cell that was never written, above zero one write, below zero a set of them in this table.
 *
 * There are more sets than instructions in long programs, and they are kept for as long as the analysis is: so they lie
 * one behind the other in one array, and not as objects.
 */

import { grow } from "../../program/program.ts";

/** Zero: never written. Above: one plus the number of a write operand in `Code`. Below: a set. */
export type Origin = number;

export const UNWRITTEN: Origin = 0;

/**
 * Stands for the author's correction of a mistake, where the analysis goes on behind an instruction that is sure to halt:
 * content with this among its origins isn't known, and nothing is reported of it. Greater than all writes.
 */
export const ASSUMED: Origin = 2 ** 30;

/** Stands for more writes than are kept. */
export const MANY: Origin = -1;

/** The most writes that a set has. */
const LIMIT = 8;

/** How many unions are remembered, in a table whose entries are replaced by later ones with the same hash. */
const REMEMBERED = 2 ** 12;

export class Origins {
  /** Called with the writes of a set that becomes {@link MANY}. */
  onOverflow: (origin: Origin) => void = () => undefined;
  /** The members of all sets, those of {@link MANY}, which has none, first. */
  private pool = new Int32Array(64);
  /** By set: where its members begin; one more says where those of the last end. */
  private starts = new Int32Array(64);
  private count = 1;
  /** Open addressing: one plus the number of a set at the first place that is free from its hash on. */
  private table = new Int32Array(128);
  /** Two origins that were joined, and what that made. */
  private readonly joinedA = new Int32Array(REMEMBERED);
  private readonly joinedB = new Int32Array(REMEMBERED);
  private readonly joined = new Int32Array(REMEMBERED);
  private readonly scratch = new Int32Array(2 * LIMIT);

  /** Ascending; zero among them where the cell may be one that was never written. None of {@link MANY}. */
  members(origin: Origin): readonly Origin[] {
    if (origin >= 0) return [origin];
    const set = -1 - origin;
    return Array.from(this.pool.subarray(this.starts[set], this.starts[set + 1]));
  }

  /** Sets the entries of all members to 1. */
  mark(origin: Origin, entries: Uint8Array): void {
    if (origin >= 0) {
      entries[origin] = 1;
      return;
    }
    const end = this.starts[-origin];
    for (let at = this.starts[-1 - origin]; at < end; at++) entries[this.pool[at]] = 1;
  }

  /** False if there may be more writes than the members. */
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
    const [low, high] = a < b ? [a, b] : [b, a];
    const place = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 20;
    // No entry has zero and zero, which are never joined.
    if (this.joinedA[place] === low && this.joinedB[place] === high) {
      const known = this.joined[place];
      if (known === MANY) {
        this.onOverflow(a);
        this.onOverflow(b);
      }
      return known;
    }
    this.joinedA[place] = low;
    this.joinedB[place] = high;
    return (this.joined[place] = this.union(low, high));
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

  /** The set of the first `size` entries of `scratch`. */
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

  /** The first place in the table for these members, by their hash. */
  private placeOf(numbers: Int32Array, start: number, size: number): number {
    let hash = size;
    for (let index = start; index < start + size; index++) {
      hash = Math.imul(hash ^ numbers[index], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash & (this.table.length - 1);
  }
}
