/**
 * The lattice of abstract values: what is known about the number in a cell.
 *
 * A value is represented by a number, so that arrays of numbers can hold the values of cells:
 * - 0 to `REGION - 1`: this constant.
 * - From {@link REGION} on: a place in a region, which is an address relative to the start of the region. The start isn't known
 *   exactly. The number is `id * REGION + offset`.
 * - -1: {@link TOP}, which covers all numbers.
 * - Below -1: an entry of a {@link Values} table, such as a larger constant, a set of a few alternatives, or a range.
 *
 * The numbers are those in memory, after truncation to their tag.
 */

import { MAX_L2_GAS } from "../../isa/limits.ts";
import { JoinCache } from "./join-cache.ts";
import { ALL_TAGS, TAG_BITS, TAGS, truncate, type TagSet } from "../../isa/tags.ts";

/** A constant or place (zero or above), {@link TOP}, or an entry of a table (below -1). */
export type Value = number;

export const TOP: Value = -1;

/** The set that contains only the tag of addresses. */
const U32: TagSet = 1 << 4;

/** The distance between the first places of two regions. Smaller constants are values themselves. */
export const REGION = 2 ** 33;

const NONE: readonly number[] = [];

/** The most parts of a union; each part is in another region. */
const MAX_PARTS = 64;
/** Numbers below this are counters and sizes rather than addresses, as far as widening is concerned. */
const MIN_ADDRESS = 1024;
/** Upper bounds below {@link MAX_FAR} are widened "far" to 2^n - 1, and to at least {@link MIN_FAR}. */
const MIN_FAR = 63;
const MAX_FAR = 2 ** 20;
/** The most members of a set. */
export const SET_SIZE = 256;
/** The most members of a set that {@link Values.cover} adds a number to. */
export const COVERED_SET_SIZE = 24;

/**
 * The least gas of any instruction. A run has at most {@link MAX_L2_GAS}, so it executes at most {@link MAX_STEPS} instructions. A
 * value that grows by a bounded amount per instruction is therefore bounded.
 */
const MIN_GAS = 6;
const MAX_STEPS = MAX_L2_GAS / MIN_GAS;
/** The largest growth per instruction, in cells, with which an address stays below 2^32 until all gas is used up. */
export const MAX_GROWTH = 2048;
/** How far beyond the last possible start of a loop's region the objects of one round may reach, in cells. */
const SUMMARY_SLACK = 2 ** 24;

/**
 * How values are joined that are joined again and again: "numbers" keeps a few addresses apart, and widens everything else; "far"
 * does too, and raises upper bounds so far that they are rarely raised again.
 */
export type Widening = "none" | "numbers" | "far" | "all";

type Entry =
  | { readonly kind: "big"; readonly value: bigint }
  /** At least two members, in ascending order. */
  | { readonly kind: "set"; readonly members: readonly number[] }
  /**
   * Both ends are inclusive. They are constants, or places in one region. The upper bound grows while the program runs: the value
   * is at most `high` plus `growth` for each instruction executed so far.
   */
  | { readonly kind: "range"; readonly low: number; readonly high: number; readonly growth: number }
  /** One of several constants, places and ranges, each in another region, in ascending order of regions. */
  | { readonly kind: "union"; readonly parts: readonly Value[] }
  /** The number of a cell that can have several tags: one value if the tag is `u32`, another value if it isn't. */
  | { readonly kind: "tagged"; readonly u32: Value; readonly other: Value };

export class Values {
  private readonly entries: Entry[] = [];
  /** By hash: the newest of the entries that are found by their numbers. */
  private readonly interned = new Map<number, Value>();
  /** By entry: the one before it with the same hash. */
  private readonly sameHash: (Value | undefined)[] = [];
  private readonly pairs = new Map<number, Map<number, Value>>();
  /** By two values, the first of which is an entry of the table. */
  private readonly joins = new JoinCache();
  // Caches of regionsIn.
  private readonly regionsOfEntries: (readonly number[] | undefined)[] = [];
  private readonly regionsOfPlaces: (readonly number[] | undefined)[] = [];
  private readonly ranges = new Map<number, Map<number, Value>>();
  private readonly taggedPairs = new Map<Value, Map<Value, Value>>();
  private readonly bigIds = new Map<bigint, Value>();
  /** By id: the range of addresses at which each region can begin. No region has the id 0. */
  private readonly regions: {
    readonly low: number;
    readonly high: number;
    readonly settled: boolean;
    readonly summary: boolean;
    /** If this is a name: the value that it stands for; undefined for a region of memory. See {@link Values.name}. */
    readonly named?: Value;
  }[] = [{ low: 0, high: 0, settled: false, summary: false }];
  private hasNames = false;
  /** By allocation site and size: the region that summarises objects. */
  private summaries = new Map<string, Value>();
  /** How many regions aren't in this table because {@link Values.skip} has left out the work that would have made them. */
  private skipped = 0;

  constant(value: bigint): Value {
    if (value < REGION) return Number(value);
    let id = this.bigIds.get(value);
    if (id === undefined) this.bigIds.set(value, (id = this.add({ kind: "big", value })));
    return id;
  }

