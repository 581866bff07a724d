/** Decides whether operands fit a wire form. */

import type { WireForm } from "../../isa/instruction-set.ts";
import type { ResolvedOperand } from "./operands.ts";

/** The index of the first operand that doesn't fit a form, or -1. */
export function misfitIn(form: WireForm, operands: readonly ResolvedOperand[], forced: boolean): number {
  return form.fields.findIndex(({ size, operand }, index) => {
    const { value, waiting } = operands[index];
    // An operand that depends on the layout takes a form that fits every label, so that one pass is enough.
    if (waiting)
      return !forced && size < (operand.kind === "memory" ? 2 : operand.kind === "immediate" ? 4 : 1);
    return size < 32 && value >> BigInt(8 * size) !== 0n ? true : value >> 256n !== 0n;
  });
}
