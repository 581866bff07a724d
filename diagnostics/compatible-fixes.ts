/** Which of the fixes that diagnostics carry can be made together, and without anybody looking at them. */

import type { Diagnostic, Fix, TextEdit } from "./diagnostic.ts";

/** The fix of a diagnostic that can be made without anybody looking at it; undefined if there is none, or a choice. */
export function certainFix({ fixes = [] }: Diagnostic): Fix | undefined {
  const [fix] = fixes;
  return fixes.length === 1 && fix.certain ? fix : undefined;
}

/** What a fix is called when it is offered: a guess says that it is one. */
export function offeredTitle({ title, certain }: Fix): string {
  return certain ? title : `${title} (a guess)`;
}

/** Those fixes that change nothing which one before them changes, and don't touch it either. */
export function withoutOverlap(fixes: readonly Fix[]): Fix[] {
  const taken = new Map<string, TextEdit[]>();
  return fixes.filter(({ edits }) => {
    const isFree = edits.every((edit) => !taken.get(lineKey(edit))?.some((other) => touches(edit, other)));
    if (!isFree) return false;
    for (const edit of edits) taken.set(lineKey(edit), [...(taken.get(lineKey(edit)) ?? []), edit]);
    return true;
  });
}

function lineKey({ source, span }: TextEdit): string {
  return `${span.line} ${source}`;
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}
