/** Formats values and addresses for the debugger. */

import { INDIRECT, RELATIVE } from "../isa/instruction-set.ts";
import type { Tag } from "../isa/tags.ts";
import type { CellState } from "./watch-expression.ts";

/** Numbers from this one on are shown in hexadecimal. */
const SHOWN_IN_HEX = 1n << 64n;

export type NumberFormat = "decimal" | "hex";

export function shownNumber(value: bigint, format: NumberFormat = "decimal"): string {
  if (format === "hex" || value >= SHOWN_IN_HEX)
    return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  return value.toString();
}

/** Formats a cell: `5 : u32`, or that it was never written. Adds the `declared` tag if the cell has a different one. */
export function shownCell(cell: CellState, declared?: Tag, format?: NumberFormat): string {
  if (!cell.written) return "never written";
  const wrong = declared !== undefined && declared !== cell.tag ? ` (declared ${declared})` : "";
  return `${shownNumber(cell.value, format)} : ${cell.tag}${wrong}`;
}

/** Formats an operand as in assembly. */
export function shownAddress(offset: number, mode: number): string {
  const cell = mode & RELATIVE ? `[sp+${offset}]` : `[${offset}]`;
  return mode & INDIRECT ? `[${cell}]` : cell;
}

/** The text in a field: at least two characters of printable ASCII, big-endian. Undefined if there is none. */
export function textIn(value: bigint): string | undefined {
  let text = "";
  for (let rest = value; rest > 0n; rest >>= 8n) {
    const byte = Number(rest & 0xffn);
    if (byte < 32 || byte > 126) return undefined;
    text = String.fromCharCode(byte) + text;
  }
  return text.length > 1 ? text : undefined;
}
