/** Decodes bytecode from hexadecimal and base64. */

import type { Unreadable } from "./json.ts";

const NOT_HEX = /[^0-9a-fA-F]/;
const NOT_BASE64 = /[^A-Za-z0-9+/_-]/;

/** Decodes hexadecimal with or without `0x`, or base64. Ignores white space. */
export function bytesOfText(text: string): Uint8Array | Unreadable {
  const packed = text.replace(/\s+/g, "");
  if (packed === "") return { error: "there is nothing in it" };
  // An even number of hexadecimal digits is decoded as hexadecimal, though it could be base64 too.
  const prefixed = packed[0] === "0" && (packed[1] === "x" || packed[1] === "X");
  const digits = prefixed ? packed.slice(2) : packed;
  if (!NOT_HEX.test(digits)) {
    if (digits.length % 2 === 0) return bytesOfHex(digits);
    if (prefixed) return { error: "the hexadecimal number has an odd number of digits" };
  }
  return bytesOfBase64(packed);
}

function bytesOfHex(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = (digitOf(digits.charCodeAt(2 * index)) << 4) | digitOf(digits.charCodeAt(2 * index + 1));
  }
  return bytes;
}

function digitOf(code: number): number {
  return code <= 57 ? code - 48 : (code | 32) - 87;
}

/** The character in quotes, or its number if it is invisible or a control character. */
function shown(code: number): string {
  const character = String.fromCodePoint(code);
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character)) return JSON.stringify(character);
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The value of each base64 digit by character code; -1 for other characters. */
const SEXTETS = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) SEXTETS[ALPHABET.charCodeAt(value)] = value;
SEXTETS["-".charCodeAt(0)] = 62;
SEXTETS["_".charCodeAt(0)] = 63;

/** Decodes base64 or base64url, with or without padding. */
export function bytesOfBase64(text: string): Uint8Array | Unreadable {
  const digits = text.endsWith("==") ? text.slice(0, -2) : text.endsWith("=") ? text.slice(0, -1) : text;
  const wrong = digits.search(NOT_BASE64);
  if (wrong >= 0) {
    const found = digits.codePointAt(wrong)!;
    return { error: `it is neither hexadecimal nor base64: character ${wrong + 1} is ${shown(found)}` };
  }
  if (digits.length % 4 === 1 || (digits.length < text.length && text.length % 4 !== 0)) {
    return { error: `base64 of ${text.length} characters can't be complete` };
  }
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (let index = 0; index < digits.length; index++) {
    buffer = ((buffer << 6) | SEXTETS[digits.charCodeAt(index)]) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = buffer >>> bits;
  }
  return bytes;
}

/** Encodes base64 with padding. */
export function base64Of(bytes: Uint8Array): string {
  const parts: string[] = [];
  // `btoa` takes a string. It is built in chunks because a call may have only a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(""));
}
