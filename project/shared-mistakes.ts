/** What is wrong with files that several programs include: each mistake once, with the programs that it concerns. */

import type { Diagnostic, Related } from "../diagnostics/diagnostic.ts";

/** What was found in one program. */
export interface ProgramDiagnostics {
  /** Names of its files, the main file first. */
  readonly files: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The diagnostics of all programs together. One in a file that several of them have names those that it concerns.
 *
 * @param nameOf a file as messages name it
 */
export function mergeDiagnostics(
  programs: readonly ProgramDiagnostics[],
  nameOf: (file: string) => string,
): Diagnostic[] {
  const merged = new Map<string, { diagnostic: Diagnostic; mains: string[] }>();
  for (const { files, diagnostics } of programs) {
    for (const diagnostic of diagnostics) {
      const { source, span, code, message, severity } = diagnostic;
      const key = JSON.stringify([source, span, code, message, severity]);
      const known = merged.get(key);
      if (known) known.mains.push(files[0]);
      else merged.set(key, { diagnostic, mains: [files[0]] });
    }
  }
  return [...merged.values()].map(({ diagnostic, mains }) => {
    const sharing = programs.filter(({ files }) => files.includes(diagnostic.source));
    if (sharing.length < 2) return diagnostic;
    const concerned = [...new Set(mains)].filter((main) => main !== diagnostic.source);
    const places = concerned.map((main): Related => ({
      source: main,
      span: { line: 0, start: 0, end: 0 },
      message: `in the program \`${nameOf(main)}\``,
    }));
    // The ways that lead there are those of one program.
    const related = (diagnostic.related ?? []).filter(
      ({ leadsHere }) => !leadsHere || concerned.length === 1,
    );
    return { ...diagnostic, related: [...related, ...places] };
  });
}
