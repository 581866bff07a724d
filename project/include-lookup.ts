/** Finds the file that an `.include` names, and decides whether it may be read. The command and the server share this rule. */

import type { IncludeRequest } from "../assembler/expand/includes.ts";
import { PROJECT_FILE } from "./file-name.ts";
import { isNamedInside, realInside, withReal, type Places } from "./places.ts";

export interface IncludeLookup {
  /** Folders to search for a file that isn't beside the including file, each with a separator at its end. */
  readonly folders: readonly string[];
  /** Folders outside of which nothing is read, also through links; from {@link withReal}. */
  readonly roots: readonly string[];
  /** The folder of the standard library; absent if there is none. */
  readonly library: string | undefined;
}

const OUTSIDE = `it is outside of the project, and of the folders that \`include\` in ${PROJECT_FILE} names`;
const OUTSIDE_LIBRARY = "it is outside of the standard library";

/** A file that may be read. */
export interface FoundFile {
  /** Its name. */
  readonly place: string;
  /** The place with all links resolved. Only this one may be read. */
  readonly real: string;
}

/** Finds the place of an included file, or returns an error. Doesn't read the file. */
export function findInclude(
  { from, path, standard }: IncludeRequest,
  { folders, roots, library }: IncludeLookup,
  places: Places,
): FoundFile | { readonly error: string } {
  if (standard && library === undefined) return { error: "there is no standard library here" };
  const bases = standard ? [library!] : [from, ...folders];
  const candidates = bases.flatMap((base) => places.resolve(base, path) ?? []);
  if (candidates.length === 0) return { error: "the path can't be resolved from here" };
  const allowed = standard ? [library!] : roots;
  const outside = { error: standard ? OUTSIDE_LIBRARY : OUTSIDE };
  // Checked by name before the disk is touched: a path on another host would cause a network access.
  const named = candidates.filter((place) => isNamedInside(place, allowed, places));
  if (named.length === 0) return outside;
  const place = named.length === 1 ? named[0] : (named.find((place) => places.exists(place)) ?? named[0]);
  const real = realInside(place, standard ? withReal(allowed, places) : allowed, places);
  return real === undefined ? outside : { place, real };
}
