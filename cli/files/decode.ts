/** Decodes UTF-8, with a bound on the number of lines. */

import type { ReadError } from "../../disk/read-file.ts";
import { BYTE_ORDER_MARK } from "../../grammar/source-file.ts";
import { CARRIAGE_RETURN, LINE_FEED } from "../../grammar/utf8.ts";

/** Maximum number of lines of a source text. Empty lines take memory too. */
export const MAX_INPUT_LINES = 500_000;

/** The error for a text with too many lines; undefined if it has few enough. */
export function linesProblem(bytes: Uint8Array): ReadError | undefined {
  // A line takes at least a byte, so the lines of most files needn't be counted.
  if (bytes.length < MAX_INPUT_LINES || countLineBreaks(bytes) < MAX_INPUT_LINES) return undefined;
  return { error: `it has more than ${MAX_INPUT_LINES.toLocaleString("en")} lines` };
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

/** Counts LF and CR; a CRLF counts once. */
export function countLineBreaks(bytes: Uint8Array): number {
  if (bytes.length < 4 || bytes.includes(CARRIAGE_RETURN)) return countAllLineBreaks(bytes);
  const first = (4 - (bytes.byteOffset & 3)) & 3;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + first, (bytes.length - first) >>> 2);
  let count = countAllLineBreaks(bytes.subarray(0, first));
  for (let start = 0; start < words.length; start += MOST_IN_BYTE) {
    const end = Math.min(words.length, start + MOST_IN_BYTE);
    let counts = 0;
    for (let index = start; index < end; index++) {
      // The top bit of each byte says whether that byte was a line feed; `>>> 7` makes it a count of 0 or 1.
      const other = words[index] ^ LINE_FEEDS;
      counts = (counts + (~(((other & 0x7f7f7f7f) + 0x7f7f7f7f) | other | 0x7f7f7f7f) >>> 7)) | 0;
    }
    count += (counts & 0xff) + ((counts >>> 8) & 0xff) + ((counts >>> 16) & 0xff) + (counts >>> 24);
  }
  return count + countAllLineBreaks(bytes.subarray(first + 4 * words.length));
}

const LINE_FEEDS = 0x0a0a0a0a;
/** Number of words after which a count in one byte could overflow. */
const MOST_IN_BYTE = 255;

function countAllLineBreaks(bytes: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === LINE_FEED || (bytes[index] === CARRIAGE_RETURN && bytes[index + 1] !== LINE_FEED))
      count++;
  }
  return count;
}
