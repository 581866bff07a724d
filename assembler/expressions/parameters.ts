/** Replaces macro parameters by their arguments. */

import type { Expression, OperandNode, TokenIndex } from "../../grammar/ast.ts";
import { tokenText, nodeText } from "../../grammar/line.ts";
import { parseTag, type Tag } from "../../isa/tags.ts";
import { namesIn } from "../../grammar/names.ts";
import { lookupName } from "./lookup.ts";
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

/**
 * A macro's argument in a condition, if it is a name that isn't defined; undefined if there is none. `is_cell` of such a name is 0, so an
 * assertion fails, but the mistake is the undefined name.
 */
export function undefinedArgument(condition: Scoped<Expression>): Scoped<Expression> | undefined {
  const { first, last } = condition.node;
  for (const { first: token } of namesIn({ kind: "bare", value: condition.node, first, last })) {
    const symbol = condition.scope.lookup(tokenText(condition.line, token));
    if (symbol?.kind !== "parameter") continue;
    const argument = followParameters(symbol.argument);
    if (argument.node.kind !== "bare" || argument.node.value.kind !== "name") continue;
    const name = tokenText(argument.line, argument.node.value.first);
    if (parseTag(name) === undefined && !lookupName(name, argument.scope, argument.label))
      return { ...argument, node: argument.node.value };
  }
  return undefined;
}

/** The tag that a token names, possibly through a macro parameter; undefined if it isn't a tag. */
export function tagAt(at: Scoped<unknown>, token: TokenIndex): Tag | undefined {
  const text = tokenText(at.line, token);
  const tag = parseTag(text);
  const symbol = tag ? undefined : at.scope.lookup(text);
  if (symbol?.kind !== "parameter") return tag;
  const { line, node } = followParameters(symbol.argument);
  return node.kind === "bare" ? parseTag(nodeText(line, node)) : undefined;
}
