import { operandText, positionOf, valueText, writesOf, type FailureCheck } from "./context.ts";

/** `too-few-limbs`: the value that TORADIXBE decomposes has more digits than the instruction writes limbs. */
export const checkLimbs: FailureCheck = (failure, context) => ({
  code: "too-few-limbs",
  message: `the value has more digits than the ${valueText(context, failure.value) ?? ""} limbs of ${operandText(context, failure.op, failure.operand)}`,
  position: positionOf(failure),
  related: writesOf(context, failure.origin),
});
