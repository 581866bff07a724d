/** Suggests the file that a misspelt `.include` may have meant, among the files that it may read. */

import { nearest } from "../diagnostics/suggest.ts";
import type { IncludeLookup } from "./include-lookup.ts";
import { isNamedInside, realInside, type Places } from "./places.ts";
import type { IncludeRequest } from "../assembler/expand/includes.ts";

/** Names that need no escaping between quotes and in a message. */
const PLAIN = /^[\w+.,=@ -]+$/;
/** The maximum number of folders that are searched for a file that its path doesn't lead to. */
const MAX_FOLDERS = 50;

/**
 * Returns the path of the file that was likely meant; undefined if no name is near. Searches the folder that the path leads to,
 * or one with a similar name; after that, looks for the same name beside the including file and one folder below.
 */
export function suggestInclude(
  { from, path, standard }: IncludeRequest,
  { folders, roots }: IncludeLookup,
  places: Places,
): string | undefined {
  if (standard || !places.list) return undefined;
  const parts = path.split(/[/\\]/);
  const stem = parts.pop()!.replace(/\.avm$/i, "");
  const found: string[] = [];
  const inFolders = [from, ...folders].flatMap((base): Folder[] => {
    const top = folderAt(base, "./", "");
    return top ? [top] : [];
  });
  for (const top of inFolders) {
    const folder = walk(top, parts);
    found.push(...(folder ? filesIn(folder) : []));
  }
  const stems = found.map((file) => ({ file, stem: file.slice(file.lastIndexOf("/") + 1, -".avm".length) }));
  const near = nearest(stem, stems.map((one) => one.stem).sort());
  const likely = stems.find((one) => one.stem === near)?.file ?? elsewhere();
  return likely === path ? undefined : likely;

  /** The folder, if it lies inside of the project: one outside isn't even listed. */
  function folderAt(base: string, name: string, written: string): Folder | undefined {
    const place = places.resolve(base, name);
    const isInside =
      place !== undefined &&
      isNamedInside(place, roots, places) &&
      realInside(place, roots, places) !== undefined;
    return isInside ? { place, written } : undefined;
  }

  /** Follows a path. If a folder doesn't exist, takes the one with the nearest name. */
  function walk(top: Folder, [name, ...rest]: readonly string[]): Folder | undefined {
    if (name === undefined) return top;
    if (name === "" || name === ".") return walk(top, rest);
    const names = name === ".." ? [name] : foldersIn(top);
    const next = names.includes(name) ? name : nearest(name, names);
    const folder = next === undefined ? undefined : below(top, next);
    return folder && walk(folder, rest);
  }

  function below({ place, written }: Folder, name: string): Folder | undefined {
    return folderAt(place, `./${name}/`, `${written}${name}/`);
  }

  function foldersIn({ place }: Folder): string[] {
    const names = places.list!(place).filter((name) => name.endsWith("/"));
    return names.map((name) => name.slice(0, -1)).filter((name) => PLAIN.test(name));
  }

  /** The paths of a folder's files, as an `.include` would write them. */
  function filesIn({ place, written }: Folder): string[] {
    const names = places.list!(place).filter((name) => PLAIN.test(name) && name.endsWith(".avm"));
    return names.filter((name) => isReadable(place, name)).map((name) => written + name);
  }

  /** False for the including file, and for a file that a link reaches outside of the project. */
  function isReadable(folder: string, name: string): boolean {
    const there = places.resolve(folder, `./${name}`);
    return (
      there !== undefined && !places.isInside(from, there) && realInside(there, roots, places) !== undefined
    );
  }

  /** The only file with exactly this name beside the including file, or in a folder beside it. */
  function elsewhere(): string | undefined {
    const name = `${stem}.avm`;
    if (!PLAIN.test(name) || inFolders.length === 0) return undefined;
    const [home] = inFolders;
    const around = foldersIn(home).slice(0, MAX_FOLDERS);
    const files = [home, ...around.flatMap((folder) => below(home, folder) ?? [])].flatMap(
      ({ place, written }) => {
        const there = places.resolve(place, `./${name}`);
        return there !== undefined && places.exists(there) && isReadable(place, name) ? [written + name] : [];
      },
    );
    return files.length === 1 ? files[0] : undefined;
  }
}

interface Folder {
  readonly place: string;
  /** The path to it from the including file, or from a folder of the configuration; empty or with a slash at its end. */
  readonly written: string;
}
