/** What the arguments of a command name: files, or standard input. Whatever can't be read is a message, never an exception. */

import { statSync, type Stats } from "node:fs";
import { MAX_FILE_BYTES, readFileBytes, tooLong, type ReadError } from "../../disk/read-file.ts";
import { describeSystemError } from "../../disk/system-errors.ts";

/** What diagnostics call standard input. */
export const STANDARD_INPUT = "<stdin>";

/** Other names of standard input. */
const STANDARD_INPUT_FILE = /^\/(?:dev\/(?:stdin|fd\/0)|proc\/self\/fd\/0)$/;
/** Names of what this process has open: a shell hands over pipes by them, and to open one again blocks nothing. */
const OPEN_ALREADY = /^\/(?:dev|proc\/self)\/fd\/[0-9]+$/;

export function isStandardInput(argument: string): boolean {
  return argument === "-" || STANDARD_INPUT_FILE.test(argument);
}

/** The bytes of a regular file, or of standard input for `-`. */
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

/** What the file system says about a file, if it is there. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
