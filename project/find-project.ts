/** Finds a project's configuration, and the folders that it may open. */

import type { IsLibrary } from "../program/library-calls.ts";
import { PROJECT_FILE } from "./file-name.ts";
import { isNamedInside, realInside, withReal, type Places } from "./places.ts";

/** The location of a project. */
export interface ProjectPlace {
  readonly file: string;
  /** The folder of the configuration, with a separator at its end. */
  readonly folder: string;
  /** The folders that make up the project. Nothing outside of them is read. */
  readonly bounds: readonly string[];
}

/**
 * Finds the nearest configuration, in the folder of a source file or one above.
 *
 * @param open the folders that the user has opened. A project in one of them is bounded by it; another project is bounded by the
 * nearest folder with a `.git`, or else by the configuration's folder
 */
export function findProject(
  source: string,
  places: Places,
  open: readonly string[] = [],
): ProjectPlace | undefined {
  for (const folder of foldersAbove(source, places)) {
    const file = places.resolve(folder, PROJECT_FILE);
    if (file !== undefined && places.exists(file))
      return { file, folder, bounds: boundsOf(folder, places, open) };
  }
  return undefined;
}

/**
 * The folders that make up the project of a source file: the open folders, if it lies in one of them; else the nearest folder with
 * a `.git`, else the configuration's folder. Empty if there is none of these.
 *
 * @param project the file's project, from {@link findProject}
 */
export function projectBounds(
  source: string,
  project: Pick<ProjectPlace, "bounds"> | undefined,
  places: Places,
  open: readonly string[] = [],
): readonly string[] {
  if (open.some((opened) => places.isInside(source, opened))) return open;
  return project?.bounds ?? repositoryAround(source, places);
}

function boundsOf(folder: string, places: Places, open: readonly string[]): readonly string[] {
  const around = open.filter((opened) => places.isInside(folder, opened));
  if (around.length > 0) return open;
  const repository = repositoryAround(folder, places);
  return repository.length > 0 ? repository : [folder];
}

/** The nearest folder with a `.git`, or an empty list. */
function repositoryAround(place: string, places: Places): readonly string[] {
  for (const above of foldersAbove(place, places)) if (places.isRepository?.(above)) return [above];
  return [];
}

/** Yields the folder of a place and the folders above it, nearest first. */
function* foldersAbove(place: string, places: Places): Iterable<string> {
  let last: string | undefined;
  for (let folder = places.resolve(place, "./"); folder !== undefined && folder !== last;) {
    yield folder;
    last = folder;
    folder = places.resolve(folder, "../");
  }
}

/** The configuration with all links resolved: the file to read. An error if a link leads outside of the project. */
export function realConfiguration(
  { file, bounds }: ProjectPlace,
  places: Places,
): { readonly real: string } | { readonly error: string } {
  const real = realInside(file, withReal(bounds, places), places);
  return real === undefined ? { error: "it is a link to a place outside of the project" } : { real };
}

/** The folders that a project names. */
export interface IncludeFolders {
  /** Those that it may open. */
  readonly folders: readonly string[];
  /** The folders from which it may read: its own and those that it may open, also with all links resolved. */
  readonly roots: readonly string[];
  /** The others, as they are written. */
  readonly outside: readonly string[];
}

/** @param isAllowed whether the project may open folders outside of it */
export function includeFolders(
  include: readonly string[],
  { file, folder: own, bounds }: ProjectPlace,
  places: Places,
  isAllowed: boolean,
): IncludeFolders {
  const folders: string[] = [];
  const roots = [...withReal([own], places)];
  const outside: string[] = [];
  for (const written of include) {
    const folder = places.resolve(file, `${written}/`);
    const real = folder === undefined ? undefined : realFolder(folder, bounds, places, isAllowed);
    if (folder === undefined || real === undefined) outside.push(written);
    else {
      folders.push(folder);
      roots.push(folder, real);
    }
  }
  return { folders, roots, outside };
}

/** A folder with all links resolved; undefined if a project with these bounds may not open it. */
function realFolder(
  folder: string,
  bounds: readonly string[],
  places: Places,
  isAllowed: boolean,
): string | undefined {
  if (isAllowed) return places.real(folder) ?? folder;
  return isNamedInside(folder, bounds, places)
    ? realInside(folder, withReal(bounds, places), places)
    : undefined;
}

/**
 * Makes the test for sources that the author doesn't edit: those of the standard library, and those outside of the project.
 *
 * @param library the folder of the standard library, if there is one
 * @param bounds the folders that make up the project; if empty, nothing is outside of it
 */
export function outsideOf(bounds: readonly string[], library: string | undefined, places: Places): IsLibrary {
  // Asked about each of many diagnostics, which are in few files.
  const known = new Map<string, boolean>();
  return (source) => {
    let isOutside = known.get(source);
    if (isOutside === undefined) {
      isOutside =
        (library !== undefined && places.isInside(source, library)) ||
        (bounds.length > 0 && !isNamedInside(source, bounds, places));
      known.set(source, isOutside);
    }
    return isOutside;
  };
}

/** The error message for folders that a project may not open. */
export function outsideProblem(outside: readonly string[], permission: string): string {
  const names = outside.map((folder) => `\`${folder}\``).join(", ");
  return `\`include\`: ${names} ${outside.length === 1 ? "is" : "are"} outside of the project; ${permission} allows that`;
}
