/** Follows a macro's parameters to their arguments. */

import type { OperandNode, TokenIndex } from "../../grammar/ast.ts";
import { columnsOf, tokenText } from "../../grammar/line.ts";
import { parseTag, type Tag } from "../../isa/tags.ts";
import type { Scoped } from "./symbols.ts";

/** Follows a macro's parameter to the operand that was given for it. */
export function followParameters(at: Scoped<OperandNode>): Scoped<OperandNode> {
  let current = at;
  // A chain of parameters is no longer than the expansions are deep.
  while (current.node.kind === "bare" && current.node.value.kind === "name") {
    const symbol = current.scope.lookup(tokenText(current.line, current.node.value.first));
    if (symbol?.kind !== "parameter") break;
    current = symbol.argument;
  }
  return current;
}

/** The tag that a token is, or that a parameter stands for. */
export function tagAt(at: Scoped<unknown>, token: TokenIndex): Tag | undefined {
  const text = tokenText(at.line, token);
  const tag = parseTag(text);
  const symbol = tag ? undefined : at.scope.lookup(text);
  if (symbol?.kind !== "parameter") return tag;
  const { line, node } = followParameters(symbol.argument);
  if (node.kind !== "bare") return undefined;
  const { start, end } = columnsOf(line, node);
  return parseTag(line.text.slice(start, end));
}
