/** The types that all stages share: places in source text, diagnostics and fixes. */

import { CATALOGUE, type DiagnosticCode } from "./catalogue.ts";

export type { DiagnosticCode } from "./catalogue.ts";

/** Part of a source text: lines count from 0, columns are UTF-16 units from 0, `end` is exclusive. */
export interface Span {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The line of `end`; absent if it is `line`. */
  readonly endLine?: number;
}

/** A span of a named source. The name is the path or URI that the caller gave. */
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
   * True if the fix never makes a program other than the one that was meant, so `--fix` applies it without asking. Every other
   * fix is a guess, which the author may choose.
   */
  readonly certain?: true;
  readonly edits: readonly TextEdit[];
}

/** How an error relates to others, so that reports can leave out errors that only follow from another one. */
export interface Dependence {
  /** Names that this line would define without the error. */
  readonly defines?: readonly string[];
  /** The undefined name that the line uses. */
  readonly uses?: string;
  /** The foreign notation that the line uses. All of one kind in a file are reported as one error. */
  readonly kind?: string;
  /** The line's role in a block that begins in another language's notation, or that nothing ends. */
  readonly block?: "begins" | "within" | "ends";
  /** The file that the line would include without the error. */
  readonly includes?: string;
  /** The line would include a file of the author, whose names are therefore unknown. */
  readonly lacks?: true;
  /** No known name is similar to the undefined one, so a file that can't be read may define it. */
  readonly strange?: true;
  /** The statement was meant to continue on the next line. */
  readonly continues?: true;
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
  /** Only used to filter diagnostics: reports don't contain it. */
  readonly dependence?: Dependence;
}

export interface DiagnosticDetails {
  readonly dependence?: Dependence;
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

/** A message after its file and line, on one line: `main.avm:3: …`. */
export function messageAtLine({ source, span, message }: Related): string {
  return `${source}:${span.line + 1}: ${message}`;
}

/** Orders diagnostics by source, then place. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.span.line - b.span.line || a.span.start - b.span.start || a.span.end - b.span.end;
}

/** True if one of them is an error, so that there is no output. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((found) => found.severity === "error");
}
