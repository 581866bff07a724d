/** What the library throws: nothing but these, and TypeErrors for arguments that are wrong. */

import type { Diagnostic } from "./types.ts";

/** A source that can't be run or inspected because it doesn't assemble. */
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

/** Bytecode, an artifact or a world that can't be used, or a function that isn't there. */
export class InputError extends Error {
  override readonly name: string = "InputError";
}
