/**
 * Raw deflate, as the debug symbols of an artifact are packed. The library computes its tables when it is loaded, so the
 * command loads this module only if it is needed.
 */

import { Inflate, deflateSync, strToU8 } from "fflate";

/** Bytes that are inflated at once, to at most a thousand times as many. */
const INFLATE_STEP = 4096;

/** Inflates in pieces, so that a small input that stands for gigabytes is noticed in time. */
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

/** Deflates the UTF-8 of a text. */
export function deflateText(text: string): Uint8Array {
  return deflateSync(strToU8(text));
}