  /** Makes a region that begins at one of these values. Returns its first place. */
  newRegion(starts: readonly Value[]): Value {
    const settled = starts.some((start) => this.isSettled(start));
    let low = Infinity;
    let high = 0;
    for (const start of starts) {
      low = Math.min(low, this.low(start));
      high = Math.max(high, settled ? this.settledHigh(start) : this.high(start));
    }
    return this.addRegion(low, high, settled);
  }

  /**
   * Makes a region that begins at `start` at first. Its start may move up later, by at most {@link MAX_GROWTH} for each executed
   * instruction.
   */
  newMovingRegion(start: Value): Value {
    return this.addRegion(this.low(start), this.settledHigh(start), true);
  }

  /** The upper bound of a value, including its growth until all gas is used up. */
  private settledHigh(value: Value): number {
    return this.isSettled(value) ? this.high(value) : this.high(value) + MAX_GROWTH * MAX_STEPS;
  }

  /** Whether the bound of the value's region already includes all growth until all gas is used up. */
  private isSettled(value: Value): boolean {
    const ends = this.ends(value);
    return ends !== undefined && this.regions[regionOf(ends.low)].settled;
  }

  /**
   * The first place of the summary region of an allocation site and a size. It stands for any number of objects at different
   * addresses. If it doesn't exist yet, it is made for objects that begin at `start` or above.
   */
  summaryRegion(site: number | string, size: number, start: Value): Value {
    let place = this.knownSummary(site, size);
    if (place === undefined) {
      place = this.addRegion(this.low(start), this.settledHigh(start) + SUMMARY_SLACK, true, true);
      this.summaries.set(`${site}/${size}`, place);
    }
    return place;
  }

  knownSummary(site: number | string, size: number): Value | undefined {
    return this.summaries.get(`${site}/${size}`);
  }

  /** Whether the place is in a summary region: it stands for one cell in each of several objects, so writes to it are weak. */
  isSummary(place: number): boolean {
    return place >= REGION && this.regions[regionOf(place)].summary;
  }

  private addRegion(low: number, high: number, settled: boolean, summary = false): Value {
    this.regions.push({ low, high, settled, summary });
    return (this.regions.length - 1) * REGION;
  }

  /**
   * Gives a name to one unknown number that a value covers. The name is a place with offset 0 in a region of its own; the number
   * plus a constant is a place with that offset. So two numbers with the same name can be compared exactly. Each call makes a new
   * name, which stands for one number in each run until it is joined with another value.
   */
  name(value: Value): Value {
    this.hasNames = true;
    this.regions.push({
      low: this.low(value),
      high: this.high(value),
      settled: false,
      summary: false,
      named: value,
    });
    return (this.regions.length - 1) * REGION;
  }

  /** The id of the name that a value is relative to; 0 if there is none. All members of a set or range have the same name. */
  nameOf(value: Value): number {
    if (!this.hasNames || value === TOP) return 0;
    let place = value;
    if (value < 0) {
      const entry = this.entries[-2 - value];
      if (entry.kind === "range") place = entry.low;
      else if (entry.kind === "set") place = entry.members[0];
      else return 0;
    }
    if (place < REGION) return 0;
    const region = regionOf(place);
    return this.isName(region) ? region : 0;
  }

  /** Regions and names share one sequence of ids. Whether this id is a name's. */
  isName(id: number): boolean {
    return this.regions[id].named !== undefined;
  }

  /** Whether the value covers places. */
  isPlace(value: Value): boolean {
    if (value >= TOP) return value >= REGION;
    const entry = this.entries[-2 - value];
    if (entry.kind === "range") return entry.low >= REGION;
    return (
      entry.kind === "union" || (entry.kind === "set" && entry.members[entry.members.length - 1] >= REGION)
    );
  }

  /** A value with its name replaced by the value that the name stands for. */
  unnamed(value: Value): Value {
    if (!this.hasNames) return value;
    const name = this.nameOf(value);
    if (name === 0) return value;
    const { named } = this.regions[name];
    if (value >= 0) return this.shift(named!, offsetOf(value));
    const members = this.members(value);
    if (members)
      return members
        .map((member) => this.shift(named!, offsetOf(member)))
        .reduce((sum, one) => this.join(sum, one));
    const { low, high } = this.ends(value)!;
    return this.join(
      this.shift(named!, offsetOf(low)),
      this.hullOfShifts(named!, offsetOf(low), offsetOf(high)),
    );
  }

  /** A value plus a constant, for sums that don't wrap. */
  private shift(value: Value, by: number): Value {
    if (by === 0) return value;
    if (value >= 0) return value + by;
    const entry = this.entries[-2 - value];
    if (entry.kind === "set") return this.set(entry.members.map((member) => member + by));
    if (entry.kind === "range") return this.range(entry.low + by, entry.high + by, entry.growth);
    return entry.kind === "union" ? this.union(entry.parts.map((part) => this.shift(part, by))) : TOP;
  }

  /** The range from a value plus one constant to the value plus another. */
  private hullOfShifts(value: Value, low: number, high: number): Value {
    const parts = this.parts(value).map((part) => {
      const ends = this.ends(part);
      return ends ? this.range(ends.low + low, ends.high + high) : TOP;
    });
    return parts.includes(TOP) ? TOP : this.union(parts);
  }

