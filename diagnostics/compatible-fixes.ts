/** Selects fixes that can be applied together, and without asking. */

import type { Diagnostic, Fix, TextEdit } from "./diagnostic.ts";
import { addTo } from "./lists.ts";

/** The fix of a diagnostic that can be applied without asking; undefined if there is none, or if there are several. */
export function certainFix({ fixes = [] }: Diagnostic): Fix | undefined {
  const [fix] = fixes;
  return fixes.length === 1 && fix.certain ? fix : undefined;
}

/** The title of a fix in an editor. The title of a guess says so. */
export function offeredTitle({ title, certain }: Fix): string {
  return certain ? title : `${title} (a guess)`;
}

/** Drops each fix with an edit that overlaps or touches an edit of an earlier fix. */
export function withoutOverlap(fixes: readonly Fix[]): Fix[] {
  const taken = new Map<string, TextEdit[]>();
  return fixes.filter(({ edits }) => {
    const isFree = edits.every((edit) => !taken.get(lineKey(edit))?.some((other) => touches(edit, other)));
    if (!isFree) return false;
    for (const edit of edits) addTo(taken, lineKey(edit), edit);
    return true;
  });
}

function lineKey({ source, span }: TextEdit): string {
  return `${span.line} ${source}`;
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
