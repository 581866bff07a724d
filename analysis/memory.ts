/**
 * The abstract memory: for every one of the 2^32 cells the tags it can have, what is known of its value, and where its
 * content can come from. Cells that matter are kept in pages, which states share until one of them writes; all others
 * are described by a background of few segments.
 */

import { MEMORY_SIZE } from "../isa/limits.ts";
import type { TagSet } from "../isa/tags.ts";
import { UNWRITTEN } from "./origins.ts";
import type { Origin, Tables } from "./tables.ts";
import { TOP, type Value } from "./values.ts";

/** Set in a cell's tags beside `ff` where the cell may never have been written. */
export const MAYBE_UNWRITTEN = 0x80;
/** The tags of a cell in fresh memory: `ff`, and never written. */
const FRESH = MAYBE_UNWRITTEN | 1;
const ANY_TAGS: TagSet = 0x7f;

const PAGE_BITS = 5;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
/** Ranges up to this many cells are written cell by cell. */
const SMALL_RANGE = 4 * PAGE_SIZE;
const MAX_SEGMENTS = 12;

interface Page {
  /** The memory that may write to it. */
  owner: Memory | undefined;
  readonly tags: number[];
  readonly values: Value[];
  readonly origins: Origin[];
}

interface Segment {
  /** First address; the segment reaches to the next one's. */
  readonly start: number;
  readonly tags: number;
  readonly value: Value;
  readonly origin: Origin;
}

const FRESH_BACKGROUND: readonly Segment[] = [{ start: 0, tags: FRESH, value: 0, origin: UNWRITTEN }];
const UNKNOWN_BACKGROUND: readonly Segment[] = [
  { start: 0, tags: ANY_TAGS | MAYBE_UNWRITTEN, value: TOP, origin: UNWRITTEN },
];

export class Memory {
  /** What the last read found. */
  tags = 0;
  value: Value = TOP;
  origin: Origin = UNWRITTEN;

  private readonly tables: Tables;
  /** Numbers of the pages, ascending, and the pages in the same order. */
  private keys: number[];
  private pages: Page[];
  private background: readonly Segment[];
  /** The last join of a page added tags or values. */
  private pageChanged = false;

  private constructor(tables: Tables, keys: number[], pages: Page[], background: readonly Segment[]) {
    this.tables = tables;
    this.keys = keys;
    this.pages = pages;
    this.background = background;
  }

  /** As a contract call finds it: nothing was written yet. */
  static fresh(tables: Tables): Memory {
    return new Memory(tables, [], [], FRESH_BACKGROUND);
  }

  /** Any content whatever. */
  static unknown(tables: Tables): Memory {
    return new Memory(tables, [], [], UNKNOWN_BACKGROUND);
  }

  /** A copy that shares its pages until one of the two writes to them. */
  fork(): Memory {
    for (const page of this.pages) page.owner = undefined;
    return new Memory(this.tables, this.keys.slice(), this.pages.slice(), this.background);
  }

  /** Leaves a cell's content in `tags`, `value` and `origin`. */
  read(address: number): void {
    const at = this.find(address >>> PAGE_BITS);
    if (at >= 0) {
      const page = this.pages[at];
      const slot = address & PAGE_MASK;
      this.tags = page.tags[slot];
      this.value = page.values[slot];
      this.origin = page.origins[slot];
      return;
    }
    const segment = this.segmentAt(address);
    this.tags = segment.tags;
    this.value = segment.value;
    this.origin = segment.origin;
  }

  /** Leaves in `tags`, `value` and `origin` what any cell from `low` to `high` (inclusive) can hold. */
  readRange(low: number, high: number): void {
    let tags = 0;
    let value: Value = TOP;
    let origin: Origin = UNWRITTEN;
    const { values, origins } = this.tables;
    const merge = (t: number, v: Value, o: Origin): void => {
      if (tags === 0) {
        tags = t;
        value = v;
        origin = o;
        return;
      }
      tags |= t;
      if (v !== value) value = values.join(value, v);
      if (o !== origin) origin = origins.join(origin, o);
    };
    const lowPage = low >>> PAGE_BITS;
    const highPage = high >>> PAGE_BITS;
    let covered = 0;
    for (let at = this.lowerBound(lowPage); at < this.keys.length && this.keys[at] <= highPage; at++) {
      const page = this.pages[at];
      const start = this.keys[at] * PAGE_SIZE;
      const from = Math.max(0, low - start);
      const to = Math.min(PAGE_MASK, high - start);
      for (let slot = from; slot <= to; slot++) merge(page.tags[slot], page.values[slot], page.origins[slot]);
      covered += to - from + 1;
    }
    if (covered < high - low + 1) {
      for (let k = 0; k < this.background.length; k++) {
        const segment = this.background[k];
        if (segment.start <= high && this.endOf(k) > low) merge(segment.tags, segment.value, segment.origin);
      }
    }
    this.tags = tags;
    this.value = value;
    this.origin = origin;
  }

