/**
 * The abstract memory: for every one of the 2^32 cells the tags it can have, what is known of its value, and where its
 * content can come from. Cells that matter are kept in pages, which states share until one of them writes; all others
 * are described by a background of few segments.
 *
 * Where paths that have allocated different amounts meet, cells behind that are told by their place in a region, not by
 * their address (see `reconcile`). All regions of a memory that exist in one run are disjoint, and lie at or above its
 * frontier, above which nothing is said by address any more. So a write by place leaves all other regions and all cells
 * below the frontier as they are, and a write by address at or above the frontier may be one to any region.
 */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import type { TagSet } from "../../isa/tags.ts";
import { UNWRITTEN } from "./provenance.ts";
import type { Origin, Tables } from "./tables.ts";
import { MOST_GROWTH, offsetOf, REGION, regionOf, TOP, type Value } from "./value.ts";
import { lowerBound } from "../../program/search.ts";

/** Set in a cell's tags beside `ff` where the cell may never have been written. */
export const MAYBE_UNWRITTEN = 0x80;
/** The tags of a cell in fresh memory: `ff`, and never written. */
const FRESH = MAYBE_UNWRITTEN | 1;
const ANY_TAGS: TagSet = 0x7f;
const U32: TagSet = 1 << 4;

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
  /** What any of its cells can hold, once somebody asks. */
  summary: Content | undefined;
}

/** What a cell can hold. */
interface Content {
  readonly tags: number;
  readonly value: Value;
  readonly origin: Origin;
}

interface Segment extends Content {
  /** First address; the segment reaches to the next one's. */
  readonly start: number;
}

/** Number of the first page of the first region. */
const REGION_PAGES = REGION / PAGE_SIZE;
/** Of writes that may go anywhere in this many cells it isn't told any more what they are. */
const WILD = 2 ** 20;
/** The longest stretch of cells that becomes a region. */
const MAX_STRETCH = 4096;
/** Heaps that reach beyond this address aren't told by place, since sums of places must not wrap. */
const LAST_HEAP = 2 ** 31 + 2 ** 30;
/** How far behind the last allocated cell an address still counts as one of the heap. */
const MARGIN = 256;

/** A region that exists in some of the runs that a memory covers. */
interface RegionState {
  readonly id: number;
  /** Cells that are its own: those with lesser offsets. */
  readonly extent: number;
  /** Of the cells that have no page. */
  readonly rest: Segment;
}

