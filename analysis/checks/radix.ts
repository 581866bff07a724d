import { operandText, positionOf, valueText, writesOf, type FailureCheck } from "./context.ts";

/** `bad-radix`: the radix is below 2 or above 256, or bits are requested although the radix isn't 2. */
export const checkRadix: FailureCheck = (failure, context) => {
  const value = valueText(context, failure.value);
  const text = operandText(context, failure.op, failure.operand);
  return {
    code: "bad-radix",
    message:
      failure.rule === "radix"
        ? `the radix ${text} is ${value ?? "out of range"}, but must be from 2 to 256`
        : `${text} demands bits, but the radix isn't 2`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin),
  };
};
