/**
 * What a project says about diagnostics: another severity for a code, and comments that let one pass.
 *
 *     ADD [1], [2], [1]       ; avm-ignore: dead-store
 *
 * A comment `avm-ignore: code, code` is about the line that it stands on, or where nothing else does about the next line
 * that has a statement or label. On a macro call it is also about what the expansion is told. Comments are checked
 * themselves: a code that there isn't, and one that lets nothing pass, are reported.
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

/** From the mildest on. */
export const LEVELS: readonly Level[] = ["off", "hint", "warning", "error"];

/** What a project's severities are, where they aren't the catalogue's. */
export type Levels = Partial<Record<DiagnosticCode, Level>>;

/** What is looked at of a line: a `Line` of the grammar is one. */
export interface CommentedLine {
  readonly text: string;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly tree: {
    readonly labels: readonly unknown[];
    readonly statement: { readonly kind: string; readonly body?: { readonly kind: string } } | undefined;
  };
}

/** What is looked at of a file: a `SourceFile` of the grammar is one. */
export interface CommentedSource {
  readonly name: string;
  readonly lines: readonly CommentedLine[];
  /** Tells whether the whole has a word, where that can be known before it is parsed. */
  includes?(word: string): boolean;
}

export interface PolicyInput {
  /** The main file first, then all that it includes. */
  readonly files: readonly CommentedSource[];
  readonly levels?: Levels;
  /** The checker ran: what it would find isn't missing because it was left out or the text has errors. */
  readonly checked: boolean;
  /** The main file is one that others include: what it ignores may be there in a program that does. */
  readonly library?: boolean;
}

/**
 * True for codes that a project may give a lower severity, or let pass. The others say that there is no program: no output
 * would be right.
 */
export function isOptional(code: DiagnosticCode): boolean {
  const { severity, stage }: CatalogueEntry = CATALOGUE[code];
  return stage === "check" || severity !== "error";
}

/** The diagnostics as the project wants them, with those about its comments, in the order of the text. */
export function applyPolicy(diagnostics: readonly Diagnostic[], input: PolicyInput): Diagnostic[] {
  const { files, levels = {}, checked, library = false } = input;
  const main = library ? undefined : files[0].name;
  const ignores = files.flatMap((file) => ignoresIn(file));
  const byPlace = new Map<string, Ignore[]>();
  for (const ignore of ignores) {
    const key = placeKey(ignore.source, ignore.line, ignore.code);
    byPlace.set(key, [...(byPlace.get(key) ?? []), ignore]);
  }
  const left = ignores.length === 0 ? diagnostics : diagnostics.filter((found) => !isIgnored(found, byPlace));
  const about = checked ? ignores.flatMap((ignore) => problemsOf(ignore, main)) : [];
  return [...left, ...about]
    .flatMap((found) => withLevel(found, levels[found.code]))
    .sort(compareDiagnostics);
}

