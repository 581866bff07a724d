/** Builds the tree of an expression from its values and operators. */

import type { BinaryOperator, Expression } from "../ast.ts";
import { PRECEDENCE } from "../precedence.ts";

/** Builds the tree of `values[0] operators[0] values[1] …`. All operators associate to the left. */
export function applyPrecedence(values: Expression[], operators: BinaryOperator[]): Expression {
  const output: Expression[] = [values[0]];
  const pending: BinaryOperator[] = [];
  const reduce = (): void => {
    const right = output.pop()!;
    const left = output.pop()!;
    const operator = pending.pop()!;
    output.push({ kind: "binary", operator, left, right, first: left.first, last: right.last });
  };
  for (const [index, operator] of operators.entries()) {
    while (pending.length > 0 && PRECEDENCE[pending.at(-1)!] >= PRECEDENCE[operator]) reduce();
    pending.push(operator);
    output.push(values[index + 1]);
  }
  while (pending.length > 0) reduce();
  return output[0];
}
