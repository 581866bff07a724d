/**
 * The abstract memory: for each of the 2^32 cells, its possible tags, its abstract value, and its origin. Written cells are in
 * pages, which states share until one of them writes (copy on write). All other cells are described by the background.
 *
 * A cell is named by its address, or by its place in a region (see `heap.ts`). In each run, the regions of a memory are disjoint
 * and lie at or above the memory's frontier. Cells at or above the frontier aren't described by address. So a write by place
 * doesn't change other regions or cells below the frontier, but a write by address at or above the frontier may change any
 * region.
 */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import {
  contentFrom,
  endOfSegment,
  FRESH_BACKGROUND,
  joinBackgrounds,
  sameContent,
  sameSegments,
  segmentIn,
  writtenBackground,
  type Background,
} from "./background.ts";
import {
  ASSUMED_CONTENT,
  joinContent,
  MAYBE_UNWRITTEN,
  U32,
  UNKNOWN_CONTENT,
  UNKNOWN_TAGS,
  type Content,
} from "./cell.ts";
import {
  joinPage,
  PAGE_MASK,
  PAGE_SIZE,
  pageOf,
  Pages,
  setSlot,
  slotOf,
  summaryOf,
  uniformPage,
  weakenSlots,
  type Page,
} from "./pages.ts";
import { UNWRITTEN } from "./provenance.ts";
import { hasRegion, joinRegions, NO_REGIONS, regionIn, type Regions, type RegionState } from "./regions.ts";
import type { Origin, Tables } from "./tables.ts";
import { offsetOf, REGION, regionOf, TOP, type Value, type Widening } from "./value.ts";

export { MAYBE_UNWRITTEN } from "./cell.ts";

/** Ranges of up to this many cells are written cell by cell. */
const SMALL_RANGE = 4 * PAGE_SIZE;
/** A weak write to more cells than this makes all of them unknown, instead of joining with each of them. */
export const MAX_WEAK_RANGE = 2 ** 20;
/** The most cells that can become one region. */
export const MAX_STRETCH = 4096;
/** The number of pages that a region's distance takes; also the number of the first region's first page. */
export const REGION_PAGES = REGION / PAGE_SIZE;

/** The cells of one allocation. */
export interface HeapObject {
  /** The first cell, by address or by place. */
  readonly start: number;
  readonly size: number;
  /** The allocating instruction, and the calls that led to it. */
  readonly site: number;
}

/** Cells from `low` to `high`, both inclusive: by address, or by place in one region. */
interface CellRange {
  readonly low: number;
  readonly high: number;
}

/** If a written range has more pages than this, they are merged into the background: to write each would take too long. */
const MAX_RANGE_PAGES = 512;
/** Accesses to ranges with at most this many pages don't count as additional work. */
const FREE_PAGES = 16;

const NO_OBJECTS: readonly HeapObject[] = [];

export class Memory {
  // The content that the last read has found.
  tags = 0;
  value: Value = TOP;
  origin: Origin = UNWRITTEN;

  readonly tables: Tables;
  // The parts of the memory. Outside this class, only `heap.ts` and `frames.ts` use them.
  pages: Pages;
  background: Background;
  regions: Regions = NO_REGIONS;
  /** Cells from this address on are named by place only. */
  frontier = Infinity;
  /**
   * What the cells can hold that are at or above the frontier and in no region, with an unknown value; undefined if there are none.
   */
  unplaced: Content | undefined = undefined;
  /** The allocations. They only decide where regions are separated, so the analysis is sound even if they are wrong. */
  objects: readonly HeapObject[] = NO_OBJECTS;
  /** Whether the program may have written a cell that is at or above the frontier and in no region. */
  strays = false;

  private constructor(tables: Tables, pages: Pages, background: Background) {
    this.tables = tables;
    this.pages = pages;
    this.background = background;
  }

  /** The memory at the start of a contract call: no cell was written yet. */
  static fresh(tables: Tables): Memory {
    return new Memory(tables, new Pages(), FRESH_BACKGROUND);
  }

  /** An unknown memory. */
  static unknown(tables: Tables): Memory {
    return new Memory(tables, new Pages(), [{ start: 0, ...UNKNOWN_CONTENT }]);
  }

