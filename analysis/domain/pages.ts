/** Pages of cells. Memories share a page until one of them writes to it (copy on write). */

import { lowerBound } from "../../program/search.ts";
import type { Content } from "./cell.ts";
import { MANY } from "./provenance.ts";
import type { Origin, Tables } from "./tables.ts";
import { REGION, TOP, type Value, type Values, type Widening } from "./value.ts";

const NO_REGIONS: number[] = [];
const PAGE_BITS = 5;
export const PAGE_SIZE = 1 << PAGE_BITS;
export const PAGE_MASK = PAGE_SIZE - 1;

export interface Page {
  /** The only {@link Pages} that may write to the page; undefined if the page is shared. */
  owner: Pages | undefined;
  readonly tags: number[];
  readonly values: Value[];
  readonly origins: Origin[];
  /** The join of the page's first `cells` cells, computed on demand. */
  summary: (Content & { readonly cells: number }) | undefined;
  /** Which values the cells hold, computed on demand. */
  held: HeldValues | undefined;
  /** What the last weak write to all of the cells has written, if the page hasn't changed since. To write it again adds nothing. */
  absorbed: AbsorbedContent | undefined;
}

interface AbsorbedContent extends Content {
  /** Whether the origin of some cell is {@link MANY}. */
  readonly overflows: boolean;
}

/** The values of a page's cells, except for {@link TOP}. */
export interface HeldValues {
  /** The greatest constant; -1 if there is none, Infinity if there is a set or range. */
  readonly greatest: number;
  /** The regions and names that values are relative to, each once. */
  readonly regions: readonly number[];
}

/** The number of the page that contains a cell, which is given by address or by place. */
export function pageOf(cell: number): number {
  return cell < 2 ** 31 ? cell >>> PAGE_BITS : Math.floor(cell / PAGE_SIZE);
}

/** A memory's pages, sorted by number. */
export class Pages {
  readonly keys: number[];
  readonly pages: Page[];

  constructor(keys: number[] = [], pages: Page[] = []) {
    this.keys = keys;
    this.pages = pages;
  }

  fork(): Pages {
    for (let at = 0; at < this.pages.length; at++) this.pages[at].owner = undefined;
    return new Pages(this.keys.slice(), this.pages.slice());
  }

  /** Replaces every page by a copy that nothing else shares. */
  separate(): void {
    for (const [at, page] of this.pages.entries()) this.pages[at] = copyPage(page, this);
  }

  /** The index of a page; if there is none, the bitwise complement of the index at which to insert it. */
  find(key: number): number {
    const at = lowerBound(this.keys, this.keys.length, key);
    return at < this.keys.length && this.keys[at] === key ? at : ~at;
  }

  /** The index of the first page with at least this number. */
  lowerBound(key: number): number {
    return lowerBound(this.keys, this.keys.length, key);
  }

  /** The page at an index for writing: a copy if the page is shared. */
  writableAt(at: number): Page {
    const page = this.pages[at];
    if (page.owner === this) {
      page.summary = undefined;
      page.held = undefined;
      page.absorbed = undefined;
      return page;
    }
    return (this.pages[at] = copyPage(page, this));
  }

  /** Inserts a page at an index. */
  insert(at: number, key: number, page: Page): void {
    this.keys.splice(at, 0, key);
    this.pages.splice(at, 0, page);
  }

  /** Removes the pages with numbers from `first` to below `end`. */
  removeFrom(first: number, end: number): void {
    const from = this.lowerBound(first);
    const to = this.lowerBound(end);
    if (from === to) return;
    this.keys.splice(from, to - from);
    this.pages.splice(from, to - from);
  }

  filtered(keep: (key: number) => boolean): Pages {
    const rest = new Pages();
    this.keys.forEach((key, at) => {
      if (!keep(key)) return;
      const page = this.pages[at];
      if (page.owner === this) page.owner = rest;
      rest.keys.push(key);
      rest.pages.push(page);
    });
    return rest;
  }
}

function copyPage(page: Page, owner: Pages): Page {
  return {
    owner,
    tags: page.tags.slice(),
    values: page.values.slice(),
    origins: page.origins.slice(),
    summary: undefined,
    held: undefined,
    absorbed: undefined,
  };
}

/** A page whose cells all have the same content. */
export function uniformPage(owner: Pages, { tags, value, origin }: Content): Page {
  return {
    owner,
    tags: new Array<number>(PAGE_SIZE).fill(tags),
    values: new Array<Value>(PAGE_SIZE).fill(value),
    origins: new Array<Origin>(PAGE_SIZE).fill(origin),
    summary: undefined,
    held: undefined,
    absorbed: undefined,
  };
}

