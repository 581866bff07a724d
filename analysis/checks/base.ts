import { RELATIVE } from "../../isa/instruction-set.ts";
import { contentText, isUnwritten, retag, verdictOf, writesOf, type FailureCheck } from "./context.ts";

/** `non-u32-base`, `uninitialised-base`: an instruction has a relative operand, and M[0], the base, isn't u32. */
export const checkBase: FailureCheck = (failure, context) => {
  const { op } = failure;
  const operand = op.modes.findIndex((mode) => (mode & RELATIVE) !== 0);
  const content = contentText(failure, verdictOf(failure, context));
  return {
    code: isUnwritten(failure) ? "uninitialised-base" : "non-u32-base",
    message: `[0] ${content}, and the base of [sp+n] must be u32`,
    position: op.plan.memory[operand].position,
    related: writesOf(context, failure.origin, failure.wanted),
    fixes: retag(context, failure),
  };
};
