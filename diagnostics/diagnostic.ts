/** What every stage reports in: places in source text, and diagnostics that point at them. */

import { CATALOGUE, type DiagnosticCode } from "./catalogue.ts";

export type { DiagnosticCode } from "./catalogue.ts";

/** Part of a source text: lines count from 0, columns are UTF-16 units from 0, `end` is exclusive. */
export interface Span {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The line that `end` is on; absent where it is `line`. */
  readonly endLine?: number;
}

/** A span of a named source. The name is a path or URI, as it was handed in. */
export interface Location {
  readonly source: string;
  readonly span: Span;
}

/**
 * - `error`: the output is wrong or the AVM halts there on every path.
 * - `warning`: very likely not what was meant.
 * - `hint`: shown in the editor alone.
 */
export type Severity = "error" | "warning" | "hint";

/** A further place that explains a diagnostic: where a tag was written, where a name was defined. */
export interface Related extends Location {
  readonly message: string;
  /** The place is a call or an `.include` that brought the diagnostic's line in. */
  readonly leadsHere?: true;
}

/** A replacement of one span. An empty span inserts. */
export interface TextEdit extends Location {
  readonly text: string;
}

/** A change that resolves a diagnostic. */
export interface Fix {
  readonly title: string;
  /**
   * It never makes another program than the one that was meant, so it is made without anybody looking at it. Every other
   * fix is a guess: it is offered, and its author decides.
   */
  readonly certain?: true;
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic extends Location {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence without a full stop that names what was found and what was wanted. */
  readonly message: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** The span has no effect and may be shown faded. */
  readonly unnecessary?: boolean;
}

export interface DiagnosticDetails {
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  readonly severity?: Severity;
  readonly unnecessary?: boolean;
}

/** A diagnostic with the severity that the catalogue gives its code, unless `details` says otherwise. */
export function diagnostic(
  code: DiagnosticCode,
  location: Location,
  message: string,
  details: DiagnosticDetails = {},
): Diagnostic {
  return {
    code,
    severity: CATALOGUE[code].severity,
    message,
    source: location.source,
    span: location.span,
    ...details,
  };
}

/** Orders diagnostics by source, then place. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.span.line - b.span.line || a.span.start - b.span.start || a.span.end - b.span.end;
}

/** True where one of them stops the output. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((found) => found.severity === "error");
}
