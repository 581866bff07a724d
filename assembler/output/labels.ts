/** The labels that a source gives to the statements of its program; those of macros are private to each expansion. */

import type { Assembly } from "../assemble.ts";

export interface ProgramLabel {
  readonly name: string;
  /** Index of the statement that it stands before. */
  readonly statement: number;
}

/** A program with its labels, in the order of the source. */
export function withLabels({ program, symbols }: Assembly): {
  readonly program: Assembly["program"];
  readonly labels: readonly ProgramLabel[];
} {
  const labels = symbols.flatMap((symbol) =>
    symbol.kind === "label" && !symbol.private ? [{ name: symbol.name, statement: symbol.statement }] : [],
  );
  return { program, labels };
}
