/** Colours output if the stream supports it. */

import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Formats a text, or returns it unchanged. */
export type Style = (format: Format, text: string) => string;

/** The style for a stream. `FORCE_COLOR` or `NO_COLOR` decides if it is set, else whether the stream is a terminal. */
export function styleFor(name: "stdout" | "stderr"): Style {
  let isColoured: boolean | undefined;
  return (format, text) => {
    // Opening a stream takes time, and most runs print nothing.
    isColoured ??= wantsColour(name);
    return isColoured ? styleText(format, text, { validateStream: false }) : text;
  };
}

function wantsColour(name: "stdout" | "stderr"): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env;
  if (force !== undefined) return force !== "0" && force !== "false";
  return !no && process[name].isTTY && process[name].hasColors();
}
