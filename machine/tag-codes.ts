/** The wire values of tags as constants, so that the interpreter compares with constants. */

import { TAG_BITS } from "../isa/tags.ts";

export const FF = 0;
export const U1 = 1;
export const U8 = 2;
export const U32 = 4;
export const U64 = 5;

/** The bit mask of a tag's values, by wire value; 0 for tags of more than 32 bits. */
export const SMALL_MASKS = Int32Array.from(TAG_BITS, (bits) => (bits <= 32 ? 2 ** bits - 1 : 0));

/** True if the values of a tag have up to 32 bits. */
export function isSmall(tag: number): boolean {
  return (tag - 1) >>> 0 < 4;
}

/** Number of bytes for which the bitwise instructions charge gas, by wire value of the tag. */
export const TAG_BYTES: readonly number[] = TAG_BITS.map((bits) => Math.ceil(bits / 8));
