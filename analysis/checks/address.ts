import { passedArgument } from "./arguments.ts";
import { contentText, isUnwritten, pointerText, positionOf, retag, verdictOf, writesOf } from "./context.ts";
import type { FailureCheck } from "./context.ts";

/** `non-u32-address`, `uninitialised-address`: the cell that `[[x]]` takes its address from isn't u32. */
export const checkAddress: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const pointer = pointerText(context, op, operand, failure.address);
  const content = contentText(failure, verdictOf(failure, context));
  return {
    code: isUnwritten(failure) ? "uninitialised-address" : "non-u32-address",
    message: `${pointer} ${content}, and an address must be u32`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin, failure.wanted),
    fixes: retag(context, failure),
    argument: passedArgument(failure, context),
  };
};
