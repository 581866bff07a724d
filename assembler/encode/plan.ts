/** What an encoding plan consists of. */

import type { OperandNode } from "../../grammar/ast.ts";
import type { WireForm } from "../../isa/instruction-set.ts";
import type { FoldedOperand } from "../expressions/symbols.ts";

export interface PlannedOperand {
  /** How the value is read: `constant` needs no token, `folded` constant-folds the node, `name` looks up a name that folds. */
  readonly kind: "constant" | "number" | "tag" | "member" | "label" | "folded" | "name";
  /** The value of a constant. */
  readonly value?: number;
  readonly token: number;
  readonly node?: OperandNode;
  /** The kind of value that the node or name must fold to. */
  readonly wanted?: FoldedOperand["kind"];
  /** For a memory operand: the index of its pair of mode bits. */
  readonly pair?: number;
  /** Numbers of the enum's members by name in upper case. */
  readonly members?: ReadonlyMap<string, number>;
}

export interface Plan {
  /** The possible forms of the mnemonic, narrowest first. */
  readonly forms: readonly WireForm[];
  /** One past the largest value of each field of each form. */
  readonly limits: readonly (readonly number[])[];
  readonly operands: readonly PlannedOperand[];
  readonly mode: number;
}

/** A label, which may be used before it is defined. */
export interface EncodedLabel {
  readonly kind: "label";
  /** Index of the statement that follows the label. */
  readonly statement: number;
}
