/** Reads source text for commands. */

import { isAscii } from "node:buffer";
import { SourceText } from "../../grammar/source-file.ts";
import { rememberShapes } from "../../grammar/tree-cache.ts";
import { readRealFile, type ReadError } from "../../disk/read-file.ts";
import { decodeText, linesProblem, markOf } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import { usualShapes } from "../installation.ts";
import type { InputFile } from "./input-file.ts";

/** Reads the source file that an argument names. The result has the name that diagnostics use. */
export async function readSource({ argument, name, real }: InputFile): Promise<SourceText | ReadError> {
  const bytes = real === undefined ? await readInput(argument) : readRealFile(real);
  if (!(bytes instanceof Uint8Array)) return bytes;
  const problem = otherKind(bytes) ?? linesProblem(bytes);
  if (problem) return problem;
  rememberShapes(usualShapes());
  // ASCII is valid UTF-8, so it is only decoded on demand.
  if (isAscii(bytes)) return new SourceText(name, bytes);
  const text = decodeText(bytes);
  if (typeof text === "string") return new SourceText(name, text, markOf(bytes));
  return { error: `${text.error}; if it is bytecode, \`avmasm disasm\` reads it` };
}

/** The error for an artifact: no line of a source can begin as JSON does. */
function otherKind(bytes: Uint8Array): ReadError | undefined {
  const first = bytes.find((byte) => byte > 0x20);
  return first === "{".charCodeAt(0)
    ? { error: "it is JSON, not source text; `avmasm disasm` and `avmasm inspect` read artifacts" }
    : undefined;
}