  write(address: number, tags: number, value: Value, origin: Origin): void {
    const page = this.ownPage(address >>> PAGE_BITS);
    const slot = address & PAGE_MASK;
    page.tags[slot] = tags;
    page.values[slot] = value;
    page.origins[slot] = origin;
  }

  /** The cell may have been written. */
  weakWrite(address: number, tags: number, value: Value, origin: Origin): void {
    const page = this.ownPage(address >>> PAGE_BITS);
    this.weaken(page, address & PAGE_MASK, tags, value, origin);
  }

  /** Every cell from `low` to `high` (inclusive) was written. */
  writeRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (high - low < SMALL_RANGE) {
      for (let address = low; address <= high; address++) this.write(address, tags, value, origin);
      return;
    }
    this.editRange(low, high, tags, value, origin, true);
  }

  /** Any of the cells from `low` to `high` (inclusive) may have been written. */
  weakWriteRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (high - low < SMALL_RANGE) {
      for (let address = low; address <= high; address++) this.weakWrite(address, tags, value, origin);
      return;
    }
    this.editRange(low, high, tags, value, origin, false);
  }

  /** Nothing is known of any cell any more. */
  forget(origin: Origin): void {
    this.keys = [];
    this.pages = [];
    this.background = [{ start: 0, tags: ANY_TAGS | MAYBE_UNWRITTEN, value: TOP, origin }];
  }

  /**
   * Makes this memory cover `other` as well. Returns whether tags or values changed. `widen`: a chain of such joins
   * ends soon.
   */
  join(other: Memory, widen: boolean): boolean {
    let changed = false;
    if (this.background !== other.background) {
      const joined = this.joinBackground(other.background, widen);
      if (!sameSegments(joined, this.background)) {
        if (!sameContent(joined, this.background)) changed = true;
        // Pages that only the other memory has are filled up from the old background below, so they come first.
        this.materialise(other.keys);
        this.background = joined;
      }
    }
    const keys: number[] = [];
    const pages: Page[] = [];
    let mine = 0;
    let theirs = 0;
    while (mine < this.keys.length || theirs < other.keys.length) {
      const myKey = mine < this.keys.length ? this.keys[mine] : Infinity;
      const theirKey = theirs < other.keys.length ? other.keys[theirs] : Infinity;
      const key = Math.min(myKey, theirKey);
      let page = myKey === key ? this.pages[mine++] : undefined;
      const otherPage = theirKey === key ? other.pages[theirs++] : undefined;
      if (page !== otherPage || !page) {
        const base = page ?? this.pageOfBackground(key);
        const added = otherPage ?? other.pageOfBackground(key);
        page = this.joinPage(base, added, widen);
        if (this.pageChanged) changed = true;
      }
      keys.push(key);
      pages.push(page);
    }
    this.keys = keys;
    this.pages = pages;
    return changed;
  }

  private joinPage(page: Page, added: Page, widen: boolean): Page {
    const { values, origins } = this.tables;
    let result = page;
    this.pageChanged = false;
    for (let slot = 0; slot < PAGE_SIZE; slot++) {
      const oldTags = page.tags[slot];
      const oldValue = page.values[slot];
      const oldOrigin = page.origins[slot];
      const tags = oldTags | added.tags[slot];
      let value = oldValue;
      const addedValue = added.values[slot];
      if (value !== addedValue)
        value = widen ? values.widen(value, addedValue) : values.join(value, addedValue);
      let origin = oldOrigin;
      if (origin !== added.origins[slot]) origin = origins.join(origin, added.origins[slot]);
      // Origins don't count: they only explain, and what they lead to doesn't depend on them.
      if (tags !== oldTags || value !== oldValue) this.pageChanged = true;
      else if (origin === oldOrigin) continue;
      if (result === page) {
        result = {
          owner: this,
          tags: page.tags.slice(),
          values: page.values.slice(),
          origins: page.origins.slice(),
        };
      }
      result.tags[slot] = tags;
      result.values[slot] = value;
      result.origins[slot] = origin;
    }
    return result;
  }

  private joinBackground(other: readonly Segment[], widen: boolean): readonly Segment[] {
    const starts = [...new Set([...this.background, ...other].map(({ start }) => start))].sort(
      (a, b) => a - b,
    );
    return this.limit(
      starts.map((start) => {
        const a = segmentIn(this.background, start);
        const b = segmentIn(other, start);
        return this.joinSegment(start, a, b, widen);
      }),
    );
  }

  private joinSegment(
    start: number,
    a: { tags: number; value: Value; origin: Origin },
    b: { tags: number; value: Value; origin: Origin },
    widen = false,
  ): Segment {
    const { values, origins } = this.tables;
    return {
      start,
      tags: a.tags | b.tags,
      value: widen ? values.widen(a.value, b.value) : values.join(a.value, b.value),
      origin: origins.join(a.origin, b.origin),
    };
  }

  /** Neighbours that are alike become one; too many become fewer. */
  private limit(segments: Segment[]): readonly Segment[] {
    const merged: Segment[] = [];
    for (const segment of segments) {
      const last = merged[merged.length - 1];
      if (!last || !alike(last, segment)) merged.push(segment);
    }
    while (merged.length > MAX_SEGMENTS) {
      const last = merged.pop()!;
      const before = merged.pop()!;
      merged.push(this.joinSegment(before.start, before, last));
    }
    return merged;
  }

  private editRange(
    low: number,
    high: number,
    tags: number,
    value: Value,
    origin: Origin,
    strong: boolean,
  ): void {
    const lowPage = low >>> PAGE_BITS;
    const highPage = high >>> PAGE_BITS;
    for (let at = this.lowerBound(lowPage); at < this.keys.length && this.keys[at] <= highPage; at++) {
      const key = this.keys[at];
      const start = key * PAGE_SIZE;
      const from = Math.max(0, low - start);
      const to = Math.min(PAGE_MASK, high - start);
      const page = this.ownPage(key);
      for (let slot = from; slot <= to; slot++) {
        if (strong) {
          page.tags[slot] = tags;
          page.values[slot] = value;
          page.origins[slot] = origin;
        } else this.weaken(page, slot, tags, value, origin);
      }
    }
    const written: Segment = { start: low, tags, value, origin };
    const segments: Segment[] = [];
    for (let k = 0; k < this.background.length; k++) {
      const segment = this.background[k];
      const end = this.endOf(k);
      if (end <= low || segment.start > high) {
        segments.push(segment);
        continue;
      }
      if (segment.start < low) segments.push(segment);
      const start = Math.max(segment.start, low);
      segments.push(strong ? { ...written, start } : this.joinSegment(start, segment, written));
      if (end > high + 1) segments.push({ ...segment, start: high + 1 });
    }
    this.background = this.limit(segments);
  }

  private weaken(page: Page, slot: number, tags: number, value: Value, origin: Origin): void {
    page.tags[slot] |= tags;
    if (page.values[slot] !== value) page.values[slot] = this.tables.values.join(page.values[slot], value);
    if (page.origins[slot] !== origin)
      page.origins[slot] = this.tables.origins.join(page.origins[slot], origin);
  }

  private materialise(keys: readonly number[]): void {
    for (const key of keys) this.ownPage(key);
  }

  private ownPage(key: number): Page {
    const at = this.find(key);
    if (at >= 0) {
      const page = this.pages[at];
      if (page.owner === this) return page;
      return (this.pages[at] = {
        owner: this,
        tags: page.tags.slice(),
        values: page.values.slice(),
        origins: page.origins.slice(),
      });
    }
    const page = this.pageOfBackground(key);
    this.keys.splice(~at, 0, key);
    this.pages.splice(~at, 0, page);
    return page;
  }

  private pageOfBackground(key: number): Page {
    const start = key * PAGE_SIZE;
    const tags: number[] = [];
    const values: Value[] = [];
    const origins: Origin[] = [];
    for (let slot = 0; slot < PAGE_SIZE; slot++) {
      const segment = this.segmentAt(start + slot);
      tags.push(segment.tags);
      values.push(segment.value);
      origins.push(segment.origin);
    }
    return { owner: this, tags, values, origins };
  }

  private segmentAt(address: number): Segment {
    return segmentIn(this.background, address);
  }

  private endOf(segment: number): number {
    return segment + 1 < this.background.length ? this.background[segment + 1].start : MEMORY_SIZE;
  }

  /** Index of a page, or the complement of where it would have to be. */
  private find(key: number): number {
    const at = this.lowerBound(key);
    return at < this.keys.length && this.keys[at] === key ? at : ~at;
  }

  private lowerBound(key: number): number {
    const { keys } = this;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function segmentIn(segments: readonly Segment[], address: number): Segment {
  let k = segments.length - 1;
  while (segments[k].start > address) k--;
  return segments[k];
}

function alike(a: Segment, b: Segment): boolean {
  return a.tags === b.tags && a.value === b.value && a.origin === b.origin;
}

function sameContent(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ start, tags, value }, k) => start === b[k].start && tags === b[k].tags && value === b[k].value)
  );
}

function sameSegments(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length && a.every((segment, k) => segment.start === b[k].start && alike(segment, b[k]))
  );
}
