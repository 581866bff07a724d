/** Implements the places of `project/` with file paths. */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, resolve, sep } from "node:path";
import { namesIn } from "../../disk/names-in.ts";
import type { Places } from "../../project/places.ts";

export const PATHS: Places = {
  resolve: (base, path) => {
    if (isAbsolute(path)) return normalize(path);
    return join(/[/\\]$/.test(base) ? base : dirname(base), path);
  },
  isInside: (place, folder) => {
    const top = resolve(folder);
    const file = resolve(place);
    return file === top || file.startsWith(top.endsWith(sep) ? top : top + sep);
  },
  exists: (place) => existsSync(place),
  list: (folder) => namesIn(folder),
  isRepository: (folder) => existsSync(join(folder, ".git")),
  real: (place) => {
    const file = resolve(place);
    return realPathOf(file) ?? join(realPathOf(dirname(file)) ?? dirname(file), basename(file));
  },
};

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}
