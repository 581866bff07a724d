import { operandText, positionOf, valueText, writesOf, type FailureCheck } from "./context.ts";
import { grouped } from "../../program/grouped.ts";

/** `out-of-gas`: a range has more cells than a transaction can have gas for. */
export const checkGas: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const paid = op.plan.memory.find(({ lengthOperand }) => lengthOperand === operand)!;
  const count = valueText(context, failure.value) ?? "too many";
  const most = grouped(paid.affordable);
  return {
    code: "out-of-gas",
    message: `${operandText(context, op, operand)} demands ${count} cells, but the gas of a transaction pays for ${most} at most`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin),
  };
};
