/** Converts findings to diagnostics, which have places in source text, related places and fixes. */

import { CATALOGUE } from "../../diagnostics/catalogue.ts";
import {
  diagnostic,
  type Diagnostic,
  type Fix,
  type Location,
  type Related,
  type TextEdit,
} from "../../diagnostics/diagnostic.ts";
import type { Severity } from "../../diagnostics/diagnostic.ts";
import { columnsOf, tokenText, nodeText } from "../../grammar/line.ts";
import {
  expansionsAround,
  frameOf,
  lineOf,
  locateMnemonic,
  locateOperand,
  locateStatement,
  operandNode,
  type Origins,
} from "../../program/source-locations.ts";
import type { IsLibrary } from "../../program/library-calls.ts";
import type { Analysis } from "../analyze.ts";
import { planOf } from "../code/decoded-code.ts";
import type { Finding, FixIdea } from "../findings.ts";
import type { Paused } from "../../program/cooperative.ts";

export interface ReportOptions {
  /** Reports mistakes that are only possible as warnings instead of hints. */
  readonly strict?: boolean;
  /** Tells which sources belong to libraries: a mistake in a library's macro is reported once for each call. */
  readonly isLibrary?: IsLibrary;
}

/** At most this many errors and this many milder findings are reported: a file of junk would otherwise take gigabytes. */
export const MAX_TOLD = 10_000;

/** How many findings are turned into diagnostics between two pauses. */
const PER_PAUSE = 500;

/** The diagnostics of an analysis of source text. There are none for decoded bytecode, which has no places. */
export function* tellingFindings(analysis: Analysis, options: ReportOptions = {}): Paused<Diagnostic[]> {
  const { origins } = analysis.program;
  if (!origins) return [];
  const found: Diagnostic[] = [];
  // A line of a macro gives one statement for each call, and is reported only once.
  const seen = new Places();
  const { isLibrary = () => false } = options;
  let errors = 0;
  for (const [number, told] of analysis.findings.entries()) {
    if (number % PER_PAUSE === PER_PAUSE - 1) yield;
    const finding = toldOfArgument(origins, told, isLibrary);
    if (!finding.location && finding.index >= analysis.program.count) continue;
    const severity = severityOf(finding, options);
    const isError = severity === "error";
    if ((isError ? errors : found.length - errors) >= MAX_TOLD) continue;
    const location = finding.location ?? locate(origins, finding.index, finding.position);
    // In a library's macro, it is reported once for each call.
    const atEachCall = isLibrary(location.source);
    if (!atEachCall && !seen.add(finding.code, location, [])) continue;
    const around = expansionsAround(finding.frame ?? frameOf(origins, finding.index));
    if (atEachCall && !seen.add(finding.code, location, around)) continue;
    const related = finding.related.flatMap(({ index, position, message }): Related[] =>
      index < analysis.program.count ? [{ ...locate(origins, index, position), message }] : [],
    );
    related.push(...around);
    if (isError) errors++;
    const fixes = finding.fixes.flatMap((idea) => fixOf(analysis, origins, finding, idea));
    found.push(
      diagnostic(finding.code, location, finding.message, {
        severity,
        ...(related.length > 0 && { related }),
        ...(fixes.length > 0 && { fixes }),
        ...(finding.unnecessary && { unnecessary: true }),
      }),
    );
  }
  return found;
}

/** The places already reported. To build a text key for each would take longer than all other work for a finding. */
class Places {
  /** By source, by diagnostic code with macro calls, and by start column: the lines. There are far fewer columns than lines. */
  private readonly known = new Map<string, Map<string, Map<number, Set<number>>>>();

