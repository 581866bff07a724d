/** Prints the message for a bug of the tool. */

import { printError } from "../files/output.ts";
import { printable, printableLine } from "../terminal/text.ts";

/** The exit status after a bug of the tool. */
export const INTERNAL_ERROR = 70;

/** @param file the file that was processed; absent if that isn't known */
export function printInternalError(error: unknown, file?: string): void {
  const detail = error instanceof Error ? (process.env.AVMASM_TRACE ? error.stack : error.message) : error;
  const place = file === undefined ? "" : `${printableLine(file)}: `;
  printError(
    `avmasm: internal error: ${place}${printable(String(detail))}\nThis is a bug in avmasm; please report it.\n`,
  );
}
