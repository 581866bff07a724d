/**
 * Names for heap cells whose address isn't known. If paths that have allocated different amounts are joined, the cells after the
 * last common allocation have no common address. From there on, cells are named by a place: a region and an offset in it.
 */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import { ALL_TAGS } from "../../isa/tags.ts";
import { MAYBE_UNWRITTEN, U32, UNKNOWN_CONTENT, type Content } from "./cell.ts";
import { MAX_STRETCH, REGION_PAGES, type HeapObject, type Memory } from "./memory.ts";
import { heldBy, PAGE_SIZE, pageOf } from "./pages.ts";
import { hasRegion, indexOfRegion, sortedRegions, type RegionState } from "./regions.ts";
import { MAX_GROWTH, offsetOf, REGION, regionOf, TOP, type Value, type Values } from "./value.ts";

/** The cells of a heap that may reach beyond this address aren't named by place, because sums of places must not wrap. */
export const LAST_HEAP = 2 ** 31 + 2 ** 30;
/** The number of an allocation site is its call string's number times this, plus the number of the allocating instruction. */
export const SITES_PER_CONTEXT = 2 ** 24;
/** A memory with at most this many regions isn't searched for unreachable ones: the search would take longer than it saves. */
const MAX_SMALL_REGIONS = 8;
/** How many objects are remembered in addition to the newest one. */
const MAX_OBJECTS = 255;
/** A number up to this many cells above the next free cell still counts as an address in the heap. */
const MARGIN = 256;

/**
 * Prepares memories for a join if they have allocated different amounts since their paths separated. In each memory, the cells that
 * were allocated since then become a region of that memory alone. The free cells after them become a region that all memories have
 * in common. Addresses of these cells, if they are values of other cells, become places. The memories mean the same as before:
 * each region begins at the address that the cells had.
 *
 * Does nothing if one memory has changed the pointer in another way than by allocation.
 *
 * @param pointer the cell with the address of the next free cell
 * @param mark what that cell held when the paths separated
 */
export function reconcile(memories: readonly Memory[], pointer: number, mark: Value): void {
  const { values } = memories[0].tables;
  if (mark < 0 || values.full || isNamed(memories[0], mark)) return;
  mark = behindCommonObjects(memories, mark);
  const from = regionOf(mark);
  const stretches: { readonly next: number; readonly end: number }[] = [];
  let moved = false;
  for (const memory of memories) {
    memory.read(pointer);
    const next = memory.value;
    if (next < 0 || (memory.tags & ALL_TAGS) !== U32) return;
    // No other region may follow the next free cell.
    if (!isLast(memory, regionOf(next))) return;
    const extent = from === 0 ? memory.frontier : (memory.regionState(from)?.extent ?? 0);
    // Cells after the mark that already belong to another region don't become a region again.
    const reached = from === 0 ? extent : Math.max(extent, offsetOf(mark));
    const end = extent === Infinity ? (regionOf(next) === from ? offsetOf(next) : -1) : reached;
    if (end < offsetOf(mark) || end - offsetOf(mark) > MAX_STRETCH || values.high(next) > LAST_HEAP) return;
    if (next !== mark) moved = true;
    stretches.push({ next, end: mark - offsetOf(mark) + end });
  }
  if (!moved) return;
  const free = values.newRegion(stretches.map(({ next }) => next));
  // Memories whose free cells are in the same newer region share it: they parted where the free cells begin in the one that allocated least.
  const parted = new Map<number, number>();
  for (const { next } of stretches) {
    const region = regionOf(next);
    if (region !== from) parted.set(region, Math.min(next, parted.get(region) ?? Infinity));
  }
  memories.forEach((memory, k) => {
    const { next, end } = stretches[k];
    const again = parted.get(regionOf(next)) ?? next;
    cut(
      memory,
      [
        { mark, end },
        { mark: next - again > MAX_STRETCH ? next : again, end: next },
      ],
      next,
      free,
    );
  });
}

/** Moves the mark past the objects that all memories have allocated with the same start and size. */
function behindCommonObjects(memories: readonly Memory[], mark: number): number {
  for (;;) {
    const size = sizeOfObject(memories[0], mark);
    if (size === undefined || size <= 0 || size > MAX_STRETCH) return mark;
    for (const memory of memories) if (sizeOfObject(memory, mark) !== size) return mark;
    mark += size;
  }
}

/** The size of the newest object that begins at a place. */
function sizeOfObject({ objects }: Memory, start: number): number | undefined {
  return objects.findLast((object) => object.start === start)?.size;
}

