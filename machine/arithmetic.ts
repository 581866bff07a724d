/** Arithmetic on values of the wide tags: ff, u64, u128. */

import { invert } from "@noble/curves/abstract/modular.js";
import { FIELD_MODULUS } from "../isa/tags.ts";
import { FF, U64 } from "./tag-codes.ts";

/** Truncates a value to the bits of an integer tag. Not for ff. */
export function keepInteger(tag: number, value: bigint): bigint {
  return tag === U64 ? BigInt.asUintN(64, value) : BigInt.asUintN(128, value);
}

export function addWide(tag: number, x: bigint, y: bigint): bigint {
  if (tag !== FF) return keepInteger(tag, x + y);
  const sum = x + y;
  return sum >= FIELD_MODULUS ? sum - FIELD_MODULUS : sum;
}

export function subtractWide(tag: number, x: bigint, y: bigint): bigint {
  if (tag !== FF) return keepInteger(tag, x - y);
  return x >= y ? x - y : x - y + FIELD_MODULUS;
}

export function multiplyWide(tag: number, x: bigint, y: bigint): bigint {
  return tag === FF ? (x * y) % FIELD_MODULUS : keepInteger(tag, x * y);
}

/** Divides in the field. The divisor must not be 0. */
export function divideField(x: bigint, y: bigint): bigint {
  return (x * invert(y, FIELD_MODULUS)) % FIELD_MODULUS;
}

/** Shifts left. A shift by the width or more gives 0. */
export function shiftLeftWide(tag: number, x: bigint, by: bigint): bigint {
  return by >= 128n ? 0n : keepInteger(tag, x << by);
}

export function shiftRightWide(x: bigint, by: bigint): bigint {
  return by >= 128n ? 0n : x >> by;
}