function withLevel(found: Diagnostic, level: Level | undefined): Diagnostic[] {
  if (level === undefined || level === found.severity) return [found];
  if (level === "off") return [];
  // What is less severe than its code, because it only may be so, stays that: for those there is `strict`.
  const isMilder = rank(found.severity) < rank(CATALOGUE[found.code].severity);
  return isMilder && rank(found.severity) < rank(level) ? [found] : [{ ...found, severity: level }];
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

// --- comments ---

/** A code in a comment. */
interface Ignore {
  readonly source: string;
  /** Of the code; of the mark where there is no code. */
  readonly span: Span;
  /** Of the whole comment, where it holds no other code. */
  readonly comment: Span | undefined;
  readonly code: string;
  /** The line that it is about; undefined where none follows. */
  readonly line: number | undefined;
  /** What it is about is assembled wherever its file is: it isn't in a macro's body or under a condition. */
  readonly certain: boolean;
  used: boolean;
}

const MARK = "avm-ignore";
/** In front of the mark, between it and the codes, and the codes; a reason may follow behind `--`. */
const COMMENT = /^((?:;+|\/\/+|\/\*+)\s*)avm-ignore\b(:?)((?:(?!--|\*\/).)*)/;

/** Sources that are known to ignore nothing. */
const withoutIgnores = new WeakSet<CommentedSource>();

/**
 * Tells that `after` came from `before` by an edit: where neither had anything to ignore, its lines needn't all be looked at.
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

function ignoresIn(source: CommentedSource): Ignore[] {
  if (withoutIgnores.has(source)) return [];
  // Most have none, and needn't be parsed for that.
  const isWith = source.includes?.(MARK) ?? source.lines.some(({ text }) => text.includes(MARK));
  if (!isWith) {
    withoutIgnores.add(source);
    return [];
  }
  const { name, lines } = source;
  const found: Ignore[] = [];
  let depth = 0;
  for (let number = 0; number < lines.length; number++) {
    const line = lines[number];
    const { statement } = line.tree;
    const kind = statement?.kind === "directive" ? statement.body?.kind : undefined;
    if (kind === "macro" || kind === "if") depth++;
    if (line.comments.length > 0 && line.text.includes(MARK)) {
      const about = isEmpty(line) ? following(lines, number) : number;
      for (const comment of line.comments) {
        const codes = codesIn(line.text, comment);
        const whole = { line: number, ...comment };
        for (const { start, end } of codes) {
          const text = line.text.slice(start, end);
          found.push({
            source: name,
            span: { line: number, start, end },
            comment: codes.length === 1 ? whole : undefined,
            code: text === MARK ? "" : text.toLowerCase(),
            line: about,
            certain: depth === 0,
            used: false,
          });
        }
      }
    }
    if (kind === "endm" || kind === "endif") depth--;
  }
  return found;
}

/** The columns of the codes in a comment; those of the mark where it has none. */
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

function following(lines: readonly CommentedLine[], number: number): number | undefined {
  for (let next = number + 1; next < lines.length; next++) if (!isEmpty(lines[next])) return next;
  return undefined;
}

function placeKey(source: string, line: number | undefined, code: string): string {
  return `${code} ${line ?? ""} ${source}`;
}

/** True where a comment lets the diagnostic pass, which then has been of use. */
function isIgnored(found: Diagnostic, ignores: ReadonlyMap<string, readonly Ignore[]>): boolean {
  if (!isOptional(found.code)) return false;
  const places = [found, ...(found.related ?? []).filter(({ leadsHere }) => leadsHere)];
  const used = places.flatMap(
    ({ source, span }) => ignores.get(placeKey(source, span.line, found.code)) ?? [],
  );
  for (const ignore of used) ignore.used = true;
  return used.length > 0;
}

function problemsOf(ignore: Ignore, main: string | undefined): Diagnostic[] {
  const { code, span, source, comment } = ignore;
  const report = (about: DiagnosticCode, message: string, fixes: readonly Fix[] = []): Diagnostic[] => [
    diagnostic(about, { source, span }, message, fixes.length > 0 ? { fixes } : {}),
  ];
  if (code === "") {
    return report("unknown-suppression", "`avm-ignore` is followed by codes: `; avm-ignore: dead-store`");
  }
  if (!isDiagnosticCode(code)) {
    const suggestion = nearest(code, Object.keys(CATALOGUE));
    const message = `there is no diagnostic \`${code}\`${didYouMean(suggestion)}`;
    if (suggestion === undefined) return report("unknown-suppression", message);
    const edits = [{ source, span, text: suggestion }];
    return report("unknown-suppression", message, [{ title: `Change to \`${suggestion}\``, edits }]);
  }
  if (!isOptional(code)) {
    return report("unknown-suppression", `\`${code}\` can't be ignored: where it is, there is no program`);
  }
  // An included file is looked at as part of one program, and may be right to ignore something in another.
  if (ignore.used || !ignore.certain || source !== main) return [];
  const removal = comment && [
    { title: "Remove the comment", certain: true as const, edits: [{ source, span: comment, text: "" }] },
  ];
  return report("unused-suppression", `there is no \`${code}\` to ignore here`, removal);
}
