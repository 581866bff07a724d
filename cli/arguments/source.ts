/** Source text that is read, for the commands that take some. */

import { isAscii } from "node:buffer";
import { SourceText } from "../../grammar/source-file.ts";
import { rememberShapes } from "../../grammar/tree-cache.ts";
import {
  decodeText,
  linesProblem,
  readInput,
  statOf,
  STANDARD_INPUT,
  type ReadError,
} from "../files/input.ts";
import { usualShapes } from "../installation.ts";

/** Bytes from which on a second thread, which takes its time to start, is worth it. */
export const LONG_TEXT = 16_000_000;

/** True of the name of a file that has so many. */
export function isLong(argument: string): boolean {
  return argument !== "-" && (statOf(argument)?.size ?? 0) >= LONG_TEXT;
}

/** Where the bytes of a text are kept: a long one's so that threads can share them. */
function allocate(size: number): Buffer {
  return size < LONG_TEXT ? Buffer.allocUnsafe(size) : Buffer.from(new SharedArrayBuffer(size));
}

/** The text that a source argument names, under the name that diagnostics carry. */
export async function readSource(argument: string): Promise<SourceText | ReadError> {
  const bytes = await readInput(argument, allocate);
  if (!(bytes instanceof Uint8Array)) return bytes;
  rememberShapes(usualShapes());
  const name = argument === "-" ? STANDARD_INPUT : argument;
  // Of ASCII nothing has to be found out before somebody wants it as text.
  if (isAscii(bytes)) return linesProblem(bytes) ?? new SourceText(name, bytes);
  const text = decodeText(bytes);
  return typeof text === "string" ? new SourceText(name, text) : text;
}
