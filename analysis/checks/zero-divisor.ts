import { operandText, positionOf, verdictOf, writesOf, type FailureCheck } from "./context.ts";

/** `zero-divisor`: an instruction divides by a cell that holds 0, or may hold 0. */
export const checkZeroDivisor: FailureCheck = (failure, context) => {
  const may = verdictOf(failure, context) === "definite" ? "is" : "may be";
  return {
    code: "zero-divisor",
    message: `the divisor ${operandText(context, failure.op, failure.operand)} ${may} 0`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin),
  };
};