  /** A copy that shares its pages until one of the two writes to them. */
  fork(): Memory {
    const copy = new Memory(this.tables, this.pages.fork(), this.background);
    copy.regions = this.regions;
    copy.frontier = this.frontier;
    copy.unplaced = this.unplaced;
    copy.objects = this.objects;
    copy.strays = this.strays;
    return copy;
  }

  /** The number of pages, as a measure of the work to copy and join. */
  get size(): number {
    return this.pages.keys.length;
  }

  /** Leaves a cell's content in `tags`, `value` and `origin`. */
  read(cell: number): void {
    const key = pageOf(cell);
    const at = this.pages.find(key);
    if (at >= 0 && this.tracks(cell)) {
      const page = this.pages.pages[at];
      const slot = cell - key * PAGE_SIZE;
      this.tags = page.tags[slot];
      this.value = page.values[slot];
      this.origin = page.origins[slot];
      return;
    }
    if (this.tracks(cell)) this.found(this.contentWithoutPage(cell));
    else this.found(this.contentAbove(cell, cell));
  }

  private found({ tags, value, origin }: Content): void {
    this.tags = tags;
    this.value = value;
    this.origin = origin;
  }

  /** The contents of the cells from `low` to before `end` (in one region), in order. */
  contents(low: number, end: number): Content[] {
    const found: Content[] = [];
    for (let cell = low; cell < end;) {
      const start = pageOf(cell) * PAGE_SIZE;
      const stop = Math.min(end, start + PAGE_SIZE);
      const at = this.pages.find(pageOf(cell));
      const page = at >= 0 && this.tracks(stop - 1) ? this.pages.pages[at] : undefined;
      for (; cell < stop; cell++) {
        if (page) found.push(slotOf(page, cell - start));
        else {
          this.read(cell);
          found.push({ tags: this.tags, value: this.value, origin: this.origin });
        }
      }
    }
    return found;
  }

  /** As {@link write}, to each of the cells from `low` on (in one region). */
  writeAll(low: number, contents: readonly Content[]): void {
    if (this.isOneCell(low + contents.length - 1)) this.setAll(low, contents);
    else contents.forEach(({ tags, value, origin }, k) => this.write(low + k, tags, value, origin));
  }

  /** As {@link writeAll}, for tracked cells, whether or not each of them stands for a single cell. */
  setAll(low: number, contents: readonly Content[]): void {
    const end = low + contents.length;
    for (let cell = low; cell < end;) {
      const start = pageOf(cell) * PAGE_SIZE;
      const stop = Math.min(end, start + PAGE_SIZE);
      const page = this.writablePage(pageOf(cell));
      for (; cell < stop; cell++) {
        const { tags, value, origin } = contents[cell - low];
        setSlot(page, cell - start, tags, value, origin);
      }
    }
  }

