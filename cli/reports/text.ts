/** Renders diagnostics as text: place, severity and code, the source line with the span underlined, related places, suggestions. */

import type { Diagnostic, Location, Severity } from "../../diagnostics/diagnostic.ts";
import { lineTextOf, type SourceFile } from "../../grammar/source-file.ts";
import type { Style } from "../terminal/style.ts";
import { expandTabs, printable, widthOf, printableLine } from "../terminal/text.ts";

/** Maximum number of diagnostics to print in one run. A last line says how many more there are. */
export const MAX_PRINTED = 50;
/** Maximum number of related places to print for one diagnostic. */
export const MAX_NOTES = 10;
/** Maximum number of columns to print of a source line. */
const MAX_COLUMNS = 110;
/** Number of characters to keep in front of the span if the line is longer. */
const CONTEXT = 40;

/** Source texts by name, for code frames. */
export type Sources = ReadonlyMap<string, SourceFile>;

export type Colour = "red" | "yellow" | "cyan";
const COLOURS: Readonly<Record<Severity | "note", Colour>> = {
  error: "red",
  warning: "yellow",
  hint: "cyan",
  note: "cyan",
};

/** Renders all diagnostics, each with its code frame, then a summary. Empty if there are none. */
export function renderReport(diagnostics: readonly Diagnostic[], sources: Sources, style: Style): string {
  if (diagnostics.length === 0) return "";
  const shown = mostImportant(diagnostics);
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, sources, style));
  const rest = diagnostics.length - shown.length;
  if (rest > 0) blocks.push(`… and ${rest} more\n`);
  return `${blocks.join("\n")}\n${style("bold", summarise(diagnostics))}\n`;
}

/** `2 errors, 1 warning`. */
export function summarise(diagnostics: readonly Diagnostic[]): string {
  const severities: readonly Severity[] = ["error", "warning", "hint"];
  return severities
    .map((severity) => [diagnostics.filter((found) => found.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? "" : "s"}`)
    .join(", ");
}

/** Selects the diagnostics to print, errors before warnings, and keeps their order. */
function mostImportant(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length <= MAX_PRINTED) return diagnostics;
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const others = diagnostics.filter(({ severity }) => severity !== "error");
  const chosen = new Set([...errors, ...others].slice(0, MAX_PRINTED));
  return diagnostics.filter((diagnostic) => chosen.has(diagnostic));
}

function renderDiagnostic(diagnostic: Diagnostic, sources: Sources, style: Style): string {
  const { severity, code, message, related = [], fixes = [] } = diagnostic;
  const lines = [...renderAt(diagnostic, `${severity}[${code}]`, message, COLOURS[severity], sources, style)];
  for (const place of related.slice(0, MAX_NOTES)) {
    lines.push(...renderAt(place, "note", place.message, COLOURS.note, sources, style));
  }
  if (related.length > MAX_NOTES) lines.push(`… and ${related.length - MAX_NOTES} more places`);
  // The message itself may already contain the suggestion.
  const suggestions = message.includes("did you mean") ? [] : fixes;
  for (const { title } of suggestions) {
    const text = title.charAt(0).toLowerCase() + title.slice(1);
    lines.push(`${style(["bold", "green"], "help")}: ${oneLine(text)}`);
  }
  return lines.join("\n") + "\n";
}

/** Renders a message at a place, with its source line. */
export function renderAt(
  place: Location,
  label: string,
  message: string,
  colour: Colour,
  sources: Sources,
  style: Style,
): string[] {
  const { line, start } = place.span;
  const at = style("bold", `${printableLine(place.source)}:${line + 1}:${start + 1}:`);
  const text = oneLine(message);
  const head = `${at} ${style(["bold", colour], label)}: ${label === "note" ? text : style("bold", text)}`;
  return [head, ...renderFrame(place, colour, sources, style)];
}

/** Puts a message on one line: it may quote source text that has line breaks. */
function oneLine(message: string): string {
  const text = printable(message.replace(/[\t\n]/g, " "));
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}

function renderFrame(place: Location, colour: Colour, sources: Sources, style: Style): string[] {
  const { line, start, end, endLine = line } = place.span;
  const source = sources.get(place.source);
  const text = source && lineTextOf(source, line);
  // A diagnostic about a whole file has no span to underline.
  if (text === undefined || (start === 0 && end === 0 && endLine === line)) return [];
  const { before, piece, after } = cutOut(text, start, endLine > line ? text.length : end);
  const gutter = String(line + 1).padStart(5);
  const underline = " ".repeat(widthOf(before)) + "^".repeat(Math.max(1, widthOf(piece)));
  return [
    `${style("dim", `${gutter} |`)} ${before}${piece}${after}`.trimEnd(),
    `${style("dim", `${" ".repeat(gutter.length)} |`)} ${style(["bold", colour], underline)}`,
  ];
}

/** Splits a line into three printable parts, of which the second is underlined, and shortens it to {@link MAX_COLUMNS}. */
function cutOut(text: string, start: number, end: number): { before: string; piece: string; after: string } {
  let from = 0;
  let to = text.length;
  if (text.length > MAX_COLUMNS) {
    from = end <= MAX_COLUMNS ? 0 : between(text, Math.max(0, start - CONTEXT));
    to = between(text, Math.min(text.length, from + MAX_COLUMNS));
  }
  const last = Math.min(Math.max(end, start), to);
  const before = expandTabs((from > 0 ? "…" : "") + printable(text.slice(from, start)));
  const piece = expandTabs(printable(text.slice(start, last)), widthOf(before));
  const after = expandTabs(printable(text.slice(last, to)), widthOf(before) + widthOf(piece));
  return { before, piece, after: to < text.length ? `${after}…` : after };
}

/** The index, or one less if it is inside of a surrogate pair. */
function between(text: string, index: number): number {
  return index > 0 && /[\udc00-\udfff]/.test(text.charAt(index)) ? index - 1 : index;
}
