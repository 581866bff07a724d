/** The permutation of Poseidon2 on the WebAssembly module of the field. */

import { FIELD_MODULUS } from "../isa/tags.ts";
import { LIMB_BITS, LIMBS, limbsOf } from "./field-limbs.ts";
import { BYTES_OF_VALUE, type FieldModule } from "./field-module.ts";
import type { State } from "./poseidon2-bigints.ts";
import { DIAGONAL, FULL_ROUNDS, PARTIAL_ROUNDS } from "./poseidon2-constants.ts";

/** Montgomery's R, 2^261. */
const R = 1n << BigInt(LIMB_BITS * LIMBS);

/**
 * Writes the constants to the module's memory, and returns the permutation.
 *
 * The module's functions are wrong for values above 169 p; no value comes near that. The fifth power of a value below
 * 19 p is below 1.2 p. The matrix of the full rounds multiplies by at most 16, and a constant adds p: below 20 p. A
 * partial round multiplies the sum by one, which reduces it: otherwise it would triple from round to round.
 */
export function permutationIn({ memory, multiply, add }: FieldModule): (fields: readonly bigint[]) => State {
  const words = new Uint32Array(memory.buffer);
  let used = 0;
  const reserve = (value = 0n): number => {
    words.set(limbsOf(value), used * LIMBS);
    return BYTES_OF_VALUE * used++;
  };
  /** A constant in Montgomery form. */
  const constant = (value: bigint): number => reserve((value * R) % FIELD_MODULUS);

  const state = [reserve(), reserve(), reserve(), reserve()];
  const [a, b, c, d] = state;
  const [square, ab, cd, second, last] = [reserve(), reserve(), reserve(), reserve(), reserve()];
  const rounds = FULL_ROUNDS.map((constants) => constants.map(constant));
  const partialRounds = PARTIAL_ROUNDS.map(constant);
  const diagonal = DIAGONAL.map(constant);
  const one = constant(1n);
  const toMontgomery = constant(R % FIELD_MODULUS);
  const fromMontgomery = reserve(1n);

  const fifthPower = (at: number): void => {
    multiply(square, at, at);
    multiply(square, square, square);
    multiply(at, square, at);
  };

  /** The matrix of the full rounds, as in `poseidon2-bigints.ts`. */
  const mixFully = (): void => {
    add(ab, a, b);
    add(cd, c, d);
    add(second, b, b);
    add(second, second, cd);
    add(last, d, d);
    add(last, last, ab);
    for (const sum of [ab, cd]) {
      add(sum, sum, sum);
      add(sum, sum, sum);
    }
    add(d, cd, last);
    add(b, ab, second);
    add(a, last, b);
    add(c, second, d);
  };

  const fullRound = (constants: readonly number[]): void => {
    for (let k = 0; k < 4; k++) {
      add(state[k], state[k], constants[k]);
      fifthPower(state[k]);
    }
    mixFully();
  };

  const partialRound = (constant: number): void => {
    add(a, a, constant);
    fifthPower(a);
    const sum = ab;
    add(sum, a, b);
    add(sum, sum, c);
    add(sum, sum, d);
    multiply(sum, sum, one);
    for (let k = 0; k < 4; k++) {
      multiply(state[k], state[k], diagonal[k]);
      add(state[k], state[k], sum);
    }
  };

  const result = (at: number): bigint => {
    multiply(at, at, fromMontgomery);
    let value = 0n;
    for (let k = LIMBS - 1; k >= 0; k--) value = (value << BigInt(LIMB_BITS)) | BigInt(words[at / 4 + k]);
    return value % FIELD_MODULUS;
  };

  return (fields) => {
    for (let k = 0; k < 4; k++) {
      words.set(limbsOf(fields[k] % FIELD_MODULUS), state[k] / 4);
      multiply(state[k], state[k], toMontgomery);
    }
    mixFully();
    const half = rounds.length / 2;
    for (let round = 0; round < half; round++) fullRound(rounds[round]);
    for (const constant of partialRounds) partialRound(constant);
    for (let round = half; round < rounds.length; round++) fullRound(rounds[round]);
    return [result(a), result(b), result(c), result(d)];
  };
}
