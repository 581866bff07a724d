/**
 * The files that code caches are in. V8 believes what is in a cache, so what is damaged, cut off or left from another version
 * is told by this: a file has the bundle that the cache was made of, and the cache twice. All of it has to agree.
 *
 * Comparing takes 0.2 ms. A checksum would be smaller, but to load `node:zlib` or `node:crypto` for one takes 5 ms, a tenth
 * of a run.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** The cache, if the file has one that is whole and was made of this very bundle. */
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

/** Replaces the file as a whole, so that no other process meets half of it. That it can't be written is no error. */
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
    // A read-only installation has no cache; that isn't the user's business.
  }
}
