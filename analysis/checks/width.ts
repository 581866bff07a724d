import { operandText, positionOf, writesOf, type FailureCheck } from "./context.ts";

/** `value-too-wide`: a value doesn't fit the number of bits that the instruction accepts, although it fits its tag. */
export const checkWidth: FailureCheck = (failure, context) => {
  const hazard = failure.op.plan.hazards.find((one) => one.kind === "width");
  return {
    code: "value-too-wide",
    message: `${operandText(context, failure.op, failure.operand)} holds a value that doesn't fit ${hazard?.kind === "width" ? hazard.bits : 0} bits`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin),
  };
};
