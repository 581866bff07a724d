/** Maps the statements of a program to locations in Noir, from the debug symbols of its artifact. */

import type { DebugSymbols } from "../artifact/debug-symbols.ts";
import { statementAt, type Program } from "../program/program.ts";

export interface DebugInfo {
  /** By statement: the number of its location, or -1 if it is unknown. */
  readonly locationOf: Int32Array;
  /** The inlined calls around a location, the outermost first, and last the place of the instruction itself. */
  readonly frames: DebugSymbols["frames"];
}

/** Finds the locations of a program's statements. Skips offsets at which no statement starts. */
export function locateStatements(program: Program, { locations, frames }: DebugSymbols): DebugInfo {
  const locationOf = new Int32Array(program.count).fill(-1);
  for (const [offset, location] of locations) {
    const statement = statementAt(program, offset);
    if (statement >= 0) locationOf[statement] = location;
  }
  return { locationOf, frames };
}

/** The statements that come from a line of Noir, directly or through inlined calls. Lines count from 0. */
export function statementsFrom({ locationOf, frames }: DebugInfo, path: string, line: number): number[] {
  const statements: number[] = [];
  for (let index = 0; index < locationOf.length; index++) {
    if (locationOf[index] < 0) continue;
    if (frames(locationOf[index]).some((frame) => frame.line === line && frame.path === path)) {
      statements.push(index);
    }
  }
  return statements;
}
