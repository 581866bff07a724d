/** Recognises an input as raw bytecode, bytecode written as text, or an artifact. */

import { readArtifact, tooMuchCode, type Artifact } from "./artifact.ts";
import { bytesOfText } from "./encodings.ts";
import { parseJson, type Unreadable } from "./json.ts";
import { MAX_CODE_BYTES } from "./limits.ts";

export type BytecodeInput =
  | { readonly kind: "code"; readonly bytes: Uint8Array }
  | { readonly kind: "artifact"; readonly artifact: Artifact };

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;

/**
 * Recognises raw bytecode, hexadecimal, base64, and the JSON of a contract artifact.
 *
 * @param raw treats the bytes as bytecode without recognising anything
 */
export function readBytecode(bytes: Uint8Array, raw = false): BytecodeInput | Unreadable {
  if (bytes.length === 0) return { error: "it is empty" };
  if (raw) return codeOf(bytes);
  const content = withoutByteOrderMark(bytes);
  const first = firstOther(content, isSpace);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    const json = parseJson(content);
    if (!("error" in json)) return readJson(json.value);
    // No instruction has these opcodes, so such an input is code only if it can't be anything else.
    return firstOther(content, isNoControl) === undefined ? json : codeOf(bytes);
  }
  if (content.length > MAX_CODE_TEXT) return tooMuchCode();
  if (firstOther(content, isText) !== undefined) return codeOf(bytes);
  const decoded = bytesOfText(new TextDecoder().decode(content));
  return "error" in decoded ? decoded : codeOf(decoded);
}

/** Maximum number of characters of code as text: two digits for a byte, and as much white space. */
const MAX_CODE_TEXT = 4 * MAX_CODE_BYTES;

/** The first byte for which `holds` is false. */
function firstOther(bytes: Uint8Array, holds: (byte: number) => boolean): number | undefined {
  for (let at = 0; at < bytes.length; at++) if (!holds(bytes[at])) return bytes[at];
  return undefined;
}

function readJson(value: unknown): BytecodeInput | Unreadable {
  const artifact = readArtifact(value);
  return "error" in artifact ? artifact : { kind: "artifact", artifact };
}

function codeOf(bytes: Uint8Array): BytecodeInput | Unreadable {
  return bytes.length > MAX_CODE_BYTES ? tooMuchCode() : { kind: "code", bytes };
}

function withoutByteOrderMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

function isNoControl(byte: number): boolean {
  return byte >= 32 || isSpace(byte);
}

function isText(byte: number): boolean {
  return byte < 127 && isNoControl(byte);
}
