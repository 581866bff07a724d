/** The names of statements in a source: labels, except those that are private to a macro's expansion, and public functions. */

import type { PublicFunction } from "../../artifact/artifact.ts";
import type { Assembly } from "../assemble.ts";

export interface ProgramLabel {
  readonly name: string;
  /** Index of the statement that follows it. */
  readonly statement: number;
}

/** A program with its labels, in the order of the source, and its public functions. */
export function withLabels(assembly: Assembly): {
  readonly program: Assembly["program"];
  readonly labels: readonly ProgramLabel[];
  readonly functions: ReadonlyMap<number, PublicFunction>;
} {
  const { program, symbols } = assembly;
  const labels = symbols.flatMap((symbol) =>
    symbol.kind === "label" && !symbol.private ? [{ name: symbol.name, statement: symbol.statement }] : [],
  );
  return { program, labels, functions: functionsOf(assembly) };
}

/** The declared functions by the first statement of their code. If several begin at one statement, only the first is listed. */
export function functionsOf({ program, contract }: Assembly): Map<number, PublicFunction> {
  const functions = new Map<number, PublicFunction>();
  for (const { name, signature, attributes, label } of contract.functions) {
    if (!label || label.statement >= program.count || functions.has(label.statement)) continue;
    functions.set(label.statement, { name, signature, attributes });
  }
  return functions;
}
