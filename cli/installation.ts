/** Locates the installed package and the files that are shipped with it. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package's folder: the parent of `cli/` when run from source, of `dist/` when bundled. */
const INSTALLATION = dirname(import.meta.dirname);

/** The folder that `.include <…>` reads from. */
export const LIBRARY = join(INSTALLATION, "lib");

/** The version in package.json. */
export function toolVersion(): string {
  const text = readFileSync(join(INSTALLATION, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Reads a documentation page of the package. Undefined if it isn't installed. */
export function readPage(...parts: string[]): string | undefined {
  try {
    return readFileSync(join(INSTALLATION, "docs", ...parts), "utf8");
  } catch {
    return undefined;
  }
}

/** The syntax trees of common lines, which the build wrote beside the bundle. Empty when run from source. */
export function usualShapes(): Uint8Array {
  try {
    return readFileSync(join(import.meta.dirname, "shapes.txt"));
  } catch {
    return new Uint8Array();
  }
}
