/** The diagnostics of the assembler, without those of the checker. */

import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { applyPolicy, type Levels } from "../diagnostics/policy.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import type { Assembly } from "../assembler/assemble.ts";
import { atCall, installedLibrary, type IsLibrary } from "../program/library-calls.ts";

/** What decides which diagnostics are reported, where and how severe. */
export interface DiagnosticOptions {
  /**
   * Decides whether a source belongs to the standard library or lies outside of the project. A mistake in the arguments of a
   * macro from such a source is reported at the call. By default, this holds for sources included as `<path>`.
   */
  readonly isOutside?: IsLibrary;
  /** The project's severity for each diagnostic code. */
  readonly levels?: Levels;
  /**
   * Whether a file that begins with a routine or with data is taken for a library, whose halts aren't reported because they depend on the
   * caller: see `library-file.ts`.
   */
  readonly libraries?: boolean;
}

/** The assembler's diagnostics, with the project's severities and `avm-ignore` comments applied. */
export function assemblyDiagnostics(
  assembly: Assembly,
  { levels, isOutside, libraries = false }: DiagnosticOptions = {},
): readonly Diagnostic[] {
  const { files } = assembly;
  return applyPolicy(
    atCalls(assemblerDiagnostics(assembly, libraries), files, isOutside ?? installedLibrary(files)),
    {
      files,
      ...(levels && { levels }),
      checked: false,
    },
  );
}

/** The assembler's diagnostics; if `libraries`, without those about missing code for a file of only definitions. */
export function assemblerDiagnostics({ diagnostics }: Assembly, libraries: boolean): readonly Diagnostic[] {
  const isOfLibrary = ({ code, severity }: Diagnostic): boolean =>
    code === "empty-program" && severity === "hint";
  return libraries && diagnostics.some(isOfLibrary)
    ? diagnostics.filter((found) => !isOfLibrary(found))
    : diagnostics;
}

/** Moves mistakes inside of a library's macros to their calls. */
export function atCalls(
  found: readonly Diagnostic[],
  files: readonly SourceFile[],
  isLibraryFile: IsLibrary,
): readonly Diagnostic[] {
  if (!found.some(({ related }) => related?.some(({ leadsHere }) => leadsHere))) return found;
  return found.map((one) => atCall(one, files, isLibraryFile));
}
