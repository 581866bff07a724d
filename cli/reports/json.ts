/** The report of `check --format json`. Lines and columns count from 0, as in the Language Server Protocol. */

import type { Diagnostic, Location } from "../../diagnostics/diagnostic.ts";
import { printableJson } from "../terminal/text.ts";

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

/**
 * Renders the report: first the files that were asked for, then the included files that have diagnostics. `libraries` are those that
 * were taken for a library.
 */
export function reportAsJson(
  files: readonly string[],
  diagnostics: readonly Diagnostic[],
  libraries: readonly string[],
): string {
  const byFile = new Map(files.map((file) => [file, [] as object[]]));
  for (const diagnostic of diagnostics) {
    const { source, code, severity, message, related = [] } = diagnostic;
    const list = byFile.get(source) ?? [];
    byFile.set(source, list);
    list.push({
      code,
      severity,
      message,
      range: rangeOf(diagnostic),
      related: related.map((place) => ({
        path: place.source,
        range: rangeOf(place),
        message: place.message,
      })),
    });
  }
  const report = {
    files: [...byFile].map(([path, list]) => ({
      path,
      ...(libraries.includes(path) && { library: true }),
      diagnostics: list,
    })),
  };
  return `${printableJson(report, 2)}\n`;
}

function rangeOf({ span: { line, start, end, endLine = line } }: Location): Range {
  return { start: { line, character: start }, end: { line: endLine, character: end } };
}
