/**
 * Source text with the diagnostics it should give written right below the line that has them:
 *
 * ```
 *         ADD [1], [2]
 * ;       ^^^ operand-count: takes 3 operands
 * ```
 *
 * The carets cover the range; the text behind the code is part of the message. The annotations are comments, so they
 * stay in the text and nothing moves.
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

/** The diagnostics that an annotated text announces, in the order of the text. */
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

/** Fails unless the diagnostics are those that the text announces, each at its place. */
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
