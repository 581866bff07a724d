/** Which lines an edit changed. Unchanged lines are the same objects before and after. */

import type { Line } from "./line.ts";

/** The lines that differ: those from `start` on, up to before `oldEnd` there and `newEnd` here. */
export interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** By the lines that an edit made: those that it made them of, and what it changed. */
const edits = new WeakMap<
  readonly Line[],
  { readonly old: WeakRef<readonly Line[]>; readonly change: Change }
>();

/** Remembers what an edit changed, so that {@link changeBetween} needn't look for it. */
export function rememberChange(old: readonly Line[], lines: readonly Line[], change: Change): void {
  edits.set(lines, { old: new WeakRef(old), change });
}

/** Two changes, of which the second was made to what the first left, as one. */
export function joined(first: Change, second: Change): Change {
  return {
    start: Math.min(first.start, second.start),
    oldEnd: first.oldEnd + Math.max(0, second.oldEnd - first.newEnd),
    newEnd: second.newEnd + Math.max(0, first.newEnd - second.oldEnd),
  };
}

/** A range with every changed line: the remembered one, else the smallest; empty if nothing changed. */
export function changeBetween(old: readonly Line[], lines: readonly Line[]): Change {
  const edit = edits.get(lines);
  if (edit?.old.deref() === old) return edit.change;
  const most = Math.min(old.length, lines.length);
  let start = 0;
  while (start < most && old[start] === lines[start]) start++;
  let same = 0;
  while (same < most - start && old[old.length - 1 - same] === lines[lines.length - 1 - same]) same++;
  return { start, oldEnd: old.length - same, newEnd: lines.length - same };
}
