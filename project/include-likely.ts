/** Suggests the file that a misspelt `.include` may have meant, among the files that it may read. */

import { nearest } from "../diagnostics/suggest.ts";
import type { Include, IncludeLookup } from "./include-lookup.ts";
import { isNamedInside, isReallyInside, type Places } from "./places.ts";

/** File names that need no escaping between quotes and in a message. */
const PLAIN = /^[\w+.,=@ -]+\.avm$/;

/** The path of the file with the nearest name in the folder that the path leads to; undefined if none is near. */
export function likelyInclude(
  { from, path, standard }: Include,
  { folders, roots }: IncludeLookup,
  places: Places,
): string | undefined {
  if (standard || !places.list) return undefined;
  const slash = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  const folder = path.slice(0, slash + 1);
  const names = new Set<string>();
  for (const base of [from, ...folders]) {
    const place = places.resolve(base, folder === "" ? "./" : folder);
    // A folder outside of the project isn't even listed.
    if (place === undefined || !isNamedInside(place, roots, places) || !isReallyInside(place, roots, places))
      continue;
    for (const name of places.list(place)) {
      const there = PLAIN.test(name) ? places.resolve(place, `./${name}`) : undefined;
      // Suggest neither the including file nor a file reached through a link to outside.
      if (there !== undefined && !places.isInside(from, there) && isReallyInside(there, roots, places))
        names.add(name);
    }
  }
  const stems = [...names].sort().map((name) => name.slice(0, -".avm".length));
  const stem = nearest(path.slice(slash + 1).replace(/\.avm$/i, ""), stems);
  if (stem === undefined) return undefined;
  const likely = `${folder}${stem}.avm`;
  return likely === path ? undefined : likely;
}