/**
 * Allocates an unknown number of cells. The free cells after them become a region.
 *
 * @param place the lowest address or place at which the free cells may begin
 * @param next covers all addresses at which they may begin
 * @returns the new content of the pointer to the next free cell
 */
export function allocate(memory: Memory, place: number, next: Value): Value {
  const { values } = memory.tables;
  const at = regionOf(place);
  if (values.full || values.high(next) > LAST_HEAP || !isLast(memory, at) || isNamed(memory, place))
    return next;
  const free = values.newRegion([next]);
  memory.readRange(place, at === 0 ? MEMORY_SIZE - 1 : place + (2 ** 32 - offsetOf(place)));
  const rest = lastRead(memory);
  memory.regions = [
    ...memory.regions.map((state) => (state.id === at ? { ...state, extent: offsetOf(place) } : state)),
    { id: regionOf(free), extent: Infinity, rest },
  ];
  memory.unplace(rest.tags, rest.origin);
  if (at === 0) memory.retreat(place);
  return free;
}

/** Remembers the cells of an allocated object. Objects only decide where regions are separated; soundness doesn't need them. */
export function rememberObject(memory: Memory, object: HeapObject): void {
  memory.objects = [...memory.objects.slice(-MAX_OBJECTS), object];
}

/** The first free cell, if it is known and no other region follows it; otherwise undefined. */
export function heapEnd(memory: Memory, pointer: number): number | undefined {
  memory.read(pointer);
  const next = memory.value;
  if (next < 0 || (memory.tags & ALL_TAGS) !== U32 || isNamed(memory, next)) return undefined;
  return isLast(memory, regionOf(next)) && memory.tables.values.high(next) <= LAST_HEAP ? next : undefined;
}

/**
 * True if one round of a loop has raised M[1], the address of the next free cell, by at most {@link MAX_GROWTH} cells for each
 * instruction of the round.
 *
 * @param pointer the cell that holds the address: M[1]
 * @param from the address of the next free cell when the round began
 * @param instructions the length of the loop's shortest round
 */
export function movesBy(memory: Memory, pointer: number, from: number, instructions: () => number): boolean {
  const end = heapEnd(memory, pointer);
  if (end === undefined || end < REGION) return false;
  const { values } = memory.tables;
  if (values.low(end) < values.low(from)) return false;
  const moved = values.high(end) - values.high(from);
  return moved <= MAX_GROWTH || moved <= MAX_GROWTH * instructions();
}

/** The ids of all regions. */
export function regionIds(memory: Memory): ReadonlySet<number> {
  return new Set(memory.regions.map(({ id }) => id));
}

/**
 * Renames the cells of a memory at the end of a loop's round, so that all rounds name them alike. The free cells become the region
 * that begins at `free`. The objects that the round has allocated are joined into the summary regions of their allocation sites.
 * Other regions that have been made since the loop was entered are dropped; pointers to them become ranges of numbers.
 *
 * @param pointer the cell with the address of the next free cell, which is at or after `free`; see {@link heapEnd}
 * @param free if undefined, only regions that aren't `known` are dropped
 * @param known the regions that existed when the loop was entered
 */
export function restart(
  memory: Memory,
  pointer: number,
  free: number | undefined,
  known: ReadonlySet<number>,
): void {
  const { tables } = memory;
  const { values } = tables;
  const isKnown = (id: number): boolean => known.has(id) || values.isSummary(id * REGION);
  const end = free === undefined ? undefined : heapEnd(memory, pointer);
  const pieces = end === undefined ? [] : piecesOfRound(memory, end, isKnown);
  const renamed = placesIn(pieces);
  const aged = (value: Value): Value =>
    (value >= 0 && value < REGION) || value === -1
      ? value
      : values.numbers(values.move(values.unnamed(value), renamed), isKnown);
  const added: RegionState[] = [];
  if (free !== undefined && end !== undefined) {
    const at = regionOf(end);
    memory.readRange(end, at === 0 ? MEMORY_SIZE - 1 : (at + 1) * REGION - 1);
    const content = lastRead(memory);
    added.push({ id: regionOf(free), extent: Infinity, rest: { ...content, value: aged(content.value) } });
  }
  const contents = pieces.map((piece) => contentsOf(memory, piece));
  if (end !== undefined && end < REGION) memory.retreat(end);
  const regions: RegionState[] = [];
  for (const state of memory.regions) {
    if (!isKnown(state.id)) continue;
    const { rest } = state;
    const value = aged(rest.value);
    const closes = end !== undefined && regionOf(end) === state.id;
    regions.push({
      id: state.id,
      extent: closes ? Math.min(state.extent, offsetOf(end)) : state.extent,
      rest: value === rest.value ? rest : { ...rest, value },
    });
  }
  // The region at `free` still has the cells of the round before, and is replaced.
  memory.keepRegions(regions);
  memory.regions = sortedRegions([...regions, ...added]);
  memory.objects = memory.objects.filter(({ start }) => start < REGION || isKnown(regionOf(start)));
  pieces.forEach(({ summary, size }, k) => absorb(memory, summary, size, contents[k]));
  if (values.hasPlaces) mapValues(memory, REGION, (id) => !isKnown(id), aged);
  if (free !== undefined && end !== undefined) {
    memory.read(pointer);
    memory.write(pointer, memory.tags, free, memory.origin);
  }
}

