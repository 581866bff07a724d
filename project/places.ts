/** The interface through which this folder's rules see files: the command implements it with paths, the server with URIs. */

export interface Places {
  /**
   * Resolves a path against a base: a file, or a folder with a separator at its end. Undefined if the result is no valid
   * place. Doesn't access the disk.
   */
  resolve(base: string, path: string): string | undefined;
  /** Whether a place is the folder or below it, by name only. */
  isInside(place: string, folder: string): boolean;
  exists(place: string): boolean;
  /** Names of a folder's files and folders, limited in number; those of folders end with a slash. Absent if they can't be listed. */
  list?(folder: string): readonly string[];
  /** Whether a folder has a `.git`. Absent if that can't be known. */
  isRepository?(folder: string): boolean;
  /** Resolves all links of a place; if it doesn't exist, those of its folder. Undefined if the file system has no links. */
  real(place: string): string | undefined;
}

/** Whether a place is in one of the folders, by name only: the disk isn't accessed. */
export function isNamedInside(place: string, folders: readonly string[], places: Places): boolean {
  return folders.some((folder) => places.isInside(place, folder));
}

/**
 * The folders, and the same folders with all links resolved. Call it once, when it is decided that they may be read: another process
 * may replace them by links later.
 */
export function withReal(folders: readonly string[], places: Places): readonly string[] {
  return [...new Set(folders.flatMap((folder) => [folder, places.real(folder) ?? folder]))];
}

/**
 * Resolves all links of a place. Undefined if the result is in none of the folders. Read the file by the result and not by the place
 * that was given: a link may have replaced that in the meantime.
 *
 * @param folders from {@link withReal}
 */
export function realInside(place: string, folders: readonly string[], places: Places): string | undefined {
  const real = places.real(place) ?? place;
  return isNamedInside(real, folders, places) ? real : undefined;
}
