/** Which wire form has room for operands. */

import type { WireForm } from "../../isa/instruction-set.ts";
import type { ResolvedOperand } from "./operands.ts";

/** The index of the first operand that doesn't fit a form, or -1. */
export function misfitIn(form: WireForm, operands: readonly ResolvedOperand[], forced: boolean): number {
  return form.fields.findIndex(({ size, operand }, index) => {
    const { value, waiting } = operands[index];
    // What waits for the layout takes the form that a label always fits, so that one pass lays the code out.
    if (waiting)
      return !forced && size < (operand.kind === "memory" ? 2 : operand.kind === "immediate" ? 4 : 1);
    return size < 32 && value >> BigInt(8 * size) !== 0n ? true : value >> 256n !== 0n;
  });
}
