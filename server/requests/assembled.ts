/** Shared by the requests about a whole program: they answer with the errors if it can't be assembled. */

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import type { Snapshot } from "../language/snapshot.ts";
import { fileNameOf } from "../documents/uris.ts";

export interface NotAssembled {
  /** One line for each error: file, line and column from 1, code and message. */
  readonly errors: readonly string[];
}

/** Assembles the document's program, without a time limit. */
export function assembled(snapshot: Snapshot): { readonly assembly: Assembly } | NotAssembled {
  const assembly = snapshot.fullAssembly();
  if (!assembly) return { errors: ["the text has changed in the meantime"] };
  return hasErrors(assembly.diagnostics) ? { errors: linesOf(assembly.diagnostics) } : { assembly };
}

/** The errors among diagnostics, one line each. */
export function linesOf(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ source, span, code, message }) => {
      return `${fileNameOf(source)}:${span.line + 1}:${span.start + 1}: error[${code}]: ${message}`;
    });
}
