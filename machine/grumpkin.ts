/** Adds points on the curve of ECADD. */

import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { CURVE_B } from "../isa/grumpkin.ts";
import { FIELD_MODULUS } from "../isa/tags.ts";

export interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly isInfinite: boolean;
}

const Curve = weierstrass(
  {
    p: FIELD_MODULUS,
    // The order is the modulus of BN254's base field.
    n: 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n,
    h: 1n,
    a: 0n,
    b: CURVE_B,
    Gx: 1n,
    Gy: 0x2cf135e7506a45d632d270d45f1181294833fc48d823f272cn,
  },
  // Only multiplication by a secret needs random bytes, and points are only added here. The default loads Node's cryptography,
  // which takes longer than most tests.
  { randomBytes: (length = 0) => new Uint8Array(length) },
);

const INFINITY: Point = { x: 0n, y: 0n, isInfinite: true };

/** The sum of two points on the curve. Infinity is (0, 0). */
export function addPoints(a: Point, b: Point): Point {
  if (a.isInfinite) return b.isInfinite ? INFINITY : b;
  if (b.isInfinite) return a;
  if (a.x === b.x && a.y !== b.y) return INFINITY;
  const { x, y } = Curve.fromAffine(a).add(Curve.fromAffine(b)).toAffine();
  return { x, y, isInfinite: false };
}
