/** Replaces macro parameters by their arguments. */

import type { OperandNode, TokenIndex } from "../../grammar/ast.ts";
import { columnsOf, tokenText } from "../../grammar/line.ts";
import { parseTag, type Tag } from "../../isa/tags.ts";
import type { Scoped } from "./symbols.ts";

/** Follows a macro parameter to its argument, through the parameters of enclosing macro calls. */
export function followParameters(at: Scoped<OperandNode>): Scoped<OperandNode> {
  let current = at;
  // This ends, because a chain of parameters isn't longer than the nesting of expansions.
  while (current.node.kind === "bare" && current.node.value.kind === "name") {
    const symbol = current.scope.lookup(tokenText(current.line, current.node.value.first));
    if (symbol?.kind !== "parameter") break;
    current = symbol.argument;
  }
  return current;
}

/** The tag that a token names, possibly through a macro parameter; undefined if it isn't a tag. */
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
