/** The protocol's hashes of side effects: siloing with the contract's address, and unique note hashes. */

import { hashFields } from "../artifact/poseidon2.ts";

/** The domain separators of `@aztec/constants`, by purpose. */
export const SEPARATORS = {
  noteHashNonce: 1_721_808_740n,
  uniqueNoteHash: 226_850_429n,
  siloedNoteHash: 3_361_878_420n,
  siloedNullifier: 57_496_191n,
} as const;

export function hashWithSeparator(separator: bigint, ...fields: bigint[]): bigint {
  return hashFields([separator, ...fields]);
}
