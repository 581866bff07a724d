/**
 * The frames of recursive routines. At every depth, the callee's state describes the callee's own frame as a region that begins at
 * the address in M[0]. The frames of its callers are below that region, and the state says nothing about them. So one state covers
 * the calls of all depths.
 */

import { ALL_TAGS } from "../../isa/tags.ts";
import { U32, UNKNOWN_CONTENT, type Content } from "./cell.ts";
import { LAST_HEAP, mapValues } from "./heap.ts";
import { REGION_PAGES, type Memory } from "./memory.ts";
import { PAGE_SIZE, pageOf } from "./pages.ts";
import { BASE } from "./state.ts";
import { MAX_GROWTH, offsetOf, REGION, regionOf, type Value, type Values } from "./value.ts";

/** Stands for no region: the routine has no base, or its cells are described by address. */
const NO_FRAME = 0;

/** The first place of the callee's frame, or `NO_FRAME`; undefined if the memory can't be described by a frame. */
export function frameOfCall(memory: Memory): number | undefined {
  const { values } = memory.tables;
  const base = baseOf(memory);
  if (base !== undefined && base >= REGION)
    return hasFrameAlone(memory, base) ? base - offsetOf(base) : undefined;
  if (!isToldByAddress(memory)) return undefined;
  if (base === undefined || base === 0 || values.full) return NO_FRAME;
  const frame = values.newMovingRegion(base);
  return values.high(frame) > LAST_HEAP ? NO_FRAME : frame;
}

/** Converts a caller's memory to the callee's view, in which places are relative to its frame; undefined if there is no frame. */
export function enterFrame(caller: Memory, frame: number): Memory | undefined {
  const memory = caller.fork();
  memory.strays = false;
  memory.objects = [];
  if (frame === NO_FRAME) return isToldByAddress(memory) ? memory : undefined;
  const base = baseOf(memory);
  if (base === undefined) return undefined;
  if (
    base >= REGION ? !hasFrameAlone(memory, frame) || offsetOf(base) > MAX_GROWTH : !isToldByAddress(memory)
  )
    return undefined;
  const { values } = memory.tables;
  const id = regionOf(frame);
  const by = base < REGION ? 0 : offsetOf(base);
  const extent = (memory.regionState(id)?.extent ?? Infinity) - by;
  if (extent <= 0) return undefined;
  const seen = (value: Value): Value => shifted(values, value, id, -by);
  const rest = memory.contentFrom(base);
  const cells = cellsFrom(memory, base);
  memory.keepRegions([]);
  memory.regions = [{ id, extent, rest: { ...rest, value: seen(rest.value) } }];
  if (base < REGION) memory.retreat(base);
  for (const { place, tags, value, origin } of cells)
    memory.write(frame + (place - base), tags, value, origin);
  mapValues(memory, REGION, () => true, seen);
  setBase(memory, frame);
  return memory;
}

/** Converts the memory `after` a call from the callee's view back to the caller's view. */
export function leaveFrame(after: Memory, caller: Memory, frame: number): Memory {
  const memory = after.fork();
  if (frame === NO_FRAME) return memory;
  const base = baseOf(caller)!;
  const { values } = memory.tables;
  const id = regionOf(frame);
  const { extent, rest } = memory.regionState(id)!;
  const cells = cellsFrom(memory, frame);
  const toPlace = (offset: number): number => base + offset;
  const seen = (value: Value): Value =>
    values.move(values.unnamed(value), (place) =>
      regionOf(place) === id ? toPlace(offsetOf(place)) : place,
    );
  const restSeen: Content = { ...rest, value: seen(rest.value) };
  if (base < REGION) {
    const first = Array.from({ length: PAGE_SIZE }, (_, offset) => contentOf(memory, frame + offset));
    memory.keepRegions([]);
    memory.regions = [];
    memory.frontier = Infinity;
    memory.unplaced = undefined;
    memory.background = [
      ...memory.background.filter(({ start }) => start < base),
      { start: base, ...(extent === Infinity ? restSeen : UNKNOWN_CONTENT) },
    ];
    mapValues(memory, REGION, () => true, seen);
    first.forEach(({ tags, value, origin }, offset) => {
      memory.write(toPlace(offset), tags, seen(value), origin);
    });
    memory.strays = caller.strays;
  } else {
    const by = offsetOf(base);
    memory.keepRegions([]);
    memory.regions = [{ id, extent: extent + by, rest: restSeen }];
    mapValues(memory, REGION, () => true, seen);
    // The cells below the callee's frame are unchanged, unless the callee may have written to an unknown cell.
    for (let offset = 0; offset < by; offset++) {
      const { tags, value, origin } = memory.strays ? UNKNOWN_CONTENT : contentOf(caller, frame + offset);
      memory.write(frame + offset, tags, value, origin);
    }
    memory.strays ||= caller.strays;
  }
  for (const { place, tags, value, origin } of cells)
    memory.write(toPlace(offsetOf(place)), tags, seen(value), origin);
  setBase(memory, base);
  return memory;
}

