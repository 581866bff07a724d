import { passedArgument } from "./arguments.ts";
import { contentText, isUnwritten, pointerText, positionOf, retag, verdictOf, writesOf } from "./context.ts";
import { operandWords } from "../../program/authors-words.ts";
import type { Op } from "../code/decoded-code.ts";
import type { CheckContext, FailureCheck } from "./context.ts";

/** `non-u32-address`, `uninitialised-address`: the pointer of an indirect operand `[[x]]`, which is the cell `[x]`, isn't u32. */
export const checkAddress: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const pointer = pointerText(context, op, operand, failure.address);
  const content = contentText(failure, verdictOf(failure, context));
  const name = isUnwritten(failure) ? cellName(context, op, operand) : undefined;
  const instead = name === undefined ? "" : `; the cell itself is \`${name}\`, without brackets`;
  return {
    code: isUnwritten(failure) ? "uninitialised-address" : "non-u32-address",
    message: `${pointer} ${content}, and an address must be u32${instead}`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin, failure.wanted),
    fixes: retag(context, failure),
    argument: passedArgument(failure, context),
  };
};

/** The name in an operand `[name]`: its author meant the cell of that name, but the brackets make the operand indirect. */
function cellName({ program }: CheckContext, op: Op, k: number): string | undefined {
  return /^\[([A-Za-z_]\w*)\]$/.exec(operandWords(program, op.index, op.plan.memory[k].position) ?? "")?.[1];
}
