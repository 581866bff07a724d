/** All that can be said about a source file: what the assembler found, and what the checker did. */

import { compareDiagnostics, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../grammar/parse.ts";
import { assemble, type AssembleOptions, type Assembly } from "../program/assemble.ts";

export interface CheckOptions extends AssembleOptions {
  /** Report what only may halt as warnings, not as hints. */
  readonly strict?: boolean;
}

export interface Checked {
  readonly assembly: Assembly;
  /** In the order of the text; those of the main file and of what it includes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Assembles a file and checks the result. Never throws. */
export function check(file: SourceFile, options: CheckOptions = {}): Checked {
  const assembly = assemble(file, options);
  return { assembly, diagnostics: assembly.diagnostics.toSorted(compareDiagnostics) };
}
