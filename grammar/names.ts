/** Finds the names and the `$` in a piece of syntax. */

import type { Expression, OperandNode } from "./ast.ts";

/** The names in an operand, in the order of the text. */
export function* namesIn(node: OperandNode): Iterable<Expression & { kind: "name" }> {
  for (const leaf of leavesIn(node)) if (leaf.kind === "name") yield leaf;
}

/** The `$` in an operand. */
export function* placesIn(node: OperandNode): Iterable<Expression & { kind: "here" }> {
  for (const leaf of leavesIn(node)) if (leaf.kind === "here") yield leaf;
}

function leavesIn(node: OperandNode): Iterable<Expression> {
  return leavesOf(node.kind === "memory" ? node.address : node.value);
}

function* leavesOf(node: Expression): Iterable<Expression> {
  switch (node.kind) {
    case "unary":
      yield* leavesOf(node.operand);
      return;
    case "binary":
      yield* leavesOf(node.left);
      yield* leavesOf(node.right);
      return;
    case "call":
      for (const argument of node.arguments) yield* leavesOf(argument);
      return;
    default:
      yield node;
  }
}
