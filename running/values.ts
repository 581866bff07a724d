/** Parses and prints fields for command lines and JSON. */

import { FIELD_MODULUS } from "../isa/tags.ts";
import { parseInteger } from "../artifact/integers.ts";

/** Parses a field: a number below p, or a negative number, which counts from p down. Returns an error as a clause. */
export function parseField(text: string): bigint | { readonly error: string } {
  const value = parseInteger(text);
  if (value === undefined) return { error: `\`${shorten(text)}\` is not a number` };
  if (value >= FIELD_MODULUS || value <= -FIELD_MODULUS) {
    return { error: `\`${shorten(text)}\` is not a field: it has to be below p` };
  }
  return value < 0n ? value + FIELD_MODULUS : value;
}

export function hexOf(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Prints a field: small ones in decimal, those near p as negative numbers, others in hexadecimal. */
export function shownField(value: bigint): string {
  if (value < 1n << 64n) return String(value);
  return FIELD_MODULUS - value < 1n << 32n ? `-${FIELD_MODULUS - value}` : hexOf(value);
}

export function shownFields(fields: readonly bigint[], size = fields.length): string {
  if (fields.length === 0) return "nothing";
  const shown = fields.slice(0, MAX_SHOWN).map(shownField).join(", ");
  return size > MAX_SHOWN ? `${shown}, … (${size} fields)` : shown;
}

/** Maximum number of fields to print of a list. */
const MAX_SHOWN = 32;

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
