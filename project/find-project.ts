/** Where a project's file lies, and which folders it may open. */

import type { IsLibrary } from "../program/library-calls.ts";
import { PROJECT_FILE } from "./file-name.ts";
import { isNamedInside, isReallyInside, type Places } from "./places.ts";

/** A project's file, and where the project ends. */
export interface ProjectPlace {
  readonly file: string;
  /** The folder that it is in, with a separator at its end. */
  readonly folder: string;
  /** The folders outside of which the project has no business. */
  readonly bounds: readonly string[];
}

/**
 * The nearest project's file, in the folder of a source file or one above.
 *
 * @param open folders that the user has opened: a project that lies in one of them is bounded by it, another by the nearest
 * folder with a `.git`, or else by its own
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
 * The folders that make up the project of a source file: those that are open, if it lies in one of them; else the nearest with
 * a `.git`, else that of the project's file. None where nothing says where a project ends.
 *
 * @param project the file's project, as {@link findProject} finds it
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

/** The nearest folder with a `.git`, if there is one. */
function repositoryAround(place: string, places: Places): readonly string[] {
  for (const above of foldersAbove(place, places)) if (places.isRepository?.(above)) return [above];
  return [];
}

/** The folder of a place, and those above it, the nearest first. */
function* foldersAbove(place: string, places: Places): Iterable<string> {
  let last: string | undefined;
  for (let folder = places.resolve(place, "./"); folder !== undefined && folder !== last;) {
    yield folder;
    last = folder;
    folder = places.resolve(folder, "../");
  }
}

/** Why a project's file isn't read: it is a link to something outside of the project. */
export function linkProblem({ file, bounds }: ProjectPlace, places: Places): string | undefined {
  return isReallyInside(file, bounds, places) ? undefined : "it is a link that leads outside of the project";
}

/** The folders that `include` names, apart from those that are outside of the project. */
export function includeFolders(
  include: readonly string[],
  { file, bounds }: ProjectPlace,
  places: Places,
): { readonly folders: readonly string[]; readonly outside: readonly string[] } {
  const folders: string[] = [];
  const outside: string[] = [];
  for (const written of include) {
    const folder = places.resolve(file, `${written}/`);
    const isIn =
      folder !== undefined && isNamedInside(folder, bounds, places) && isReallyInside(folder, bounds, places);
    if (isIn) folders.push(folder);
    else outside.push(written);
  }
  return { folders, outside };
}

/**
 * Tells which sources the author of a project doesn't edit: those of the standard library, and those outside of the project.
 *
 * @param library the folder of the standard library, if there is one
 * @param bounds the folders that make up the project; with none, nothing is outside of it
 */
export function outsideOf(bounds: readonly string[], library: string | undefined, places: Places): IsLibrary {
  return (source) =>
    (library !== undefined && places.isInside(source, library)) ||
    (bounds.length > 0 && !isNamedInside(source, bounds, places));
}

/** What is said of folders that a project may not open. */
export function outsideProblem(outside: readonly string[], permission: string): string {
  const names = outside.map((folder) => `\`${folder}\``).join(", ");
  return `\`include\`: ${names} ${outside.length === 1 ? "is" : "are"} outside of the project; ${permission} allows that`;
}
