/** Decodes UTF-8, with a bound on the number of lines. */

import type { ReadError } from "../../disk/read-file.ts";
import { BYTE_ORDER_MARK } from "../../grammar/source-file.ts";
import { CARRIAGE_RETURN, LINE_FEED } from "../../grammar/utf8.ts";
import { grouped } from "../../program/grouped.ts";

/** Maximum number of lines of a source text. Empty lines take memory too. */
export const MAX_INPUT_LINES = 500_000;

/** The error for a text with too many lines; undefined if it has few enough. */
export function linesProblem(bytes: Uint8Array): ReadError | undefined {
  if (bytes.length < MAX_INPUT_LINES || !hasLineBreaks(bytes, MAX_INPUT_LINES)) return undefined;
  return { error: `it has more than ${grouped(MAX_INPUT_LINES)} lines` };
}

/** Decodes UTF-8 and removes the byte order mark. */
export function decodeText(bytes: Uint8Array): string | ReadError {
  const problem = linesProblem(bytes);
  if (problem) return problem;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { error: "it is not text in UTF-8" };
  }
}

/** The byte order mark at the start of the bytes, or an empty string. */
export function markOf(bytes: Uint8Array): string {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? BYTE_ORDER_MARK : "";
}

/** Whether the text has this many line breaks (at least 1). A line break is an LF, a CR, or a CR and the LF after it. */
export function hasLineBreaks(bytes: Uint8Array, count: number): boolean {
  let missing = count;
  // A line break takes at least a byte, so most texts are known to have too few long before their end.
  for (let at = 0; bytes.length - at >= missing; at++) {
    const code = bytes[at];
    if (code === LINE_FEED || (code === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED)) missing--;
    if (missing === 0) return true;
  }
  return false;
}
