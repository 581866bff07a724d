/** Finds the lines that an edit changed. Unchanged lines are the same objects before and after. */

import type { Line } from "./line.ts";

/** The changed lines: from `start` to before `oldEnd` in the old text, and to before `newEnd` in the new one. */
export interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** For the lines that an edit made: the old lines, and the change. */
const edits = new WeakMap<
  readonly Line[],
  { readonly old: WeakRef<readonly Line[]>; readonly change: Change }
>();

/** Stores the change of an edit, so that {@link changeBetween} doesn't have to search for it. */
export function rememberChange(old: readonly Line[], lines: readonly Line[], change: Change): void {
  edits.set(lines, { old: new WeakRef(old), change });
}

/** Combines two changes in a row into one. */
export function joined(first: Change, second: Change): Change {
  return {
    start: Math.min(first.start, second.start),
    oldEnd: first.oldEnd + Math.max(0, second.oldEnd - first.newEnd),
    newEnd: second.newEnd + Math.max(0, first.newEnd - second.oldEnd),
  };
}

/** A range with all changed lines: the stored one, else the smallest; empty if nothing changed. */
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
