/**
 * Limits of the protocol, besides those of single instructions, in 4.x and later.
 */

import { FIELD_MODULUS } from "./tags.ts";

/** Cells of memory: addresses go from 0 to one less. */
export const MEMORY_SIZE = 2 ** 32;

/** Maximum number of field elements of a contract's published bytecode. */
export const MAX_BYTECODE_FIELDS = 3_000;

/** Bytes of code that each of these fields carries. */
export const BYTES_PER_FIELD = 31;

/** The longest bytecode that can be published: the first field holds its length, the others carry it. */
export const MAX_BYTECODE_BYTES = (MAX_BYTECODE_FIELDS - 1) * BYTES_PER_FIELD;

/** The most L2 gas that the public part of a transaction can use. */
export const MAX_L2_GAS = 6_000_000;

/** Number of limbs for which TORADIXBE charges gas if the radix is over 256, on which it halts after charging. */
const LIMBS_ABOVE_256 = 32;

/** How many digits the largest field element has in a radix, as TORADIXBE's gas counts them. */
export function modulusLimbs(radix: number): number {
  if (radix < 2) return 0;
  if (radix > 256) return LIMBS_ABOVE_256;
  let limbs = 0;
  for (let rest = FIELD_MODULUS - 1n; rest > 0n; rest /= BigInt(radix)) limbs++;
  return limbs;
}
