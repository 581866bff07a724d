/** Diagnostics about the size of the whole program. */

import { diagnostic, hasErrors, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { MAX_BYTECODE_BYTES, MAX_BYTECODE_FIELDS } from "../../isa/limits.ts";

/**
 * Diagnostics of the size, if nothing else is wrong.
 *
 * @param found what is known to be wrong with the program
 */
export function sizeDiagnostics(
  found: readonly Diagnostic[],
  size: number,
  file: SourceFile,
  hasSymbols: boolean,
): Diagnostic[] {
  // Of a program with holes, or one that was broken off, the size says nothing.
  if (hasErrors(found)) return [];
  const location = { source: file.name, span: { line: 0, start: 0, end: 0 } };
  if (size > MAX_BYTECODE_BYTES) {
    const message =
      `the bytecode has ${size} bytes; a contract can publish at most ${MAX_BYTECODE_BYTES} ` +
      `(${MAX_BYTECODE_FIELDS} fields)`;
    return [diagnostic("bytecode-too-large", location, message)];
  }
  if (size > 0) return [];
  const message = "there is no code; the AVM rejects empty bytecode";
  // A file of definitions is there for others to include.
  return [diagnostic("empty-program", location, message, { severity: hasSymbols ? "hint" : "warning" })];
}
