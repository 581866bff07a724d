/** Files named by URIs, as the rules of `project/` want them. */

import type { Places } from "../../project/places.ts";
import { keyOf, resolveUri } from "./uris.ts";

/** The access to files that the rules need. */
interface Files {
  /** Something that changes when the file does; undefined if there is no such file. */
  stamp(uri: string): string | undefined;
  /** The URI with every link followed. Absent if there are no links. */
  real?(uri: string): string | undefined;
  /** Names of the files in a folder. Absent if that can't be known. */
  names?(folder: string): readonly string[];
}

/** @param isOpen whether the client has a document open, be it on no disk */
export function uriPlaces(files: Files, isOpen: (uri: string) => boolean = () => false): Places {
  return {
    resolve: resolveUri,
    isInside: (place, folder) => `${keyOf(place)}/`.startsWith(withSlash(keyOf(folder))),
    exists: (uri) => isOpen(uri) || files.stamp(uri) !== undefined,
    ...(files.names && { list: (folder: string) => files.names!(folder) }),
    ...(files.real && { isRepository: (folder) => files.stamp(resolveUri(folder, ".git")!) !== undefined }),
    real: (uri) => files.real?.(uri),
  };
}

/** A folder's key with one slash at its end. */
function withSlash(key: string): string {
  let end = key.length;
  while (end > 0 && key[end - 1] === "/") end--;
  return `${key.slice(0, end)}/`;
}
