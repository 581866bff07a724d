/** Which names a piece of syntax uses. */

import type { Expression, OperandNode } from "./ast.ts";

/** The names in an operand, in the order of the text. */
export function* namesIn(node: OperandNode): Iterable<Expression & { kind: "name" }> {
  yield* namesOf(node.kind === "memory" ? node.address : node.value);
}

function* namesOf(node: Expression): Iterable<Expression & { kind: "name" }> {
  switch (node.kind) {
    case "name":
      yield node;
      return;
    case "unary":
      yield* namesOf(node.operand);
      return;
    case "binary":
      yield* namesOf(node.left);
      yield* namesOf(node.right);
      return;
    case "call":
      for (const argument of node.arguments) yield* namesOf(argument);
      return;
    default:
  }
}
