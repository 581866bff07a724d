/** The wire values of tags, written out so that the interpreter's comparisons are with constants. */

import { TAG_BITS } from "../isa/tags.ts";

export const FF = 0;
export const U1 = 1;
export const U8 = 2;
export const U32 = 4;
export const U64 = 5;

/** The bits that a value of each tag has, by wire value; only of tags of up to 32 bits. */
export const SMALL_MASKS = Int32Array.from(TAG_BITS, (bits) => (bits <= 32 ? 2 ** bits - 1 : 0));

/** True for the tags whose values have up to 32 bits. */
export function isSmall(tag: number): boolean {
  return (tag - 1) >>> 0 < 4;
}

/** How many bytes the bitwise instructions pay for, by wire value. */
export const TAG_BYTES: readonly number[] = TAG_BITS.map((bits) => Math.ceil(bits / 8));
