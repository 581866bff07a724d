/** Source text that is read, for the commands that take some. */

import { isAscii } from "node:buffer";
import { SourceText } from "../../grammar/source-file.ts";
import { rememberShapes } from "../../grammar/tree-cache.ts";
import type { ReadError } from "../../disk/read-file.ts";
import { decodeText, linesProblem, markOf } from "../files/decode.ts";
import { readInput } from "../files/input.ts";
import { usualShapes } from "../installation.ts";
import type { InputFile } from "./input-file.ts";

/** The text that a source argument names, under the name that diagnostics carry. */
export async function readSource({ argument, name }: InputFile): Promise<SourceText | ReadError> {
  const bytes = await readInput(argument);
  if (!(bytes instanceof Uint8Array)) return bytes;
  rememberShapes(usualShapes());
  // Of ASCII nothing has to be found out before somebody wants it as text.
  if (isAscii(bytes)) return linesProblem(bytes) ?? new SourceText(name, bytes);
  const text = decodeText(bytes);
  return typeof text === "string" ? new SourceText(name, text, markOf(bytes)) : text;
}
