/** Reads source text for commands. */

import { isAscii } from "node:buffer";
import { SourceText } from "../../grammar/source-file.ts";
import { rememberShapes } from "../../grammar/tree-cache.ts";
import type { ReadError } from "../../disk/read-file.ts";
import { decodeText, linesProblem, markOf } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import { usualShapes } from "../installation.ts";
import type { InputFile } from "./input-file.ts";

/** Reads the source file that an argument names. The result has the name that diagnostics use. */
export async function readSource({ argument, name }: InputFile): Promise<SourceText | ReadError> {
  const bytes = await readInput(argument);
  if (!(bytes instanceof Uint8Array)) return bytes;
  rememberShapes(usualShapes());
  // ASCII is valid UTF-8, so it is only decoded on demand.
  if (isAscii(bytes)) return linesProblem(bytes) ?? new SourceText(name, bytes);
  const text = decodeText(bytes);
  return typeof text === "string" ? new SourceText(name, text, markOf(bytes)) : text;
}
