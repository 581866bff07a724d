/** Reads included files. */

import { dirname, sep } from "node:path";
import type { IncludeReader } from "../../assembler/expand/includes.ts";
import { readRealFile } from "../../disk/read-file.ts";
import { findInclude, type IncludeLookup } from "../../project/include-lookup.ts";
import { suggestInclude } from "../../project/include-suggestion.ts";
import { withReal } from "../../project/places.ts";
import { LIBRARY } from "../installation.ts";
import { decodeText } from "./decode.ts";
import { PATHS } from "./paths.ts";

/** The folders that a project names. */
export interface ProjectFolders {
  readonly include: readonly string[];
  /** The folders from which it may read, see {@link IncludeLookup.roots}. */
  readonly roots: IncludeLookup["roots"];
}

/**
 * Makes the reader for the includes of a main file: `"path"` relative to the including file or, if it isn't there, in one
 * of the project's folders; `<path>` in the installed standard library. A file keeps the name under which it
 * was read first. Nothing is read outside of the main file's folder, the current folder, the project's and its include folders.
 *
 * @param real the main file's path with all links resolved, if that was decided before
 */
export function createIncludeReader(
  main: string,
  project: ProjectFolders = { include: [], roots: [] },
  real?: string,
): IncludeReader {
  const lookup = { folders: project.include, roots: rootsOf(main, project, real), library: LIBRARY + sep };
  const read = new Map<string, ReturnType<IncludeReader>>();
  let names: Map<string, string> | undefined;
  return (request) => {
    const found = findInclude(request, lookup, PATHS);
    if ("error" in found) return found;
    names ??= new Map([[PATHS.real(main)!, main]]);
    const { real } = found;
    let content = read.get(real);
    if (!content) read.set(real, (content = readText(real, names.get(real) ?? found.place)));
    if (!("error" in content) || PATHS.exists(found.place)) return content;
    return { ...content, likely: () => suggestInclude(request, lookup, PATHS) };
  };
}

/** The folders outside of which a program reads nothing. */
export function rootsOf(
  main: string,
  { roots }: Pick<ProjectFolders, "roots">,
  real?: string,
): readonly string[] {
  const home = real === undefined ? withReal([dirname(main)], PATHS) : [dirname(main), dirname(real)];
  return [...home, ...withReal(["."], PATHS), ...roots];
}

function readText(real: string, name: string): ReturnType<IncludeReader> {
  const bytes = readRealFile(real);
  const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
  return typeof text === "string" ? { name, text } : text;
}
