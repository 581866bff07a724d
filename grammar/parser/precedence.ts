/** The binding strength of binary operators, and the trees that follow from it. */

import type { BinaryOperator, Expression } from "../ast.ts";

/** Weakest first, as in NASM. */
const PRECEDENCE: Record<BinaryOperator, number> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "<<": 7,
  ">>": 7,
  "+": 8,
  "-": 8,
  "*": 9,
  "/": 9,
  "%": 9,
};

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
