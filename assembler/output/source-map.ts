/** The source map: the place of each statement in the source. */

import type { TargetName } from "../../isa/table.ts";
import type { Location } from "../../diagnostics/diagnostic.ts";
import { expansionsAround, frameOf, locateStatement, type Frame } from "../../program/source-locations.ts";
import { HOLE } from "../../isa/hole.ts";
import type { Program } from "../../program/program.ts";

/**
 * Lines and columns count from 1, columns in UTF-16 code units. For a statement of an expansion, the place is in the macro's
 * body.
 */
export interface SourceMapEntry {
  readonly pc: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An entry with the macro calls, repetitions and includes that it comes from, the innermost first; absent if there are none. */
export interface CalledEntry extends SourceMapEntry {
  readonly calls?: readonly Omit<SourceMapEntry, "pc">[];
}

/** The source map in a file of its own. */
export interface SourceMapFile {
  readonly target: TargetName;
  /** The files that code comes from, in the order of their first statements. */
  readonly files: readonly string[];
  readonly sourceMap: readonly CalledEntry[];
}

/** One entry for each statement, in the order of their pcs; empty if the program was decoded from bytecode. */
export function sourceMapOf(program: Program): SourceMapEntry[] {
  const { origins, count, pcs, opcodes } = program;
  const entries: SourceMapEntry[] = [];
  if (!origins) return entries;
  for (let index = 0; index < count; index++) {
    if (opcodes[index] === HOLE) continue;
    const { source, span } = locateStatement(origins, index);
    entries.push({ pc: pcs[index], file: source, line: span.line + 1, column: span.start + 1 });
  }
  return entries;
}

/** The source map with the target and the files. */
export function sourceMapFile(program: Program): SourceMapFile {
  const sourceMap = withCalls(program, sourceMapOf(program));
  return { target: program.set.target, files: [...new Set(sourceMap.map(({ file }) => file))], sourceMap };
}

function withCalls({ origins, pcs }: Program, entries: readonly SourceMapEntry[]): readonly CalledEntry[] {
  if (!origins || origins.frames.length < 2) return entries;
  const callsOf = new Map<Frame, CalledEntry["calls"]>();
  let index = 0;
  return entries.map((entry) => {
    while (pcs[index] !== entry.pc) index++;
    const frame = frameOf(origins, index);
    index++;
    if (!frame.parent) return entry;
    let calls = callsOf.get(frame);
    if (!calls) callsOf.set(frame, (calls = expansionsAround(frame).map(shown)));
    return { ...entry, calls };
  });
}

function shown({ source, span }: Location): Omit<SourceMapEntry, "pc"> {
  return { file: source, line: span.line + 1, column: span.start + 1 };
}
