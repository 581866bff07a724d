/** The background describes the cells without a page, by a few segments of addresses that together cover all of memory. */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import { FRESH_CONTENT, joinContent, type Content } from "./cell.ts";
import type { Tables } from "./tables.ts";
import type { Widening } from "./value.ts";

/** If there are more segments than this, the last ones are merged. */
const MAX_SEGMENTS = 12;

export interface Segment extends Content {
  /** Its first address; it ends where the next segment starts. */
  readonly start: number;
}

/** By ascending start; the first begins at zero. */
export type Background = readonly Segment[];

export const FRESH_BACKGROUND: Background = [{ start: 0, ...FRESH_CONTENT }];

export function segmentIn(segments: Background, address: number): Segment {
  let k = segments.length - 1;
  while (segments[k].start > address) k--;
  return segments[k];
}

/** One past the last address of a segment. */
export function endOfSegment(segments: Background, k: number): number {
  return k + 1 < segments.length ? segments[k + 1].start : MEMORY_SIZE;
}

/** The join of what the cells without a page can hold, from an address to the end of memory. */
export function contentFrom(tables: Tables, segments: Background, address: number): Content {
  let rest: Content = segmentIn(segments, address);
  for (const segment of segments) if (segment.start > address) rest = joinContent(tables, rest, segment);
  return rest;
}

export function joinBackgrounds(tables: Tables, a: Background, b: Background, widen: Widening): Background {
  const starts = [...new Set([...a, ...b].map(({ start }) => start))].sort((x, y) => x - y);
  const joined = starts.map((start) => ({
    start,
    ...joinContent(tables, segmentIn(a, start), segmentIn(b, start), widen),
  }));
  return limited(tables, joined);
}

/** The background after a strong or weak write to the cells from `low` to `high`. */
export function writtenBackground(
  tables: Tables,
  segments: Background,
  low: number,
  high: number,
  content: Content,
  strong: boolean,
): Background {
  const result: Segment[] = [];
  for (let k = 0; k < segments.length; k++) {
    const segment = segments[k];
    const end = endOfSegment(segments, k);
    if (end <= low || segment.start > high) {
      result.push(segment);
      continue;
    }
    if (segment.start < low) result.push(segment);
    const start = Math.max(segment.start, low);
    result.push({ start, ...(strong ? content : joinContent(tables, segment, content)) });
    if (end > high + 1) result.push({ ...segment, start: high + 1 });
  }
  return limited(tables, result);
}

/** Merges equal neighbours, and more of them if there are too many segments. */
function limited(tables: Tables, segments: Background): Background {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged[merged.length - 1];
    if (!last || !alike(last, segment)) merged.push(segment);
  }
  while (merged.length > MAX_SEGMENTS) {
    const last = merged.pop()!;
    const before = merged.pop()!;
    merged.push({ start: before.start, ...joinContent(tables, before, last) });
  }
  return merged;
}

function alike(a: Segment, b: Segment): boolean {
  return a.tags === b.tags && a.value === b.value && a.origin === b.origin;
}

/** Whether `a` has the tags and values of `b` at every address. `a` must be a join of `b` with another background. */
export function sameContent(a: Background, b: Background): boolean {
  return a.every(({ start, tags, value }) => {
    const old = segmentIn(b, start);
    return old.tags === tags && old.value === value;
  });
}

export function sameSegments(a: Background, b: Background): boolean {
  return (
    a.length === b.length && a.every((segment, k) => segment.start === b[k].start && alike(segment, b[k]))
  );
}
