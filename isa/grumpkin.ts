/** The equation of the curve of ECADD: y^2 = x^3 - 17 over the field of `ff`. */

import { FIELD_MODULUS } from "./tags.ts";

export const CURVE_B = FIELD_MODULUS - 17n;

export function isOnCurve(x: bigint, y: bigint): boolean {
  return (y * y - x * x * x - CURVE_B) % FIELD_MODULUS === 0n;
}
