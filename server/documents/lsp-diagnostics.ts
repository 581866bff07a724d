/** Converts diagnostics to those of the protocol. */

import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
} from "vscode-languageserver-types";
import type { Diagnostic, Location, Severity } from "../../diagnostics/diagnostic.ts";
import { DISASSEMBLY_HEADER } from "../../disassembler/contract.ts";
import { openDocument, rangeOf, type Document } from "./document.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

/** The name that clients show as the source of a diagnostic. */
const SOURCE = "avm";

/**
 * Maximum number of diagnostics to send for one document. Users don't read more, and all of them would be sent again
 * after each pause in typing.
 */
export const MAX_SENT = 1_000;

/** The diagnostics of a program that are shown in a document. */
export function shownIn(document: Document, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const isDisassembled = isDisassembly(document);
  return diagnostics.filter(
    ({ source, severity, unnecessary }) =>
      source === document.uri && !(isDisassembled && unnecessary && severity === "hint"),
  );
}

/**
 * Converts the diagnostics that are shown in a document; if there are too many, the most severe ones and the number of missing ones.
 *
 * @param files all files of the program, for the related places
 */
export function toLspDiagnostics(
  own: readonly Diagnostic[],
  document: Document,
  files: readonly Document[],
): LspDiagnostic[] {
  if (own.length <= MAX_SENT) return own.map((diagnostic) => toLspDiagnostic(diagnostic, document, files));
  const bySeverity = Object.keys(SEVERITIES).map((severity) =>
    own.filter((one) => one.severity === severity),
  );
  const sent = bySeverity.flat().slice(0, MAX_SENT);
  const missing = own.filter(({ severity }) => severity !== "hint").length - MAX_SENT;
  return [
    ...sent.map((diagnostic) => toLspDiagnostic(diagnostic, document, files)),
    ...(missing > 0 ? [missingDiagnostic(document, missing)] : []),
  ];
}

/**
 * Number of lines at the start of a text in which the disassembler's comment is looked for: it is below `.contract` and
 * similar directives.
 */
const HEADER_LINES = 10;

/**
 * Whether a text comes from the disassembler. Users don't clean up a compiler's code, so nothing in it is marked as
 * unnecessary.
 */
function isDisassembly({ file: { lines } }: Document): boolean {
  for (let number = 0; number < Math.min(HEADER_LINES, lines.length); number++)
    if (DISASSEMBLY_HEADER.test(lines[number].text)) return true;
  return false;
}

/**
 * A copy of the document that only keeps the lines {@link toLspDiagnostics} reads, and replaces all others by empty
 * lines to save memory.
 */
export function enoughToShow(document: Document, diagnostics: readonly Diagnostic[]): Document {
  const needed = new Set(Array.from({ length: HEADER_LINES }, (_, line) => line));
  for (const diagnostic of diagnostics)
    for (const { source, span } of [diagnostic, ...(diagnostic.related ?? [])])
      if (source === document.uri) needed.add(span.line).add(span.endLine ?? span.line);
  const texts = document.file.lines
    .slice(0, Math.max(...needed) + 1)
    .map(({ text }, line) => (needed.has(line) ? text : ""));
  return openDocument(document.uri, document.version, texts.join("\n"), document.encoding);
}

/** Adds the lines of another document of the same text to a document of {@link enoughToShow}. */
export function withLinesOf(document: Document, { file: { lines } }: Document): Document {
  const own = document.file.lines;
  if (lines.every(({ text }, line) => text === "" || own[line]?.text === text)) return document;
  const merged = Array.from({ length: Math.max(lines.length, own.length) }, (_, line) =>
    own[line]?.text ? own[line] : (lines[line] ?? own[line]),
  );
  return { ...document, file: { ...document.file, lines: merged } };
}

function missingDiagnostic(document: Document, count: number): LspDiagnostic {
  return {
    range: rangeOf(document, { line: 0, start: 0, end: 0 }),
    severity: DiagnosticSeverity.Information,
    source: SOURCE,
    message: `${count} more errors and warnings of this file are not shown`,
  };
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

/** A place in one of the files; undefined if none of the files contains it. */
function toLspLocation(place: Location, files: readonly Document[]) {
  const document = files.find(({ uri }) => uri === place.source);
  return document && { uri: document.uri, range: rangeOf(document, place.span) };
}
