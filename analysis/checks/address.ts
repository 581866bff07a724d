import { RELATIVE } from "../../isa/instruction-set.ts";
import {
  cellText,
  contentText,
  isUnwritten,
  modeText,
  positionOf,
  retag,
  verdictOf,
  writesOf,
} from "./context.ts";
import type { FailureCheck } from "./context.ts";

/** `non-u32-address`, `uninitialised-address`: the cell that `[[x]]` takes its address from isn't u32. */
export const checkAddress: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const pointer = modeText(op.modes[operand] & RELATIVE, op.address(operand));
  const content = contentText(failure, verdictOf(failure, context.facts));
  return {
    code: isUnwritten(failure) ? "uninitialised-address" : "non-u32-address",
    message: `${pointer}${cellText(op, operand, failure.address)} ${content}, and an address must be u32`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin, failure.wanted),
    fixes: retag(context, failure),
  };
};
