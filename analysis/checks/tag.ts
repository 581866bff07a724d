import { shownOperand } from "../../isa/describe.ts";
import { INTEGRAL_TAGS } from "../../isa/tags.ts";
import { passedArgument } from "./arguments.ts";
import {
  article,
  contentText,
  operandText,
  placeText,
  positionOf,
  retag,
  tagList,
  verdictOf,
  writesOf,
} from "./context.ts";
import type { FailureCheck } from "./context.ts";
import { REGION } from "../domain/value.ts";

/** `wrong-tag`, `non-integral-tag`: a cell that is read has a tag that the instruction doesn't accept. */
export const checkTag: FailureCheck = (failure, context) => {
  const { op, operand, wanted } = failure;
  const { definition } = op.plan.form;
  const { name, length } = op.plan.memory[operand];
  const integral = wanted === INTEGRAL_TAGS;
  const content = contentText(failure, verdictOf(failure, context));
  const cell =
    length === 1
      ? placeText(context, op, operand, failure.address)
      : failure.address >= 0 && failure.address < REGION
        ? `M[${failure.address}], in the range of ${operandText(context, op, operand)},`
        : `a cell in the range of ${operandText(context, op, operand)}`;
  const role = shownOperand({ name });
  const advice = definition.mnemonic === "DIV" ? ": `FDIV` divides fields" : ": CAST it to one first";
  return {
    code: integral ? "non-integral-tag" : "wrong-tag",
    message: `${cell} ${content}, and ${definition.mnemonic} takes ${integral ? "an integer" : article(tagList(wanted))} as \`${role}\`${integral ? advice : ""}`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin, wanted),
    fixes: retag(context, failure),
    argument: passedArgument(failure, context),
  };
};
