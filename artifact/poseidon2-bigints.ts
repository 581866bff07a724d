/**
 * The permutation of Poseidon2 in bigints, for hosts without WebAssembly. Nearly all of its time goes into multiplications
 * modulo p, so sums aren't reduced before they are multiplied.
 */

import { FIELD_MODULUS } from "../isa/tags.ts";
import { DIAGONAL, FULL_ROUNDS, PARTIAL_ROUNDS } from "./poseidon2-constants.ts";

export type State = [bigint, bigint, bigint, bigint];

/** The state after the permutation: four fields from four. */
export function permuteBigints(fields: readonly bigint[]): State {
  let state = mixFully(fields[0], fields[1], fields[2], fields[3]);
  const half = FULL_ROUNDS.length / 2;
  for (let round = 0; round < half; round++) state = fullRound(state, round);
  state = partialRounds(state);
  for (let round = half; round < FULL_ROUNDS.length; round++) state = fullRound(state, round);
  return [
    state[0] % FIELD_MODULUS,
    state[1] % FIELD_MODULUS,
    state[2] % FIELD_MODULUS,
    state[3] % FIELD_MODULUS,
  ];
}

function fullRound([a, b, c, d]: State, round: number): State {
  const constants = FULL_ROUNDS[round];
  return mixFully(
    fifthPower(a + constants[0]),
    fifthPower(b + constants[1]),
    fifthPower(c + constants[2]),
    fifthPower(d + constants[3]),
  );
}

/** A partial round raises only the first element to a power; its matrix is all ones except for the diagonal. */
function partialRounds([a, b, c, d]: State): State {
  const [diagonalA, diagonalB, diagonalC, diagonalD] = DIAGONAL;
  for (const constant of PARTIAL_ROUNDS) {
    a = fifthPower(a + constant);
    const sum = a + b + c + d;
    a = (a * diagonalA + sum) % FIELD_MODULUS;
    b = (b * diagonalB + sum) % FIELD_MODULUS;
    c = (c * diagonalC + sum) % FIELD_MODULUS;
    d = (d * diagonalD + sum) % FIELD_MODULUS;
  }
  return [a, b, c, d];
}

function fifthPower(x: bigint): bigint {
  const square = (x * x) % FIELD_MODULUS;
  return (((square * square) % FIELD_MODULUS) * x) % FIELD_MODULUS;
}

/** The matrix of the full rounds: 5 7 1 3, 4 6 1 1, 1 3 5 7, 1 1 4 6. */
function mixFully(a: bigint, b: bigint, c: bigint, d: bigint): State {
  const ab = a + b;
  const cd = c + d;
  const bbcd = b + b + cd;
  const abdd = d + d + ab;
  const last = (cd << 2n) + abdd;
  const second = (ab << 2n) + bbcd;
  return [abdd + second, second, bbcd + last, last];
}