/** The join of the first cells of a page. It is cached, because most pages are read often between two writes. */
export function summaryOf(page: Page, { values, origins }: Tables, cells = PAGE_SIZE): Content {
  if (page.summary?.cells === cells) return page.summary;
  let tags = page.tags[0];
  let value = page.values[0];
  let origin = page.origins[0];
  for (let slot = 1; slot < cells; slot++) {
    if (page.values[slot] !== value)
      value = values.joinContents(tags, value, page.tags[slot], page.values[slot], "none");
    tags |= page.tags[slot];
    if (page.origins[slot] !== origin) origin = origins.join(origin, page.origins[slot]);
  }
  page.summary = { tags, value, origin, cells };
  return page.summary;
}

/** Which values a page's cells hold. It is cached, because most pages stay as they are from one join to the next. */
export function heldBy(page: Page, values: Values): HeldValues {
  if (page.held) return page.held;
  let greatest = -1;
  let regions = NO_REGIONS;
  let last = TOP;
  for (let slot = 0; slot < PAGE_SIZE; slot++) {
    const value = page.values[slot];
    // Neighbours often have equal values.
    if (value === last) continue;
    last = value;
    if (value >= TOP && value < REGION) {
      if (value > greatest) greatest = value;
      continue;
    }
    if (value < TOP) greatest = Infinity;
    for (const region of values.regionsIn(value)) {
      if (regions.length === 0) regions = [region];
      else if (!regions.includes(region)) regions.push(region);
    }
  }
  return (page.held = { greatest, regions });
}

export function slotOf({ tags, values, origins }: Page, slot: number): Content {
  return { tags: tags[slot], value: values[slot], origin: origins[slot] };
}

export function setSlot(page: Page, slot: number, tags: number, value: Value, origin: Origin): void {
  page.tags[slot] = tags;
  page.values[slot] = value;
  page.origins[slot] = origin;
}

/** Weakly writes to some cells of the page at an index, the last of them included. A shared page stays shared if that adds nothing. */
export function weakenSlots(
  pages: Pages,
  at: number,
  first: number,
  last: number,
  content: Content,
  tables: Tables,
): void {
  let page = pages.pages[at];
  const { values, origins } = tables;
  const isWhole = first === 0 && last === PAGE_MASK;
  const { absorbed } = page;
  if (isWhole && absorbed && isSame(absorbed, content)) {
    if (absorbed.overflows) origins.join(MANY, content.origin);
    return;
  }
  let overflows = false;
  // What the slot before this one held, and what it holds now: neighbours often have equal contents.
  let lastTags = -1;
  let lastValue = TOP;
  let lastJoin = TOP;
  for (let slot = first; slot <= last; slot++) {
    const oldTags = page.tags[slot];
    const oldValue = page.values[slot];
    const oldOrigin = page.origins[slot];
    if (oldTags !== lastTags || oldValue !== lastValue) {
      lastTags = oldTags;
      lastValue = oldValue;
      lastJoin =
        oldValue === content.value
          ? oldValue
          : values.joinContents(oldTags, oldValue, content.tags, content.value, "none");
    }
    const value = lastJoin;
    const origin =
      oldOrigin === content.origin || oldOrigin === MANY
        ? oldOrigin
        : origins.join(oldOrigin, content.origin);
    if (origin === MANY) overflows = true;
    const tags = oldTags | content.tags;
    if (tags === oldTags && value === oldValue && origin === oldOrigin) continue;
    page = pages.writableAt(at);
    setSlot(page, slot, tags, value, origin);
  }
  if (overflows) origins.join(MANY, content.origin);
  if (isWhole) page.absorbed = { ...content, overflows };
}

function isSame(a: Content, b: Content): boolean {
  return a.tags === b.tags && a.value === b.value && a.origin === b.origin;
}

export interface JoinedPage {
  /** `page` itself if the join adds nothing. */
  readonly page: Page;
  /** Whether tags or values were added. Origins don't count: they only explain findings, and no fixpoint depends on them. */
  readonly grew: boolean;
}

/** The join of two pages: `page` itself if it covers `added`, otherwise a new page that `owner` may write to. */
export function joinPage(
  page: Page,
  added: Page,
  owner: Pages,
  widen: Widening,
  { values, origins }: Tables,
): JoinedPage {
  let result = page;
  let grew = false;
  for (let slot = 0; slot < PAGE_SIZE; slot++) {
    const oldTags = page.tags[slot];
    const oldValue = page.values[slot];
    const oldOrigin = page.origins[slot];
    const addedTags = added.tags[slot];
    const addedValue = added.values[slot];
    const addedOrigin = added.origins[slot];
    if (oldTags === addedTags && oldValue === addedValue && oldOrigin === addedOrigin) continue;
    const tags = oldTags | addedTags;
    const value =
      oldValue === addedValue
        ? oldValue
        : values.joinContents(oldTags, oldValue, addedTags, addedValue, widen);
    const origin = oldOrigin === addedOrigin ? oldOrigin : origins.join(oldOrigin, addedOrigin);
    if (tags !== oldTags || value !== oldValue) grew = true;
    else if (origin === oldOrigin) continue;
    if (result === page) result = copyPage(page, owner);
    setSlot(result, slot, tags, value, origin);
  }
  return { page: result, grew };
}
