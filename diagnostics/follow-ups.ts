/** Finds the diagnostics that follow from others, so that one mistake is one diagnostic. */

import type { Dependence, Diagnostic } from "./diagnostic.ts";

const NONE: Dependence = {};

/**
 * What follows from another mistake of the list, and is left out:
 * - uses of a name whose definition has a mistake, such as a label without its colon;
 * - what closes a block that another language would begin above;
 * - the line behind one that was meant to go on in it;
 * - what else is wrong in an instruction with a register of another machine, and the register's further uses.
 */
export function followUps(list: readonly Diagnostic[]): Set<Diagnostic> {
  if (!list.some(({ dependence }) => dependence)) return new Set();
  const defined = new Set<string>();
  const continued = new Set<string>();
  /** By file: the first line that begins a block. */
  const begins = new Map<string, number>();
  for (const { source, span, dependence = NONE } of list) {
    for (const name of dependence.defines ?? []) defined.add(name);
    if (dependence.continues) continued.add(`${source} ${span.line + 1}`);
    if (dependence.block === "begins")
      begins.set(source, Math.min(span.line, begins.get(source) ?? span.line));
  }
  const registers = new Set<string>();
  const linesWithRegister = new Set<string>();
  return new Set(
    list.filter(({ code, source, span, dependence = NONE }) => {
      const { uses, block, isRegister } = dependence;
      const line = `${source} ${span.line}`;
      if (isRegister && uses !== undefined) {
        const isFirst = !registers.has(uses) && !linesWithRegister.has(line);
        registers.add(uses);
        if (isFirst) linesWithRegister.add(line);
        return !isFirst;
      }
      return (
        (uses !== undefined && defined.has(uses)) ||
        (block === "ends" && span.line > (begins.get(source) ?? Infinity)) ||
        (code === "syntax-error" && continued.has(line)) ||
        ((code === "operand-kind" || code === "operand-count") && linesWithRegister.has(line))
      );
    }),
  );
}