  /** Returns false if the code was already reported at this place, through the same macro calls. */
  add(code: string, { source, span }: Location, calls: readonly Location[]): boolean {
    const inSource = entry(this.known, source, () => new Map<string, Map<number, Set<number>>>());
    const kind = calls.length === 0 ? code : [code, ...calls.map(placeKey)].join("\n");
    const lines = entry(
      entry(inSource, kind, () => new Map<number, Set<number>>()),
      span.start,
      () => new Set<number>(),
    );
    if (lines.has(span.line)) return false;
    lines.add(span.line);
    return true;
  }
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Turns a finding in a library's macro into one about the argument that causes it, with the macro's line as a related place. */
function toldOfArgument(origins: Origins, finding: Finding, isLibrary: IsLibrary): Finding {
  const { argument, index, position, message } = finding;
  if (!argument || !isLibrary(locate(origins, index, position).source)) return finding;
  const here = { index, message: `here, in the macro: ${message}` };
  return {
    ...finding,
    ...argument,
    related: [...argument.related, position === undefined ? here : { ...here, position }, ...finding.related],
  };
}

function placeKey({ source, span }: Location): string {
  return `${source}:${span.line}:${span.start}`;
}

/** A definite mistake is an error. A possible one is a hint, or a warning in strict mode or if every run finally halts there. */
function severityOf(
  { code, verdict, isCertain = false }: Finding,
  { strict = false }: ReportOptions,
): Severity {
  const { severity } = CATALOGUE[code];
  if (severity !== "error" || verdict === "definite") return severity;
  return strict || isCertain ? "warning" : "hint";
}

function locate(origins: Origins, index: number, position: number | undefined): Location {
  return position === undefined ? locateStatement(origins, index) : locateOperand(origins, index, position);
}

function fixOf(analysis: Analysis, origins: Origins, finding: Finding, idea: FixIdea): Fix[] {
  const { program } = analysis;
  switch (idea.kind) {
    case "retag": {
      if (idea.index >= program.count) return [];
      const form = program.set.byOpcode[program.opcodes[idea.index]];
      if (!form) return [];
      const node = operandNode(origins, idea.index, planOf(form).tagPosition);
      if (!node) return [];
      const text = tokenText(lineOf(origins, idea.index), node.first);
      const location = locateOperand(origins, idea.index, planOf(form).tagPosition);
      return [{ title: `Write ${idea.tag} instead of ${text}`, edits: [{ ...location, text: idea.tag }] }];
    }
    case "cast": {
      const node = operandNode(origins, finding.index, idea.position);
      if (!node) return [];
      const line = lineOf(origins, finding.index);
      const operand = nodeText(line, node);
      return [
        insertBefore(
          origins,
          finding.index,
          `CAST ${operand}, ${operand}, ${idea.tag}`,
          `Cast ${operand} to ${idea.tag} first`,
        ),
      ];
    }
    case "literal": {
      const node = operandNode(origins, finding.index, idea.position);
      if (node?.kind !== "literal" || node.value.kind !== "number") return [];
      const location = locateOperand(origins, finding.index, idea.position);
      return [{ title: `Write #${idea.value}`, edits: [{ ...location, text: `#${idea.value}` }] }];
    }
    case "exchange": {
      const nodes = idea.positions.map((position) => operandNode(origins, finding.index, position));
      const line = lineOf(origins, finding.index);
      const [a, b] = nodes.map((node) => node && columnsOf(line, node));
      if (!a || !b) return [];
      const source = frameOf(origins, finding.index).file.name;
      const [first, second] = [a, b].map(({ start, end }) => line.text.slice(start, end));
      const edit = ({ start, end }: typeof a, text: string): TextEdit => ({
        source,
        span: { line: locateStatement(origins, finding.index).span.line, start, end },
        text,
      });
      return [{ title: `Exchange ${first} and ${second}`, edits: [edit(a, second), edit(b, first)] }];
    }
    case "write-first": {
      const text = `SET [${idea.address}], ${idea.tag}, #0`;
      return [insertBefore(origins, finding.index, text, `Write [${idea.address}] first`)];
    }
  }
}

/** A fix that inserts a line before a statement, indented like it. */
function insertBefore(origins: Origins, index: number, text: string, title: string): Fix {
  const { source, span } = locateMnemonic(origins, index);
  const indentation = " ".repeat(span.start);
  return {
    title,
    edits: [
      {
        source,
        span: { line: span.line, start: span.start, end: span.start },
        text: `${text}\n${indentation}`,
      },
    ],
  };
}
