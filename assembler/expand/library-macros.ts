/** The files of the standard library and their macros, for suggestions. */

import { nearest } from "../../diagnostics/suggest.ts";

/** By file of the library. A test compares it with the files. */
export const LIBRARY_MACROS: Readonly<Record<string, readonly string[]>> = {
  "calldata.avm": ["LOAD", "LOAD_AS", "LOAD_CHECKED"],
  "core.avm": ["PUT"],
  "dispatch.avm": [
    "READ_SELECTOR",
    "ON_SELECTOR",
    "NO_SUCH_SELECTOR",
    "DISPATCH",
    "ARGUMENT",
    "ARGUMENT_FIELDS",
  ],
  "frame.avm": ["FRAMES", "PUSH_FRAME", "POP_FRAME", "CALL_IN_FRAME"],
  "loop.avm": [
    "JUMP_UNLESS",
    "JUMP_IF_EQUAL",
    "JUMP_IF_LESS",
    "JUMP_UNLESS_LESS",
    "INCREASE",
    "DECREASE",
    "NEXT",
    "REPEAT",
  ],
  "memory.avm": ["COPY_CELLS", "FILL_CELLS", "COPY_RANGE", "FILL_RANGE"],
  "require.avm": [
    "FAIL",
    "FAIL_WITH",
    "REQUIRE",
    "REQUIRE_NOT",
    "REQUIRE_EQUAL",
    "REQUIRE_LESS",
    "REQUIRE_AT_MOST",
  ],
  "storage.avm": ["STORAGE_READ", "STORAGE_WRITE", "MAP_SLOT", "MAP_READ", "MAP_WRITE"],
};

/** The file of the library that a path in angle brackets probably means: the folder or ending is missing, or it is misspelt. */
export function libraryFileLike(path: string): string | undefined {
  const names = Object.keys(LIBRARY_MACROS).map((file) => file.replace(/\.avm$/, ""));
  const name = path
    .toLowerCase()
    .replace(/^.*\//, "")
    .replace(/\.avm$/, "");
  const isBegun = (one: string): boolean => name.length > 2 && one.startsWith(name);
  const likely = names.includes(name) ? name : (nearest(name, names) ?? names.find(isBegun));
  if (likely === undefined) return undefined;
  const file = `std/${likely}.avm`;
  return file === path ? undefined : file;
}

/** The file of the library that a path names exactly, except for its folder or ending. */
export function libraryFileNamed(path: string): string | undefined {
  const file = `${path.replace(/^std\//, "").replace(/\.avm$/, "")}.avm`;
  return Object.hasOwn(LIBRARY_MACROS, file) ? `std/${file}` : undefined;
}

/** Its files include each other, so a program that lacks one may lack macros of others. */
export const ALL_LIBRARY_MACROS: readonly string[] = Object.values(LIBRARY_MACROS).flat();

const FILE_OF_MACRO: ReadonlyMap<string, string> = new Map(
  Object.entries(LIBRARY_MACROS).flatMap(([file, names]) => names.map((name) => [name, file] as const)),
);

/** The file of the library that defines a macro. */
export function libraryFileOf(macro: string): string | undefined {
  return FILE_OF_MACRO.get(macro);
}
