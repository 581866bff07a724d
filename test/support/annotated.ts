/**
 * Source text with its expected diagnostics, each written below the line that it is reported on:
 *
 * ```
 *         ADD [1], [2]
 * ;       ^^^ operand-count: takes 3 operands
 * ```
 *
 * The carets cover the diagnostic's range; the text after the code is part of its message. The annotations are
 * comments, so the tests assemble the text as it is.
 */

import assert from "node:assert/strict";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { splitLines } from "../../grammar/source-file.ts";

interface Expected {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly message: string;
}

const ANNOTATION = /^;\s*(\^+)\s*([a-z0-9-]+)(?::\s*(.*))?$/;

/** The diagnostics that the annotations describe, in the order of the text. */
function expectedDiagnostics(text: string): Expected[] {
  const expected: Expected[] = [];
  let line = 0;
  for (const [index, content] of splitLines(text).entries()) {
    const match = ANNOTATION.exec(content);
    if (!match) {
      line = index;
      continue;
    }
    const start = content.indexOf("^");
    expected.push({ line, start, end: start + match[1].length, code: match[2], message: match[3] ?? "" });
  }
  return expected;
}

/** Fails unless the diagnostics are exactly those that the annotations describe, each at its place. */
export function assertDiagnostics(text: string, found: readonly Diagnostic[]): void {
  const expected = expectedDiagnostics(text);
  const shown = found
    .map(({ span, code, message }) => ({ line: span.line, start: span.start, end: span.end, code, message }))
    .sort((a, b) => a.line - b.line || a.start - b.start);
  const place = ({ line, start, end, code }: Expected): string =>
    `${line + 1}:${start + 1}-${end + 1} ${code}`;
  assert.deepEqual(shown.map(place), expected.map(place), JSON.stringify(shown, undefined, 1));
  for (const [index, { message, code }] of expected.entries()) {
    assert.ok(
      shown[index].message.includes(message),
      `${code}: expected a message with «${message}», got «${shown[index].message}»`,
    );
  }
}
