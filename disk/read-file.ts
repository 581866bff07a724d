/**
 * Reads files on disk, for the command and the language server. Only regular files are read, and only so much of them: a
 * device or a pipe may block for ever, never end, or do something when it is opened.
 */

import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from "node:fs";
import { describeSystemError } from "./system-errors.ts";

/** The longest file that is read, in bytes. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Why a file couldn't be read, as the end of a sentence. */
export interface ReadError {
  readonly error: string;
}

export interface ReadOptions {
  /** Also reads pipes and devices: the name stands for what this process has open already, as `/dev/stdin` does. */
  readonly anyKind?: boolean;
}

/** Nothing here waits for whoever is to open the other end. Windows knows neither flag, and no such files. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** The bytes of a regular file; links to one are followed. */
export function readFileBytes(file: string, { anyKind = false }: ReadOptions = {}): Uint8Array | ReadError {
  let descriptor: number | undefined;
  try {
    // Before it is opened: to open a device may be enough to make it do something.
    const problem = anyKind ? undefined : kindProblem(statSync(file));
    if (problem) return problem;
    descriptor = openSync(file, anyKind ? constants.O_RDONLY : OPEN_FLAGS);
    const stats = fstatSync(descriptor);
    // It may have been replaced in between.
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

/** Reads to the end: a pipe says nothing of its size, and a file may grow. */
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

/** Why a file of this kind isn't read. */
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
