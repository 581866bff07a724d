/** What reading a foreign notation gives, and how it becomes text of ours. */

import {
  compareDiagnostics,
  diagnostic,
  type Diagnostic,
  type DiagnosticCode,
  type Severity,
  type Span,
} from "../diagnostics/diagnostic.ts";
import { STATEMENT_COLUMN } from "../grammar/formatter/style.ts";
import { formatText } from "../grammar/formatter/formatter.ts";
import { parseSource } from "../grammar/source-file.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET, type TargetName } from "../isa/table.ts";
import { assemble } from "../assembler/assemble.ts";

/** A text of ours, and what has to be said about how it came about. */
export interface Conversion {
  readonly text: string;
  readonly target: TargetName;
  /** At places of the text that was converted. Errors are about what the result doesn't have. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Something to say about a piece of the foreign text. */
export interface Remark {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
}

/** One line of the result. */
export interface Piece {
  /** A label, statement or directive; empty where there is a comment alone, or nothing. */
  readonly text: string;
  /** Comments without their marks. */
  readonly comment: string;
  /** The foreign text that it comes from; empty where it comes from nowhere in particular. */
  readonly source: string;
  readonly span: Span;
  /** Why there is no text for it. */
  readonly failure?: Remark;
  /** What to look at, though there is a text. */
  readonly warnings?: readonly Remark[];
  /** Starts or ends a macro, which is converted as a whole or not at all. */
  readonly macro?: "start" | "end";
}

/** What a reader of a notation gives. */
export interface Reading {
  readonly pieces: readonly Piece[];
  /** Other files have a part in it, so that it can't be known which names there are. */
  readonly isPartial: boolean;
}

/** Reads a foreign text for one instruction set. */
export type Reader = (text: string, set: InstructionSet) => Reading;

/** What the assembler may say about a name that an included file could define. */
const ABOUT_NAMES: ReadonlySet<DiagnosticCode> = new Set([
  "unknown-mnemonic",
  "undefined-name",
  "include-failed",
]);

/** A piece without text may leave others without what they need; no chain of that kind is followed further. */
const MAX_ROUNDS = 20;

/**
 * Makes a text out of what was read. It assembles: what the assembler would refuse becomes a comment, and is reported at
 * the place that it came from.
 */
export function write(name: string, reading: Reading, target: TargetName, isAsked: boolean): Conversion {
  const { pieces } = reading;
  const head = isAsked || target !== DEFAULT_TARGET ? [`.target ${target}`, ""] : [];
  const failures = new Map<Piece, Remark>();
  for (const piece of pieces) if (piece.failure) failures.set(piece, piece.failure);
  dropMacros(pieces, failures);
  let text = render(head, pieces, failures);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { diagnostics } = assemble(parseSource(name, text), { target });
    const before = failures.size;
    for (const { code, severity, message, span } of diagnostics) {
      const piece = span.line < head.length ? undefined : pieces.at(span.line - head.length);
      if (severity !== "error" || !piece || piece.source === "" || failures.has(piece)) continue;
      if (reading.isPartial && ABOUT_NAMES.has(code)) continue;
      failures.set(piece, { code, message, span: piece.span });
    }
    if (failures.size === before) break;
    dropMacros(pieces, failures);
    text = render(head, pieces, failures);
  }
  const report = (severity: Severity, { code, message, span }: Remark): Diagnostic =>
    diagnostic(code, { source: name, span }, message, { severity });
  const diagnostics = pieces.flatMap((piece) => {
    const failure = failures.get(piece);
    return failure
      ? [report("error", failure)]
      : (piece.warnings ?? []).map((warning) => report("warning", warning));
  });
  return { text: formatText(text, { target }), target, diagnostics: diagnostics.sort(compareDiagnostics) };
}

/** Leaves out the bodies of macros that can't be started: without that line they would be code of the program. */
function dropMacros(pieces: readonly Piece[], failures: Map<Piece, Remark>): void {
  for (let index = 0; index < pieces.length; index++) {
    const failure = failures.get(pieces[index]);
    if (!failure || pieces[index].macro !== "start") continue;
    let depth = 1;
    while (depth > 0 && ++index < pieces.length) {
      const { macro, text, span } = pieces[index];
      if (macro) depth += macro === "start" ? 1 : -1;
      if (text !== "") {
        const message = "it is part of a macro that could not be converted";
        failures.set(pieces[index], failures.get(pieces[index]) ?? { code: failure.code, message, span });
      }
    }
  }
}

function render(
  head: readonly string[],
  pieces: readonly Piece[],
  failures: ReadonlyMap<Piece, Remark>,
): string {
  const lines = pieces.map((piece) => {
    const failure = failures.get(piece);
    const lost = failure ? `not converted: ${oneLine(piece.source)} (${oneLine(failure.message)})` : "";
    const comment = [lost, oneLine(piece.comment)].filter((part) => part !== "").join("; ");
    if (comment === "") return piece.text;
    const isIndented = failure !== undefined || piece.span.start > 0;
    return piece.text === "" || failure
      ? `${isIndented ? INDENT : ""}; ${comment}`
      : `${piece.text} ; ${comment}`;
  });
  return [...head, ...lines, ""].join("\n");
}

/** What is indented is indented as statements are. */
const INDENT = " ".repeat(STATEMENT_COLUMN);

/** Nothing but an empty line. */
export function blankAt(line: number): Piece {
  return { text: "", comment: "", source: "", span: { line, start: 0, end: 0 } };
}

/** True for a comment that has its line for itself. */
export function isComment({ text, comment, failure }: Piece): boolean {
  return text === "" && comment !== "" && !failure;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
