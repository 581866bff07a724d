/** Recognises library files: sources with only definitions and routines, which other files include. */

import type { Assembly } from "../assembler/assemble.ts";
import { blockGraph } from "../program/control-flow.ts";
import { formOf, type Program } from "../program/program.ts";
import { frameOf } from "../program/source-locations.ts";

/**
 * True if the code begins with a routine: its first statement has a label, and from there control reaches an
 * `INTERNALRETURN` without a call.
 */
export function isLibrary(assembly: Assembly): boolean {
  const { program, files } = assembly;
  const { origins } = program;
  // If the file includes other code in front of its own, it isn't a library but has the include at the wrong place.
  if (program.count === 0 || !origins || frameOf(origins, 0).file !== files[0]) return false;
  return returnsFromStart(program) && isLabelled();

  // The symbols of a long text are only made if somebody asks for them.
  function isLabelled(): boolean {
    return assembly.symbols.some(
      (symbol) => symbol.kind === "label" && symbol.statement === 0 && !symbol.private,
    );
  }
}

function returnsFromStart(program: Program): boolean {
  if (!program.opcodes.some((opcode) => program.set.byOpcode[opcode]?.definition.flow === "return"))
    return false;
  const { starts, next, jump } = blockGraph(program);
  const seen = new Set([0]);
  for (const block of seen) {
    const form = formOf(program, starts[block + 1] - 1);
    if (form?.definition.flow === "return") return true;
    for (const successor of [next[block], jump[block]]) if (successor >= 0) seen.add(successor);
  }
  return false;
}