/** The cells of an object that is to be joined into the summary region of its allocation site. */
interface Piece {
  readonly start: number;
  readonly size: number;
  /** The first place of the summary region. */
  readonly summary: number;
}

/** The objects that a loop's round has allocated: those outside the known regions, as far as they are remembered. */
function piecesOfRound(memory: Memory, end: number, isKnown: (id: number) => boolean): Piece[] {
  const { values } = memory.tables;
  const objects = memory.objects
    .filter(({ start }) => start >= REGION && !isKnown(regionOf(start)))
    .sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  objects.forEach(({ start, size, site }, k) => {
    const state = memory.regionState(regionOf(start));
    if (!state || values.full) return;
    const limit = regionOf(end) === state.id ? Math.min(state.extent, offsetOf(end)) : state.extent;
    const next = k + 1 < objects.length ? objects[k + 1].start - start : Infinity;
    const cells = Math.min(size, next, limit - offsetOf(start));
    if (cells <= 0 || cells > MAX_STRETCH) return;
    const summary = values.summaryRegion(site, cells, start);
    if (values.low(start) < values.low(summary) || values.high(start) + cells > values.high(summary)) return;
    pieces.push({ start, size: cells, summary });
  });
  return pieces;
}

/**
 * The objects between two places that have a similar object elsewhere in memory, so that a summary region can describe both.
 * Objects are similar if they have the same allocation site, or the same size and tags. Objects that hold pointers must also have
 * been allocated by the same instruction.
 */
function repeatedObjects(memory: Memory, mark: number, end: number): Piece[] {
  if (end <= mark) return [];
  const { values } = memory.tables;
  const isInside = ({ start }: HeapObject): boolean => start >= mark && start < end;
  const inside = memory.objects.filter(isInside).sort((a, b) => a.start - b.start);
  if (inside.length === 0) return [];
  const outside = memory.objects.filter((object) => !isInside(object));
  const sites = new Set(outside.map(({ site }) => site));
  const sizes = new Set(outside.map(({ size }) => size));
  const pieces: Piece[] = [];
  inside.forEach(({ start, size, site }, k) => {
    const next = k + 1 < inside.length ? inside[k + 1].start : end;
    const cells = Math.min(size, next - start);
    if (cells <= 0 || values.full) return;
    const exists = isInUse(memory, values.knownSummary(site, cells));
    let key: number | string = site;
    if (!exists && !sites.has(site)) {
      const kind = kindOf(memory, start, cells);
      if (kind === undefined) return;
      key = kind.hasPlaces ? `${site % SITES_PER_CONTEXT}:${kind.tags}` : kind.tags;
      if (!sizes.has(cells) && !isInUse(memory, values.knownSummary(key, cells))) return;
    }
    const summary = values.summaryRegion(key, cells, start);
    if (values.low(start) < values.low(summary) || values.high(start) + cells > values.high(summary)) return;
    pieces.push({ start, size: cells, summary });
  });
  return pieces;
}

function isInUse(memory: Memory, place: Value | undefined): boolean {
  return place !== undefined && memory.regionState(regionOf(place)) !== undefined;
}

/**
 * The tags of an object's cells in order, as text. Objects from different allocation sites share a summary region if these are
 * equal. Undefined if a cell of the object may not be written yet, because its tag can still change.
 */
function kindOf(
  memory: Memory,
  start: number,
  size: number,
): { readonly tags: string; readonly hasPlaces: boolean } | undefined {
  const { values } = memory.tables;
  const cells = memory.contents(start, start + size);
  if (cells.some(({ tags }) => (tags & MAYBE_UNWRITTEN) !== 0)) return undefined;
  return {
    // Unlike a number, it can't be confused with an allocation site.
    tags: cells.map(({ tags }) => `,${tags}`).join(""),
    hasPlaces: cells.some(({ value }) => values.isPlace(value)),
  };
}

