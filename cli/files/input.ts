/** Reads files and standard input. A failure is returned as a message, never thrown. */

import { statSync, type Stats } from "node:fs";
import { MAX_FILE_BYTES, readFileBytes, tooLong, type ReadError } from "../../disk/read-file.ts";
import { describeSystemError } from "../../disk/system-errors.ts";

/** The name of standard input in diagnostics. */
export const STANDARD_INPUT = "<stdin>";

/** Paths that name standard input. */
const STANDARD_INPUT_FILE = /^\/(?:dev\/(?:stdin|fd\/0)|proc\/self\/fd\/0)$/;
/** Paths of open file descriptors: a shell passes pipes by these, as in `<(command)`. Opening one again doesn't block. */
const OPEN_ALREADY = /^\/(?:dev|proc\/self)\/fd\/[0-9]+$/;

export function isStandardInput(argument: string): boolean {
  return argument === "-" || STANDARD_INPUT_FILE.test(argument);
}

/** Reads a regular file, or standard input for `-`. */
export async function readInput(argument: string): Promise<Uint8Array | ReadError> {
  if (!isStandardInput(argument)) {
    return readFileBytes(argument, { anyKind: OPEN_ALREADY.test(argument) });
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_FILE_BYTES) return tooLong();
    }
  } catch (error) {
    return { error: describeSystemError(error) };
  }
  return Buffer.concat(chunks);
}

/** The status of a file; undefined if there is none. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
