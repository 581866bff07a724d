/**
 * Reads files on disk, for the command and the language server. Reads only regular files, and up to a size: a
 * device or a pipe may block forever, never end, or have an effect when it is opened.
 */

import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { describeSystemError } from "./system-errors.ts";

/** Maximum size of a file in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Why a file couldn't be read, as the end of a sentence. */
export interface ReadError {
  readonly error: string;
}

export interface ReadOptions {
  /** Also reads pipes and devices, for a path of a descriptor that this process has open, such as `/dev/stdin`. */
  readonly anyKind?: boolean;
}

/** Opens without waiting for the other end of a pipe. Windows has neither these flags nor such files. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Reads a regular file. Follows links. */
export function readFileBytes(file: string, { anyKind = false }: ReadOptions = {}): Uint8Array | ReadError {
  let descriptor: number | undefined;
  try {
    // Checked before opening, because opening a device may have an effect.
    const problem = anyKind ? undefined : kindProblem(statSync(file));
    if (problem) return problem;
    descriptor = openSync(file, anyKind ? constants.O_RDONLY : OPEN_FLAGS);
    const stats = fstatSync(descriptor);
    // Checked again, because the file may have been replaced in between.
    const changed = anyKind ? undefined : kindProblem(stats);
    if (changed) return changed;
    if (stats.size > MAX_FILE_BYTES) return tooLong();
    return readAll(descriptor, Buffer.allocUnsafe(Math.max(stats.size + 1, 64 * 1024)));
  } catch (error) {
    return { error: describeSystemError(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Reads to the end: a pipe has no size, and a file may grow. */
function readAll(descriptor: number, room: Buffer): Uint8Array | ReadError {
  let bytes = room;
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > MAX_FILE_BYTES) return tooLong();
    if (length === bytes.length) bytes = Buffer.concat([bytes], length * 2);
  }
}

/** The error for a kind of file that isn't read. */
function kindProblem(stats: Stats): ReadError | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return { error: "it is a directory" };
  if (stats.isFIFO()) return { error: "it is a named pipe, not a regular file" };
  if (stats.isSocket()) return { error: "it is a socket, not a regular file" };
  return { error: "it is a device, not a regular file" };
}

export function tooLong(): ReadError {
  return { error: `it has more than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
}
