/** Our diagnostics as the protocol has them. */

import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
} from "vscode-languageserver-types";
import type { Diagnostic, Location, Severity } from "../diagnostics/diagnostic.ts";
import { rangeOf, type Document } from "./document.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

/** The name under which a client shows where a diagnostic comes from. */
const SOURCE = "avm";

/**
 * The diagnostics of one document.
 *
 * @param files all files of the program, for the related places
 */
export function toLspDiagnostics(
  diagnostics: readonly Diagnostic[],
  document: Document,
  files: readonly Document[],
): LspDiagnostic[] {
  return diagnostics
    .filter(({ source }) => source === document.uri)
    .map((diagnostic) => toLspDiagnostic(diagnostic, document, files));
}

export function toLspDiagnostic(
  diagnostic: Diagnostic,
  document: Document,
  files: readonly Document[],
): LspDiagnostic {
  const related = (diagnostic.related ?? []).flatMap((place) => {
    const location = toLspLocation(place, files);
    return location ? [{ location, message: place.message }] : [];
  });
  return {
    range: rangeOf(document, diagnostic.span),
    severity: SEVERITIES[diagnostic.severity],
    code: diagnostic.code,
    source: SOURCE,
    message: diagnostic.message,
    ...(diagnostic.unnecessary && { tags: [DiagnosticTag.Unnecessary] }),
    ...(related.length > 0 && { relatedInformation: related }),
  };
}

/** A place in one of the files, or undefined where it is in none of them. */
function toLspLocation(place: Location, files: readonly Document[]) {
  const document = files.find(({ uri }) => uri === place.source);
  return document && { uri: document.uri, range: rangeOf(document, place.span) };
}

/** Tells which diagnostics are not among these. */
export function isNew(known: readonly LspDiagnostic[]): (diagnostic: LspDiagnostic) => boolean {
  const texts = new Set(known.map((diagnostic) => JSON.stringify(diagnostic)));
  return (diagnostic) => !texts.has(JSON.stringify(diagnostic));
}
