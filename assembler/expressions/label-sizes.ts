/** The sizes of labels: bytes to the next global label, or to the end of the code. */

import { lowerBound } from "../../program/search.ts";
import type { AssemblySymbol, LabelSymbol } from "./symbols.ts";

/** The offsets of the global labels outside of expansions, ascending. */
export function globalOffsets(
  symbols: readonly AssemblySymbol[],
  offsetOf: (label: LabelSymbol) => number,
): number[] {
  return symbols
    .filter((symbol) => symbol.kind === "label")
    .filter((label) => !label.private && !label.name.includes("."))
    .map(offsetOf);
}

/** Bytes from an offset to the next one of `offsets`, which ascend, or to the end of the code. */
export function sizeFrom(start: number, offsets: readonly number[], end: number): number {
  return (offsets.at(lowerBound(offsets, offsets.length, start + 1)) ?? end) - start;
}
