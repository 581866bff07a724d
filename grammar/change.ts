/** What an edit changed in a file: lines that it left alone are the same objects. */

import type { Line } from "./line.ts";

/** The lines that differ: those from `start` on, up to before `oldEnd` there and `newEnd` here. */
export interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The smallest stretch that holds every difference; empty on both sides where there is none. */
export function changeBetween(old: readonly Line[], lines: readonly Line[]): Change {
  const most = Math.min(old.length, lines.length);
  let start = 0;
  while (start < most && old[start] === lines[start]) start++;
  let same = 0;
  while (same < most - start && old[old.length - 1 - same] === lines[lines.length - 1 - same]) same++;
  return { start, oldEnd: old.length - same, newEnd: lines.length - same };
}
