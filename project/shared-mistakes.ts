/** Merges the diagnostics of several programs: a mistake in a shared file is reported once, with the programs that it concerns. */

import type { Diagnostic, Related } from "../diagnostics/diagnostic.ts";

/** The diagnostics of one program. */
export interface ProgramDiagnostics {
  /** Names of the program's files, the main file first. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** True if the main file was taken for a library, so that its halts aren't reported. */
  readonly isLibrary?: boolean;
}

/**
 * Merges the diagnostics of all programs. A diagnostic in a file that several programs include names the programs that
 * have it; code in such a file is only reported as unnecessary if it is unnecessary in each of them.
 *
 * @param nameOf gives the name of a file in messages
 */
export function mergeDiagnostics(
  programs: readonly ProgramDiagnostics[],
  nameOf: (file: string) => string,
): Diagnostic[] {
  const merged = new Map<string, { diagnostic: Diagnostic; mains: string[] }>();
  const uses = new Map<string, number>();
  for (const { files, diagnostics } of programs) {
    for (const file of new Set(files)) uses.set(file, (uses.get(file) ?? 0) + 1);
    for (const diagnostic of diagnostics) {
      const { source, span, code, message, severity } = diagnostic;
      const { line, start, end, endLine = line } = span;
      const key = `${line}:${start}-${endLine}:${end} ${severity} ${code} ${source}\n${message}`;
      const known = merged.get(key);
      if (known) known.mains.push(files[0]);
      else merged.set(key, { diagnostic, mains: [files[0]] });
    }
  }
  return [...merged.values()].flatMap(({ diagnostic, mains }) => {
    const sharing = uses.get(diagnostic.source) ?? 0;
    if (sharing < 2) return diagnostic;
    // Code that one program doesn't need may be needed by another program that includes the file.
    if (diagnostic.unnecessary && new Set(mains).size < sharing) return [];
    const concerned = [...new Set(mains)].filter((main) => main !== diagnostic.source);
    const places = concerned.map((main): Related => ({
      source: main,
      span: { line: 0, start: 0, end: 0 },
      message: `in the program \`${nameOf(main)}\``,
    }));
    // Related places that lead to the mistake are those of one program, so a mistake of several programs drops them.
    const related = (diagnostic.related ?? []).filter(
      ({ leadsHere }) => !leadsHere || concerned.length === 1,
    );
    return { ...diagnostic, related: [...related, ...places] };
  });
}
