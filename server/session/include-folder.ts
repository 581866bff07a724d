/** Lists the source files and folders that the path of an `.include` may continue with. */

import { LIBRARY_MACROS } from "../../assembler/expand/library-macros.ts";
import { isNamedInside, realInside } from "../../project/places.ts";
import type { FolderEntry } from "../documents/folder-entry.ts";
import { uriPlaces } from "../documents/uri-places.ts";
import { fileNameOf, keyOf, resolveUri } from "../documents/uris.ts";
import type { FileProvider } from "./file-provider.ts";
import type { ProgramSettings } from "./projects.ts";

/** Maximum number of entries of a folder to list. */
const MAX_ENTRIES = 2_000;

/** Folders without sources of the project: those of packages and tools. */
const HIDDEN = /^(?:\..*|node_modules)$/;

export async function includable(
  { from, folder, standard }: { readonly from: string; readonly folder: string; readonly standard: boolean },
  { folders, roots }: ProgramSettings,
  provider: FileProvider,
): Promise<FolderEntry[]> {
  if (standard) return provider.library === undefined ? [] : inLibrary(folder);
  if (!provider.list) return [];
  const places = uriPlaces(provider);
  const isAllowed = (place: string): boolean =>
    isNamedInside(place, roots, places) && realInside(place, roots, places) !== undefined;
  const found = new Map<string, FolderEntry>();
  for (const base of [from, ...folders]) {
    const place = resolveUri(base, folder === "" ? "./" : folder);
    // A folder outside of the project isn't even listed.
    if (place === undefined || !isAllowed(place)) continue;
    for (const entry of (await provider.list(place)).slice(0, MAX_ENTRIES)) {
      const isFolder = entry.endsWith("/");
      const name = isFolder ? entry.slice(0, -1) : entry;
      if (isFolder ? HIDDEN.test(name) : !name.endsWith(".avm")) continue;
      const there = resolveUri(place, `./${name}`);
      if (there === undefined || keyOf(there) === keyOf(from) || fileNameOf(there) !== name) continue;
      if (!found.has(entry) && isAllowed(there)) found.set(entry, { name, isFolder });
    }
  }
  return [...found.values()];
}

/**
 * The installed library's files are known, because in a browser they come from a web server that can't list folders.
 */
function inLibrary(folder: string): FolderEntry[] {
  if (folder === "") return [{ name: "std", isFolder: true }];
  return folder === "std/" ? Object.keys(LIBRARY_MACROS).map((name) => ({ name, isFolder: false })) : [];
}
