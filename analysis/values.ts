/**
 * What is known of the number in a cell.
 *
 * A value is itself a number, so that cells fit an array of numbers: zero and above it is that constant; -1 is
 * {@link TOP}, of which nothing is known; below that it names an entry of a {@link Values} table: a constant beyond
 * 2^53, a few alternatives, or a range. The numbers are those in memory, after truncation to their tag.
 */

import { TAG_BITS, TAGS, truncate, type TagSet } from "../isa/tags.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";

/** A constant (zero or above), {@link TOP}, or an entry of a table (below -1). */
export type Value = number;

export const TOP: Value = -1;

/** The most alternatives that are kept apart. */
const SET_SIZE = 8;

type Entry =
  | { readonly kind: "big"; readonly value: bigint }
  /** Ascending, at least two. */
  | { readonly kind: "set"; readonly members: readonly number[] }
  /** Both ends inclusive. */
  | { readonly kind: "range"; readonly low: number; readonly high: number };

export class Values {
  private readonly entries: Entry[] = [];
  private readonly ids = new Map<string, Value>();
  private readonly bigIds = new Map<bigint, Value>();
  /** Ascending: where widening stops first, since comparisons of the program may stop there too. */
  private readonly thresholds: readonly number[];

  constructor(thresholds: Iterable<number> = []) {
    this.thresholds = [...new Set([0, 1, 2 ** 16, MEMORY_SIZE - 1, ...thresholds])].sort((a, b) => a - b);
  }

  constant(value: bigint): Value {
    if (value <= Number.MAX_SAFE_INTEGER) return Number(value);
    let id = this.bigIds.get(value);
    if (id === undefined) this.bigIds.set(value, (id = this.add({ kind: "big", value })));
    return id;
  }

  range(low: number, high: number): Value {
    if (low === high) return low;
    if (low <= 0 && high >= Number.MAX_SAFE_INTEGER) return TOP;
    return this.intern(`${low}-${high}`, { kind: "range", low, high });
  }

  /** Members in any order, with repetitions. */
  set(members: number[]): Value {
    const sorted = [...new Set(members)].sort((a, b) => a - b);
    if (sorted.length === 1) return sorted[0];
    if (sorted.length > SET_SIZE) return this.range(sorted[0], sorted[sorted.length - 1]);
    return this.intern(sorted.join(), { kind: "set", members: sorted });
  }

  /** The one number that it is, or undefined. */
  exact(value: Value): bigint | undefined {
    if (value >= 0) return BigInt(value);
    const entry = value === TOP ? undefined : this.entries[-2 - value];
    return entry?.kind === "big" ? entry.value : undefined;
  }

  /** The numbers that it can be, where there are few. */
  members(value: Value): readonly number[] | undefined {
    if (value >= 0) return [value];
    if (value === TOP) return undefined;
    const entry = this.entries[-2 - value];
    return entry.kind === "set" ? entry.members : undefined;
  }

  low(value: Value): number {
    if (value >= 0) return value;
    if (value === TOP) return 0;
    const entry = this.entries[-2 - value];
    if (entry.kind === "big") return Number.MAX_SAFE_INTEGER;
    return entry.kind === "set" ? entry.members[0] : entry.low;
  }

  /** Infinity where there is no bound. */
  high(value: Value): number {
    if (value >= 0) return value;
    if (value === TOP) return Infinity;
    const entry = this.entries[-2 - value];
    if (entry.kind === "big") return Infinity;
    return entry.kind === "set" ? entry.members[entry.members.length - 1] : entry.high;
  }

  includes(value: Value, number: number): boolean {
    if (value >= 0) return value === number;
    const members = this.members(value);
    if (members) return members.includes(number);
    return this.low(value) <= number && number <= this.high(value);
  }

