/** All that is read: inputs, and what they include. Whatever can't be read is a message, never an exception. */

import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, resolve, sep } from "node:path";
import { OUTSIDE } from "../../project/file-name.ts";
import { CARRIAGE_RETURN, LINE_FEED } from "../../grammar/utf8.ts";
import type { IncludeReader } from "../../assembler/expand/includes.ts";
import { LIBRARY } from "../installation.ts";

/** The longest input, in bytes. A device such as `/dev/zero` never ends. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** Lines of a source text: empty ones take memory too. */
export const MAX_INPUT_LINES = 4_000_000;

/** What diagnostics call standard input. */
export const STANDARD_INPUT = "<stdin>";

/** Why something couldn't be read, as the end of a sentence. */
export interface ReadError {
  readonly error: string;
}

/** The bytes of a file, or of standard input for `-`. */
export async function readInput(argument: string): Promise<Uint8Array | ReadError> {
  if (argument !== "-") return readFileBytes(argument);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_INPUT_BYTES) return tooLong();
    }
  } catch (error) {
    return { error: describeSystemError(error) };
  }
  return Buffer.concat(chunks);
}

/** Why a text has too many lines. */
export function linesProblem(bytes: Uint8Array): ReadError | undefined {
  // A line takes a byte at least, so most files needn't be counted.
  if (bytes.length < MAX_INPUT_LINES || countLineBreaks(bytes) < MAX_INPUT_LINES) return undefined;
  return { error: `it has more than ${MAX_INPUT_LINES.toLocaleString("en")} lines` };
}

/** UTF-8 to text, without the byte order mark. */
export function decodeText(bytes: Uint8Array): string | ReadError {
  const problem = linesProblem(bytes);
  if (problem) return problem;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { error: "it is not text in UTF-8" };
  }
}

/** LF and CR; a CRLF counts once. */
export function countLineBreaks(bytes: Uint8Array): number {
  if (bytes.length < 4 || bytes.includes(CARRIAGE_RETURN)) return countAllLineBreaks(bytes);
  const first = (4 - (bytes.byteOffset & 3)) & 3;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + first, (bytes.length - first) >>> 2);
  let count = countAllLineBreaks(bytes.subarray(0, first));
  for (let start = 0; start < words.length; start += MOST_IN_BYTE) {
    const end = Math.min(words.length, start + MOST_IN_BYTE);
    let counts = 0;
    for (let index = start; index < end; index++) {
      // In each byte 128 where a line feed was, and 0 where not.
      const other = words[index] ^ LINE_FEEDS;
      counts = (counts + (~(((other & 0x7f7f7f7f) + 0x7f7f7f7f) | other | 0x7f7f7f7f) >>> 7)) | 0;
    }
    count += (counts & 0xff) + ((counts >>> 8) & 0xff) + ((counts >>> 16) & 0xff) + (counts >>> 24);
  }
  return count + countAllLineBreaks(bytes.subarray(first + 4 * words.length));
}

const LINE_FEEDS = 0x0a0a0a0a;
/** Words whose line feeds can be counted in a byte for each of their places. */
const MOST_IN_BYTE = 255;

function countAllLineBreaks(bytes: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] === LINE_FEED || (bytes[index] === CARRIAGE_RETURN && bytes[index + 1] !== LINE_FEED))
      count++;
  }
  return count;
}

/**
 * Reads what a main file and its includes ask for: `"path"` relative to the file that includes or, where there is none, in
 * one of the folders; `<path>` in the library that is installed with the tool. A file keeps the name under which it was
 * read first. Nothing is read outside of the main file's folder, the current one, the project's and the other folders,
 * wherever symbolic links lead.
 */
export function createIncludeReader(
  main: string,
  { include: folders, folder }: { readonly include: readonly string[]; readonly folder?: string } = {
    include: [],
  },
): IncludeReader {
  let roots: readonly string[] | undefined;
  // Most programs include nothing but the library.
  const isAllowed = (file: string): boolean => {
    roots ??= [dirname(main), "", ...(folder === undefined ? [] : [folder]), ...folders].flatMap(
      (root) => realPathOf(resolve(root)) ?? [],
    );
    return roots.some((root) => isInside(root, file));
  };
  const read = new Map<string, ReturnType<IncludeReader>>();
  let names: Map<string, string> | undefined;
  return (request) => {
    names ??= new Map([[realPathOf(main) ?? main, main]]);
    const asked = request.standard
      ? join(LIBRARY, request.path)
      : isAbsolute(request.path)
        ? normalize(request.path)
        : findIncluded([dirname(request.from), ...folders], request.path);
    const real = realPathOf(asked) ?? realPlaceOf(asked);
    if (!request.standard && !isAllowed(real)) return { error: OUTSIDE };
    let found = read.get(real);
    if (!found) {
      const name = names.get(real) ?? asked;
      const bytes = readFileBytes(asked);
      const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
      found = typeof text === "string" ? { name, text } : text;
      read.set(real, found);
    }
    return found;
  };
}

/** Where a file that isn't there would really be. */
function realPlaceOf(file: string): string {
  const folder = dirname(resolve(file));
  return join(realPathOf(folder) ?? folder, basename(file));
}

function isInside(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The path in the first of the folders that has it, or else in the first. */
function findIncluded(folders: readonly string[], relative: string): string {
  const found = folders.map((folder) => join(folder, relative));
  return (folders.length > 1 && found.find((file) => existsSync(file))) || found[0];
}

function readFileBytes(file: string): Uint8Array | ReadError {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const { size } = fstatSync(descriptor);
    if (size > MAX_INPUT_BYTES) return tooLong();
    // A pipe or device says nothing of its size, and a file may grow.
    let bytes = Buffer.allocUnsafe(Math.max(size + 1, 64 * 1024));
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length > MAX_INPUT_BYTES) return tooLong();
      if (length === bytes.length) {
        bytes = Buffer.concat([bytes], length * 2);
      }
    }
  } catch (error) {
    return { error: describeSystemError(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What the file system says about a file, if it is there. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

function tooLong(): ReadError {
  return { error: `it has more than ${MAX_INPUT_BYTES / 1024 / 1024} MiB` };
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EFBIG: "it is larger than files may be here",
  EISDIR: "it is a directory",
  ELOOP: "its symbolic links go in circles",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "there is no such file",
  ENOSPC: "there is no space left",
  ENOTDIR: "part of its path is not a directory",
  EPERM: "it is not permitted",
  EROFS: "the file system is read-only",
};

/** What an error of the operating system means, as the end of a sentence. */
export function describeSystemError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_ERRORS[code ?? ""] ?? code ?? message;
}