  /** The ids of the regions, and of the names, that a value is relative to. */
  regionsIn(value: Value): readonly number[] {
    if (value >= TOP && value < REGION) return NONE;
    const known = value < 0 ? this.regionsOfEntries[-2 - value] : this.regionsOfPlaces[regionOf(value)];
    if (known) return known;
    const found = new Set<number>();
    const add = (part: Value): void => {
      for (const region of this.regionsIn(part)) found.add(region);
    };
    if (value >= 0) {
      const region = regionOf(value);
      found.add(region);
      const { named } = this.regions[region];
      if (named !== undefined) add(named);
      return (this.regionsOfPlaces[region] = [...found]);
    }
    const entry = this.entries[-2 - value];
    if (entry.kind === "range") add(entry.low);
    else if (entry.kind === "set") entry.members.forEach(add);
    else if (entry.kind === "union") entry.parts.forEach(add);
    else if (entry.kind === "tagged") {
      add(entry.u32);
      add(entry.other);
    }
    return (this.regionsOfEntries[-2 - value] = found.size > 0 ? [...found] : NONE);
  }

  /** Whether two places are in one object or region, so that their addresses compare as their offsets do. */
  sameObject(a: number, b: number): boolean {
    return regionOf(a) === regionOf(b) && !this.isSummary(a);
  }

  /** A value with each place outside the known regions replaced by the range of addresses that it can have. */
  numbers(value: Value, known: (region: number) => boolean): Value {
    const isKnown = (place: number): boolean => place < REGION || known(regionOf(place));
    if (value >= 0 ? isKnown(value) : value === TOP) return value;
    const entry = value < TOP ? this.entries[-2 - value] : undefined;
    if (entry?.kind === "tagged")
      return this.tagged(this.numbers(entry.u32, known), this.numbers(entry.other, known));
    const parts = this.parts(value);
    if (parts.length > 1) {
      const numbers = parts.map((part) => this.numbers(part, known));
      return numbers.every((part, k) => part === parts[k]) ? value : this.union(numbers);
    }
    const members = this.members(value);
    if (members ? members.every(isKnown) : isKnown(this.ends(value)?.low ?? 0)) return value;
    const high = this.high(value);
    return high >= 2 ** 32 ? TOP : this.range(this.low(value), high);
  }

  /** Uses other summary regions than before. Returns a function that uses those from before again. */
  useOwnSummaries(): () => void {
    const { summaries } = this;
    this.summaries = new Map();
    return () => {
      this.summaries = summaries;
    };
  }

  /** How many regions and names have been made. */
  get madeRegions(): number {
    return this.regions.length - 1 + this.skipped;
  }

  /** Counts the regions and names that some work would have made, which was left out because its result was known. */
  skip(count: number): void {
    this.skipped += count;
  }

  /** True if the table has a region or a name. Only then can a value be relative to one. */
  get hasPlaces(): boolean {
    return this.madeRegions > 0;
  }

  /** Whether no more regions can be made, because their places would exceed the integers that a number represents exactly. */
  get full(): boolean {
    return this.madeRegions >= 2 ** 19;
  }

  /** The join of values in different regions, with one part for each region; {@link TOP} if one of them has no known bounds. */
  union(all: readonly Value[]): Value {
    let parts: readonly Value[] | undefined = this.partsByRegion(all[0]);
    for (let k = 1; k < all.length && parts; k++) parts = this.mergeParts(parts, this.parts(all[k]));
    if (!parts) return TOP;
    if (parts.length === 1) return parts[0];
    if (parts.length > MAX_PARTS) {
      const high = Math.max(...parts.map((part) => this.high(part)));
      return high >= 2 ** 32 ? TOP : this.range(Math.min(...parts.map((part) => this.low(part))), high);
    }
    return this.internUnion(parts);
  }

  /** The parts of a value, one for each region; undefined if it has no known bounds. */
  private partsByRegion(value: Value): readonly Value[] | undefined {
    const entry = value < TOP ? this.entries[-2 - value] : undefined;
    return entry?.kind === "union" ? entry.parts : this.mergeParts(NONE, this.parts(value));
  }

  /** Two lists of parts in the order of their regions as one with a part for each region; undefined if one has no known bounds. */
  private mergeParts(a: readonly Value[], b: readonly Value[]): Value[] | undefined {
    const merged: Value[] = [];
    let last = -1;
    const regionAt = (parts: readonly Value[], k: number): number =>
      k < parts.length ? this.regionOfPart(parts[k]) : Infinity;
    let i = 0;
    let j = 0;
    let fromA = regionAt(a, 0);
    let fromB = regionAt(b, 0);
    while (i < a.length || j < b.length) {
      const region = Math.min(fromA, fromB);
      const isFromA = fromA <= fromB;
      const part = isFromA ? a[i++] : b[j++];
      if (isFromA) fromA = regionAt(a, i);
      else fromB = regionAt(b, j);
      if (region < 0) return undefined;
      if (region === last) {
        const joined = this.joinRanges(merged[merged.length - 1], part);
        if (joined === TOP) return undefined;
        merged[merged.length - 1] = joined;
      } else merged.push(part);
      last = region;
    }
    return merged;
  }

