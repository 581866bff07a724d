/** Files named by URIs, as the rules of `project/` want them. */

import type { Places } from "../../project/places.ts";
import { keyOf, resolveUri } from "./uris.ts";

/** The access to files that the rules need. */
interface Files {
  /** Something that changes when the file does; undefined if there is no such file. */
  stamp(uri: string): string | undefined;
  /** The URI with every link followed. Absent if there are no links. */
  real?(uri: string): string | undefined;
  /** Names of what is in a folder, a slash behind those of folders. Absent if that can't be known. */
  names?(folder: string): readonly string[];
}

/** References whose places are kept: those of a program are asked for again and again. */
const MAX_KEPT = 10_000;

/** @param isOpen whether the client has a document open, be it on no disk */
export function uriPlaces(files: Files, isOpen: (uri: string) => boolean = () => false): Places {
  return {
    resolve: keeping(resolveUri),
    isInside: (place, folder) => `${keyOf(place)}/`.startsWith(withSlash(keyOf(folder))),
    exists: (uri) => isOpen(uri) || files.stamp(uri) !== undefined,
    ...(files.names && { list: (folder: string) => files.names!(folder) }),
    ...(files.real && { isRepository: (folder) => files.stamp(resolveUri(folder, ".git")!) !== undefined }),
    real: (uri) => files.real?.(uri),
  };
}

/** The same function, which keeps what it found for a while. */
function keeping(resolve: typeof resolveUri): typeof resolveUri {
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

/** A folder's key with one slash at its end. */
function withSlash(key: string): string {
  let end = key.length;
  while (end > 0 && key[end - 1] === "/") end--;
  return `${key.slice(0, end)}/`;
}
