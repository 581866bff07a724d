/** The permutation of POSEIDON2. */

import { permute as permuteInPlace } from "@zkpassport/poseidon2";

/** The state behind the permutation: four fields from four. */
export function permute(state: readonly bigint[]): bigint[] {
  return permuteInPlace([...state]);
}