  /** The region of a value that consists of constants or of places in one region; -1 for other values. */
  private regionOfPart(value: Value): number {
    if (value >= 0) return regionOf(value);
    if (value === TOP) return -1;
    const entry = this.entries[-2 - value];
    if (entry.kind === "range") return regionOf(entry.low);
    return entry.kind === "set" ? regionOf(entry.members[0]) : -1;
  }

  /**
   * The join of the values of two cells with these tags. If the joined cell may be `u32` or have another tag, the value for `u32`,
   * which may be an address, is stored separately.
   */
  joinContents(tagsA: number, a: Value, tagsB: number, b: Value, widen: Widening): Value {
    if (a === b) return a;
    const tags = (tagsA | tagsB) & ALL_TAGS;
    if ((tags & U32) === 0 || tags === U32)
      return this.joinBy(this.under(a, tags), this.under(b, tags), widen);
    const u32 = this.joinUnder(U32, tagsA, a, tagsB, b, widen);
    const other = this.joinUnder(ALL_TAGS & ~U32, tagsA, a, tagsB, b, widen);
    return u32 === undefined || other === undefined ? (u32 ?? other ?? TOP) : this.tagged(u32, other);
  }

  /** The join of two values as far as their cells have one of the tags `of`; undefined if neither can have one. */
  private joinUnder(
    of: TagSet,
    tagsA: number,
    a: Value,
    tagsB: number,
    b: Value,
    widen: Widening,
  ): Value | undefined {
    if (!(tagsA & of)) return tagsB & of ? this.under(b, of) : undefined;
    if (!(tagsB & of)) return this.under(a, of);
    return this.joinBy(this.under(a, of), this.under(b, of), widen);
  }

  private joinBy(a: Value, b: Value, widen: Widening): Value {
    if (widen === "none") return this.join(a, b);
    if (widen !== "all") {
      const joined = this.join(a, b);
      const members = this.members(joined);
      if (members && members[0] >= MIN_ADDRESS) return joined;
    }
    return this.widen(a, b, widen === "far");
  }

  /** Whether the value depends on the cell's tag. */
  isTagged(value: Value): boolean {
    return value < TOP && this.entries[-2 - value].kind === "tagged";
  }

  private tagged(first: Value, second: Value): Value {
    const u32 = this.unnamed(first);
    const other = this.unnamed(second);
    if (u32 === other || u32 === TOP) return u32;
    // If neither value covers places, their join is precise enough.
    if (other !== TOP && !this.isPlace(u32) && !this.isPlace(other)) return this.join(u32, other);
    return this.internTagged(u32, other);
  }

  /** What a value is if the cell that holds it has one of these tags. */
  under(value: Value, tags: TagSet): Value {
    if (value >= TOP) return value;
    const entry = this.entries[-2 - value];
    if (entry.kind !== "tagged") return value;
    if ((tags & ALL_TAGS) === U32) return entry.u32;
    return tags & U32 ? this.join(entry.u32, entry.other) : entry.other;
  }

  /** The parts of a value in different regions; the value itself if it is in one region. */
  parts(value: Value): readonly Value[] {
    if (value >= TOP) return [value];
    const entry = this.entries[-2 - value];
    if (entry.kind === "union") return entry.parts;
    return entry.kind === "set" && this.ends(value) === undefined ? entry.members : [value];
  }

  /** The range between two constants, or between two places in one region, both inclusive. */
  range(low: number, high: number, growth = 0): Value {
    if (low === high && growth === 0) return low;
    if (low <= 0 && high >= REGION - 1) return TOP;
    if (high >= REGION && low < REGION) return TOP;
    if (offsetOf(high) + growth * MAX_STEPS >= REGION) return TOP;
    if (growth > 0) return this.intern([low, high, growth], { kind: "range", low, high, growth });
    const row = rowOf(this.ranges, low);
    let id = row.get(high);
    if (id === undefined) row.set(high, (id = this.add({ kind: "range", low, high, growth })));
    return id;
  }

  private pair(a: number, b: number): Value {
    if (a === b) return a;
    const low = Math.min(a, b);
    const row = rowOf(this.pairs, low);
    const high = Math.max(a, b);
    let id = row.get(high);
    if (id === undefined) row.set(high, (id = this.internSet([low, high])));
    return id;
  }

  /** The set of these constants and places, which may be in any order and contain duplicates. */
  set(members: number[]): Value {
    if (members.length === 2) return this.pair(members[0], members[1]);
    const sorted = isAscending(members) ? members : [...new Set(members)].sort((a, b) => a - b);
    if (sorted.length === 1) return sorted[0];
    if (sorted.length > SET_SIZE) return this.hull(sorted);
    return this.internSet(sorted);
  }

  /** The number, if the value is a single known number. */
  exact(value: Value): bigint | undefined {
    if (value >= 0) {
      if (value < REGION) return BigInt(value);
      const low = this.low(value);
      return low === this.high(value) ? BigInt(low) : undefined;
    }
    const entry = value === TOP ? undefined : this.entries[-2 - value];
    return entry?.kind === "big" ? entry.value : undefined;
  }

