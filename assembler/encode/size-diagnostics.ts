/** Diagnostics about the size of the whole program. */

import { diagnostic, hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { isTestFile, isTestFileName } from "../expand/tests.ts";
import { MAX_BYTECODE_BYTES, MAX_BYTECODE_FIELDS } from "../../isa/limits.ts";

/**
 * Diagnostics about the size, if there are no errors.
 *
 * @param found the diagnostics of the program so far
 */
export function sizeDiagnostics(
  found: readonly Diagnostic[],
  size: number,
  file: SourceFile,
  hasSymbols: boolean,
  hasTests = false,
): Diagnostic[] {
  // After an error, the program may have holes or be incomplete, and its size isn't meaningful.
  if (hasErrors(found)) return [];
  const location = { source: file.name, span: { line: 0, start: 0, end: 0 } };
  if (size > MAX_BYTECODE_BYTES) {
    const message =
      `the bytecode has ${size} bytes; a contract can publish at most ${MAX_BYTECODE_BYTES} ` +
      `(${MAX_BYTECODE_FIELDS} fields)`;
    return [diagnostic("bytecode-too-large", location, message)];
  }
  if (size > 0) return [];
  if (hasTests && isTestFileName(file.name) && !isTestFile(file)) {
    const message =
      'there is no program to test: a file of tests includes it in quotes, `.include "program.avm"`';
    return [diagnostic("empty-program", location, message)];
  }
  const message = "there is no code; the AVM rejects empty bytecode";
  // A file with only definitions is meant to be included by others.
  return [diagnostic("empty-program", location, message, { severity: hasSymbols ? "hint" : "warning" })];
}
