/**
 * Applies a project's severities to diagnostics, and the comments that ignore one.
 *
 *     ADD [1], [2], [1]       ; avm-ignore: dead-store
 *
 * A comment `avm-ignore: code, code` applies to its own line or, if that has only the comment, to the next line
 * with a statement or label. On a macro call it also applies to diagnostics in the expansion. Codes that don't exist, and
 * comments that ignore nothing, are reported.
 */

import { CATALOGUE, isDiagnosticCode, type CatalogueEntry, type DiagnosticCode } from "./catalogue.ts";
import {
  compareDiagnostics,
  diagnostic,
  type Diagnostic,
  type Fix,
  type Severity,
  type Span,
} from "./diagnostic.ts";
import { didYouMean, nearest } from "./suggest.ts";

/** `off` leaves a diagnostic out. */
export type Level = Severity | "off";

/** The levels, mildest first. */
export const LEVELS: readonly Level[] = ["off", "hint", "warning", "error"];

/** A project's severities, by code. Other codes have the severity of the catalogue. */
export type Levels = Partial<Record<DiagnosticCode, Level>>;

/** The part of a line that this module needs. A `Line` of the grammar has it. */
export interface CommentedLine {
  readonly text: string;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly tree: {
    readonly labels: readonly unknown[];
    readonly statement: { readonly kind: string; readonly body?: { readonly kind: string } } | undefined;
  };
}

/** The part of a file that this module needs. A `SourceFile` of the grammar has it. */
export interface CommentedSource {
  readonly name: string;
  readonly lines: readonly CommentedLine[];
  /** Whether the text contains a word. Absent if that can't be known without parsing. */
  includes?(word: string): boolean;
}

export interface PolicyInput {
  /** The main file first, then the included files. */
  readonly files: readonly CommentedSource[];
  readonly levels?: Levels;
  /** Whether the checker ran. If it didn't, a comment that ignores one of its codes isn't reported as unused. */
  readonly checked: boolean;
  /** Whether the main file is a library. Then an unused comment isn't reported, because a program that includes the file may need it. */
  readonly library?: boolean;
}

/**
 * True for codes that a project may give a lower severity or ignore. The other codes mean that the program can't be
 * assembled.
 */
export function isOptional(code: DiagnosticCode): boolean {
  const { severity, stage }: CatalogueEntry = CATALOGUE[code];
  return stage === "check" || severity !== "error";
}

/** Applies severities and comments, and adds the diagnostics about the comments themselves. Returns them in the order of the text. */
export function applyPolicy(diagnostics: readonly Diagnostic[], input: PolicyInput): Diagnostic[] {
  const { files, levels = {}, checked, library = false } = input;
  const main = library ? undefined : files[0].name;
  const byPlace: Places = new Map();
  const ignores = files.flatMap((file) => ignoresIn(file, byPlace));
  const left = ignores.length === 0 ? diagnostics : diagnostics.filter((found) => !isIgnored(found, byPlace));
  let suggestions = MAX_SUGGESTIONS;
  const suggest = (code: string): string | undefined =>
    suggestions-- > 0 ? nearest(code, Object.keys(CATALOGUE)) : undefined;
  const about: Diagnostic[] = [];
  for (const ignore of checked ? ignores : []) {
    if (about.length >= MAX_ABOUT_COMMENTS) break;
    about.push(...problemsOf(ignore, main, suggest));
  }
  const all = [...left, ...about];
  const levelled =
    Object.keys(levels).length === 0 ? all : all.flatMap((found) => withLevel(found, levels[found.code]));
  return levelled.sort(compareDiagnostics);
}

