/** Implements the file access of the rules in `project/` with URIs. */

import type { Places } from "../../project/places.ts";
import { keyOf, resolveUri } from "./uris.ts";

/** The part of a file provider that the rules need. */
interface Files {
  /** A value that changes when the file changes; undefined if the file doesn't exist. */
  stamp(uri: string): string | undefined;
  /** The URI with all links resolved. Absent if the file system has no links. */
  real?(uri: string): string | undefined;
  /** Names of what is in a folder, with a slash after those of folders. Absent if that can't be known. */
  names?(folder: string): readonly string[];
}

/** Maximum number of cached places: the references of a program are resolved again and again. */
const MAX_KEPT = 10_000;

/** @param isOpen whether the client has a document open, which may not be on disk */
export function uriPlaces(files: Files, isOpen: (uri: string) => boolean = () => false): Places {
  return {
    resolve: cached(resolveUri),
    isInside: (place, folder) => `${keyOf(place)}/`.startsWith(withSlash(keyOf(folder))),
    exists: (uri) => isOpen(uri) || files.stamp(uri) !== undefined,
    ...(files.names && { list: (folder: string) => files.names!(folder) }),
    ...(files.real && { isRepository: (folder) => files.stamp(resolveUri(folder, ".git")!) !== undefined }),
    real: (uri) => files.real?.(uri),
  };
}

/** The same function with a limited cache. */
function cached(resolve: typeof resolveUri): typeof resolveUri {
  const byPath = new Map<string, Map<string, string | undefined>>();
  let kept = 0;
  return (from, path) => {
    let byFrom = byPath.get(path);
    if (byFrom?.has(from)) return byFrom.get(from);
    if (kept++ >= MAX_KEPT) {
      byPath.clear();
      byFrom = undefined;
      kept = 1;
    }
    if (!byFrom) byPath.set(path, (byFrom = new Map<string, string | undefined>()));
    const found = resolve(from, path);
    byFrom.set(from, found);
    return found;
  };
}

/** A folder's key with exactly one slash at its end. */
function withSlash(key: string): string {
  let end = key.length;
  while (end > 0 && key[end - 1] === "/") end--;
  return `${key.slice(0, end)}/`;
}