const NO_REGIONS: readonly RegionState[] = [];
const UNKNOWN_TAGS = ANY_TAGS | MAYBE_UNWRITTEN;

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
  /** By ascending id. */
  private regions: readonly RegionState[] = NO_REGIONS;
  /** From here on cells are told by place alone. */
  private frontier = Infinity;
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
    const copy = new Memory(this.tables, this.keys.slice(), this.pages.slice(), this.background);
    copy.regions = this.regions;
    copy.frontier = this.frontier;
    return copy;
  }

  /** How much is kept, in pages. */
  get size(): number {
    return this.pages.length;
  }

  /** Leaves a cell's content in `tags`, `value` and `origin`. The cell is given by address or by place. */
  read(cell: number): void {
    const key = pageOf(cell);
    const at = this.find(key);
    if (at >= 0 && (cell < REGION ? cell < this.frontier : this.owns(cell))) {
      const page = this.pages[at];
      const slot = cell - key * PAGE_SIZE;
      this.tags = page.tags[slot];
      this.value = page.values[slot];
      this.origin = page.origins[slot];
      return;
    }
    const segment = this.segmentAt(cell);
    this.tags = segment.tags;
    this.value = segment.value;
    this.origin = segment.origin;
  }

  /** Leaves in `tags`, `value` and `origin` what any cell from `low` to `high` (inclusive, in one region) can hold. */
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
    if (low >= REGION ? !this.owns(high) : high >= this.frontier) {
      // Cells that nothing is said about by address: any region's, or none's.
      this.tags = UNKNOWN_TAGS;
      this.value = TOP;
      this.origin = UNWRITTEN;
      return;
    }
    const lowPage = pageOf(low);
    const highPage = pageOf(high);
    let covered = 0;
    for (let at = this.lowerBound(lowPage); at < this.keys.length && this.keys[at] <= highPage; at++) {
      const page = this.pages[at];
      const start = this.keys[at] * PAGE_SIZE;
      const from = Math.max(0, low - start);
      const to = Math.min(PAGE_MASK, high - start);
      if (to - from === PAGE_MASK) {
        const all = this.summaryOf(page);
        merge(all.tags, all.value, all.origin);
      } else {
        for (let slot = from; slot <= to; slot++)
          merge(page.tags[slot], page.values[slot], page.origins[slot]);
      }
      covered += to - from + 1;
    }
    if (covered < high - low + 1) {
      if (low >= REGION) {
        const rest = this.segmentAt(low);
        merge(rest.tags, rest.value, rest.origin);
      } else {
        for (let k = 0; k < this.background.length; k++) {
          const segment = this.background[k];
          if (segment.start <= high && this.endOf(k) > low)
            merge(segment.tags, segment.value, segment.origin);
        }
      }
    }
    this.tags = tags;
    this.value = value;
    this.origin = origin;
  }

  /** What any cell of a page can hold. Most pages are read often between two writes to them. */
  private summaryOf(page: Page): Content {
    if (page.summary) return page.summary;
    const { values, origins } = this.tables;
    let tags = page.tags[0];
    let value = page.values[0];
    let origin = page.origins[0];
    for (let slot = 1; slot < PAGE_SIZE; slot++) {
      tags |= page.tags[slot];
      if (page.values[slot] !== value) value = values.join(value, page.values[slot]);
      if (page.origins[slot] !== origin) origin = origins.join(origin, page.origins[slot]);
    }
    return (page.summary = { tags, value, origin });
  }

  write(cell: number, tags: number, value: Value, origin: Origin): void {
    if (cell < REGION ? cell >= this.frontier : !this.owns(cell)) {
      this.weakWriteAnywhere(cell, cell, tags, value, origin);
      return;
    }
    const key = pageOf(cell);
    const page = this.ownPage(key);
    const slot = cell - key * PAGE_SIZE;
    page.tags[slot] = tags;
    page.values[slot] = value;
    page.origins[slot] = origin;
  }

  /** True where something can be said about a cell by this name. */
  tracks(cell: number): boolean {
    return cell < REGION ? cell < this.frontier : this.owns(cell);
  }

  /** More is known of a cell than before; its content is the same. */
  refine(cell: number, tags: number, value: Value, origin: Origin): void {
    if (this.tracks(cell)) this.write(cell, tags, value, origin);
  }

  /** The cell may have been written. */
  weakWrite(cell: number, tags: number, value: Value, origin: Origin): void {
    if (cell < REGION ? cell >= this.frontier : !this.owns(cell)) {
      this.weakWriteAnywhere(cell, cell, tags, value, origin);
      return;
    }
    const key = pageOf(cell);
    this.weaken(this.ownPage(key), cell - key * PAGE_SIZE, tags, value, origin);
  }

  /** Every cell from `low` to `high` (inclusive, in one region) was written. */
  writeRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (low >= REGION ? !this.owns(high) : high >= this.frontier) {
      this.weakWriteAnywhere(low, high, tags, value, origin);
      return;
    }
    if (high - low < SMALL_RANGE || (low >= REGION && high - low < MAX_STRETCH)) {
      for (let cell = low; cell <= high; cell++) this.write(cell, tags, value, origin);
      return;
    }
    this.editRange(low, high, tags, value, origin, low < REGION);
  }

  /** Any of the cells from `low` to `high` (inclusive, in one region) may have been written. */
  weakWriteRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (low >= REGION ? !this.owns(high) : high >= this.frontier || (low === 0 && high > WILD)) {
      this.weakWriteAnywhere(low, high, tags, value, origin);
      return;
    }
    if (high - low < SMALL_RANGE) {
      for (let cell = low; cell <= high; cell++) this.weakWrite(cell, tags, value, origin);
      return;
    }
    this.editRange(low, high, tags, value, origin, false);
  }

  /** Nothing is known of any cell any more. */
  forget(origin: Origin): void {
    this.keys = [];
    this.pages = [];
    this.regions = NO_REGIONS;
    this.frontier = Infinity;
    this.background = [{ start: 0, tags: UNKNOWN_TAGS, value: TOP, origin }];
  }

  /** The region of a place exists here, and the place is one of its own cells. */
  private owns(place: number): boolean {
    const state = this.regionState(regionOf(place));
    return state !== undefined && offsetOf(place) < state.extent;
  }

  private regionState(id: number): RegionState | undefined {
    return regionIn(this.regions, id);
  }

  /** A write to cells that are known by address only, at or above the frontier, or beyond their region's end. */
  private weakWriteAnywhere(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    const { values, origins } = this.tables;
    // A sum that is known not to wrap is what makes a place, so its address is between these two.
    const first = values.low(low);
    const last = Math.min(values.high(high), MEMORY_SIZE - 1);
    if (last - first > WILD) {
      this.forgetFrom(first, last, origin);
      return;
    }
    if (first < this.frontier) {
      const end = Math.min(last, this.frontier - 1);
      if (end - first < SMALL_RANGE) {
        for (let cell = first; cell <= end; cell++) this.weakWrite(cell, tags, value, origin);
      } else this.editRange(first, end, tags, value, origin, false);
    }
    if (last < this.frontier) return;
    for (const { id, extent } of this.regions) {
      const start = id * REGION;
      if (values.low(start) > last || values.high(start) + extent <= first) continue;
      for (let at = this.lowerBound(id * REGION_PAGES); at < this.keys.length; at++) {
        if (this.keys[at] >= (id + 1) * REGION_PAGES) break;
        const page = this.ownPage(this.keys[at]);
        for (let slot = 0; slot < PAGE_SIZE; slot++) this.weaken(page, slot, tags, value, origin);
      }
    }
    this.regions = this.regions.map((state) => ({
      ...state,
      rest: {
        start: 0,
        tags: state.rest.tags | tags,
        value: values.join(state.rest.value, value),
        origin: origins.join(state.rest.origin, origin),
      },
    }));
  }

  /**
   * Makes this memory cover `other` as well. Returns whether tags or values changed. `widen`: a chain of such joins
   * ends soon.
   */
  join(other: Memory, widen: boolean): boolean {
    let changed = false;
    if (other.frontier < this.frontier) {
      this.retreat(other.frontier);
      changed = true;
    } else if (this.frontier < other.frontier) {
      other = other.fork();
      other.retreat(this.frontier);
    }
    const mineBefore = this.regions;
    const theirsBefore = other.regions;
    if (mineBefore !== theirsBefore && this.joinRegions(theirsBefore)) changed = true;
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
        if (key >= REGION_PAGES && mineBefore !== theirsBefore) {
          // A region that only one of them has doesn't exist in the other's runs.
          const id = Math.floor(key / REGION_PAGES);
          if (!has(theirsBefore, id) || !has(mineBefore, id)) {
            if (!page) changed = true;
            keys.push(key);
            pages.push(page ?? otherPage!);
            continue;
          }
        }
        const base = page ?? this.pageOfBackground(key, mineBefore);
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

  /** What is said by address ends at a lower address. */
  private retreat(frontier: number): void {
    const segments = this.background.filter(({ start }) => start < frontier);
    this.background = [...segments, { start: frontier, tags: UNKNOWN_TAGS, value: TOP, origin: UNWRITTEN }];
    const end = this.lowerBound(REGION_PAGES);
    const first = this.lowerBound(Math.ceil(frontier / PAGE_SIZE));
    if (first < end) {
      this.keys.splice(first, end - first);
      this.pages.splice(first, end - first);
    }
    const slots = frontier % PAGE_SIZE;
    if (slots > 0 && this.find(pageOf(frontier)) >= 0) {
      const page = this.ownPage(pageOf(frontier));
      for (let slot = slots; slot < PAGE_SIZE; slot++) {
        page.tags[slot] = UNKNOWN_TAGS;
        page.values[slot] = TOP;
        page.origins[slot] = UNWRITTEN;
      }
    }
    this.frontier = frontier;
  }

  /** A write to somewhere in a large part of memory: nothing is known of that part any more. */
  private forgetFrom(first: number, last: number, origin: Origin): void {
    const { values } = this.tables;
    if (first === 0) {
      this.forget(origin);
      return;
    }
    if (first < this.frontier) this.retreat(first);
    this.keepRegions(
      this.regions.filter(
        ({ id, extent }) => values.low(id * REGION) > last || values.high(id * REGION) + extent <= first,
      ),
    );
  }

  /** Regions that aren't among these are given up, with their pages. */
  private keepRegions(regions: readonly RegionState[]): void {
    const all = this.regions.every(({ id }) => has(regions, id));
    this.regions = regions;
    if (all) return;
    const keys: number[] = [];
    const pages: Page[] = [];
    this.keys.forEach((key, at) => {
      if (key >= REGION_PAGES && !has(regions, Math.floor(key / REGION_PAGES))) return;
      keys.push(key);
      pages.push(this.pages[at]);
    });
    this.keys = keys;
    this.pages = pages;
  }

  private joinRegions(other: readonly RegionState[]): boolean {
    const { values, origins } = this.tables;
    const mine = this.regions;
    const joined: RegionState[] = [];
    let changed = false;
    let k = 0;
    for (const state of other) {
      while (k < mine.length && mine[k].id < state.id) joined.push(mine[k++]);
      const own = k < mine.length && mine[k].id === state.id ? mine[k++] : undefined;
      if (!own || own === state) {
        joined.push(state);
        if (!own) changed = true;
        continue;
      }
      const { tags, value, origin } = state.rest;
      const extent = Math.min(own.extent, state.extent);
      const same =
        extent === own.extent &&
        (own.rest.tags | tags) === own.rest.tags &&
        values.join(own.rest.value, value) === own.rest.value;
      if (!same) changed = true;
      joined.push(
        same
          ? own
          : {
              id: state.id,
              extent,
              rest: {
                start: 0,
                tags: own.rest.tags | tags,
                value: values.join(own.rest.value, value),
                origin: origins.join(own.rest.origin, origin),
              },
            },
      );
    }
    while (k < mine.length) joined.push(mine[k++]);
    if (changed) this.regions = joined;
    return changed;
  }

  /**
   * Prepares memories for being joined that have allocated different amounts since their paths parted. `pointer` is the
   * cell with the address of the next free cell, and `mark` what it held when they parted. In each of them the cells
   * allocated since become a region, and so does, in all alike, what follows them; and all addresses in cells that point
   * there become places. That changes no fact: the regions begin just where the cells were.
   *
   * Does nothing where one of them didn't only allocate.
   */
  static reconcile(memories: readonly Memory[], pointer: number, mark: Value): void {
    const { values } = memories[0].tables;
    if (mark < 0 || values.full) return;
    const from = regionOf(mark);
    const stretches: { readonly next: number; readonly end: number }[] = [];
    let moved = false;
    for (const memory of memories) {
      memory.read(pointer);
      const next = memory.value;
      if (next < 0 || (memory.tags & ANY_TAGS) !== U32) return;
      const at = regionOf(next);
      // What follows must be free of other regions: it is the last of them, or there are none.
      if (at === 0 ? memory.frontier !== Infinity : memory.regionState(at)?.extent !== Infinity) return;
      const extent = from === 0 ? memory.frontier : (memory.regionState(from)?.extent ?? -1);
      const end = extent === Infinity ? (at === from ? offsetOf(next) : -1) : extent;
      if (end < offsetOf(mark) || end - offsetOf(mark) > MAX_STRETCH || values.high(next) > LAST_HEAP) return;
      if (next !== mark) moved = true;
      stretches.push({ next, end: mark - offsetOf(mark) + end });
    }
    if (!moved) return;
    const free = values.newRegion(stretches.map(({ next }) => next));
    memories.forEach((memory, k) => {
      const { next, end } = stretches[k];
      const stretch = end > mark ? values.newRegion([mark]) : -1;
      memory.cut(mark, end, stretch, next, free);
    });
  }

  /**
   * The cell with the address of the next free cell goes on by an amount that isn't known: what follows becomes a
   * region. `place` is the first cell that it may be, and `next` all that it may be. Returns what that cell holds then.
   */
  allocate(place: number, next: Value): Value {
    const { values } = this.tables;
    const at = regionOf(place);
    if (values.full || values.high(next) > LAST_HEAP) return next;
    if (at === 0 ? this.frontier !== Infinity : this.regionState(at)?.extent !== Infinity) return next;
    const free = values.newRegion([next]);
    this.readRange(place, at === 0 ? MEMORY_SIZE - 1 : place + (2 ** 32 - offsetOf(place)));
    const { tags, value, origin } = this;
    const rest: Segment = { start: 0, tags, value, origin };
    this.regions = [
      ...this.regions.map((state) => (state.id === at ? { ...state, extent: offsetOf(place) } : state)),
      { id: regionOf(free), extent: Infinity, rest },
    ];
    if (at === 0) this.retreat(place);
    return free;
  }

  /** The first free cell, where all that follows it is free of other regions; undefined where that isn't known. */
  heapEnd(pointer: number): number | undefined {
    this.read(pointer);
    const next = this.value;
    if (next < 0 || (this.tags & ANY_TAGS) !== U32) return undefined;
    const at = regionOf(next);
    const last = at === 0 ? this.frontier === Infinity : this.regionState(at)?.extent === Infinity;
    return last && this.tables.values.high(next) <= LAST_HEAP ? next : undefined;
  }

  /** A region that begins with this free cell at first, and with later ones in later rounds of a loop. */
  newMovingRegion(end: number): number {
    return this.tables.values.newMovingRegion(end);
  }

  /** What is free has gone on, from a place, by no more than one round of a loop may use up. */
  movesBy(pointer: number, from: number): boolean {
    const end = this.heapEnd(pointer);
    if (end === undefined || end < REGION) return false;
    const { values } = this.tables;
    return values.high(end) - values.high(from) <= MOST_GROWTH && values.low(end) >= values.low(from);
  }

  /** The ids of all regions. */
  regionIds(): ReadonlySet<number> {
    return new Set(this.regions.map(({ id }) => id));
  }

  /**
   * Another round of a loop begins. Of what was allocated since the loop was entered (in other regions than the known
   * ones) nothing is said any more but where it can be; what is free begins with the place `free`, which is at most the
   * cell that `pointer` tells (see `heapEnd`). Without `free` only the regions are given up.
   */
  restart(pointer: number, free: number | undefined, known: ReadonlySet<number>): void {
    const { values } = this.tables;
    const isKnown = (id: number): boolean => known.has(id);
    const end = free === undefined ? undefined : this.heapEnd(pointer);
    const added: RegionState[] = [];
    if (free !== undefined && end !== undefined) {
      const at = regionOf(end);
      this.readRange(end, at === 0 ? MEMORY_SIZE - 1 : (at + 1) * REGION - 1);
      const { tags, value, origin } = this;
      const rest: Segment = { start: 0, tags, value: values.numbers(value, isKnown), origin };
      added.push({ id: regionOf(free), extent: Infinity, rest });
      if (at === 0) this.retreat(end);
    }
    const regions: RegionState[] = [];
    for (const state of this.regions) {
      if (!isKnown(state.id)) continue;
      const { rest } = state;
      const value = values.numbers(rest.value, isKnown);
      const closes = end !== undefined && regionOf(end) === state.id;
      regions.push({
        id: state.id,
        extent: closes ? Math.min(state.extent, offsetOf(end)) : state.extent,
        rest: value === rest.value ? rest : { ...rest, value },
      });
    }
    this.keepRegions([...regions, ...added].sort((a, b) => a.id - b.id));
    const { keys, pages } = this;
    for (let at = 0; at < keys.length; at++) {
      let page = pages[at];
      for (let slot = 0; slot < PAGE_SIZE; slot++) {
        const old = page.values[slot];
        if ((old >= 0 && old < REGION) || old === TOP) continue;
        const value = values.numbers(old, isKnown);
        if (value === old) continue;
        page = this.ownPage(keys[at]);
        page.values[slot] = value;
      }
    }
    if (free !== undefined && end !== undefined) {
      this.read(pointer);
      this.write(pointer, this.tags, free, this.origin);
    }
  }

  /** Makes regions of the cells from `mark` to `end` and of those from `next` on. */
  private cut(mark: number, end: number, stretch: number, next: number, free: number): void {
    const added: RegionState[] = [];
    if (stretch >= 0) {
      added.push({ id: regionOf(stretch), extent: end - mark, rest: UNKNOWN_BACKGROUND[0] });
    }
    const cells: { place: number; tags: number; value: Value; origin: Origin }[] = [];
    const keep = (cell: number, place: number): void => {
      this.read(cell);
      if (this.tags !== UNKNOWN_TAGS)
        cells.push({ place, tags: this.tags, value: this.value, origin: this.origin });
    };
    if (stretch >= 0) for (let cell = mark; cell < end; cell++) keep(cell, stretch + (cell - mark));
    const last = next < REGION ? REGION_PAGES : (regionOf(next) + 1) * REGION_PAGES;
    for (let at = this.lowerBound(pageOf(next)); at < this.keys.length && this.keys[at] < last; at++) {
      const start = this.keys[at] * PAGE_SIZE;
      for (let cell = Math.max(start, next); cell < start + PAGE_SIZE; cell++)
        keep(cell, free + (cell - next));
    }
    let rest: Segment;
    if (next < REGION) {
      rest = segmentIn(this.background, next);
      for (const segment of this.background)
        if (segment.start > next) rest = this.joinSegment(0, rest, segment);
    } else rest = this.segmentAt(next);
    added.push({ id: regionOf(free), extent: Infinity, rest });
    // Only now what was there by its old name goes away.
    const regions = this.regions.map((state): RegionState => {
      const here = state.id * REGION;
      let { extent } = state;
      if (regionOf(mark) === state.id) extent = Math.min(extent, mark - here);
      if (regionOf(next) === state.id) extent = Math.min(extent, next - here);
      return extent === state.extent ? state : { ...state, extent };
    });
    this.regions = [...regions, ...added].sort((a, b) => a.id - b.id);
    if (mark < REGION) this.retreat(mark);
    else if (next < REGION) this.retreat(next);
    for (const { place, tags, value, origin } of cells) this.write(place, tags, value, origin);
    const rename = (place: number): number => {
      if (stretch >= 0 && place >= mark && place < end) return stretch + (place - mark);
      return place >= next && place < next + MARGIN ? free + (place - next) : place;
    };
    for (let at = 0; at < this.keys.length; at++) {
      let page = this.pages[at];
      for (let slot = 0; slot < PAGE_SIZE; slot++) {
        if (page.tags[slot] !== U32) continue;
        const value = this.tables.values.rename(page.values[slot], rename);
        if (value === page.values[slot]) continue;
        page = this.ownPage(this.keys[at]);
        page.values[slot] = value;
      }
    }
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
          summary: undefined,
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
    const lowPage = pageOf(low);
    const highPage = pageOf(high);
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
    if (low >= REGION) {
      const id = regionOf(low);
      this.regions = this.regions.map((state) =>
        state.id === id ? { ...state, rest: this.joinSegment(0, state.rest, written) } : state,
      );
      return;
    }
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
    for (const key of keys) if (key < REGION_PAGES && key * PAGE_SIZE < this.frontier) this.ownPage(key);
  }

  /** A page to write to. */
  private ownPage(key: number): Page {
    const at = this.find(key);
    if (at >= 0) {
      const page = this.pages[at];
      if (page.owner === this) {
        page.summary = undefined;
        return page;
      }
      return (this.pages[at] = {
        owner: this,
        tags: page.tags.slice(),
        values: page.values.slice(),
        origins: page.origins.slice(),
        summary: undefined,
      });
    }
    const page = this.pageOfBackground(key);
    this.keys.splice(~at, 0, key);
    this.pages.splice(~at, 0, page);
    return page;
  }

  private pageOfBackground(key: number, regions = this.regions): Page {
    const start = key * PAGE_SIZE;
    if (start >= REGION) {
      const id = regionOf(start);
      const { tags, value, origin } = regionIn(regions, id)!.rest;
      return {
        owner: this,
        tags: new Array<number>(PAGE_SIZE).fill(tags),
        values: new Array<Value>(PAGE_SIZE).fill(value),
        origins: new Array<Origin>(PAGE_SIZE).fill(origin),
        summary: undefined,
      };
    }
    const tags: number[] = [];
    const values: Value[] = [];
    const origins: Origin[] = [];
    for (let slot = 0; slot < PAGE_SIZE; slot++) {
      const segment = this.segmentAt(start + slot);
      tags.push(segment.tags);
      values.push(segment.value);
      origins.push(segment.origin);
    }
    return { owner: this, tags, values, origins, summary: undefined };
  }

  private segmentAt(cell: number): Segment {
    if (cell < REGION) return segmentIn(this.background, cell);
    const state = this.regionState(regionOf(cell));
    return state && offsetOf(cell) < state.extent ? state.rest : UNKNOWN_BACKGROUND[0];
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
    return lowerBound(this.keys, this.keys.length, key);
  }
}

function pageOf(cell: number): number {
  return cell < 2 ** 31 ? cell >>> PAGE_BITS : Math.floor(cell / PAGE_SIZE);
}

function has(regions: readonly RegionState[], id: number): boolean {
  return regionIn(regions, id) !== undefined;
}

function regionIn(regions: readonly RegionState[], id: number): RegionState | undefined {
  let low = 0;
  let high = regions.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const state = regions[middle];
    if (state.id === id) return state;
    if (state.id < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function segmentIn(segments: readonly Segment[], address: number): Segment {
  let k = segments.length - 1;
  while (segments[k].start > address) k--;
  return segments[k];
}

function alike(a: Segment, b: Segment): boolean {
  return a.tags === b.tags && a.value === b.value && a.origin === b.origin;
}

/** The first says no more than the second, of which it is a join. */
function sameContent(a: readonly Segment[], b: readonly Segment[]): boolean {
  return a.every(({ start, tags, value }) => {
    const old = segmentIn(b, start);
    return old.tags === tags && old.value === value;
  });
}

function sameSegments(a: readonly Segment[], b: readonly Segment[]): boolean {
  return (
    a.length === b.length && a.every((segment, k) => segment.start === b[k].start && alike(segment, b[k]))
  );
}