function withLevel(found: Diagnostic, level: Level | undefined): Diagnostic[] {
  if (level === undefined || level === found.severity) return [found];
  if (level === "off") return [];
  // A diagnostic about a possible mistake is milder than its code. The project's severity doesn't raise it; `strict` does.
  const isMilder = rank(found.severity) < rank(CATALOGUE[found.code].severity);
  return isMilder && rank(found.severity) < rank(level) ? [found] : [{ ...found, severity: level }];
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

// --- comments ---

/** A code in an `avm-ignore` comment. */
interface Ignore {
  readonly source: string;
  /** The span of the code, or of `avm-ignore` if there is no code. */
  readonly span: Span;
  /** If this is the only code of its comment: the span that a fix removes, the comment and the blanks around it. */
  readonly comment: Span | undefined;
  readonly code: string;
  /** Whether the line is always assembled: it isn't in a macro's body or under a condition. */
  readonly certain: boolean;
  /** Shared by all comments that ignore the same code on the same line. */
  readonly place: Place;
}

/** Whether a diagnostic is ignored at a place. */
interface Place {
  used: boolean;
}

/** Places by source, line and code. */
type Places = Map<string, Place>;

/** Maximum number of unknown codes to search a suggestion for: comments can have any number. */
const MAX_SUGGESTIONS = 1_000;

/** Maximum number of diagnostics about these comments. */
export const MAX_ABOUT_COMMENTS = 10_000;

const MARK = "avm-ignore";
/** Matches a comment: the part before `avm-ignore`, the colon, and the codes. A reason may follow after `--`. */
const COMMENT = /^((?:;+|\/\/+|\/\*+)\s*)avm-ignore\b(:?)((?:(?!--|\*\/).)*)/;

/** Sources known to have no `avm-ignore`. */
const withoutIgnores = new WeakSet<CommentedSource>();

/**
 * Notes that `after` came from `before` by an edit. If neither `before` nor the added lines have an `avm-ignore`, `after` isn't searched.
 *
 * @param added the lines that only `after` has
 */
export function carryIgnores(
  before: CommentedSource,
  after: CommentedSource,
  added: readonly CommentedLine[],
): void {
  if (!withoutIgnores.has(before) || added.some(({ text }) => text.includes(MARK))) return;
  withoutIgnores.add(after);
}

function ignoresIn(source: CommentedSource, places: Places): Ignore[] {
  if (withoutIgnores.has(source)) return [];
  // Most files have no `avm-ignore`, so a text search avoids parsing them.
  const isWith = source.includes?.(MARK) ?? source.lines.some(({ text }) => text.includes(MARK));
  if (!isWith) {
    withoutIgnores.add(source);
    return [];
  }
  const { name, lines } = source;
  const found: Ignore[] = [];
  let depth = 0;
  let next = 0;
  for (let number = 0; number < lines.length; number++) {
    const line = lines[number];
    const { statement } = line.tree;
    const kind = statement?.kind === "directive" ? statement.body?.kind : undefined;
    if (kind === "macro" || kind === "if") depth++;
    if (line.comments.length > 0 && line.text.includes(MARK)) {
      // Consecutive lines that only have comments apply to the same line of code.
      if (next <= number) next = isEmpty(line) ? following(lines, number) : number;
      const about = next < lines.length ? next : undefined;
      for (const comment of line.comments) {
        const codes = codesIn(line.text, comment);
        const whole = { line: number, ...removed(line.text, comment) };
        for (const { start, end } of codes) {
          const text = line.text.slice(start, end);
          const code = text === MARK ? "" : text.toLowerCase();
          const key = placeKey(name, about, code);
          const place = places.get(key) ?? { used: false };
          places.set(key, place);
          found.push({
            source: name,
            span: { line: number, start, end },
            comment: codes.length === 1 ? whole : undefined,
            code,
            certain: depth === 0,
            place,
          });
        }
      }
    }
    if (kind === "endm" || kind === "endif") depth--;
  }
  return found;
}

/** The columns that a fix removes with a comment: if the comment ends the line, the blanks around it too. */
function removed(text: string, comment: { start: number; end: number }): { start: number; end: number } {
  if (comment.end < text.trimEnd().length) return comment;
  return { start: text.slice(0, comment.start).trimEnd().length, end: text.length };
}

/** The columns of the codes in a comment, or of `avm-ignore` if there are none. */
function codesIn(text: string, comment: { start: number; end: number }): { start: number; end: number }[] {
  const match = COMMENT.exec(text.slice(comment.start, comment.end));
  if (!match) return [];
  const [, lead, colon, codes] = match;
  const mark = comment.start + lead.length;
  const from = mark + MARK.length + colon.length;
  const found = [...codes.matchAll(/[^\s,]+/g)].map(({ index, 0: code }) => ({
    start: from + index,
    end: from + index + code.length,
  }));
  return found.length > 0 ? found : [{ start: mark, end: mark + MARK.length }];
}

function isEmpty({ tree }: CommentedLine): boolean {
  return tree.statement === undefined && tree.labels.length === 0;
}

function following(lines: readonly CommentedLine[], number: number): number {
  let next = number + 1;
  while (next < lines.length && isEmpty(lines[next])) next++;
  return next;
}

function placeKey(source: string, line: number | undefined, code: string): string {
  return `${code} ${line ?? ""} ${source}`;
}

/** True if a comment ignores the diagnostic. Marks that comment as used. */
function isIgnored(found: Diagnostic, ignores: ReadonlyMap<string, Place>): boolean {
  if (!isOptional(found.code)) return false;
  const places = [found, ...(found.related ?? []).filter(({ leadsHere }) => leadsHere)];
  const used = places.flatMap(
    ({ source, span }) => ignores.get(placeKey(source, span.line, found.code)) ?? [],
  );
  for (const place of used) place.used = true;
  return used.length > 0;
}

function problemsOf(
  ignore: Ignore,
  main: string | undefined,
  suggest: (code: string) => string | undefined,
): Diagnostic[] {
  const { code, span, source, comment } = ignore;
  const report = (about: DiagnosticCode, message: string, fixes: readonly Fix[] = []): Diagnostic[] => [
    diagnostic(about, { source, span }, message, fixes.length > 0 ? { fixes } : {}),
  ];
  if (code === "") {
    return report("unknown-suppression", "`avm-ignore` is followed by codes: `; avm-ignore: dead-store`");
  }
  if (!isDiagnosticCode(code)) {
    const suggestion = suggest(code);
    const message = `there is no diagnostic \`${code}\`${didYouMean(suggestion)}`;
    if (suggestion === undefined) return report("unknown-suppression", message);
    const edits = [{ source, span, text: suggestion }];
    return report("unknown-suppression", message, [{ title: `Change to \`${suggestion}\``, edits }]);
  }
  if (!isOptional(code)) {
    return report("unknown-suppression", `\`${code}\` can't be ignored: where it is, there is no program`);
  }
  // An included file may need the comment in another program that includes it.
  if (ignore.place.used || !ignore.certain || source !== main) return [];
  const removal = comment && [
    { title: "Remove the comment", certain: true as const, edits: [{ source, span: comment, text: "" }] },
  ];
  return report("unused-suppression", `there is no \`${code}\` to ignore here`, removal);
}
