/** Source files that aren't programs: they have only definitions and routines, for those that include them. */

import type { Assembly } from "../assembler/assemble.ts";
import { blockGraph } from "../program/control-flow.ts";
import { formOf, type Program } from "../program/program.ts";
import { frameOf } from "../program/source-locations.ts";

/**
 * True for code that begins with a routine: a label in front of its first statement, from where control gets to an
 * `INTERNALRETURN` that nothing called.
 */
export function isLibrary({ program, symbols, files }: Assembly): boolean {
  const { origins } = program;
  // Code that the file includes in front of its own is there by mistake.
  if (program.count === 0 || !origins || frameOf(origins, 0).file !== files[0]) return false;
  const isLabelled = symbols.some(
    (symbol) => symbol.kind === "label" && symbol.statement === 0 && !symbol.private,
  );
  return isLabelled && returnsFromStart(program);
}

function returnsFromStart(program: Program): boolean {
  const { starts, next, jump } = blockGraph(program);
  const seen = new Set([0]);
  for (const block of seen) {
    const form = formOf(program, starts[block + 1] - 1);
    if (form?.definition.flow === "return") return true;
    for (const successor of [next[block], jump[block]]) if (successor >= 0) seen.add(successor);
  }
  return false;
}
