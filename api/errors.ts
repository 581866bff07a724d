/** The errors that the library throws, besides TypeErrors for invalid arguments. */

import type { Diagnostic } from "./types.ts";

/** Thrown for a source that can't be run or inspected because it has errors. */
export class AssemblyError extends Error {
  override readonly name: string = "AssemblyError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const shown = errors
      .slice(0, MAX_SHOWN)
      .map(({ file, line, column, code, message }) => `${file}:${line}:${column}: ${message} [${code}]`);
    const more = errors.length > MAX_SHOWN ? [`… and ${errors.length - MAX_SHOWN} more`] : [];
    super([...shown, ...more].join("\n"));
    this.diagnostics = diagnostics;
  }
}

const MAX_SHOWN = 10;

/** Thrown for bytecode, an artifact or a world that is invalid, or a function that doesn't exist. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
