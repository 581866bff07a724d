/** How the command and the server name files: by paths, or by URIs. What this room decides holds for both. */

export interface Places {
  /**
   * The place of a path as it is written in a file or, of a base with a separator at its end, below a folder; undefined if
   * it leads nowhere. Doesn't look at the disk.
   */
  resolve(base: string, path: string): string | undefined;
  /** Whether a place is a folder or below it, by their names alone. */
  isInside(place: string, folder: string): boolean;
  exists(place: string): boolean;
  /** Whether a folder is the top of a repository. Absent if that can't be known. */
  isRepository?(folder: string): boolean;
  /** The place with every link followed, of what isn't there that of its folder; undefined if there are no links. */
  real(place: string): string | undefined;
}

/** Whether a place is in one of the folders, by its name alone: nothing outside is so much as looked at. */
export function isNamedInside(place: string, folders: readonly string[], places: Places): boolean {
  return folders.some((folder) => places.isInside(place, folder));
}

/** Whether a place is in one of the folders once every link is followed. A folder may itself be known by a link. */
export function isReallyInside(place: string, folders: readonly string[], places: Places): boolean {
  const real = places.real(place) ?? place;
  if (isNamedInside(real, folders, places)) return true;
  return folders.some((folder) => {
    const realFolder = places.real(folder);
    return realFolder !== undefined && places.isInside(real, realFolder);
  });
}
