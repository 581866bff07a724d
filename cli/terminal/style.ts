/** Colour, where a stream shows it. */

import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Puts a text into a format, or leaves it as it is. */
export type Style = (format: Format, text: string) => string;

/** The style for a stream: `FORCE_COLOR` and `NO_COLOR` decide where they are set, else whether it is a terminal. */
export function styleFor(name: "stdout" | "stderr"): Style {
  let isColoured: boolean | undefined;
  return (format, text) => {
    // Setting a stream up takes its time, and most runs print nothing.
    isColoured ??= wantsColour(name);
    return isColoured ? styleText(format, text, { validateStream: false }) : text;
  };
}

function wantsColour(name: "stdout" | "stderr"): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env;
  if (force !== undefined) return force !== "0" && force !== "false";
  return !no && process[name].isTTY && process[name].hasColors();
}
