/**
 * Reads and writes code cache files. V8 executes a cache without validating it, so a file that is damaged, truncated or left from
 * another version must be detected: a file holds the bundle that the cache was made of, and the cache twice. All of it must
 * match.
 *
 * Comparing takes 0.2 ms. A checksum would be smaller, but loading `node:zlib` or `node:crypto` for it takes 5 ms, a tenth of a
 * run.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** The cache in the file, or undefined if it is damaged or was made of another bundle. */
export function readCache(file: string, bundle: Uint8Array): Buffer | undefined {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    return undefined;
  }
  const size = (content.length - bundle.length) / 2;
  if (!Number.isInteger(size) || size <= 0) return undefined;
  const [first, second] = [content.subarray(0, size), content.subarray(size, 2 * size)];
  return first.equals(second) && content.subarray(2 * size).equals(bundle) ? first : undefined;
}

/** Replaces the file atomically, so that no other process reads half of it. Failing to write is not an error. */
export function writeCache(file: string, bundle: Uint8Array, cache: Uint8Array): void {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    writeFileSync(temporary, Buffer.concat([cache, cache, bundle]), { flag: "wx" });
    renameSync(temporary, file);
  } catch {
    removeIfThere(temporary);
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A read-only installation works without a cache, so the user gets no message.
  }
}
