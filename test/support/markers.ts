/**
 * Programs with the results of the analysis written below the lines that they are about:
 *
 * ```
 *         SET     [1], u32, #7
 * ;               ^^^ u32 = 7
 *         MOV     [[9]], [2]
 * ;               ^^^^^ error[uninitialised-address] [9] was never written, so it is ff 0, and an address must be u32
 * ;               fix: Write [9] first
 * ```
 *
 * The carets cover an operand or the range of a diagnostic. Behind them stands one of
 *
 * - a fact about the operand's cell, before a read and after a write: its tags (`u8 or u32`; `unknown` if any tag is possible,
 *   `unreachable` if no run executes the instruction, `halts` if no run continues behind it), its number (`= 7`, `= 1..9`),
 *   its address (`at 100`, unless the operand states it), and whether the cell may never have been written;
 * - `error[code]`, `warning[code]` or `hint[code]` and the message of a diagnostic; its fixes follow on lines of their own;
 * - `note:` and the message of a place that a diagnostic refers to.
 *
 * A range that begins in the first column, where the `;` is, is given in columns: `; 0-4 error[code] message`.
 *
 * A line `;;; title` begins another program; `;;; title (steps 100)` limits the work of its analysis.
 *
 * `UPDATE_GOLDEN=1` rewrites the results: facts at the places of their carets (so `^^^ ?` asks for a new one), and all
 * lines of diagnostics.
 */

import { createIncludeReader } from "../../cli/files/includes.ts";
import { analyze, type Analysis, type ResolvedCell } from "../../analysis/analyze.ts";
import { toItsEnd } from "../../program/cooperative.ts";
import { tellingFindings } from "../../analysis/reports/diagnostics.ts";
import { assemble } from "../../assembler/assemble.ts";
import type { Diagnostic, DiagnosticCode, Span } from "../../diagnostics/diagnostic.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { ALL_TAGS, NO_TAGS, tagLimit, tagsOf } from "../../isa/tags.ts";
import { checkAssembly } from "../../project/check.ts";
import { frameOf, locateOperand } from "../../program/source-locations.ts";

export interface MarkerOptions {
  /** Whether to write down a diagnostic. */
  readonly shows: (found: Diagnostic) => boolean;
  /** Also report possible halts, as warnings. */
  readonly strict?: boolean;
}

