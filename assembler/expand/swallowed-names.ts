/** Finds the names that a program lacks because a block or comment that nothing ends takes in their definitions. */

import type { SourceFile } from "../../grammar/source-file.ts";

const DEFINITION = /^[ \t]*(?:\.(?:const|cell|macro|struct)[ \t]+([a-z_]\w*)|([a-z_]\w*)[ \t]*:)/i;

/** The names that the lines from `start` on define, judged by their beginnings, since nothing in a comment is parsed. */
export function swallowedNames({ lines }: SourceFile, start: number): string[] {
  return lines.slice(start).flatMap(({ text }) => DEFINITION.exec(text)?.slice(1).filter(Boolean) ?? []);
}
