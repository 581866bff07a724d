/**
 * Raw deflate, the compression of an artifact's debug symbols. The library computes tables when it is loaded, so the
 * command loads this module only on demand.
 */

import { Inflate, deflateSync, strToU8 } from "fflate";

/** Number of bytes to inflate in one step. Deflate expands them by at most about a thousand. */
const INFLATE_STEP = 4096;

/** Inflates in steps, so that a small input that expands to gigabytes is stopped early. */
export function inflate(deflated: Uint8Array, maxSize: number): Uint8Array | "incomplete" | "too large" {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Inflate((piece, final) => {
    size += piece.length;
    ended ||= final;
    if (size <= maxSize) pieces.push(piece);
  });
  try {
    for (let at = 0; at < deflated.length && size <= maxSize; at += INFLATE_STEP) {
      stream.push(deflated.subarray(at, at + INFLATE_STEP), at + INFLATE_STEP >= deflated.length);
    }
  } catch {
    return "incomplete";
  }
  if (size > maxSize) return "too large";
  if (!ended) return "incomplete";
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Deflates a text in UTF-8. */
export function deflateText(text: string): Uint8Array {
  return deflateSync(strToU8(text));
}
