import { passedArgument } from "./arguments.ts";
import { contentText, isUnwritten, pointerText, positionOf, retag, verdictOf, writesOf } from "./context.ts";
import { operandSourceText } from "../../program/operand-source-text.ts";
import type { Op } from "../code/decoded-code.ts";
import type { CheckContext, FailureCheck } from "./context.ts";

/** `non-u32-address`, `uninitialised-address`: the pointer of an indirect operand `[[x]]`, which is the cell `[x]`, isn't u32. */
export const checkAddress: FailureCheck = (failure, context) => {
  const { op, operand } = failure;
  const pointer = pointerText(context, op, operand, failure.address);
  const content = contentText(failure, verdictOf(failure, context));
  const instead = isUnwritten(failure) ? insteadOf(context, op, operand) : "";
  return {
    code: isUnwritten(failure) ? "uninitialised-address" : "non-u32-address",
    message: `${pointer} ${content}, and an address must be u32${instead}`,
    position: positionOf(failure),
    related: writesOf(context, failure.origin, failure.wanted),
    fixes: retag(context, failure),
    argument: passedArgument(failure, context),
  };
};

/**
 * What the author probably meant by an operand that is indirect: for `[name]` and `[[8]]` the cell itself, for `[10+name]` a cell
 * that the number in `name` chooses.
 */
function insteadOf({ program }: CheckContext, op: Op, k: number): string {
  const words = operandSourceText(program, op.index, op.plan.memory[k].position) ?? "";
  const name = /^\[([A-Za-z_]\w*)\]$/.exec(words)?.[1];
  if (name !== undefined) return `; the cell itself is \`${name}\`, without brackets`;
  const inner = /^\[(\[\w+\])\]$/.exec(words)?.[1];
  if (inner !== undefined) return `; the cell itself is \`${inner}\``;
  return /^\[[^[\]+]*\+[^[\]]*\]$/.test(words)
    ? "; an index in a cell is added to an address by ADD, and `[[x]]` goes to the sum"
    : "";
}
