/** The regions of a memory: which exist, how large they are, and the content of their cells without a page. */

import { joinContent, type Content } from "./cell.ts";
import type { Tables } from "./tables.ts";
import type { Widening } from "./value.ts";

/** A region that exists in some of the runs that a memory covers. */
export interface RegionState {
  readonly id: number;
  /** Its number of cells: all offsets are below this. */
  readonly extent: number;
  /** The content of its cells that have no page. */
  readonly rest: Content;
}

/** In ascending order of `id`. */
export type Regions = readonly RegionState[];

export const NO_REGIONS: Regions = [];

/** The index of a region; -1 if there is none with this id. */
export function indexOfRegion(regions: Regions, id: number): number {
  let low = 0;
  let high = regions.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = regions[middle].id;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function regionIn(regions: Regions, id: number): RegionState | undefined {
  const at = indexOfRegion(regions, id);
  return at < 0 ? undefined : regions[at];
}

export function hasRegion(regions: Regions, id: number): boolean {
  return indexOfRegion(regions, id) >= 0;
}

export function sortedRegions(regions: readonly RegionState[]): Regions {
  return [...regions].sort((a, b) => a.id - b.id);
}

/** The join of the regions of two memories, with widening as `widen` says; `mine` itself if `other` adds nothing. */
export function joinRegions(tables: Tables, mine: Regions, other: Regions, widen: Widening): Regions {
  const { values } = tables;
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
    const { tags, value } = state.rest;
    const extent = Math.min(own.extent, state.extent);
    const same =
      extent === own.extent &&
      (own.rest.tags | tags) === own.rest.tags &&
      values.joinContents(own.rest.tags, own.rest.value, tags, value, widen) === own.rest.value;
    if (!same) changed = true;
    joined.push(
      same ? own : { id: state.id, extent, rest: joinContent(tables, own.rest, state.rest, widen) },
    );
  }
  while (k < mine.length) joined.push(mine[k++]);
  return changed ? joined : mine;
}
