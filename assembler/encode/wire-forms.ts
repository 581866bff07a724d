/** Decides whether operands fit a wire form. */

import type { WireForm } from "../../isa/instruction-set.ts";
import type { ResolvedOperand } from "./operands.ts";

/**
 * The index of the first operand that doesn't fit a wire form; -1 if all fit.
 *
 * @param forced whether the source names the form, so that operands that depend on the layout are checked only after it
 */
export function misfitIn(form: WireForm, operands: readonly ResolvedOperand[], forced: boolean): number {
  return form.fields.findIndex(({ size, operand }, index) => {
    const { value, waiting } = operands[index];
    // An operand that depends on the layout gets a form that can hold every label's offset, so that one pass suffices.
    if (waiting)
      return !forced && size < (operand.kind === "memory" ? 2 : operand.kind === "immediate" ? 4 : 1);
    return size < 32 && value >> BigInt(8 * size) !== 0n ? true : value >> 256n !== 0n;
  });
}