  /** What is either of them. */
  join(a: Value, b: Value): Value {
    if (a === b) return a;
    if (a === TOP || b === TOP) return TOP;
    const first = this.members(a);
    const second = this.members(b);
    if (first && second) return this.set([...first, ...second]);
    const high = Math.max(this.high(a), this.high(b));
    return high === Infinity ? TOP : this.range(Math.min(this.low(a), this.low(b)), high);
  }

  /** As {@link join}, but a chain of it ends soon: bounds that moved go on to the next threshold. */
  widen(a: Value, b: Value): Value {
    const joined = this.join(a, b);
    if (joined === a || joined === TOP) return joined;
    let low = this.low(joined);
    let high = this.high(joined);
    if (low < this.low(a)) low = this.thresholdBelow(low);
    if (high > this.high(a)) high = this.thresholdAbove(high);
    return high === Infinity ? TOP : this.range(low, high);
  }

  /** What is left of a value once it is known to lie within two bounds; undefined where nothing is. */
  clamp(value: Value, low: number, high: number): Value | undefined {
    if (value >= 0) return value >= low && value <= high ? value : undefined;
    const members = this.members(value);
    if (members) {
      const rest = members.filter((member) => member >= low && member <= high);
      return rest.length === 0 ? undefined : rest.length === members.length ? value : this.set(rest);
    }
    const newLow = Math.max(low, this.low(value));
    const newHigh = Math.min(high, this.high(value));
    if (newLow > newHigh) return undefined;
    if (newHigh === Infinity || (newLow === this.low(value) && newHigh === this.high(value))) return value;
    return this.range(newLow, newHigh);
  }

  /** What is left of a value once one number is excluded; undefined where nothing is. */
  without(value: Value, number: number): Value | undefined {
    if (value >= 0) return value === number ? undefined : value;
    const members = this.members(value);
    if (members) {
      const rest = members.filter((member) => member !== number);
      return rest.length === members.length ? value : this.set(rest);
    }
    const low = this.low(value);
    const high = this.high(value);
    if (low === number && high !== Infinity) return this.range(low + 1, high);
    if (high === number) return this.range(low, high - 1);
    return value;
  }

  /** What CAST and SET make of a value under any of these tags. */
  truncate(value: Value, tags: TagSet): Value {
    const bits = widestBits(tags);
    const limit = 2 ** bits;
    if (bits < 254 && this.high(value) < 2 ** narrowestBits(tags)) return value;
    if (bits === 254 && tags === 1) {
      const exact = this.exact(value);
      return value >= 0 || exact === undefined ? value : this.constant(truncate(exact, "ff"));
    }
    const exact = this.exact(value);
    if (exact !== undefined && (tags & (tags - 1)) === 0) {
      return this.constant(truncate(exact, TAGS[31 - Math.clz32(tags)]));
    }
    return bits <= 32 ? this.range(0, limit - 1) : TOP;
  }

  private thresholdAbove(bound: number): number {
    return this.thresholds.find((threshold) => threshold >= bound) ?? Infinity;
  }

  private thresholdBelow(bound: number): number {
    let best = 0;
    for (const threshold of this.thresholds) {
      if (threshold > bound) break;
      best = threshold;
    }
    return best;
  }

  private intern(key: string, entry: Entry): Value {
    let id = this.ids.get(key);
    if (id === undefined) this.ids.set(key, (id = this.add(entry)));
    return id;
  }

  private add(entry: Entry): Value {
    this.entries.push(entry);
    return -1 - this.entries.length;
  }
}

function widestBits(tags: TagSet): number {
  let widest = 0;
  for (let code = 0; code < TAG_BITS.length; code++) {
    if (tags & (1 << code)) widest = Math.max(widest, TAG_BITS[code]);
  }
  return widest;
}

function narrowestBits(tags: TagSet): number {
  let narrowest = 254;
  for (let code = 0; code < TAG_BITS.length; code++) {
    if (tags & (1 << code)) narrowest = Math.min(narrowest, TAG_BITS[code]);
  }
  return narrowest;
}
