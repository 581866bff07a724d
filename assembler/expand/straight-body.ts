/**
 * Straight bodies of macros: instructions and labels only, without calls. Each call has the same statements and labels, so they are
 * found once for all calls. Why: docs/decisions/003-encoding-plans.md.
 */

import { tokenText, type Line } from "../../grammar/line.ts";
import { keepTokens } from "../../grammar/tree-cache.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import { qualify } from "../expressions/lookup.ts";
import { plainOperand } from "../expressions/constant-folding.ts";
import { isLibraryName, reservedAs } from "../expressions/reserved-names.ts";
import type { FoldedOperand, LabelSymbol, MacroSymbol } from "../expressions/symbols.ts";
import { placeIn } from "./definition-place.ts";

/** Lines keep their tokens only in bodies of at most this many lines. Longer bodies take more memory, and are expanded less often. */
export const MAX_KEPT_LINES = 1_000;

export interface StraightBody {
  /** The number of lines, with those that aren't statements. */
  readonly lineCount: number;
  /** The lines of the statements. */
  readonly lines: readonly Line[];
  readonly lineNumbers: readonly number[];
  /** For each statement: the last global label before it. */
  readonly labelOf: readonly string[];
  /** The labels; `statement` counts from the start of the body. */
  readonly labels: readonly Omit<LabelSymbol, "kind" | "private">[];
  /** The names of the parameters. */
  readonly parameters: readonly string[];
  /** For each parameter: its default, if that is a number or a tag. */
  readonly defaults: readonly (FoldedOperand | undefined)[];
  /** How many names of macros were known: a macro that is defined later may make a call of one of the instructions. */
  readonly macroCount: number;
}

/** The straight body of a macro; undefined if it has anything else, or a name that can't be defined. */
export function straightBodyOf(
  macro: MacroSymbol,
  set: InstructionSet,
  macroNames: ReadonlySet<string>,
): StraightBody | undefined {
  const { file, start, end } = macro;
  const lineCount = end - start - 1;
  if (lineCount > MAX_KEPT_LINES || end >= file.lines.length || file.lines[end].tree.labels.length > 0)
    return undefined;
  const defaults = macro.parameters.map(({ value }) => value && plainOperand(value, file.lines[start]));
  const parameters = macro.parameters.map(({ name }) => name);
  const names = new Set(parameters);
  const lines: Line[] = [];
  const lineNumbers: number[] = [];
  const labelOf: string[] = [];
  const labels: StraightBody["labels"][number][] = [];
  let label = "";
  for (let lineNumber = start + 1; lineNumber < end; lineNumber++) {
    const line = file.lines[lineNumber];
    const { statement } = line.tree;
    keepTokens(line);
    // Lines with mistakes don't keep their tokens.
    if (!line.kept || statement?.kind === "directive") return undefined;
    for (const { name: token } of line.tree.labels) {
      const text = tokenText(line, token);
      const name = qualify(text, label);
      if (names.has(name) || isLibraryName(name) || reservedAs(name, set) !== undefined) return undefined;
      names.add(name);
      labels.push({
        name,
        ...placeIn(file, { node: { first: token, last: token }, line, lineNumber }),
        statement: lines.length,
      });
      if (!text.startsWith(".")) label = text;
    }
    if (!statement) continue;
    if (macroNames.has(tokenText(line, statement.mnemonic))) return undefined;
    lines.push(line);
    lineNumbers.push(lineNumber);
    labelOf.push(label);
  }
  return {
    lineCount,
    lines,
    lineNumbers,
    labelOf,
    labels,
    parameters,
    defaults,
    macroCount: macroNames.size,
  };
}
