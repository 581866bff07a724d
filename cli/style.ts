/** Colour, where a stream shows it. */

import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Puts a text into a format, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** The style for a stream: `FORCE_COLOR` and `NO_COLOR` decide where they are set, else whether it is a terminal. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  if (!wantsColour(stream)) return (_, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}

function wantsColour(stream: NodeJS.WriteStream): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env;
  if (force !== undefined) return force !== "0" && force !== "false";
  return !no && stream.isTTY && stream.hasColors();
}
