/** Where the tool is installed, and what lies beside it there. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package's folder: the parent of `cli/`, and of `dist/` once it is bundled. */
const INSTALLATION = dirname(import.meta.dirname);

/** The folder that `.include <…>` reads from. */
export const LIBRARY = join(INSTALLATION, "lib");

/** The tool's version, as its package says. */
export function toolVersion(): string {
  const text = readFileSync(join(INSTALLATION, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** A documentation page of the package, or undefined where it isn't installed. */
export function readPage(...parts: string[]): string | undefined {
  try {
    return readFileSync(join(INSTALLATION, "docs", ...parts), "utf8");
  } catch {
    return undefined;
  }
}

/** The syntax trees of usual lines that the build put beside the command; none where it runs from its sources. */
export function usualShapes(): Uint8Array {
  try {
    return readFileSync(join(import.meta.dirname, "shapes.txt"));
  } catch {
    return new Uint8Array();
  }
}
