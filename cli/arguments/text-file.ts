/** Reads the text files that options name: a world, a baseline. */

import { unreadable } from "../command.ts";
import { decodeText } from "../files/decode.ts";
import { readInput } from "../files/input.ts";

/** The text of a file. Throws a `CommandError` if it can't be read. */
export async function readTextFile(file: string): Promise<string> {
  const bytes = await readInput(file);
  const text = "error" in bytes ? bytes : decodeText(bytes);
  if (typeof text !== "string") throw unreadable({ name: file }, text.error);
  return text;
}