  /** The constants and places that the value covers; undefined if it isn't a constant, a place or a set. */
  members(value: Value): readonly number[] | undefined {
    if (value >= 0) return [value];
    if (value === TOP) return undefined;
    const entry = this.entries[-2 - value];
    return entry.kind === "set" ? entry.members : undefined;
  }

  /** The lower and upper end, both inclusive, of a value that consists of constants or of places in one region. */
  ends(value: Value): { readonly low: number; readonly high: number } | undefined {
    if (value >= 0) return { low: value, high: value };
    if (value === TOP) return undefined;
    const entry = this.entries[-2 - value];
    if (entry.kind === "big" || entry.kind === "union" || entry.kind === "tagged") return undefined;
    if (entry.kind === "range") return { low: entry.low, high: limitOfRange(entry) };
    const { members } = entry;
    const low = members[0];
    const high = members[members.length - 1];
    return regionOf(low) === regionOf(high) ? { low, high } : undefined;
  }

  /** The least number that the value covers. */
  low(value: Value): number {
    if (value >= 0) {
      if (value < REGION) return value;
      return this.regions[regionOf(value)].low + offsetOf(value);
    }
    if (value === TOP) return 0;
    const entry = this.entries[-2 - value];
    if (entry.kind === "big") return REGION;
    if (entry.kind === "range") return this.low(entry.low);
    if (entry.kind === "tagged") return Math.min(this.low(entry.u32), this.low(entry.other));
    let least = Infinity;
    for (const member of entry.kind === "union" ? entry.parts : entry.members)
      least = Math.min(least, this.low(member));
    return least;
  }

  /** The greatest number that the value covers; Infinity if there is no bound. */
  high(value: Value): number {
    if (value >= 0) {
      if (value < REGION) return value;
      return this.regions[regionOf(value)].high + offsetOf(value);
    }
    if (value === TOP) return Infinity;
    const entry = this.entries[-2 - value];
    if (entry.kind === "big") return Infinity;
    if (entry.kind === "range") return this.high(limitOfRange(entry));
    if (entry.kind === "tagged") return Math.max(this.high(entry.u32), this.high(entry.other));
    let greatest = 0;
    for (const member of entry.kind === "union" ? entry.parts : entry.members)
      greatest = Math.max(greatest, this.high(member));
    return greatest;
  }

  includes(value: Value, number: number): boolean {
    if (value >= 0 && value < REGION) return value === number;
    const members = this.members(value);
    if (members) return members.some((member) => this.low(member) <= number && number <= this.high(member));
    return this.low(value) <= number && number <= this.high(value);
  }

  /** Whether a value may be equal to a constant or place. */
  admits(value: Value, place: number): boolean {
    if (value === TOP || value === place) return true;
    const members = this.members(value);
    if (members) {
      return members.some((member) =>
        this.sameObject(member, place)
          ? member === place
          : this.low(member) <= this.high(place) && this.low(place) <= this.high(member),
      );
    }
    return this.low(value) <= this.high(place) && this.low(place) <= this.high(value);
  }

  /** By how much the upper bound of a range grows per instruction; 0 for other values. */
  growth(value: Value): number {
    if (value >= TOP) return 0;
    const entry = this.entries[-2 - value];
    return entry.kind === "range" ? entry.growth : 0;
  }

  /** Whether the upper bound of some part of the value grows. */
  grows(value: Value): boolean {
    return this.parts(value).some((part) => this.growth(part) > 0);
  }

  /** The upper end of a range at the start of the program, before any growth. */
  initialHigh(value: Value): number {
    if (value >= 0) return value;
    const entry = value === TOP ? undefined : this.entries[-2 - value];
    return entry?.kind === "range" ? entry.high : (this.ends(value)?.high ?? Infinity);
  }

  /** The join of two values. */
  join(a: Value, b: Value): Value {
    if (a === b) return a;
    if (a === TOP || b === TOP) return TOP;
    if (a >= 0) {
      if (b < 0) return this.join(b, a);
      return this.nameOf(a) === this.nameOf(b)
        ? this.pair(a, b)
        : this.join(this.unnamed(a), this.unnamed(b));
    }
    const known = this.joins.find(a, b);
    if (known !== undefined) return known;
    const joined = this.joinEntry(a, b);
    this.joins.add(a, b, joined);
    return joined;
  }

  private joinEntry(a: Value, b: Value): Value {
    if (this.isTagged(a) || this.isTagged(b))
      return this.join(this.under(a, ALL_TAGS), this.under(b, ALL_TAGS));
    if (this.nameOf(a) !== this.nameOf(b)) return this.join(this.unnamed(a), this.unnamed(b));
    const first = this.members(a);
    const second = first && this.members(b);
    if (second) {
      // In most joins, one value covers the other.
      if (includesAll(first, second)) return a;
      if (includesAll(second, first)) return b;
      return this.set(mergedNumbers(first, second));
    }
    return this.joinRanges(a, b);
  }

