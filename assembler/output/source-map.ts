/** The source map: where each statement of a program was written. */

import type { TargetName } from "../../isa/table.ts";
import type { Location } from "../../diagnostics/diagnostic.ts";
import { expansionsAround, frameOf, locateStatement, type Frame } from "../../program/source-locations.ts";
import { HOLE } from "../../isa/hole.ts";
import type { Program } from "../../program/program.ts";

/** Inside an expansion the place is in its body. Line and column count from 1, columns in UTF-16 units. */
export interface SourceMapEntry {
  readonly pc: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** An entry with the calls of macros, repetitions and includes that led there, innermost first; absent if none did. */
export interface CalledEntry extends SourceMapEntry {
  readonly calls?: readonly Omit<SourceMapEntry, "pc">[];
}

/** A source map by itself. */
export interface SourceMapFile {
  readonly target: TargetName;
  /** The files that code comes from, in the order of their first statements. */
  readonly files: readonly string[];
  readonly sourceMap: readonly CalledEntry[];
}

/** One entry for each statement, in the order of their pcs; none for bytecode that came from no source. */
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

/** The source map with what it is about. */
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
