/** Finds the names that a program lacks because a block or comment that nothing ends takes in their definitions. */

import { tokenText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";

const DEFINITION = /^[ \t]*(?:\.(?:const|cell|macro|struct)[ \t]+([a-z_]\w*)|([a-z_]\w*)[ \t]*:)/i;

/** The names that the lines from `start` on define, judged by their beginnings, since nothing in a comment is parsed. */
export function namesInUnclosedBlocks({ lines }: SourceFile, start: number): string[] {
  return lines.slice(start).flatMap(({ text }) => DEFINITION.exec(text)?.slice(1).filter(Boolean) ?? []);
}

/** Names of one line that are looked at. */
const MAX_NAMES = 50;

/** The names in a line that may have been meant to define one of them, in order. */
export function namesOf(line: Line): string[] {
  const names: string[] = [];
  for (let token = 0; token < line.tokenCount && names.length < MAX_NAMES; token++) {
    const text = tokenText(line, token);
    if (/^[a-z_]\w*$/i.test(text)) names.push(text);
  }
  return names;
}
