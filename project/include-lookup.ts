/** Which file an `.include` reads, and which it may read: the one rule of the command and the server. */

import { PROJECT_FILE } from "./file-name.ts";
import { isNamedInside, isReallyInside, type Places } from "./places.ts";

export interface IncludeLookup {
  /** Folders in which a file is looked for that isn't beside the file that includes it, a separator at the end of each. */
  readonly folders: readonly string[];
  /** Folders outside of which nothing is read, wherever links lead. */
  readonly roots: readonly string[];
  /** The folder of the standard library; absent if there is none. */
  readonly library: string | undefined;
}

export interface Include {
  /** The file that includes. */
  readonly from: string;
  readonly path: string;
  /** Written `<…>`: part of the standard library. */
  readonly standard: boolean;
}

const OUTSIDE = `it is outside of the project, and of the folders that \`include\` in ${PROJECT_FILE} names`;
const OUTSIDE_LIBRARY = "it is outside of the standard library";

/** The place of an included file, or why there is none that may be read. Whether it can be read is another question. */
export function findInclude(
  { from, path, standard }: Include,
  { folders, roots, library }: IncludeLookup,
  places: Places,
): { readonly place: string } | { readonly error: string } {
  if (standard && library === undefined) return { error: "there is no standard library here" };
  const bases = standard ? [library!] : [from, ...folders];
  const candidates = bases.flatMap((base) => places.resolve(base, path) ?? []);
  if (candidates.length === 0) return { error: "the path leads nowhere from here" };
  const allowed = standard ? [library!] : roots;
  const outside = { error: standard ? OUTSIDE_LIBRARY : OUTSIDE };
  // Before any of them is looked at: a name on another host would be asked for over the network.
  const named = candidates.filter((place) => isNamedInside(place, allowed, places));
  if (named.length === 0) return outside;
  const place = named.length === 1 ? named[0] : (named.find((place) => places.exists(place)) ?? named[0]);
  return isReallyInside(place, allowed, places) ? { place } : outside;
}