  /** Leaves in `tags`, `value` and `origin` the join of all cells from `low` to `high` (inclusive, in one region). */
  readRange(low: number, high: number): void {
    if (!this.tracks(high)) {
      const above = this.contentAbove(low < REGION ? Math.max(low, this.frontier) : low, high);
      if (low >= REGION || low >= this.frontier) {
        this.found(above);
        return;
      }
      this.readRange(low, this.frontier - 1);
      this.found(joinContent(this.tables, above, this));
      return;
    }
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
      if (v !== value) value = values.joinContents(tags, value, t, v, "none");
      tags |= t;
      if (o !== origin) origin = origins.join(origin, o);
    };
    const { keys, pages } = this.pages;
    const highPage = pageOf(high);
    let covered = 0;
    this.chargeRange(low, high);
    for (let at = this.pages.lowerBound(pageOf(low)); at < keys.length && keys[at] <= highPage; at++) {
      const page = pages[at];
      const start = keys[at] * PAGE_SIZE;
      const from = Math.max(0, low - start);
      const to = Math.min(PAGE_MASK, high - start);
      if (to - from === PAGE_MASK) {
        const all = summaryOf(page, this.tables);
        merge(all.tags, all.value, all.origin);
      } else {
        for (let slot = from; slot <= to; slot++)
          merge(page.tags[slot], page.values[slot], page.origins[slot]);
      }
      covered += to - from + 1;
    }
    if (covered < high - low + 1) {
      if (low >= REGION) {
        const rest = this.contentWithoutPage(low);
        merge(rest.tags, rest.value, rest.origin);
      } else {
        const { background } = this;
        for (let k = 0; k < background.length; k++) {
          const segment = background[k];
          if (segment.start <= high && endOfSegment(background, k) > low)
            merge(segment.tags, segment.value, segment.origin);
        }
      }
    }
    this.tags = tags;
    this.value = value;
    this.origin = origin;
  }

  /** A strong write if the name stands for a single cell, otherwise a weak one. */
  write(cell: number, tags: number, value: Value, origin: Origin): void {
    if (!this.isOneCell(cell)) {
      this.weakWrite(cell, tags, value, origin);
      return;
    }
    const key = pageOf(cell);
    setSlot(this.writablePage(key), cell - key * PAGE_SIZE, tags, value, origin);
  }

  /** True for a place in an existing region and for an address below the frontier. The content of other cells isn't stored by cell. */
  tracks(cell: number): boolean {
    return cell < REGION ? cell < this.frontier : this.owns(cell);
  }

  /** True for a tracked cell that stands for a single cell in every run. Writes to it are strong. */
  isOneCell(cell: number): boolean {
    return cell < REGION ? cell < this.frontier : this.owns(cell) && !this.tables.values.isSummary(cell);
  }

  /** Makes the description of a cell more precise, although no instruction writes it. */
  refine(cell: number, tags: number, value: Value, origin: Origin): void {
    if (this.isOneCell(cell)) this.write(cell, tags, value, origin);
  }

  /** A weak write: joins the content with the old one, because the cell only may have been written. */
  weakWrite(cell: number, tags: number, value: Value, origin: Origin): void {
    if (!this.tracks(cell)) {
      this.weakWriteAnywhere([{ low: cell, high: cell }], { tags, value, origin });
      return;
    }
    const key = pageOf(cell);
    const slot = cell - key * PAGE_SIZE;
    weakenSlots(this.pages, this.writableIndex(key), slot, slot, { tags, value, origin }, this.tables);
  }

  /** Writes to every cell from `low` to `high` (inclusive, in one region). */
  writeRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (!this.tracks(high)) {
      this.weakWriteAnywhere([{ low, high }], { tags, value, origin });
      return;
    }
    if (high - low < SMALL_RANGE || (low >= REGION && high - low < MAX_STRETCH)) {
      for (let cell = low; cell <= high; cell++) this.write(cell, tags, value, origin);
      return;
    }
    // Strongly only outside regions: a region has one content for all of its cells without a page, and may be a summary.
    this.editRange(low, high, { tags, value, origin }, low < REGION);
  }

  /** Weakly writes to every cell from `low` to `high` (inclusive, in one region). */
  weakWriteRange(low: number, high: number, tags: number, value: Value, origin: Origin): void {
    if (!this.tracks(high) || (low === 0 && high > MAX_WEAK_RANGE)) {
      this.weakWriteAnywhere([{ low, high }], { tags, value, origin });
      return;
    }
    if (high - low < SMALL_RANGE) {
      for (let cell = low; cell <= high; cell++) this.weakWrite(cell, tags, value, origin);
      return;
    }
    this.editRange(low, high, { tags, value, origin }, false);
  }

  /** Weakly writes unknown content, due to a repaired mistake, to every cell that may not have been written. */
  doubtUnwritten(): void {
    this.strays = true;
    this.tables.doubted++;
    const doubtful = (tags: number): boolean => (tags & MAYBE_UNWRITTEN) !== 0;
    const { tags, value, origin } = ASSUMED_CONTENT;
    this.pages.pages.forEach((known, at) => {
      if (!known.tags.some(doubtful)) return;
      const page = this.pages.writableAt(at);
      for (let slot = 0; slot < PAGE_SIZE; slot++)
        if (doubtful(page.tags[slot])) setSlot(page, slot, tags, value, origin);
    });
    this.background = this.background.map((segment) =>
      doubtful(segment.tags) ? { start: segment.start, ...ASSUMED_CONTENT } : segment,
    );
    this.regions = this.regions.map((region) =>
      doubtful(region.rest.tags) ? { ...region, rest: ASSUMED_CONTENT } : region,
    );
    if (this.unplaced && doubtful(this.unplaced.tags)) this.unplaced = ASSUMED_CONTENT;
  }

  /** Makes all of memory unknown. `origin` is the write that causes it. */
  forget(origin: Origin): void {
    this.tables.forgotten.add(origin);
    this.strays = true;
    this.pages = new Pages();
    this.regions = NO_REGIONS;
    this.objects = NO_OBJECTS;
    this.frontier = Infinity;
    this.unplaced = undefined;
    this.background = [{ start: 0, tags: UNKNOWN_TAGS, value: TOP, origin }];
  }

  /**
   * What the cells from `low` to `high` can hold if they aren't tracked: addresses at or above the frontier, or places beyond the end
   * of their region. Each of them may belong to any region there, or to none.
   */
  private contentAbove(low: number, high: number): Content {
    if (low >= REGION && !this.regionState(regionOf(low))) return UNKNOWN_CONTENT;
    const { values } = this.tables;
    const first = values.low(low);
    const last = values.high(high);
    let content = this.unplaced;
    for (const region of this.regions) {
      if (content?.tags === UNKNOWN_TAGS && content.value === TOP) break;
      const start = region.id * REGION;
      if (values.low(start) > last || values.high(start) + region.extent <= first) continue;
      // A place beyond the end of an object isn't in that object; it may be in another one that the same region summarises.
      if (low >= start + region.extent && regionOf(low) === region.id && !values.isSummary(low)) continue;
      const inside = this.contentOfRegion(region);
      content = content ? joinContent(this.tables, content, inside) : inside;
    }
    return content ?? UNKNOWN_CONTENT;
  }

  /** The join of all cells of a region. */
  private contentOfRegion({ id, extent, rest }: RegionState): Content {
    const { keys, pages } = this.pages;
    const start = id * REGION;
    let content: Content | undefined;
    let covered = 0;
    const [first, end] = this.pagesOfRegion(id, extent);
    for (let at = first; at < end; at++) {
      const cells = Math.min(PAGE_SIZE, start + extent - keys[at] * PAGE_SIZE);
      covered += cells;
      const all = summaryOf(pages[at], this.tables, cells);
      content = content ? joinContent(this.tables, content, all) : all;
    }
    if (covered >= extent) return content ?? rest;
    return content ? joinContent(this.tables, content, rest) : rest;
  }

  /** The indexes of the first page of a region, and of the one after the last. */
  private pagesOfRegion(id: number, extent: number): readonly [number, number] {
    const first = this.pages.lowerBound(id * REGION_PAGES);
    const end = this.pages.lowerBound(
      Math.min((id + 1) * REGION_PAGES, id * REGION_PAGES + Math.ceil(extent / PAGE_SIZE)),
    );
    this.tables.rangePages += Math.max(0, end - first - FREE_PAGES);
    return [first, end];
  }

  /** Records that cells with these tags and this origin are no longer named, by address or by place. */
  unplace(tags: number, origin: Origin): void {
    const old = this.unplaced;
    const allTags = tags | (old?.tags ?? 0);
    const allOrigins = old ? this.tables.origins.join(old.origin, origin) : origin;
    if (old?.tags === allTags && old.origin === allOrigins) return;
    // Places in the value may be renamed later.
    this.unplaced = { tags: allTags, value: TOP, origin: allOrigins };
  }

  /** Records that the cells of a region of `memory` are no longer named. */
  private unplaceRegion(memory: Memory, { id, extent, rest }: RegionState): void {
    const { keys, pages } = memory.pages;
    let covered = 0;
    const [first, end] = memory.pagesOfRegion(id, extent);
    for (let at = first; at < end; at++) {
      const cells = Math.min(PAGE_SIZE, id * REGION + extent - keys[at] * PAGE_SIZE);
      covered += cells;
      const { tags, origins } = pages[at];
      let all = tags[0];
      for (let slot = 1; slot < cells; slot++) {
        if (origins[slot] !== origins[slot - 1]) {
          this.unplace(all, origins[slot - 1]);
          all = 0;
        }
        all |= tags[slot];
      }
      this.unplace(all, origins[cells - 1]);
    }
    if (covered < extent) this.unplace(rest.tags, rest.origin);
  }

  /** Whether the region of a place exists in this memory and is large enough to contain the place. */
  private owns(place: number): boolean {
    const state = this.regionState(regionOf(place));
    return state !== undefined && offsetOf(place) < state.extent;
  }

  regionState(id: number): RegionState | undefined {
    return regionIn(this.regions, id);
  }

  /**
   * Weakly writes to each of several ranges, which are inclusive and each in one region. Those that may be in any region are written
   * together, because each such write visits the cells of many regions.
   */
  weakWriteEach(ranges: readonly CellRange[], tags: number, value: Value, origin: Origin): void {
    const anywhere: CellRange[] = [];
    for (const range of ranges) {
      if (this.tracks(range.high)) this.weakWriteRange(range.low, range.high, tags, value, origin);
      else anywhere.push(range);
    }
    if (anywhere.length > 0) this.weakWriteAnywhere(anywhere, { tags, value, origin });
  }

  /** Weakly writes to cells that may belong to any region: addresses at or above the frontier, or places beyond a region's end. */
  private weakWriteAnywhere(ranges: readonly CellRange[], content: Content): void {
    const { tags, origin } = content;
    const written: CellRange[] = [];
    for (const { low: first, high: last } of addressesOf(this.tables, ranges)) {
      if (last - first > MAX_WEAK_RANGE) {
        this.forgetFrom(first, last, origin);
        continue;
      }
      if (first < this.frontier) this.weakWriteBelow(first, Math.min(last, this.frontier - 1), content);
      if (last >= this.frontier) written.push({ low: first, high: last });
    }
    if (written.length === 0) return;
    this.strays = true;
    this.unplace(tags, origin);
    const { pages } = this;
    const { values } = this.tables;
    for (const { id, extent } of this.regions) {
      const start = values.low(id * REGION);
      const end = values.high(id * REGION) + extent;
      if (!written.some(({ low, high }) => start <= high && end > low)) continue;
      for (let at = pages.lowerBound(id * REGION_PAGES); at < pages.keys.length; at++) {
        if (pages.keys[at] >= (id + 1) * REGION_PAGES) break;
        this.tables.rangePages++;
        weakenSlots(pages, at, 0, PAGE_MASK, content, this.tables);
      }
    }
    this.regions = this.weakenedRests(() => true, content);
  }

  /** Weakly writes to the cells from `low` to `high`, all of which are below the frontier. */
  private weakWriteBelow(low: number, high: number, content: Content): void {
    if (high - low >= SMALL_RANGE) {
      this.editRange(low, high, content, false);
      return;
    }
    const { tags, value, origin } = content;
    for (let cell = low; cell <= high; cell++) this.weakWrite(cell, tags, value, origin);
  }

  /** The regions after a weak write to those cells of some of them that have no page. */
  private weakenedRests(isWritten: (id: number) => boolean, content: Content): Regions {
    let changed = false;
    const regions = this.regions.map((state) => {
      if (!isWritten(state.id)) return state;
      const rest = joinContent(this.tables, state.rest, content);
      const { tags, value, origin } = state.rest;
      if (rest.tags === tags && rest.value === value && rest.origin === origin) return state;
      changed = true;
      return { ...state, rest };
    });
    return changed ? regions : this.regions;
  }

  /** Joins `other` into this memory, with widening as `widen` says. Returns whether tags or values changed. */
  join(other: Memory, widen: Widening): boolean {
    let changed = false;
    if (other.strays && !this.strays) {
      this.strays = true;
      changed = true;
    }
    if (other.frontier < this.frontier) {
      this.unplaceFrom(other.frontier);
      changed = true;
    } else if (this.frontier < other.frontier) {
      other = other.fork();
      other.unplaceFrom(this.frontier);
    }
    const tagsBefore = this.unplaced?.tags ?? 0;
    if (other.unplaced && other.unplaced !== this.unplaced)
      this.unplace(other.unplaced.tags, other.unplaced.origin);
    if (this.objects !== other.objects) this.objects = joinObjects(this.objects, other.objects);
    const regionsBefore = this.regions;
    if (regionsBefore !== other.regions) {
      this.regions = joinRegions(this.tables, regionsBefore, other.regions, widen);
      if (this.regions !== regionsBefore) changed = true;
      this.unplaceShortened(this, regionsBefore);
      this.unplaceShortened(other, other.regions);
    }
    if ((this.unplaced?.tags ?? 0) !== tagsBefore) changed = true;
    if (this.background !== other.background) {
      const joined = joinBackgrounds(this.tables, this.background, other.background, widen);
      if (!sameSegments(joined, this.background)) {
        if (!sameContent(joined, this.background)) changed = true;
        // Pages that only the other memory has must get this memory's old background, so make them before it changes.
        this.materialise(other.pages.keys);
        this.background = joined;
      }
    }
    return this.joinPages(other, regionsBefore, widen) || changed;
  }

  /** Joins page by page. `regionsBefore` are the regions of this memory before the join. */
  private joinPages(other: Memory, regionsBefore: Regions, widen: Widening): boolean {
    const mine = this.pages;
    const theirs = other.pages;
    let changed = false;
    let otherAt = 0;
    for (let at = 0; at < mine.keys.length || otherAt < theirs.keys.length; at++) {
      const myKey = at < mine.keys.length ? mine.keys[at] : Infinity;
      const theirKey = otherAt < theirs.keys.length ? theirs.keys[otherAt] : Infinity;
      const key = Math.min(myKey, theirKey);
      let page = myKey === key ? mine.pages[at] : undefined;
      const otherPage = theirKey === key ? theirs.pages[otherAt++] : undefined;
      if (page === otherPage) continue;
      const isNew = !page;
      // If only one memory has the region, it doesn't exist in the other's runs, and its page is taken as it is.
      if (
        key >= REGION_PAGES &&
        regionsBefore !== other.regions &&
        !inBoth(key, regionsBefore, other.regions)
      ) {
        if (isNew) changed = true;
        page ??= otherPage!;
      } else {
        const base = page ?? this.pageWithoutPage(mine, key, regionsBefore);
        const added = otherPage ?? other.pageWithoutPage(mine, key);
        const joined = joinPage(base, added, mine, widen, this.tables);
        this.tables.joinedPages++;
        ({ page } = joined);
        if (joined.grew) changed = true;
      }
      if (isNew) mine.insert(at, key, page);
      else mine.pages[at] = page;
    }
    return changed;
  }

  /** Whether some cell from `low` to `high` certainly holds an address here, and certainly another one in `other`. */
  holdsOtherAddresses(other: Memory, low: number, high: number): boolean {
    const { keys, pages } = this.pages;
    const last = pageOf(high);
    for (let at = this.pages.lowerBound(pageOf(low)); at < keys.length && keys[at] <= last; at++) {
      const page = pages[at];
      const otherAt = other.pages.find(keys[at]);
      const otherPage = otherAt < 0 ? page : other.pages.pages[otherAt];
      if (page === otherPage) continue;
      const start = keys[at] * PAGE_SIZE;
      const to = Math.min(PAGE_MASK, high - start);
      for (let slot = Math.max(0, low - start); slot <= to; slot++) {
        if (page.tags[slot] !== U32 || otherPage.tags[slot] !== U32) continue;
        const value = page.values[slot];
        const otherValue = otherPage.values[slot];
        if (value !== otherValue && value >= 0 && otherValue >= 0) return true;
      }
    }
    return false;
  }

  /** Records the cells of a memory's regions that this memory's regions are too short for. */
  private unplaceShortened(memory: Memory, regions: Regions): void {
    for (const region of regions)
      if (region.extent > (this.regionState(region.id)?.extent ?? 0)) this.unplaceRegion(memory, region);
  }

  /** Moves the frontier down to a lower address. The cells above it are no longer named. */
  unplaceFrom(frontier: number): void {
    this.readRange(frontier, Math.min(this.frontier, MEMORY_SIZE) - 1);
    this.unplace(this.tags, this.origin);
    this.retreat(frontier);
  }

  /** Moves the frontier down to a lower address. The cells above it must have got places, or else see {@link unplaceFrom}. */
  retreat(frontier: number): void {
    const segments = this.background.filter(({ start }) => start < frontier);
    this.background = [...segments, { start: frontier, ...UNKNOWN_CONTENT }];
    this.pages.removeFrom(Math.ceil(frontier / PAGE_SIZE), REGION_PAGES);
    const slots = frontier % PAGE_SIZE;
    if (slots > 0 && this.pages.find(pageOf(frontier)) >= 0) {
      const page = this.writablePage(pageOf(frontier));
      const { tags, value, origin } = UNKNOWN_CONTENT;
      for (let slot = slots; slot < PAGE_SIZE; slot++) setSlot(page, slot, tags, value, origin);
    }
    this.frontier = frontier;
  }

  /** Makes a large range of addresses unknown, because there was a write to some cell in it. */
  private forgetFrom(first: number, last: number, origin: Origin): void {
    const { values } = this.tables;
    if (first === 0) {
      this.forget(origin);
      return;
    }
    this.tables.forgotten.add(origin);
    this.strays = true;
    if (first < this.frontier) this.retreat(first);
    this.unplace(UNKNOWN_TAGS, origin);
    // The regions must stay: cells hold places in them, and this memory may be joined with others that have them.
    const unknown: Content = { tags: UNKNOWN_TAGS, value: TOP, origin };
    const forgotten = new Set<number>();
    this.regions = this.regions.map((state) => {
      const { id, extent } = state;
      if (values.low(id * REGION) > last || values.high(id * REGION) + extent <= first) return state;
      forgotten.add(id);
      return { id, extent, rest: unknown };
    });
    this.pages = this.pages.filtered((key) => !forgotten.has(Math.floor(key / REGION_PAGES)));
  }

  /** Replaces the regions, and drops the pages of those that aren't among the new ones. */
  keepRegions(regions: Regions): void {
    const all = this.regions.every(({ id }) => hasRegion(regions, id));
    if (!all && this.unplaced?.tags !== UNKNOWN_TAGS)
      for (const region of this.regions) if (!hasRegion(regions, region.id)) this.unplaceRegion(this, region);
    this.regions = regions;
    if (all) return;
    this.pages = this.pages.filtered(
      (key) => key < REGION_PAGES || hasRegion(regions, Math.floor(key / REGION_PAGES)),
    );
  }

  /** The join of all cells without a page, from a place to the end of memory or of the region. */
  contentFrom(place: number): Content {
    return place < REGION ? contentFrom(this.tables, this.background, place) : this.contentWithoutPage(place);
  }

  /** Adds the number of pages in a range to the measured work, except for the first {@link FREE_PAGES}. */
  private chargeRange(low: number, high: number): void {
    const { pages, tables } = this;
    if (high - low < FREE_PAGES * PAGE_SIZE || pages.keys.length < FREE_PAGES) return;
    const count = pages.lowerBound(pageOf(high) + 1) - pages.lowerBound(pageOf(low));
    tables.rangePages += Math.max(0, count - FREE_PAGES);
  }

  /** If a range has very many pages, replaces them by one segment of the background: the join of their cells. */
  private mergePages(low: number, high: number): void {
    const { pages } = this;
    const first = Math.ceil(low / PAGE_SIZE);
    const end = Math.floor((high + 1) / PAGE_SIZE);
    if (pages.lowerBound(end) - pages.lowerBound(first) <= MAX_RANGE_PAGES) return;
    const start = first * PAGE_SIZE;
    const last = end * PAGE_SIZE - 1;
    this.readRange(start, last);
    const { tags, value, origin } = this;
    pages.removeFrom(first, end);
    const all = { tags, value, origin };
    this.background = writtenBackground(this.tables, this.background, start, last, all, true);
  }

  private editRange(low: number, high: number, content: Content, strong: boolean): void {
    const { tags, value, origin } = content;
    if (low < REGION) this.mergePages(low, high);
    this.chargeRange(low, high);
    const { pages } = this;
    const highPage = pageOf(high);
    for (let at = pages.lowerBound(pageOf(low)); at < pages.keys.length && pages.keys[at] <= highPage; at++) {
      const start = pages.keys[at] * PAGE_SIZE;
      const from = Math.max(0, low - start);
      const to = Math.min(PAGE_MASK, high - start);
      if (strong) {
        const page = pages.writableAt(at);
        for (let slot = from; slot <= to; slot++) setSlot(page, slot, tags, value, origin);
      } else weakenSlots(pages, at, from, to, content, this.tables);
    }
    if (low < REGION) {
      this.background = writtenBackground(this.tables, this.background, low, high, content, strong);
      return;
    }
    const id = regionOf(low);
    this.regions = this.weakenedRests((one) => one === id, content);
  }

  private materialise(keys: readonly number[]): void {
    for (const key of keys) if (key < REGION_PAGES && key * PAGE_SIZE < this.frontier) this.writablePage(key);
  }

  writablePage(key: number): Page {
    return this.pages.pages[this.writableIndex(key)];
  }

  /** The index of a page, after it was made or copied if that is needed to write to it. */
  private writableIndex(key: number): number {
    const at = this.pages.find(key);
    if (at >= 0) {
      this.pages.writableAt(at);
      return at;
    }
    this.pages.insert(~at, key, this.pageWithoutPage(this.pages, key));
    return ~at;
  }

  /** Makes a page for cells that have had none, with their content from the background or the region. */
  private pageWithoutPage(owner: Pages, key: number, regions = this.regions): Page {
    const start = key * PAGE_SIZE;
    if (start >= REGION) return uniformPage(owner, regionIn(regions, regionOf(start))!.rest);
    const page = uniformPage(owner, UNKNOWN_CONTENT);
    for (let slot = 0; slot < PAGE_SIZE; slot++) {
      const { tags, value, origin } = this.contentWithoutPage(start + slot);
      setSlot(page, slot, tags, value, origin);
    }
    return page;
  }

  private contentWithoutPage(cell: number): Content {
    if (cell < REGION) return segmentIn(this.background, cell);
    const state = this.regionState(regionOf(cell));
    return state && offsetOf(cell) < state.extent ? state.rest : UNKNOWN_CONTENT;
  }
}

