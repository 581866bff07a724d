/** The fixes that diagnostics carry, made in a text. */

import type { Diagnostic } from "./diagnostic.ts";
import { certainFix, withoutOverlap } from "./compatible-fixes.ts";

/** How often the result is looked at again; a fix may show a mistake that was hidden behind the first one. */
const MAX_ROUNDS = 20;

/**
 * Makes the fixes of a text until there is none left to make.
 *
 * @param name what diagnostics call the text; fixes that change another one are left out
 * @param diagnose what is wrong with a text of that name
 */
export function fixText(
  text: string,
  name: string,
  diagnose: (text: string) => readonly Diagnostic[],
): { readonly text: string; readonly count: number } {
  let diagnostics = diagnose(text);
  let total = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { text: fixed, count } = applyFixes(text, name, diagnostics);
    if (count === 0) break;
    const left = diagnose(fixed);
    // A fix that is followed by more mistakes than it mended was none.
    if (weightOf(left) > weightOf(diagnostics)) break;
    text = fixed;
    total += count;
    diagnostics = left;
  }
  return { text, count: total };
}

function weightOf(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ severity }) => severity === "error").length;
}

function applyFixes(
  text: string,
  name: string,
  diagnostics: readonly Diagnostic[],
): { text: string; count: number } {
  const starts = lineStarts(text);
  const fixes = withoutOverlap(
    diagnostics.flatMap((diagnostic) => {
      const fix = certainFix(diagnostic);
      return fix?.edits.every(({ source }) => source === name) ? [fix] : [];
    }),
  );
  const edits = fixes
    .flatMap((fix) => fix.edits)
    .map(({ span, text }) => ({
      start: starts[span.line] + span.start,
      end: starts[span.endLine ?? span.line] + span.end,
      text,
    }))
    .sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let end = 0;
  for (const edit of edits) {
    parts.push(text.slice(end, edit.start), edit.text);
    end = edit.end;
  }
  return { text: parts.join("") + text.slice(end), count: fixes.length };
}

/** Where each line starts, as the lines of a source file are counted. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)];
}
