/** The result of reading a foreign notation, and its conversion to our language. */

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

/** A converted text with its diagnostics. */
export interface Conversion {
  readonly text: string;
  readonly target: TargetName;
  /** Diagnostics at places of the foreign text. An error is about something that is missing in the result. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A message about a piece of the foreign text. */
export interface Remark {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly span: Span;
}

/** One line of the result. */
export interface Piece {
  /** A label, statement or directive; empty for a comment or an empty line. */
  readonly text: string;
  /** The comment, without its `;` or `//`. */
  readonly comment: string;
  /** The foreign text that it comes from; may be empty. */
  readonly source: string;
  readonly span: Span;
  /** Why it couldn't be converted. */
  readonly failure?: Remark;
  /** Warnings about a piece that was converted. */
  readonly warnings?: readonly Remark[];
  /** Set if it starts or ends a macro. A macro is converted as a whole or not at all. */
  readonly macro?: "start" | "end";
}

/** The result of a reader. */
export interface Reading {
  readonly pieces: readonly Piece[];
  /** True if the text includes other files, so that its names aren't all known. */
  readonly isPartial: boolean;
}

/** Reads a foreign text for one instruction set. */
export type Reader = (text: string, set: InstructionSet) => Reading;

/** Codes of diagnostics about names that an included file could define. */
const ABOUT_NAMES: ReadonlySet<DiagnosticCode> = new Set([
  "unknown-mnemonic",
  "undefined-name",
  "include-failed",
]);

/** Maximum number of rounds. A piece that can't be converted may make other pieces that use it invalid in the next round. */
const MAX_ROUNDS = 20;

/**
 * Writes the text of a reading. The text assembles: pieces that the assembler refuses become comments, and are reported at
 * their place in the foreign text.
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

/** Drops the bodies of macros whose first line failed: without that line they would become code of the program. */
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

/** The indentation of statements. */
const INDENT = " ".repeat(STATEMENT_COLUMN);

/** An empty line. */
export function blankAt(line: number): Piece {
  return { text: "", comment: "", source: "", span: { line, start: 0, end: 0 } };
}

/** True for a comment on its own line. */
export function isComment({ text, comment, failure }: Piece): boolean {
  return text === "" && comment !== "" && !failure;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