  /**
   * As {@link join}, but the end of a growing range is rounded up to 2^n - 1, so that not each round of a loop makes a range, and a
   * range of numbers covers the places whose addresses are in it.
   */
  cover(a: Value, b: Value): Value {
    if (a < TOP && b >= 0) {
      const entry = this.entries[-2 - a];
      if (entry.kind === "set") {
        if (entry.members.includes(b)) return a;
        if (entry.members.length >= COVERED_SET_SIZE) return this.joinRanges(a, b);
      }
      if (entry.kind === "range" && entry.low <= b && b <= entry.high) return a;
      if (entry.kind === "range" && b > entry.high && b < REGION)
        return this.range(entry.low, 2 ** Math.ceil(Math.log2(b + 1)) - 1, entry.growth);
      if (b >= REGION) {
        // Numbers come before places.
        const first = entry.kind === "union" ? entry.parts[0] : a;
        const numbers = first < TOP ? this.entries[-2 - first] : undefined;
        if (numbers?.kind === "range" && numbers.low <= this.low(b) && this.high(b) <= numbers.high) return a;
      }
    }
    return this.join(a, b);
  }

  /**
   * The widening operator, with which every chain of joins ends after a few steps. An upper bound that has increased gets a growth:
   * it may increase by that much in every instruction.
   *
   * @param far see {@link Widening}
   */
  widen(a: Value, b: Value, far = false): Value {
    if (a === b || a === TOP || b === TOP) return this.join(a, b);
    if (this.isTagged(a) || this.isTagged(b))
      return this.widen(this.under(a, ALL_TAGS), this.under(b, ALL_TAGS), far);
    if (this.nameOf(a) !== this.nameOf(b)) return this.widen(this.unnamed(a), this.unnamed(b), far);
    const old = this.ends(a);
    const added = this.ends(b);
    if (!old || !added || regionOf(old.low) !== regionOf(added.low)) {
      const joined = this.join(a, b);
      return joined === a || joined === TOP ? joined : this.widenParts(a, b, far);
    }
    const growth = Math.max(this.growth(a), this.growth(b));
    let low = Math.min(old.low, added.low);
    if (low < old.low) low = regionOf(low) > 0 ? low : 0;
    const oldHigh = this.initialHigh(a);
    const addedHigh = this.initialHigh(b);
    if (addedHigh <= oldHigh) {
      const covers = low === old.low && growth === this.growth(a);
      // A set doesn't cover all numbers between its ends.
      return covers && (!this.members(a) || this.join(a, b) === a) ? a : this.range(low, oldHigh, growth);
    }
    if (far && addedHigh < MAX_FAR)
      return this.range(low, Math.max(MIN_FAR, 2 ** (32 - Math.clz32(addedHigh)) - 1), MAX_GROWTH);
    if (growth > 0)
      return growth >= MAX_GROWTH ? TOP : this.range(low, addedHigh, Math.min(MAX_GROWTH, growth * 8));
    return addedHigh - oldHigh > MAX_GROWTH || this.high(addedHigh) > 2 ** 31
      ? TOP
      : this.range(low, addedHigh, Math.min(MAX_GROWTH, 2 ** (32 - Math.clz32(addedHigh - oldHigh))));
  }

  /** As {@link widen}, separately for each region. */
  private widenParts(a: Value, b: Value, far: boolean): Value {
    const widened = this.byRegion(a);
    for (const [region, part] of this.byRegion(b)) {
      const old = widened.get(region);
      widened.set(region, old === undefined ? part : this.widen(old, part, far));
    }
    const parts = [...widened.values()];
    const members = parts.map((part) => this.members(part));
    return members.every((some) => some !== undefined) ? this.set(members.flat()) : this.union(parts);
  }

  /** The parts of a value by their region; the part under 0 may be a range without bounds. */
  private byRegion(value: Value): Map<number, Value> {
    const found = new Map<number, Value>();
    for (const part of this.parts(value)) {
      const region = regionOf(this.ends(part)?.low ?? 0);
      const old = found.get(region);
      found.set(region, old === undefined ? part : this.join(old, part));
    }
    return found;
  }

  /** A value restricted to the numbers between two inclusive bounds; undefined if nothing is left. */
  clamp(value: Value, low: number, high: number): Value | undefined {
    if (value >= 0) return this.high(value) >= low && this.low(value) <= high ? value : undefined;
    const members = this.members(value);
    if (members) {
      const rest = members.filter((member) => this.high(member) >= low && this.low(member) <= high);
      return rest.length === 0 ? undefined : rest.length === members.length ? value : this.set(rest);
    }
    const newLow = Math.max(low, this.low(value));
    const newHigh = Math.min(high, this.high(value));
    if (newLow > newHigh) return undefined;
    // A range of constants must be below REGION.
    if (newHigh >= REGION || newLow >= REGION || (newLow === this.low(value) && newHigh === this.high(value)))
      return value;
    const ends = this.ends(value);
    if (!ends || ends.low >= REGION) return value;
    return this.range(newLow, newHigh);
  }

