/** Aztec's function selectors: how a contract's dispatch knows which function is called. */

import { hashFields } from "./poseidon2.ts";

const BYTES_PER_FIELD = 31;

/**
 * The selector of a function, an unsigned 32-bit number: the lower 32 bits of the Poseidon2 hash of its signature, such
 * as `transfer_in_public((Field),(Field),u128,Field)`. The signature's UTF-8 bytes go into fields of 31 bytes, the
 * first byte the least significant, as `FunctionSelector.fromSignature` of Aztec's `stdlib` has it.
 */
export function functionSelector(signature: string): number {
  const bytes = new TextEncoder().encode(signature);
  const fields: bigint[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_FIELD) {
    let field = 0n;
    for (const byte of bytes.subarray(start, start + BYTES_PER_FIELD).toReversed()) {
      field = (field << 8n) | BigInt(byte);
    }
    fields.push(field);
  }
  return Number(hashFields(fields) & 0xffff_ffffn);
}
