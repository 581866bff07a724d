/** The size of a label: the number of bytes to the next global label, or to the end of the code. */

import { lowerBound } from "../../program/search.ts";
import type { AssemblySymbol, LabelSymbol } from "./symbols.ts";

/** The byte offsets of the global labels outside of expansions, in ascending order. */
export function globalOffsets(
  symbols: readonly AssemblySymbol[],
  offsetOf: (label: LabelSymbol) => number,
): number[] {
  return symbols
    .filter((symbol) => symbol.kind === "label")
    .filter((label) => !label.private && !label.name.includes("."))
    .map(offsetOf);
}

/** The number of bytes from an offset to the next one in `offsets`, which are in ascending order, or to the end of the code. */
export function sizeFrom(start: number, offsets: readonly number[], end: number): number {
  return (offsets.at(lowerBound(offsets, offsets.length, start + 1)) ?? end) - start;
}
