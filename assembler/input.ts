/** Tells what the bytes are that somebody hands in as bytecode: code, text that stands for it, or an artifact. */

import { readArtifact, tooMuchCode, type Artifact } from "./artifact.ts";
import { bytesOfText } from "./encodings.ts";
import { parseJson, type Unreadable } from "./json.ts";
import { MAX_CODE_BYTES } from "./limits.ts";

export type BytecodeInput =
  | { readonly kind: "code"; readonly bytes: Uint8Array }
  | { readonly kind: "artifact"; readonly artifact: Artifact };

const OPEN_BRACE = 123;

/**
 * Recognises raw bytecode, hexadecimal, base64, and the JSON of a contract artifact.
 *
 * @param raw Takes the bytes for bytecode whatever they look like.
 */
export function readBytecode(bytes: Uint8Array, raw = false): BytecodeInput | Unreadable {
  if (bytes.length === 0) return { error: "it is empty" };
  const content = withoutByteOrderMark(bytes);
  const first = content.find((byte) => !isSpace(byte));
  if (!raw && first === OPEN_BRACE) {
    const json = parseJson(content);
    if (!("error" in json)) return readJson(json.value);
    // No instruction has that opcode, so code that begins so is code only where it can be nothing else.
    if (!content.some(isControl)) return json;
  } else if (!raw && content.every((byte) => byte < 127 && !isControl(byte))) {
    const decoded = bytesOfText(new TextDecoder().decode(content));
    return "error" in decoded ? decoded : codeOf(decoded);
  }
  return codeOf(bytes);
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

function isControl(byte: number): boolean {
  return byte < 32 && !isSpace(byte);
}
