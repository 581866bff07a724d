/** Finds diagnostics that follow from others or repeat them, so that one mistake is reported once. */

import { CATALOGUE } from "./catalogue.ts";
import type { Dependence, Diagnostic, DiagnosticCode, Fix, Related } from "./diagnostic.ts";

const NONE: Dependence = {};

/** A file with this many lines in foreign notation is treated as written for another assembler. */
const MIN_FOREIGN_LINES = 3;
/** Maximum number of places of a repeated mistake that its diagnostic lists. */
const MAX_PLACES = 4;

/** Codes that only say that a line can't be parsed. */
const UNPARSED_CODES: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "syntax-error",
  "missing-comma",
  "missing-expression",
  "missing-operand",
  "unclosed-bracket",
  "unclosed-string",
  "unexpected-character",
  "malformed-number",
]);
/** Codes that several operands of one statement can have at once; they are reported as one diagnostic. */
const PER_OPERAND: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "missing-comma",
  "operand-kind",
  "unexpected-character",
]);
/** Codes that aren't reported in a line written for another assembler, because they follow from its notation. */
const WITHIN_FOREIGN: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "missing-comma",
  "operand-count",
  "operand-kind",
  "undefined-name",
]);

/**
 * Removes the diagnostics of a program that follow from others:
 * - uses of a name whose definition has an error, such as a label without its colon, or that a file
 *   that can't be included may define;
 * - the end and the inside of a block whose beginning, in foreign notation or without its end, is reported;
 * - the missing end of a block whose first line isn't finished;
 * - other errors in a line in which a quote is missing, and a closing bracket after another error;
 * - the line after one that was meant to continue on it;
 * - other errors in a line written for another assembler.
 *
 * Diagnostics that repeat one another become the first of them, with the others as related places. Returns the same
 * list if nothing changes.
 */
export function withoutFollowUps(list: readonly Diagnostic[]): readonly Diagnostic[] {
  if (list.length < 2) return list;
  const follows = followsIn(list);
  const causes = list.filter((one) => !follows(one));
  const groups = repetitions(causes);
  if (groups.length === list.length) return list;
  return groups.map(asOne);
}

/** Returns a test for whether a diagnostic follows from another one of the list. */
function followsIn(list: readonly Diagnostic[]): (one: Diagnostic) => boolean {
  const defined = new Set<string>();
  const continued = new Set<string>();
  const foreign = new Set<string>();
  /** The ends of lines that lack what must follow a directive. */
  const unfinished = new Set<string>();
  /** The first line that begins a block, by file. */
  const begins = new Map<string, number>();
  /** Lines with a quote that is missing: how the rest of the line is divided is a guess. */
  const unquoted = new Set<string>();
  /** Lines that aren't a statement. */
  const unparsed = new Set<string>();
  /** The first column with an error, by line. */
  const firsts = new Map<string, number>();
  const lacksFiles = list.some(({ dependence }) => dependence?.lacks === true);
  for (const { code, source, span, dependence = NONE } of list) {
    for (const name of dependence.defines ?? []) defined.add(name);
    const line = `${source} ${span.line}`;
    if (code === "unclosed-string") unquoted.add(line);
    if (code === "syntax-error") unparsed.add(line);
    firsts.set(line, Math.min(span.start, firsts.get(line) ?? span.start));
    if (dependence.continues) continued.add(`${source} ${span.line + 1}`);
    if (code === "malformed-directive" || code === "missing-expression") unfinished.add(endOf(source, span));
    if (dependence.kind !== undefined) foreign.add(`${source} ${span.line}`);
    if (dependence.block === "begins")
      begins.set(source, Math.min(span.line, begins.get(source) ?? span.line));
  }
  return ({ code, source, span, message, dependence = NONE }) => {
    const { uses, block, kind, strange } = dependence;
    const line = `${source} ${span.line}`;
    return (
      (uses !== undefined && defined.has(uses)) ||
      (strange === true && lacksFiles) ||
      (block === "within" && span.line > (begins.get(source) ?? Infinity)) ||
      (block === "ends" && span.line > (begins.get(source) ?? Infinity)) ||
      (UNPARSED_CODES.has(code) && continued.has(line)) ||
      (code !== "unclosed-string" && isUnparsed(code) && unquoted.has(line)) ||
      (code === "malformed-directive" && span.start > firsts.get(line)!) ||
      (code === "operand-kind" && unparsed.has(line)) ||
      (isUnparsed(code) && span.start > firsts.get(line)! && /^(?:found )?`[)\]]`/.test(message)) ||
      (code === "unclosed-block" && unfinished.has(endOf(source, span))) ||
      (kind === undefined && WITHIN_FOREIGN.has(code) && foreign.has(line))
    );
  };
}