  /** As {@link clamp}, for values and bounds that are places in one object. */
  clampPlaces(value: Value, low: number, high: number): Value | undefined {
    const members = this.members(value);
    if (members) {
      const rest = members.filter((member) => member >= low && member <= high);
      return rest.length === 0 ? undefined : rest.length === members.length ? value : this.set(rest);
    }
    const ends = this.ends(value)!;
    if (low <= ends.low && high >= ends.high) return value;
    const newLow = Math.max(low, ends.low);
    const newHigh = Math.min(high, ends.high);
    return newLow > newHigh ? undefined : this.range(newLow, newHigh);
  }

  /** A value from which one number is excluded; undefined if nothing is left. */
  without(value: Value, number: number): Value | undefined {
    if (this.isSummary(number)) return value;
    if (value >= 0)
      return value === number || (this.low(value) === number && this.high(value) === number)
        ? undefined
        : value;
    const members = this.members(value);
    if (members) {
      const rest = members.filter(
        (member) => member !== number && (this.low(member) !== number || this.high(member) !== number),
      );
      return rest.length === members.length ? value : rest.length === 0 ? undefined : this.set(rest);
    }
    const ends = this.ends(value);
    if (!ends || ends.low >= REGION || this.growth(value) > 0) return value;
    if (ends.low === number) return this.range(ends.low + 1, ends.high);
    if (ends.high === number) return this.range(ends.low, ends.high - 1);
    return value;
  }

  /** A value truncated to any of these tags, as CAST and SET do. */
  truncate(given: Value, tags: TagSet): Value {
    const value = this.under(given, ALL_TAGS);
    const bits = WIDEST[tags & 0xff];
    if (bits < 254 && this.high(value) < 2 ** narrowestOf(tags)) return value;
    const exact = this.exact(value);
    if (bits === 254 && tags === 1) return exact === undefined ? value : this.constant(truncate(exact, "ff"));
    if (exact !== undefined && (tags & (tags - 1)) === 0) {
      return this.constant(truncate(exact, TAGS[31 - Math.clz32(tags)]));
    }
    return bits <= 32 ? this.range(0, 2 ** bits - 1) : TOP;
  }

  /** A value with every place mapped. `map` must shift all places of one region by the same amount. */
  move(value: Value, map: (place: number) => number): Value {
    if (value >= 0) return map(value);
    if (value === TOP) return TOP;
    const entry = this.entries[-2 - value];
    if (entry.kind === "set") {
      const members = entry.members.map(map);
      return members.every((member, k) => member === entry.members[k]) ? value : this.set(members);
    }
    if (entry.kind === "big") return value;
    if (entry.kind === "tagged") return this.tagged(this.move(entry.u32, map), this.move(entry.other, map));
    if (entry.kind === "union") {
      const parts = entry.parts.map((part) => this.move(part, map));
      return parts.every((part, k) => part === entry.parts[k]) ? value : this.union(parts);
    }
    const low = map(entry.low);
    return low === entry.low ? value : this.range(low, low + (entry.high - entry.low), entry.growth);
  }

  /** A value with its places mapped by any function. A range is mapped only if that doesn't change its length. */
  rename(value: Value, rename: (place: number) => number): Value {
    if (value >= 0) return rename(value);
    if (value === TOP) return TOP;
    const entry = this.entries[-2 - value];
    if (entry.kind === "set") {
      const members = entry.members.map(rename);
      return members.every((member, k) => member === entry.members[k]) ? value : this.set(members);
    }
    if (entry.kind === "union") {
      const parts = entry.parts.map((part) => this.rename(part, rename));
      return parts.every((part, k) => part === entry.parts[k]) ? value : this.union(parts);
    }
    if (entry.kind === "tagged") return this.tagged(this.rename(entry.u32, rename), entry.other);
    if (entry.kind === "big" || entry.growth > 0) return value;
    const low = rename(entry.low);
    const high = rename(entry.high);
    return high - low === entry.high - entry.low && low !== entry.low ? this.range(low, high) : value;
  }

  private joinRanges(a: Value, b: Value): Value {
    const first = this.ends(a);
    const second = this.ends(b);
    if (first && second && regionOf(first.low) === regionOf(second.low)) {
      const growth = Math.max(this.growth(a), this.growth(b));
      return this.range(
        Math.min(first.low, second.low),
        growth > 0 ? Math.max(this.initialHigh(a), this.initialHigh(b)) : Math.max(first.high, second.high),
        growth,
      );
    }
    return this.union([a, b]);
  }

  private hull(sorted: readonly number[]): Value {
    const low = sorted[0];
    const high = sorted[sorted.length - 1];
    return regionOf(low) === regionOf(high) ? this.range(low, high) : this.union(sorted);
  }

  /**
   * Copies a value of another table into this one.
   *
   * @param regionOfOther the id in this table of a region or name of the other one
   */
  copy(other: Values, value: Value, regionOfOther: (region: number) => number): Value {
    const copyOne = (one: number): number =>
      one < REGION ? one : regionOfOther(regionOf(one)) * REGION + offsetOf(one);
    const copyPart = (part: Value): Value => this.copy(other, part, regionOfOther);
    if (value >= 0) return copyOne(value);
    if (value === TOP) return TOP;
    const entry = other.entries[-2 - value];
    switch (entry.kind) {
      case "big":
        return this.constant(entry.value);
      case "set":
        return this.set(entry.members.map(copyOne));
      case "range":
        return this.range(copyOne(entry.low), copyOne(entry.high), entry.growth);
      case "union":
        return this.internUnion(entry.parts.map(copyPart));
      case "tagged":
        return this.internTagged(copyPart(entry.u32), copyPart(entry.other));
    }
  }

