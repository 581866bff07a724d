/** All that can be said about a source file: what the assembler found, and what the checker did. */

import { compareDiagnostics, hasErrors, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../grammar/parse.ts";
import { assemble, type AssembleOptions, type Assembly } from "../program/assemble.ts";
import { analyze, type Analysis } from "./analysis.ts";
import { diagnosticsOf } from "./report.ts";

export interface CheckOptions extends AssembleOptions {
  /** Report what only may halt as warnings, not as hints. */
  readonly strict?: boolean;
}

export interface Checked {
  readonly assembly: Assembly;
  /** In the order of the text; those of the main file and of what it includes. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where the text has errors: what is left of the program then isn't what was meant. */
  readonly analysis?: Analysis;
}

/** Assembles a file and checks the result. Never throws. */
export function check(file: SourceFile, options: CheckOptions = {}): Checked {
  return checkAssembly(assemble(file, options), options);
}

/** Checks what is assembled already. Never throws. */
export function checkAssembly(assembly: Assembly, options: Pick<CheckOptions, "strict"> = {}): Checked {
  if (hasErrors(assembly.diagnostics)) {
    return { assembly, diagnostics: assembly.diagnostics.toSorted(compareDiagnostics) };
  }
  const analysis = analyze(assembly.program);
  const found = diagnosticsOf(analysis, { strict: options.strict === true });
  return { assembly, diagnostics: [...assembly.diagnostics, ...found].sort(compareDiagnostics), analysis };
}
