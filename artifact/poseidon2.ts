/** Poseidon2 over BN254's scalar field: the hash that Aztec computes selectors, commitments and class ids with. */

import { poseidon2Hash } from "@zkpassport/poseidon2";

/** The hash of a list of fields. */
export function hashFields(fields: bigint[]): bigint {
  return poseidon2Hash(fields);
}
