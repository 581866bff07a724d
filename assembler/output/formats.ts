/** The output formats of `avmasm build`. */

import { base64Of } from "../../artifact/encodings.ts";
import { encode } from "../../program/codec.ts";
import { labelOffsets, type Assembly } from "../assemble.ts";
import { sizeOf } from "../../program/program.ts";
import { artifactOf } from "./artifact.ts";
import { sourceMapOf } from "./source-map.ts";

export const FORMATS = ["bin", "hex", "base64", "json", "artifact"] as const;
export type Format = (typeof FORMATS)[number];

/** True if the format isn't text. */
export function isBinary(format: Format): boolean {
  return format === "bin";
}

/** Writes the bytecode of an assembly without errors in a format. Text ends with a line feed. */
export function bytecodeAs(format: Format, assembly: Assembly): Uint8Array | string {
  const bytes = encode(assembly.program);
  switch (format) {
    case "bin":
      return bytes;
    case "hex":
      return `${hexOf(bytes)}\n`;
    case "base64":
      return `${base64Of(bytes)}\n`;
    case "artifact":
      return `${JSON.stringify(artifactOf(assembly), null, 2)}\n`;
    case "json":
      return `${JSON.stringify({
        target: assembly.program.set.target,
        bytecode: `0x${hexOf(bytes)}`,
        size: sizeOf(assembly.program),
        symbols: labelOffsets(assembly),
        sourceMap: sourceMapOf(assembly.program),
      })}\n`;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Writes bytes as two lower-case hexadecimal digits each. */
export function hexOf(bytes: Uint8Array, separator = ""): string {
  let text = "";
  for (const byte of bytes) text += text === "" ? HEX[byte] : separator + HEX[byte];
  return text;
}
