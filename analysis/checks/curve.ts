import { operandText, positionOf, writesOf, type FailureCheck } from "./context.ts";

/** `not-on-curve`: an operand of ECADD is a point that is neither on the curve nor the point at infinity. */
export const checkCurve: FailureCheck = (failure, context) => ({
  code: "not-on-curve",
  message: `the point that begins at ${operandText(context, failure.op, failure.operand)} isn't on the curve: y^2 = x^3 - 17`,
  position: positionOf(failure),
  related: writesOf(context, failure.origin),
});
