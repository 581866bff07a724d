/**
 * The part of an assembly that an edit starts from. All places are numbers in arrays, so that one pass can move them.
 */

import type { InstructionSet } from "../isa/instruction-set.ts";
import type { AssemblySymbol, Scope } from "./expressions/symbols.ts";

export interface EditBase {
  readonly set: InstructionSet;
  /** The symbols; their places after edits are in the arrays. */
  readonly symbols: readonly AssemblySymbol[];
  readonly scope: Scope;
  readonly numberOf: ReadonlyMap<AssemblySymbol, number>;
  /** By symbol: the statement behind a label; meaningless for other symbols. */
  readonly statementOf: Int32Array;
  /** By symbol: the line of its definition. */
  readonly lineOf: Int32Array;
  /** The global labels in the order of the text. */
  readonly globals: Int32Array;
  /** The labels that operands name, by symbol, and the values that hold their offsets, ascending. */
  readonly usedLabels: Int32Array;
  readonly usingValues: Int32Array;
  readonly holes: number;
  /** Number of unused wide values, left over from removed lines. */
  readonly wasted: number;
}
