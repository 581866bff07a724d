/** Where the statements of a program come from in Noir, as the debug symbols of its artifact say. */

import type { DebugSymbols } from "../artifact/debug-symbols.ts";
import { statementAt, type Program } from "../program/program.ts";

export interface DebugInfo {
  /** By statement: the number of its location, or -1 if none is known. */
  readonly locationOf: Int32Array;
  /** The calls that lead to a location, outermost first; the last is where the instruction itself comes from. */
  readonly frames: DebugSymbols["frames"];
}

/** The locations of a program's statements. Offsets at which none of them starts are left out. */
export function locateStatements(program: Program, { locations, frames }: DebugSymbols): DebugInfo {
  const locationOf = new Int32Array(program.count).fill(-1);
  for (const [offset, location] of locations) {
    const statement = statementAt(program, offset);
    if (statement >= 0) locationOf[statement] = location;
  }
  return { locationOf, frames };
}

/** The statements that come from a line of Noir, be it through calls that were inlined. Lines count from 0. */
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
