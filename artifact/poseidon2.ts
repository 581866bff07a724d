/**
 * Poseidon2 over BN254's scalar field: the hash of Aztec's selectors, commitments and class ids, and of the instruction
 * POSEIDON2.
 */

import { instantiateFieldModule } from "./field-module.ts";
import { permuteBigints, type State } from "./poseidon2-bigints.ts";
import { permutationIn } from "./poseidon2-module.ts";

const TWO_TO_64 = 1n << 64n;
/** Number of fields that the sponge absorbs at once. */
const RATE = 3;

/**
 * Number of permutations to compute in bigints before the WebAssembly module is set up, which takes as long as about
 * ten of them.
 */
const PERMUTATIONS_IN_BIGINTS = 10;

let permutations = 0;
let permutation = permuteBigints;

/** The state after the permutation: four fields from four. */
export function permute(fields: readonly bigint[]): State {
  if (permutations === PERMUTATIONS_IN_BIGINTS) permutation = choosePermutation();
  permutations++;
  return permutation(fields);
}

/** The hash of a list of fields, as Noir and the protocol compute it. */
export function hashFields(fields: readonly bigint[]): bigint {
  let state: State = [0n, 0n, 0n, BigInt(fields.length) * TWO_TO_64];
  for (let at = 0; at < fields.length; at += RATE) {
    for (let k = 0; k < RATE && at + k < fields.length; k++) state[k] += fields[at + k];
    state = permute(state);
  }
  return fields.length === 0 ? permute(state)[0] : state[0];
}

function choosePermutation(): typeof permuteBigints {
  const module = instantiateFieldModule();
  return module === undefined ? permuteBigints : permutationIn(module);
}