  /** Makes a region, or a name, like one of another table. Returns its id. */
  copyRegion(other: Values, region: number, regionOfOther: (region: number) => number): number {
    const { named, ...rest } = other.regions[region];
    if (named !== undefined) this.hasNames = true;
    this.regions.push({
      ...rest,
      ...(named !== undefined && { named: this.copy(other, named, regionOfOther) }),
    });
    return this.regions.length - 1;
  }

  private internSet(members: readonly number[]): Value {
    return this.intern(members, { kind: "set", members });
  }

  private internUnion(parts: readonly Value[]): Value {
    return this.intern(parts, { kind: "union", parts });
  }

  private internTagged(u32: Value, other: Value): Value {
    const row = rowOf(this.taggedPairs, u32);
    let id = row.get(other);
    if (id === undefined) row.set(other, (id = this.add({ kind: "tagged", u32, other })));
    return id;
  }

  /** The value of an entry, which is added to the table if it is new. `key` are all of its numbers. */
  private intern(key: readonly number[], entry: Entry): Value {
    const hash = hashOf(key);
    const newest = this.interned.get(hash);
    for (let known = newest; known !== undefined; known = this.sameHash[-2 - known]) {
      const other = this.entries[-2 - known];
      if (other.kind === entry.kind && areEqual(keyOf(other), key)) return known;
    }
    const id = this.add(entry);
    this.sameHash[-2 - id] = newest;
    this.interned.set(hash, id);
    return id;
  }

  private add(entry: Entry): Value {
    this.entries.push(entry);
    return -1 - this.entries.length;
  }
}

/** The row of a table with two keys. */
function rowOf(table: Map<number, Map<number, Value>>, key: number): Map<number, Value> {
  let row = table.get(key);
  if (!row) table.set(key, (row = new Map<number, Value>()));
  return row;
}

/** The id of a place's region; 0 for a constant. */
export function regionOf(place: number): number {
  return place < REGION ? 0 : Math.floor(place / REGION);
}

/** The distance of a place from the start of its region. */
export function offsetOf(place: number): number {
  return place < REGION ? place : place % REGION;
}

/** True if each number is greater than the one before it. */
function isAscending(numbers: readonly number[]): boolean {
  for (let k = 1; k < numbers.length; k++) if (numbers[k] <= numbers[k - 1]) return false;
  return true;
}

/** The numbers of an entry that is interned. */
function keyOf(entry: Entry): readonly number[] {
  switch (entry.kind) {
    case "big":
    case "tagged":
      return NONE;
    case "set":
      return entry.members;
    case "union":
      return entry.parts;
    case "range":
      return [entry.low, entry.high, entry.growth];
  }
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** A hash of 32 bits. Places and constants have up to 53. */
function hashOf(numbers: readonly number[]): number {
  let hash = 0;
  for (let k = 0; k < numbers.length; k++)
    hash = Math.imul(hash ^ numbers[k], 0x9e3779b1) ^ regionOf(numbers[k]);
  return hash;
}

/** The numbers of both, which are ascending, each once. */
function mergedNumbers(a: readonly number[], b: readonly number[]): number[] {
  const all: number[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const least = j === b.length || a[i] < b[j] ? a[i] : b[j];
    all.push(least);
    if (a[i] === least) i++;
    if (b[j] === least) j++;
  }
  return all;
}

/** Both are ascending. */
function includesAll(members: readonly number[], others: readonly number[]): boolean {
  if (others.length > members.length) return false;
  let k = 0;
  for (let at = 0; at < others.length; at++) {
    while (k < members.length && members[k] < others[at]) k++;
    if (members[k] !== others[at]) return false;
  }
  return true;
}

/** The upper end of a range after its growth until all gas is used up. */
function limitOfRange({ high, growth }: { readonly high: number; readonly growth: number }): number {
  return growth === 0 ? high : high + growth * MAX_STEPS;
}

// By set of tags: the widths in bits of the widest and the narrowest tag, and one past the largest number of any of them.
const WIDEST = new Uint8Array(256);
const NARROWEST = new Uint8Array(256).fill(254);
const LIMITS = new Float64Array(256).fill(1);
for (let tags = 1; tags < 256; tags++) {
  const rest = tags & (tags - 1);
  const code = 31 - Math.clz32(tags ^ rest);
  WIDEST[tags] = Math.max(WIDEST[rest], TAG_BITS.at(code) ?? 0);
  NARROWEST[tags] = Math.min(NARROWEST[rest], TAG_BITS.at(code) ?? 254);
  if (WIDEST[tags] > 0) LIMITS[tags] = 2 ** WIDEST[tags];
}

/** The width in bits of the narrowest of some tags. */
export function narrowestOf(tags: TagSet): number {
  return NARROWEST[tags & 0xff];
}

/** One past the largest number that a cell with one of these tags can hold. */
export function limitOf(tags: TagSet): number {
  return LIMITS[tags & 0xff];
}
