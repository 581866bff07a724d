/** Recognises library files: sources with only definitions, data and routines, which other files include. */

import type { Assembly } from "../assembler/assemble.ts";
import { blockGraph } from "../program/control-flow.ts";
import { DATA, formOf, type Program } from "../program/program.ts";
import type { Frame, Origins } from "../program/source-locations.ts";

/** The message about such a file. */
export const LIBRARY_NOTE =
  "treated as a library, because it begins with a routine or with data; it is checked for halts together with a program that includes it";

/**
 * True if the code begins with a label, followed by data or a routine. A file that has tests or names a contract is a program,
 * whatever its code begins with.
 */
export function isLibrary(assembly: Assembly): boolean {
  const { program, tests, contract } = assembly;
  if (tests.length > 0 || contract.name !== undefined) return false;
  const { origins } = program;
  if (program.count === 0 || !origins || includesCodeFirst(origins, program.count)) return false;
  return (isData(program) || beginsWithRoutine(program)) && isLabelled();

  // The symbols of a long text are only computed on demand.
  function isLabelled(): boolean {
    return assembly.symbols.some(
      (symbol) => symbol.kind === "label" && symbol.statement === 0 && !symbol.private,
    );
  }
}

/** True if the code begins with included code: such a file isn't a library, its include is in the wrong place. */
function includesCodeFirst({ frames, frameOf }: Origins, count: number): boolean {
  if (!isIncluded(frames[frameOf[0]])) return false;
  for (let index = 0; index < count; index++) if (!isIncluded(frames[frameOf[index]])) return true;
  return false;
}

/** True if the line, or the call that it comes from, is in an included file. */
function isIncluded(frame: Frame): boolean {
  for (let inner = frame; inner.parent; inner = inner.parent.frame)
    if (inner.expansion === undefined) return true;
  return false;
}

function isData({ opcodes, count }: Program): boolean {
  for (let index = 0; index < count; index++) if (opcodes[index] !== DATA) return false;
  return true;
}

/**
 * True if the code, run from its start, reaches an `INTERNALRETURN` without a call, or reaches only `REVERT` while a
 * routine further down is never called.
 */
function beginsWithRoutine(program: Program): boolean {
  if (!program.opcodes.some((opcode) => program.set.byOpcode[opcode]?.definition.flow === "return"))
    return false;
  const { starts, next, jump } = blockGraph(program);
  const seen = new Set([0]);
  let onlyReverts = true;
  for (const block of seen) {
    for (let index = starts[block]; index < starts[block + 1]; index++)
      if (formOf(program, index)?.definition.flow === "call") onlyReverts = false;
    const last = formOf(program, starts[block + 1] - 1)?.definition;
    if (last?.flow === "return") return true;
    const after = [next[block], jump[block]].filter((successor) => successor >= 0);
    if (after.length === 0 && last?.mnemonic !== "REVERT") onlyReverts = false;
    for (const successor of after) seen.add(successor);
  }
  return onlyReverts;
}