function contentsOf(memory: Memory, { start, size }: Piece): Content[] {
  return memory.contents(start, start + size);
}

/** Returns a function that maps a place in one of the pieces to its place in the summary region, and other places to themselves. */
function placesIn(pieces: readonly Piece[]): (place: number) => number {
  return (place) => {
    for (const { start, size, summary } of pieces)
      if (place >= start && place < start + size) return summary + (place - start);
    return place;
  };
}

/** Joins an object into the summary region of its allocation site. */
function absorb(memory: Memory, summary: number, size: number, cells: readonly Content[]): void {
  const id = regionOf(summary);
  const old = memory.regionState(id);
  if (!old) {
    memory.regions = sortedRegions([...memory.regions, { id, extent: size, rest: cells[0] }]);
    memory.setAll(summary, cells);
    return;
  }
  const extent = Math.min(old.extent, size);
  if (extent < old.extent)
    memory.regions = memory.regions.map((state) => (state.id === id ? { ...state, extent } : state));
  for (let k = 0; k < extent; k++)
    memory.weakWrite(summary + k, cells[k].tags, cells[k].value, cells[k].origin);
}

/** Cells that become a region. */
interface Run {
  readonly start: number;
  readonly end: number;
  /** The first place of the region. */
  readonly region: number;
}

/** The maximal runs of cells between two places that belong to none of the pieces. The pieces are sorted by start. */
function runsBetween(values: Values, mark: number, end: number, pieces: readonly Piece[]): Run[] {
  const runs: Run[] = [];
  let from = mark;
  for (const { start, size } of [...pieces, { start: end, size: 0 }]) {
    if (start > from) runs.push({ start: from, end: start, region: values.newRegion([from]) });
    from = start + size;
  }
  return runs;
}

/** Cells that were allocated since paths have parted. */
interface Stretch {
  readonly mark: number;
  readonly end: number;
}

/** Turns the cells of stretches, each in a region of its own, and those from `next` on, into regions. */
function cut(memory: Memory, stretches: readonly Stretch[], next: number, free: number): void {
  const { values } = memory.tables;
  const pieces = stretches.flatMap(({ mark, end }) => repeatedObjects(memory, mark, end));
  const runs = stretches.flatMap(({ mark, end }) =>
    runsBetween(
      values,
      mark,
      end,
      pieces.filter(({ start }) => start >= mark && start < end),
    ),
  );
  const contents = pieces.map((piece) => contentsOf(memory, piece));
  const aged = placesIn(pieces);
  const added = runs.map((run): RegionState => ({
    id: regionOf(run.region),
    extent: run.end - run.start,
    rest: UNKNOWN_CONTENT,
  }));
  const kept = runs.map(({ start, end, region }) => ({ place: region, cells: memory.contents(start, end) }));
  const { pages } = memory;
  const last = next < REGION ? REGION_PAGES : (regionOf(next) + 1) * REGION_PAGES;
  for (let at = pages.lowerBound(pageOf(next)); at < pages.keys.length && pages.keys[at] < last; at++) {
    const start = Math.max(pages.keys[at] * PAGE_SIZE, next);
    const cells = memory.contents(start, (pages.keys[at] + 1) * PAGE_SIZE);
    kept.push({ place: free + (start - next), cells });
  }
  added.push({ id: regionOf(free), extent: Infinity, rest: memory.contentFrom(next) });
  // All contents have been read by their old names; now these names end.
  const regions = memory.regions.map((state): RegionState => {
    const here = state.id * REGION;
    let { extent } = state;
    for (const { mark } of stretches) if (regionOf(mark) === state.id) extent = Math.min(extent, mark - here);
    if (regionOf(next) === state.id) extent = Math.min(extent, next - here);
    return extent === state.extent ? state : { ...state, extent };
  });
  memory.regions = sortedRegions([...regions, ...added]);
  const [{ mark }] = stretches;
  if (mark < REGION) memory.retreat(mark);
  else if (next < REGION) memory.retreat(next);
  for (const { place, cells } of kept) memory.writeAll(place, cells);
  pieces.forEach(({ summary, size }, k) => absorb(memory, summary, size, contents[k]));
  const rename = (place: number): number => {
    for (const { start, end: last, region } of runs)
      if (place >= start && place < last) return region + (place - start);
    return place >= next && place < next + MARGIN ? free + (place - next) : place;
  };
  const renamed = (given: Value, tags: number): Value => {
    const value = values.unnamed(given);
    const moved = pieces.length > 0 ? values.move(value, aged) : value;
    return tags === U32 || values.isTagged(moved) ? values.rename(moved, rename) : moved;
  };
  const first = Math.min(REGION, next, ...stretches.map((stretch) => stretch.mark));
  if (first < REGION) {
    const ends = stretches.map(({ end }) => end).filter((end) => end < REGION);
    memory.tables.renamed.add(first, Math.max(...ends, next < REGION ? next + MARGIN : 0));
  }
  const cutRegions = [next, ...stretches.map((stretch) => stretch.mark)].map(regionOf);
  const addresses = new Map<Value, Value>();
  const others = new Map<Value, Value>();
  const changes = (id: number): boolean => cutRegions.includes(id) || values.isName(id);
  mapValues(memory, first, changes, (given, tags) => {
    if (given === TOP || (given >= 0 && given < first)) return given;
    // Many cells have equal values.
    const known = tags === U32 ? addresses : others;
    let value = known.get(given);
    if (value === undefined) {
      const stays = first === REGION && !values.regionsIn(given).some(changes);
      known.set(given, (value = stays ? given : renamed(given, tags)));
    }
    return value;
  });
  if (!memory.objects.some(({ start }) => start >= first && cutRegions.includes(regionOf(start)))) return;
  const objects: HeapObject[] = [];
  for (const object of memory.objects) {
    const { start } = object;
    if (aged(start) !== start) continue;
    const renamedStart = rename(start);
    objects.push(renamedStart === start ? object : { ...object, start: renamedStart });
  }
  memory.objects = objects;
}

