/**
 * Limits of the protocol, besides those of single instructions, in 4.x and later.
 */

import { FIELD_MODULUS } from "./tags.ts";

/** Number of memory cells; the last address is one less. */
export const MEMORY_SIZE = 2 ** 32;

/** Maximum number of field elements of a contract's published bytecode. */
export const MAX_BYTECODE_FIELDS = 3_000;

/** Number of code bytes in each of these fields. */
export const BYTES_PER_FIELD = 31;

/** Size of the longest bytecode that can be published: the first field holds its length, the others its bytes. */
export const MAX_BYTECODE_BYTES = (MAX_BYTECODE_FIELDS - 1) * BYTES_PER_FIELD;

/** Maximum L2 gas of the public part of a transaction. */
export const MAX_L2_GAS = 6_000_000;
/** The same of DA gas. */
export const MAX_DA_GAS = 196_512;

/** Number of limbs that TORADIXBE charges gas for if the radix is above 256; it then halts. */
const LIMBS_ABOVE_256 = 32;

/** Number of digits of the largest field element in a radix, which TORADIXBE's gas depends on. */
export function modulusLimbs(radix: number): number {
  if (radix < 2) return 0;
  if (radix > 256) return LIMBS_ABOVE_256;
  let limbs = 0;
  for (let rest = FIELD_MODULUS - 1n; rest > 0n; rest /= BigInt(radix)) limbs++;
  return limbs;
}