/**
 * Forgets the cells of a frame after its first `size` cells. Deeper calls have their frames there; if those were kept, the state
 * would grow with each depth.
 */
export function trimFrame(memory: Memory, frame: number, size: number): void {
  if (frame === NO_FRAME) return;
  const end = frame + size;
  const page = Math.ceil(end / PAGE_SIZE);
  memory.pages.removeFrom(page, (regionOf(frame) + 1) * REGION_PAGES);
  const { tags, value, origin } = UNKNOWN_CONTENT;
  for (let cell = end; cell < page * PAGE_SIZE; cell++)
    if (memory.tracks(cell)) memory.write(cell, tags, value, origin);
  memory.regions = memory.regions.map((state) => ({ ...state, rest: UNKNOWN_CONTENT }));
}

/** Whether M[0] holds the base that it held when the callee was entered. */
export function hasKeptFrame(memory: Memory, frame: number): boolean {
  return frame === NO_FRAME
    ? isToldByAddress(memory)
    : baseOf(memory) === frame && hasFrameAlone(memory, frame);
}

/** The address or place that M[0] holds, if M[0] is certainly a `u32` and holds one known address or place. */
function baseOf(memory: Memory): number | undefined {
  memory.read(BASE);
  return (memory.tags & ALL_TAGS) === U32 && memory.value >= 0 ? memory.value : undefined;
}

function setBase(memory: Memory, base: number): void {
  memory.read(BASE);
  memory.write(BASE, memory.tags, base, memory.origin);
}

function isToldByAddress(memory: Memory): boolean {
  return memory.regions.length === 0 && memory.frontier === Infinity;
}

function hasFrameAlone(memory: Memory, place: number): boolean {
  return memory.regions.length === 1 && memory.regions[0].id === regionOf(place);
}

function contentOf(memory: Memory, cell: number): Content {
  memory.read(cell);
  const { tags, value, origin } = memory;
  return { tags, value, origin };
}

/** The contents of all cells that have a page, from `first` to the end of memory or of the region. */
function cellsFrom(memory: Memory, first: number): (Content & { readonly place: number })[] {
  const { pages } = memory;
  const end = first < REGION ? REGION_PAGES : (regionOf(first) + 1) * REGION_PAGES;
  const cells: (Content & { readonly place: number })[] = [];
  for (let at = pages.lowerBound(pageOf(first)); at < pages.keys.length && pages.keys[at] < end; at++) {
    const start = pages.keys[at] * PAGE_SIZE;
    for (let cell = Math.max(start, first); cell < start + PAGE_SIZE; cell++)
      if (memory.tracks(cell)) cells.push({ place: cell, ...contentOf(memory, cell) });
  }
  return cells;
}

/** A value with its places in one region shifted. A place that would be before the region's start becomes a range of numbers. */
function shifted(values: Values, given: Value, id: number, by: number): Value {
  const value = values.under(values.unnamed(given), ALL_TAGS);
  if (by === 0 || (value >= 0 && value < REGION) || value === -1) return value;
  const isInFront = values.parts(value).some((part) => {
    const low = values.ends(part)?.low ?? 0;
    return regionOf(low) === id && offsetOf(low) + by < 0;
  });
  if (isInFront) return values.numbers(value, (region) => region !== id);
  return values.move(value, (place) => (regionOf(place) === id ? place + by : place));
}