const MARKER = /^;\s*(\^+|\d+-\d+)\s+(.*)$/;
const FIX = /^;\s*fix: /;
const DIAGNOSTIC = /^(error|warning|hint)\[|^note: /;
const TITLE = /^;;; /;
const STEPS = /\(steps (\d+)\)$/;

/** The text with the current results of the analysis: equal to `text` if its results are right. */
export function answered(name: string, text: string, options: MarkerOptions): string {
  const programs = text.split(/^(?=;;; )/m);
  return programs.map((program) => answerProgram(name, program, options)).join("");
}

interface Question extends Span {
  readonly marker: string;
}

function answerProgram(name: string, text: string, options: MarkerOptions): string {
  const lines: string[] = [];
  const questions: Question[] = [];
  for (const line of text.split("\n")) {
    const marker = MARKER.exec(line);
    if (!marker && !FIX.test(line)) lines.push(line);
    else if (marker && !DIAGNOSTIC.test(marker[2])) {
      const start = line.indexOf("^");
      questions.push({ line: lines.length - 1, start, end: start + marker[1].length, marker: marker[2] });
    }
  }
  if (lines.every((line) => line === "" || line.startsWith(";"))) return text;

  const steps = STEPS.exec(lines.find((line) => TITLE.test(line)) ?? "")?.[1];
  const read = createIncludeReader(name);
  const assembly = assemble(parseSource(name, lines.join("\n")), { read });
  const bounded = steps === undefined ? undefined : analyze(assembly.program, { steps: Number(steps) });
  const checked = bounded ? undefined : checkAssembly(assembly, { strict: options.strict ?? false });
  const analysis = bounded ?? checked!.analysis!;
  const diagnostics =
    checked?.diagnostics ?? toItsEnd(tellingFindings(analysis, { strict: options.strict ?? false }));

  const below = lines.map((): { readonly span: Span; readonly text: string[] }[] => []);
  for (const { marker, ...span } of questions) {
    const answer = markerLine(span, factAt(analysis, span, /\bat /.test(marker)));
    below[span.line].push({ span, text: [answer] });
  }
  for (const found of diagnostics.filter((one) => one.source === name && options.shows(one))) {
    const { span, severity, code, message, related = [], fixes = [] } = found;
    const titles = fixes.map(({ title }) => `;${" ".repeat(Math.max(span.start - 1, 1))}fix: ${title}`);
    below[span.line].push({ span, text: [markerLine(span, `${severity}[${code}] ${message}`), ...titles] });
    for (const place of related) {
      const line = markerLine(place.span, `note: ${place.message}`);
      if (place.source !== name || below[place.span.line].some(({ text: [first] }) => first === line))
        continue;
      below[place.span.line].push({ span: place.span, text: [line] });
    }
  }
  return lines
    .flatMap((line, index) => {
      const markers = below[index].toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
      return [line, ...markers.flatMap((marker) => marker.text)];
    })
    .join("\n");
}

function markerLine({ start, end }: Span, text: string): string {
  if (start === 0) return `; 0-${end} ${text}`;
  return `;${" ".repeat(start - 1)}${"^".repeat(Math.max(end - start, 1))} ${text}`;
}

function factAt(analysis: Analysis, span: Span, withAddress: boolean): string {
  const { program } = analysis;
  const origins = program.origins!;
  for (let index = 0; index < program.count; index++) {
    if (origins.lineOf[index] !== span.line || frameOf(origins, index).parent) continue;
    const fields = program.set.byOpcode[program.opcodes[index]]?.fields ?? [];
    for (const { operand, index: position } of fields) {
      const { start, end } = locateOperand(origins, index, position).span;
      if (operand.kind !== "memory" || start !== span.start || end !== span.end) continue;
      return describe(analysis, index, position, withAddress);
    }
  }
  return "? (no memory operand of an instruction stands above these carets)";
}

function describe(analysis: Analysis, index: number, position: number, withAddress: boolean): string {
  if (!analysis.reachable(index)) return "unreachable";
  const tags = analysis.tagsAt(index, position);
  const why = analysis.why(index, position);
  if (tags === NO_TAGS) return "halts";
  let text = tags === ALL_TAGS ? "unknown" : tagsOf(tags).join(" or ");
  const bounds = analysis.boundsAt(index, position);
  const value = analysis.valueAt(index, position);
  const widest = tagsOf(tags).reduce((most, tag) => (tagLimit(tag) > most ? tagLimit(tag) : most), 0n);
  if (value !== undefined) text += ` = ${value}`;
  else if (bounds && (bounds.low > 0n || bounds.high < widest - 1n))
    text += ` = ${bounds.low}..${bounds.high}`;
  if (withAddress) text += ` at ${addressText(analysis.resolve(index, position))}`;
  if (why?.unwritten)
    text += why.writes.length === 0 && tags === 1 ? ", never written" : ", maybe never written";
  return text;
}

function addressText(cell: ResolvedCell | undefined): string {
  switch (cell?.kind) {
    case "cell":
      return `${cell.address}`;
    case "cells":
      return cell.addresses.join(" or ");
    case "range":
      return `${cell.low}..${cell.high}`;
    default:
      return "any address";
  }
}

/** Shows only errors, for programs that are about facts. */
export const ERRORS_ONLY: MarkerOptions = { shows: ({ severity }) => severity === "error" };

/** Shows all diagnostics except those with the given codes. */
export function allBut(...hidden: readonly DiagnosticCode[]): MarkerOptions {
  return { shows: ({ code }) => !hidden.includes(code) };
}