/** The addresses that ranges can have, in ascending order. Neighbours are merged unless the result were larger than {@link MAX_WEAK_RANGE}. */
function addressesOf({ values }: Tables, ranges: readonly CellRange[]): CellRange[] {
  // Places are made only by sums that certainly don't wrap, so the addresses are between these two.
  const addresses = ranges
    .map(({ low, high }) => ({ low: values.low(low), high: Math.min(values.high(high), MEMORY_SIZE - 1) }))
    .sort((a, b) => a.low - b.low);
  const merged: CellRange[] = [];
  for (const range of addresses) {
    const last = merged.at(-1);
    const high = Math.max(range.high, last?.high ?? 0);
    if (last && range.low <= last.high + 1 && high - last.low <= MAX_WEAK_RANGE)
      merged[merged.length - 1] = { low: last.low, high };
    else merged.push(range);
  }
  return merged;
}

/** The objects of two memories. Most are the same, because they were allocated before paths have parted. */
function joinObjects(mine: readonly HeapObject[], theirs: readonly HeapObject[]): readonly HeapObject[] {
  let [my, their] = [Math.max(0, mine.indexOf(theirs[0])), Math.max(0, theirs.indexOf(mine[0]))];
  while (their < theirs.length && mine[my] === theirs[their]) {
    my++;
    their++;
  }
  if (their === theirs.length) return mine;
  const starts = new Set(mine.map(({ start }) => start));
  const added = theirs.slice(their).filter(({ start }) => !starts.has(start));
  return added.length > 0 ? [...mine, ...added] : mine;
}

function inBoth(key: number, a: Regions, b: Regions): boolean {
  const id = Math.floor(key / REGION_PAGES);
  return hasRegion(a, id) && hasRegion(b, id);
}
