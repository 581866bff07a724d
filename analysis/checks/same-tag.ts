import {
  article,
  cellText,
  operandText,
  positionOf,
  retag,
  tagList,
  verdictOf,
  writesOf,
} from "./context.ts";
import type { FailureCheck } from "./context.ts";

/** `tag-mismatch`: two operands that need one tag have different ones. */
export const checkSameTag: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const other = op.plan.memory[operand].sameAs;
  const may = verdictOf(failure, context.facts) === "definite" ? "" : "may be ";
  const text = (k: number): string =>
    `${operandText(op, k)}${cellText(op, k, context.facts.addresses[op.firstSlot + k])}`;
  const is = may === "" ? "is " : may;
  return {
    code: "tag-mismatch",
    message: `${text(operand)} ${is}${article(tagList(failure.found))} and ${text(other)} ${is}${article(tagList(failure.wanted))}, and ${op.plan.form.definition.mnemonic} takes two of one tag`,
    position: positionOf(failure),
    related: [
      ...writesOf(context, failure.origin),
      ...(failure.otherOrigin === undefined ? [] : writesOf(context, failure.otherOrigin)),
    ],
    fixes: retag(context, failure),
  };
};
