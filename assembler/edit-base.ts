/** The part of an assembly that the driver for edits needs. Lines and statements are in arrays, so that one pass can shift them. */

import type { InstructionSet } from "../isa/instruction-set.ts";
import type { AssemblySymbol, Scope } from "./expressions/symbols.ts";

export interface EditBase {
  readonly set: InstructionSet;
  /** The symbols with their places before all edits. The arrays have the places after the edits. */
  readonly symbols: readonly AssemblySymbol[];
  readonly scope: Scope;
  readonly numberOf: ReadonlyMap<AssemblySymbol, number>;
  /** By symbol: the statement that follows a label; -1 at first for other symbols. */
  readonly statementOf: Int32Array;
  /** By symbol: the line of its definition. */
  readonly lineOf: Int32Array;
  /** The numbers of the global labels' symbols, in the order of the text. */
  readonly globals: Int32Array;
  /** The numbers of the labels that operands name, and the indices, in ascending order, of the values that hold their offsets. */
  readonly usedLabels: Int32Array;
  readonly usingValues: Int32Array;
  readonly holes: number;
  /** An upper bound on the number of wide values that belong to removed lines. */
  readonly wasted: number;
}
