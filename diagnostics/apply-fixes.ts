/** Applies the fixes of diagnostics to the files of a program. */

import type { Diagnostic, TextEdit } from "./diagnostic.ts";
import { certainFix, withoutOverlap } from "./compatible-fixes.ts";
import { addTo } from "./lists.ts";

/** Maximum number of rounds. A fix may reveal another mistake, which the next round fixes. */
const MAX_ROUNDS = 20;

/** Texts by the names that diagnostics use. */
export type Texts = ReadonlyMap<string, string>;

/** The diagnostics of a program, and the texts of its files that may be changed. */
export interface Diagnosed {
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: Texts;
}

export interface Fixed {
  /** The changed texts. */
  readonly texts: Texts;
  /** Number of fixes by file; a fix counts for the file of its first edit. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Applies the certain fixes of a program until none is left.
 *
 * @param diagnose checks the program with changed texts in place of those of its files
 */
export function fixTexts(diagnose: (changed: Texts) => Diagnosed): Fixed {
  let changed: Texts = new Map();
  let counts = new Map<string, number>();
  let { diagnostics, texts } = diagnose(changed);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const made = applyFixes(texts, diagnostics);
    if (made.counts.size === 0) break;
    const next = new Map([...changed, ...made.texts]);
    const left = diagnose(next);
    // A fix after which there are more errors than before isn't kept.
    if (weightOf(left.diagnostics) > weightOf(diagnostics)) break;
    changed = next;
    counts = sum(counts, made.counts);
    ({ diagnostics, texts } = left);
  }
  return { texts: changed, counts };
}

function weightOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function sum(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const total = new Map(a);
  for (const [name, count] of b) total.set(name, (total.get(name) ?? 0) + count);
  return total;
}

function applyFixes(texts: Texts, diagnostics: readonly Diagnostic[]): Fixed {
  const fixes = withoutOverlap(
    diagnostics.flatMap((diagnostic) => {
      const fix = certainFix(diagnostic);
      return fix?.edits.every(({ source }) => texts.has(source)) ? [fix] : [];
    }),
  );
  const edits = new Map<string, TextEdit[]>();
  const counts = new Map<string, number>();
  for (const fix of fixes) {
    const { source } = fix.edits[0];
    counts.set(source, (counts.get(source) ?? 0) + 1);
    for (const edit of fix.edits) addTo(edits, edit.source, edit);
  }
  const changed = new Map<string, string>();
  for (const [name, ofText] of edits) changed.set(name, applyEdits(texts.get(name)!, ofText));
  return { texts: changed, counts };
}

function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = lineStarts(text);
  const places = edits
    .map(({ span, text }) => ({
      start: starts[span.line] + span.start,
      end: starts[span.endLine ?? span.line] + span.end,
      text,
    }))
    .sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let end = 0;
  for (const edit of places) {
    parts.push(text.slice(end, edit.start), edit.text);
    end = edit.end;
  }
  return parts.join("") + text.slice(end);
}

/** Where each line starts, as the lines of a source file are counted. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}
