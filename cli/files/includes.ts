/** Reads included files. */

import { dirname, sep } from "node:path";
import type { IncludeReader } from "../../assembler/expand/includes.ts";
import { readFileBytes } from "../../disk/read-file.ts";
import { findInclude } from "../../project/include-lookup.ts";
import { likelyInclude } from "../../project/include-likely.ts";
import { LIBRARY } from "../installation.ts";
import { decodeText } from "./decode.ts";
import { PATHS } from "./paths.ts";

/**
 * Makes the reader for the includes of a main file: `"path"` relative to the including file or, if it isn't there, in one
 * of the project's folders; `<path>` in the installed standard library. A file keeps the name under which it
 * was read first. Nothing is read outside of the main file's folder, the current folder, the project's and its include folders.
 */
export function createIncludeReader(
  main: string,
  { include: folders, folder }: { readonly include: readonly string[]; readonly folder?: string } = {
    include: [],
  },
): IncludeReader {
  const roots = [dirname(main), ".", ...(folder === undefined ? [] : [folder]), ...folders];
  const lookup = { folders, roots, library: LIBRARY + sep };
  const read = new Map<string, ReturnType<IncludeReader>>();
  let names: Map<string, string> | undefined;
  return (request) => {
    const found = findInclude(request, lookup, PATHS);
    if ("error" in found) return found;
    names ??= new Map([[PATHS.real(main)!, main]]);
    const real = PATHS.real(found.place)!;
    let content = read.get(real);
    if (!content) read.set(real, (content = readText(found.place, names.get(real) ?? found.place)));
    if (!("error" in content) || PATHS.exists(found.place)) return content;
    return { ...content, likely: () => likelyInclude(request, lookup, PATHS) };
  };
}

function readText(file: string, name: string): ReturnType<IncludeReader> {
  const bytes = readFileBytes(file);
  const text = bytes instanceof Uint8Array ? decodeText(bytes) : bytes;
  return typeof text === "string" ? { name, text } : text;
}
