/** Reports failed assertions in macros of the standard library at the argument of the caller that they are about. */

import type { DirectiveStatement, Expression, Node } from "../../grammar/ast.ts";
import { tokenText } from "../../grammar/line.ts";
import { namesIn } from "../../grammar/names.ts";
import type { Frame } from "../../program/source-locations.ts";
import type { DiagnosticList } from "../diagnostic-list.ts";
import { locationOf, type ParameterSymbol, type Scoped } from "../expressions/symbols.ts";

/** An argument in an assertion: its place in the caller's source, and the name of the called macro's parameter. */
interface Argument {
  readonly at: Scoped<Node>;
  readonly macro: string;
  readonly parameter: string;
}

/** Reports a failed assertion of the library at the caller's argument; returns false if the assertion is about no argument. */
export function reportLibraryAssertion(
  at: Scoped<DirectiveStatement>,
  condition: Expression,
  text: string,
  library: ReadonlySet<string>,
  diagnostics: DiagnosticList,
): boolean {
  const { frame } = at.scope;
  if (!library.has(frame.file.name) || frame.expansion === undefined) return false;
  const argument = argumentIn({ ...at, node: condition }, library);
  if (!argument) return false;
  const { at: place, macro, parameter } = argument;
  diagnostics.dropWithin(frame, locationOf(place));
  const related = [{ ...locationOf(at), message: "the library asserts it here" }];
  const message = `\`${macro}\`: \`${parameter}\` ${text}`;
  diagnostics.report(place, "assertion-failed", message, { related });
  return true;
}

/** The argument that an assertion is about: that of the last parameter in its condition. */
function argumentIn(at: Scoped<Expression>, library: ReadonlySet<string>): Argument | undefined {
  const bare = { kind: "bare", value: at.node, first: at.node.first, last: at.node.last } as const;
  for (const { first } of [...namesIn(bare)].reverse()) {
    const symbol = at.scope.lookup(tokenText(at.line, first));
    if (symbol?.kind === "parameter") return outermost(symbol, macroOf(at.scope.frame), library);
  }
  return undefined;
}

/** Follows a parameter through library macros to the argument in the user's source; undefined if it has a default value. */
function outermost(
  parameter: ParameterSymbol,
  macro: string,
  library: ReadonlySet<string>,
): Argument | undefined {
  const { argument } = parameter;
  const { frame } = argument.scope;
  if (!library.has(frame.file.name)) return { at: argument, macro, parameter: parameter.name };
  const [name] = namesIn(argument.node);
  const outer = name && argument.scope.lookup(tokenText(argument.line, name.first));
  if (outer?.kind !== "parameter") return undefined;
  return outermost(outer, macroOf(argument.scope.frame), library);
}

/** The name of the macro whose expansion a frame is or is in. */
function macroOf(frame: Frame): string {
  for (let at: Frame | undefined = frame; at; at = at.parent?.frame) {
    if (at.expansion !== undefined && !at.expansion.startsWith(".")) return at.expansion;
  }
  return "";
}
