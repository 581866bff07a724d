import { operandText, positionOf, valueText, type FailureCheck } from "./context.ts";

/** `range-beyond-memory`: a range of cells, or a base plus its offset, goes beyond the last cell of memory. */
export const checkRange: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const start = valueText(context, failure.address);
  const other = valueText(context, failure.value);
  const text = operandText(context, op, operand);
  const message =
    failure.rule === "base-range"
      ? `${text} is beyond the last cell${other === undefined ? "" : ` (the base is ${other})`}`
      : start === undefined || other === undefined
        ? `the range at ${text} ends beyond the last cell`
        : `the range at ${text} starts at ${start} and has ${other} cells, so it ends beyond the last one`;
  return { code: "range-beyond-memory", message, position: positionOf(failure) };
};
