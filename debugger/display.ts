/** Values and places as the debugger shows them. */

import { INDIRECT, RELATIVE } from "../isa/instruction-set.ts";
import type { Tag } from "../isa/tags.ts";
import type { CellState } from "./watch-expression.ts";

/** Numbers from here on are easier to read in hexadecimal. */
const SHOWN_IN_HEX = 1n << 64n;

export type NumberFormat = "decimal" | "hex";

export function shownNumber(value: bigint, format: NumberFormat = "decimal"): string {
  if (format === "hex" || value >= SHOWN_IN_HEX)
    return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
  return value.toString();
}

/** `5 : u32`, or that the cell was never written; `declared` is said if the cell has another tag. */
export function shownCell(cell: CellState, declared?: Tag, format?: NumberFormat): string {
  if (!cell.written) return "never written";
  const wrong = declared !== undefined && declared !== cell.tag ? ` (declared ${declared})` : "";
  return `${shownNumber(cell.value, format)} : ${cell.tag}${wrong}`;
}

/** An operand as it is written. */
export function shownAddress(offset: number, mode: number): string {
  const cell = mode & RELATIVE ? `[sp+${offset}]` : `[${offset}]`;
  return mode & INDIRECT ? `[${cell}]` : cell;
}

/** The text that a field holds: printable ASCII of two characters at least, big-endian. */
export function textIn(value: bigint): string | undefined {
  let text = "";
  for (let rest = value; rest > 0n; rest >>= 8n) {
    const byte = Number(rest & 0xffn);
    if (byte < 32 || byte > 126) return undefined;
    text = String.fromCharCode(byte) + text;
  }
  return text.length > 1 ? text : undefined;
}