/**
 * Replaces the value of each cell with a page, and those of the background's segments. `map` must keep {@link TOP}, the constants
 * below `first`, and the values that are relative to none of the regions and names that `changes` says.
 *
 * @param first {@link REGION} if `map` keeps all constants, and sets and ranges of constants
 */
export function mapValues(
  memory: Memory,
  first: number,
  changes: (region: number) => boolean,
  map: (value: Value, tags: number) => Value,
): void {
  const { pages, tables } = memory;
  if (memory.background.some(({ value, tags }) => map(value, tags) !== value))
    memory.background = memory.background.map((one) => ({ ...one, value: map(one.value, one.tags) }));
  for (let at = 0; at < pages.keys.length; at++) {
    let page = pages.pages[at];
    const { greatest, regions } = heldBy(page, tables.values);
    if ((first === REGION || greatest < first) && !regions.some(changes)) continue;
    for (let slot = 0; slot < PAGE_SIZE; slot++) {
      const given = page.values[slot];
      if (given >= TOP && given < first) continue;
      const value = map(given, page.tags[slot]);
      if (value === given) continue;
      page = pages.writableAt(at);
      page.values[slot] = value;
    }
  }
}

/**
 * Drops the regions that no value in a memory points to, because no instruction can access their cells any more.
 *
 * @param named addresses and places that the state names outside its memory
 */
export function dropUnreachable(memory: Memory, named: () => readonly number[]): void {
  if (memory.regions.length <= MAX_SMALL_REGIONS) return;
  const { values } = memory.tables;
  const { regions } = memory;
  const reached = new Uint8Array(regions.length);
  const reach = (ids: readonly number[]): void => {
    for (const id of ids) {
      const at = indexOfRegion(regions, id);
      if (at >= 0) reached[at] = 1;
    }
  };
  for (const place of named()) reach(values.regionsIn(place));
  for (const { value } of memory.background) reach(values.regionsIn(value));
  for (const { rest } of regions) reach(values.regionsIn(rest.value));
  for (const page of memory.pages.pages) reach(heldBy(page, values).regions);
  if (!reached.includes(0)) return;
  const kept = regions.filter((_, at) => reached[at] === 1);
  memory.keepRegions(kept);
  const isDropped = ({ start }: HeapObject): boolean => start >= REGION && !hasRegion(kept, regionOf(start));
  if (memory.objects.some(isDropped)) memory.objects = memory.objects.filter((object) => !isDropped(object));
}

/** True if operands of the program may name the cell by its address. Such a cell isn't free. */
function isNamed({ tables }: Memory, cell: number): boolean {
  return cell < REGION && cell < tables.namedCells;
}

/** True if no region comes after this one in memory. Region 0 consists of the cells that have an address instead of a place. */
function isLast(memory: Memory, region: number): boolean {
  return region === 0 ? memory.frontier === Infinity : memory.regionState(region)?.extent === Infinity;
}

function lastRead({ tags, value, origin }: Memory): Content {
  return { tags, value, origin };
}