function isUnparsed(code: DiagnosticCode): boolean {
  return UNPARSED_CODES.has(code) || code === "malformed-directive";
}

function endOf(source: string, { line, end }: Diagnostic["span"]): string {
  return `${source} ${line} ${end}`;
}

/** Groups the diagnostics that repeat one mistake. */
function repetitions(list: readonly Diagnostic[]): Diagnostic[][] {
  const foreign = foreignFiles(list);
  const groups = new Map<Diagnostic | string, Diagnostic[]>();
  for (const one of list) {
    const key = repeated(one, foreign.has(one.source)) ?? one;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => (areTwoWords(group) ? group.map((one) => [one]) : [group]));
}

/** True for two different foreign mnemonics that occur once each: each is reported with its own replacement. */
function areTwoWords(group: readonly Diagnostic[]): boolean {
  const [first, second] = group;
  return group.length === 2 && first.code === "unknown-mnemonic" && second.message !== first.message;
}

/** A key that is equal for two diagnostics of one mistake; undefined for a diagnostic that isn't grouped. */
function repeated(
  { code, source, span, dependence, fixes = [] }: Diagnostic,
  isForeign: boolean,
): string | undefined {
  if (dependence?.kind !== undefined) return `${source} ${dependence.kind}`;
  if (isForeign && UNPARSED_CODES.has(code)) return `${source} shape`;
  // A diagnostic with a fix is reported at each of its places.
  if (isForeign && fixes.length === 0 && CATALOGUE[code].stage !== "check") return `${source} ${code}`;
  return PER_OPERAND.has(code) ? `${source} ${span.line} ${code}` : undefined;
}

/** The files that are written for another assembler, or mostly so. */
function foreignFiles(list: readonly Diagnostic[]): Set<string> {
  const lines = new Map<string, Set<number>>();
  for (const { source, span, dependence } of list) {
    if (dependence?.kind === undefined) continue;
    const known = lines.get(source);
    if (known) known.add(span.line);
    else lines.set(source, new Set([span.line]));
  }
  return new Set([...lines].flatMap(([source, { size }]) => (size >= MIN_FOREIGN_LINES ? [source] : [])));
}

function asOne([first, ...others]: readonly Diagnostic[]): Diagnostic {
  const elsewhere = others.filter(
    ({ span, source }) => source !== first.source || JSON.stringify(span) !== JSON.stringify(first.span),
  );
  if (elsewhere.length === 0) return first;
  const places = elsewhere.slice(0, MAX_PLACES).map(({ source, span, message }, index): Related => {
    const more = index === MAX_PLACES - 1 ? elsewhere.length - MAX_PLACES : 0;
    const again = message.split("; ", 1)[0];
    return { source, span, message: more > 0 ? `${again}; and so at ${placesText(more)} more` : again };
  });
  const isOneCode = elsewhere.every(({ code }) => code === first.code);
  const fix = first.fixes && isOneCode ? fixOfAll([first, ...elsewhere], first.fixes[0]) : undefined;
  return {
    ...first,
    related: [...(first.related ?? []), ...places],
    ...(fix && { fixes: [fix] }),
  };
}

/** One fix for all places, if each has one. */
function fixOfAll(all: readonly Diagnostic[], first: Fix): Fix | undefined {
  const fixes = all.map((one) => one.fixes?.[0]);
  if (fixes.some((fix) => fix === undefined)) return undefined;
  const each = fixes as Fix[];
  // Places that lack the same line add it once.
  const edits = new Map(each.flatMap((fix) => fix.edits).map((edit) => [JSON.stringify(edit), edit]));
  return {
    title: `${first.title}, and the like at ${placesText(all.length - 1)} more`,
    ...(each.every(({ certain }) => certain) && { certain: true }),
    edits: [...edits.values()],
  };
}

function placesText(count: number): string {
  return count === 1 ? "1 place" : `${count} places`;
}
