/**
 * Values as the WebAssembly module of the field (`field-module.ts`) stores them: nine limbs of 29 bits, lowest first.
 */

export const LIMBS = 9;
export const LIMB_BITS = 29;

const MASK = (1n << BigInt(LIMB_BITS)) - 1n;

/** The limbs of a value below 2^261. */
export function limbsOf(value: bigint): number[] {
  return Array.from({ length: LIMBS }, (_, k) => Number((value >> BigInt(LIMB_BITS * k)) & MASK));
}
