/** Finds the names that a program lacks because a block or comment that nothing ends takes in their definitions. */

import { tokenText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";

/** The labels at the beginning of a line, with their colons, and the name that its directive defines. */
const DEFINITIONS = /^\s*((?:[a-z_]\w*\s*:\s*)*)(?:\.(?:const|cell|macro|struct)\s+([a-z_]\w*))?/i;

/** The names that the lines of an unclosed block define, from `start` on. */
export function namesInUnclosedBlock({ lines }: SourceFile, start: number): string[] {
  return lines.slice(start).flatMap((line) => namesDefinedIn(withoutComments(line)));
}

/** The names that the lines of an unclosed comment would define, from `start` on. */
export function namesInUnclosedComment({ lines }: SourceFile, start: number): string[] {
  return lines.slice(start).flatMap(({ text }) => namesDefinedIn(text));
}

/** The names that a line defines, judged by its beginning, since nothing in a comment is parsed. */
function namesDefinedIn(text: string): string[] {
  const [, labels, name = ""] = DEFINITIONS.exec(text)!;
  return [...labels.split(":"), name].map((one) => one.trim()).filter(Boolean);
}

/** The text of a line with a space for each comment. */
function withoutComments({ text, comments }: Line): string {
  let code = "";
  let at = 0;
  for (const { start, end } of comments) {
    code += `${text.slice(at, start)} `;
    at = end;
  }
  return code + text.slice(at);
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
