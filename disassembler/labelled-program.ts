/** What is known of a program that was assembled: its statements, and the names that its source gave to some of them. */

import type { PublicFunction } from "../artifact/artifact.ts";
import type { Program } from "../program/program.ts";

export interface LabelledProgram {
  readonly program: Program;
  /** In the order of the source. */
  readonly labels: readonly ProgramLabel[];
  /** The public functions that the source declares, by the statement that their code begins with. */
  readonly functions: ReadonlyMap<number, PublicFunction>;
}

export interface ProgramLabel {
  /** A local label's with the global one above it in front: `loop.end`. */
  readonly name: string;
  /** Index of the statement that it stands before; the program's count for the end. */
  readonly statement: number;
}
