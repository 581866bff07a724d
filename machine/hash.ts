/** The protocol's hashes of side effects: siloing with the contract's address, and unique note hashes. */

import { permute } from "./poseidon2.ts";

/** Domain separators, by purpose. */
export const SEPARATORS = {
  noteHashNonce: 1_721_808_740n,
  uniqueNoteHash: 226_850_429n,
  siloedNoteHash: 3_361_878_420n,
  siloedNullifier: 57_496_191n,
} as const;

const TWO_TO_64 = 1n << 64n;
const RATE = 3;

/** Poseidon2 of any number of fields, as Noir and the protocol compute it. */
export function poseidon2(fields: readonly bigint[]): bigint {
  let state = [0n, 0n, 0n, BigInt(fields.length) * TWO_TO_64];
  for (let at = 0; at < fields.length; at += RATE) {
    for (let k = 0; k < RATE && at + k < fields.length; k++) state[k] += fields[at + k];
    state = permute(state);
  }
  return fields.length === 0 ? permute(state)[0] : state[0];
}

export function hashWithSeparator(separator: bigint, ...fields: bigint[]): bigint {
  return poseidon2([separator, ...fields]);
}
