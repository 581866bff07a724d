/** Computes Aztec's function selectors, by which a contract's dispatch chooses the function. */

import { hashFields } from "./poseidon2.ts";
import { parseSignature } from "./signature.ts";
import { BYTES_PER_FIELD } from "../isa/limits.ts";

/**
 * The selector of a function, an unsigned 32-bit number: the lower 32 bits of the Poseidon2 hash of its signature, such
 * as `transfer_in_public((Field),(Field),u128,Field)`. The signature's UTF-8 bytes go into fields of 31 bytes, the
 * first byte the least significant. It follows `FunctionSelector.fromSignature` of Aztec's `stdlib`.
 */
export function functionSelector(signature: string): number {
  return Number(hashFields(packText(signature)) & 0xffff_ffffn);
}

/**
 * The key of a revert message in an artifact's `error_types`: the lower 64 bits of the Poseidon2 hash of the text, packed
 * as for a function. Noir computes other keys, but wallets only look keys up and never compute them.
 */
export function errorSelector(message: string): bigint {
  const text = packText(message);
  return hashFields([BigInt(text.length), ...text]) & 0xffff_ffff_ffff_ffffn;
}

function packText(text: string): bigint[] {
  const bytes = new TextEncoder().encode(text);
  const fields: bigint[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_FIELD) {
    let field = 0n;
    for (const byte of bytes.subarray(start, start + BYTES_PER_FIELD).toReversed()) {
      field = (field << 8n) | BigInt(byte);
    }
    fields.push(field);
  }
  return fields;
}

/** The selector of a canonical signature, or an error for any other text. */
export function checkSignature(
  text: string,
): { readonly selector: number } | { readonly error: string; readonly canonical?: string } {
  const signature = parseSignature(text);
  if ("error" in signature) return { error: `this isn't a signature: ${signature.error}` };
  const { canonical } = signature;
  if (canonical === text) return { selector: functionSelector(text) };
  const error = `a selector is computed from the canonical signature, types alone, without names and blanks, a struct as its members in parentheses: \`${canonical}\``;
  return { error, canonical };
}

/** Renders a selector as `0x` and eight hexadecimal digits. */
export function hexOfSelector(selector: number): string {
  return `0x${selector.toString(16).padStart(8, "0")}`;
}
