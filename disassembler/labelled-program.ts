/** An assembled program: its statements, and the names that its source gives to some of them. */

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
  /** The name; a local label has the global label above it as a prefix: `loop.end`. */
  readonly name: string;
  /** Index of the statement after the label; the number of statements for a label at the end. */
  readonly statement: number;
}
