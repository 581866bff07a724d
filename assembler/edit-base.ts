/**
 * The part of an assembly from which an edit starts. All places are numbers in arrays, so that they move in one pass.
 */

import type { InstructionSet } from "../isa/instruction-set.ts";
import type { AssemblySymbol, Scope } from "./expressions/symbols.ts";

export interface EditBase {
  readonly set: InstructionSet;
  /** The symbols; where they stand after edits is in the arrays. */
  readonly symbols: readonly AssemblySymbol[];
  readonly scope: Scope;
  readonly numberOf: ReadonlyMap<AssemblySymbol, number>;
  /** By symbol: the statement that a label stands before; of other symbols it says nothing. */
  readonly statementOf: Int32Array;
  /** By symbol: the line of its definition. */
  readonly lineOf: Int32Array;
  /** Global labels in the order of the text. */
  readonly globals: Int32Array;
  /** The labels that operands name, by symbol, and the values that hold their offsets, ascending. */
  readonly usedLabels: Int32Array;
  readonly usingValues: Int32Array;
  readonly holes: number;
  /** Values of more than 32 bits that are left over from lines that are gone. */
  readonly wasted: number;
}
