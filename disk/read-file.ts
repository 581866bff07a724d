/**
 * Reads files on disk, for the command and the language server. Reads only regular files, and up to a size: a
 * device or a pipe may block forever, never end, or have an effect when it is opened.
 */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
  type BigIntStats,
} from "node:fs";
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
/** Doesn't open a link either. */
const REAL_FLAGS = OPEN_FLAGS | (constants.O_NOFOLLOW ?? 0);

const REPLACED: ReadError = { error: "it was replaced while it was read" };
/** An editor may save a file by renaming it, so a file that was replaced is tried again. */
const MAX_TRIES = 3;

/** Reads a regular file that the user named. Follows links. */
export function readFileBytes(file: string, { anyKind = false }: ReadOptions = {}): Uint8Array | ReadError {
  return described(() => {
    if (anyKind) return readOpened(openSync(file, constants.O_RDONLY), () => undefined);
    // Checked before opening, because opening a device may have an effect, and again, because the file may be replaced in between.
    return kindProblem(statOf(file)) ?? readOpened(openSync(file, OPEN_FLAGS), kindProblem);
  });
}

/**
 * Reads a regular file by a path in which all links were resolved when it was decided that the file may be read. If another
 * process has put a link into the path since, that is an error: what the link leads to is never read.
 */
export function readRealFile(file: string): Uint8Array | ReadError {
  let read: Uint8Array | ReadError = REPLACED;
  for (let tries = 0; tries < MAX_TRIES && read === REPLACED; tries++) {
    read = described(() => {
      const problem = kindProblem(statOf(file));
      if (problem) return problem;
      const descriptor = openUnlessLink(file);
      return descriptor === undefined
        ? REPLACED
        : readOpened(
            descriptor,
            (stats) => kindProblem(stats) ?? (isAt(descriptor, stats, file) ? undefined : REPLACED),
          );
    });
  }
  return read;
}

function described(read: () => Uint8Array | ReadError): Uint8Array | ReadError {
  try {
    return read();
  } catch (error) {
    return { error: describeSystemError(error) };
  }
}

function openUnlessLink(file: string): number | undefined {
  try {
    return openSync(file, REAL_FLAGS);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ELOOP") return undefined;
    throw error;
  }
}

/** Reads the open file if `problemOf` finds nothing, and closes it. */
function readOpened(
  descriptor: number,
  problemOf: (stats: BigIntStats) => ReadError | undefined,
): Uint8Array | ReadError {
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    const problem = problemOf(stats);
    if (problem) return problem;
    if (stats.size > MAX_FILE_BYTES) return tooLong();
    return readAll(descriptor, Buffer.allocUnsafe(Math.max(Number(stats.size) + 1, 64 * 1024)));
  } finally {
    closeSync(descriptor);
  }
}

/** Whether an open file is the one at the path, and the path has no links. */
function isAt(descriptor: number, { dev, ino }: BigIntStats, file: string): boolean {
  const place = placeOf(descriptor);
  if (place === file || place === `${file} (deleted)`) return true;
  // The system may spell a name differently if its case doesn't matter.
  if (place !== undefined && place.toLowerCase() !== file.toLowerCase()) return false;
  const there = lstatSync(file, { bigint: true });
  return there.dev === dev && there.ino === ino && realpathSync.native(file) === file;
}

/** The path of an open file, as Linux knows it; undefined elsewhere. */
function placeOf(descriptor: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}

function statOf(file: string): BigIntStats {
  return statSync(file, { bigint: true });
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
function kindProblem(stats: BigIntStats): ReadError | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return { error: "it is a directory" };
  if (stats.isFIFO()) return { error: "it is a named pipe, not a regular file" };
  if (stats.isSocket()) return { error: "it is a socket, not a regular file" };
  return { error: "it is a device, not a regular file" };
}

export function tooLong(): ReadError {
  return { error: `it has more than ${MAX_FILE_BYTES / 1024 / 1024} MiB` };
}
