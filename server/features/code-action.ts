/** `textDocument/codeAction`: the fixes of diagnostics, single and for all of a kind, and the refactorings. */

import {
  CodeActionKind,
  type CodeAction,
  Range,
  type Position,
  type TextEdit,
} from "vscode-languageserver-types";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { compareDiagnostics, type Diagnostic, type Fix } from "../../diagnostics/diagnostic.ts";
import { certainFix, offeredTitle, withoutOverlap } from "../../diagnostics/compatible-fixes.ts";
import { toLspDiagnostic } from "../documents/lsp-diagnostics.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { addLabel } from "../refactorings/add-label.ts";
import { EXTRACT_CONSTANT, extractConstant } from "../refactorings/extract-constant.ts";
import { INLINE_CONSTANT, inlineConstant } from "../refactorings/inline-constant.ts";
import { EXTRACT_CELL, REWRITE_CELL, nameCell } from "../refactorings/name-cell.ts";
import {
  EDIT_REASONS,
  programsOfEdit,
  whyNotEdit,
  whyNotEditable,
} from "../refactorings/unchanged-program.ts";
import type { OfferedEdit } from "../refactorings/offered-edit.ts";
import { removeDeadCode } from "../refactorings/remove-dead-code.ts";
import { fileNamed, type Snapshot } from "../language/snapshot.ts";

export interface CodeActionOptions {
  /** The kinds of actions that the client asks for; undefined for all. */
  readonly only?: readonly string[] | undefined;
  /** True if the client asks without the user's request, to show whether there are actions at the cursor. */
  readonly automatic?: boolean;
  /** True if the client asks for an action's edit only when the user chooses the action ({@link codeActionResolve}). */
  readonly resolves?: boolean;
}

/** The data to compute an offered edit when the user chooses it. */
interface OfferData {
  readonly uri: string;
  readonly version: number | undefined;
  readonly range: Range;
}

/**
 * Maximum number of lines of a program in which every offered edit is verified at once, by assembling the edited
 * program. In a larger program, {@link codeActionResolve} computes and verifies the chosen edit; if the client can't
 * ask for that, automatic requests get no such action.
 */
const MAX_TRIED_LINES = 3_000;

/** The kind of the action that applies all certain fixes of a document, for editors that fix on saving. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.avm`;

/** The refactorings, each with the kinds of its actions. */
const REFACTORINGS: readonly (readonly [
  refactor: (snapshot: Snapshot, position: Position) => CodeAction[],
  ...kinds: string[],
])[] = [
  [extractConstant, EXTRACT_CONSTANT],
  [inlineConstant, INLINE_CONSTANT],
  [nameCell, EXTRACT_CELL, REWRITE_CELL],
];

/** All kinds of actions. */
export const KINDS: readonly string[] = [
  CodeActionKind.QuickFix,
  FIX_ALL,
  ...REFACTORINGS.flatMap(([, ...kinds]) => kinds),
];

export function codeActions(
  snapshot: Snapshot,
  range: Range,
  { only, automatic = false, resolves = false }: CodeActionOptions,
): CodeAction[] {
  const wants = (kind: string): boolean => only?.some((wanted) => includesKind(wanted, kind)) ?? true;
  const { document } = snapshot;
  const actions: CodeAction[] = [];
  const mine = snapshot.diagnostics().filter(({ source }) => source === document.uri);
  const fixable = mine.filter(({ fixes }) => fixes !== undefined && fixes.length > 0);
  const isLarge = linesOf(snapshot) > MAX_TRIED_LINES;
  const offered = (offers: readonly OfferedEdit[]): CodeAction[] =>
    isLarge && resolves
      ? offers.flatMap((offer) => untried(snapshot, range, offer))
      : offers.filter(({ whyNot }) => toItsEnd(whyNot()) === undefined).map(({ action }) => action);
  if (wants(CodeActionKind.QuickFix)) {
    const here = mine.filter((diagnostic) => touches(snapshot, diagnostic, range));
    const codes = new Set(here.map(({ code }) => code));
    actions.push(
      ...here.flatMap((diagnostic) => [...fixesOf(snapshot, diagnostic), ...addLabel(snapshot, diagnostic)]),
      ...offered(removeDeadCode(snapshot, here, mine)),
      ...[...codes].flatMap((code) => fixAllOf(snapshot, fixable, code)),
    );
  }
  // Editors ask for this kind when they save; it isn't offered beside other actions.
  if (only && wants(FIX_ALL)) actions.push(...fixAll(snapshot, fixable));
  if (automatic && !only && isLarge && !resolves) return actions;
  return [...actions, ...offered(refactorings(snapshot, range.start, wants))];
}

/** The edit of the chosen action, or the reason for its refusal. */
export function* codeActionResolve(
  snapshot: Snapshot,
  action: CodeAction,
): Paused<CodeAction | { readonly refused: string }> {
  const { range, version } = action.data as OfferData;
  const { document } = snapshot;
  if (version !== document.version) return { refused: EDIT_REASONS.changed() };
  const offers =
    action.kind === CodeActionKind.QuickFix
      ? removals(snapshot, range)
      : refactorings(snapshot, range.start, (kind) => kind === action.kind);
  const offer = offers.find(({ action: { title } }) => title === action.title);
  if (!offer) return { refused: EDIT_REASONS.changed() };
  const refused = yield* offer.whyNot();
  return refused === undefined ? { ...action, edit: offer.action.edit! } : { refused };
}

function removals(snapshot: Snapshot, range: Range): OfferedEdit[] {
  const mine = snapshot.allDiagnostics().filter(({ source }) => source === snapshot.document.uri);
  return removeDeadCode(
    snapshot,
    mine.filter((diagnostic) => touches(snapshot, diagnostic, range)),
    mine,
  );
}

/** The document of an action whose edit isn't computed yet; undefined for other actions. */
export function documentOfAction({ data }: CodeAction): string | undefined {
  const { uri, range } = (data ?? {}) as Partial<OfferData>;
  return typeof uri === "string" && Range.is(range) ? uri : undefined;
}

/** An action without its edit; none if the edit would change a file that may not be edited. */
function untried(
  snapshot: Snapshot,
  range: Range,
  { action: { edit, ...action } }: OfferedEdit,
): CodeAction[] {
  const changes = edit?.changes ?? {};
  if (whyNotEditable(snapshot, programsOfEdit(snapshot, changes), changes) !== undefined) return [];
  const { uri, version } = snapshot.document;
  const data: OfferData = { uri, version, range };
  return [{ ...action, data }];
}

/** The refactorings at a position; none of them may change the code. */
function refactorings(
  snapshot: Snapshot,
  position: Position,
  wants: (kind: string) => boolean,
): OfferedEdit[] {
  const actions = REFACTORINGS.flatMap(([refactor, ...kinds]) =>
    kinds.some(wants) ? refactor(snapshot, position) : [],
  );
  return actions
    .filter(({ kind }) => wants(kind!))
    .map((action) => {
      const changes = action.edit?.changes ?? {};
      return { action, whyNot: () => whyNotEdit(snapshot, programsOfEdit(snapshot, changes), changes) };
    });
}

function linesOf({ files }: Snapshot): number {
  return files.reduce((sum, { file }) => sum + file.lines.length, 0);
}

/** A request for `quickfix` includes `quickfix.x`. */
function includesKind(wanted: string, kind: string): boolean {
  return wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`);
}

function touches({ document }: Snapshot, { span }: Diagnostic, range: Range): boolean {
  const start = placeAt(document, range.start);
  const end = placeAt(document, range.end);
  const endLine = span.endLine ?? span.line;
  if (endLine < start.line || span.line > end.line) return false;
  if (endLine === start.line && span.end < start.column) return false;
  return !(span.line === end.line && span.start > end.column);
}

function fixesOf(snapshot: Snapshot, diagnostic: Diagnostic): CodeAction[] {
  const fixes = diagnostic.fixes ?? [];
  return fixes.flatMap((fix): CodeAction[] => {
    const changes = changesOf(snapshot, [fix]);
    if (!changes) return [];
    return [
      {
        title: offeredTitle(fix),
        kind: CodeActionKind.QuickFix,
        diagnostics: [toLspDiagnostic(diagnostic, snapshot.document, snapshot.files)],
        edit: { changes },
        ...(certainFix(diagnostic) && { isPreferred: true }),
      },
    ];
  });
}

/** One action that applies all certain fixes. */
function fixAll(snapshot: Snapshot, fixable: readonly Diagnostic[]): CodeAction[] {
  const all = [...fixable].sort(compareDiagnostics).flatMap((diagnostic) => certainFix(diagnostic) ?? []);
  const changes = all.length === 0 ? undefined : changesOf(snapshot, withoutOverlap(all));
  return changes ? [{ title: "Fix all that can be fixed", kind: FIX_ALL, edit: { changes } }] : [];
}

/** One action that applies the certain fixes of all diagnostics with a code, if there are several. */
function fixAllOf(snapshot: Snapshot, fixable: readonly Diagnostic[], code: string): CodeAction[] {
  const all = fixable
    .filter((diagnostic) => diagnostic.code === code)
    .sort(compareDiagnostics)
    .flatMap((diagnostic) => certainFix(diagnostic) ?? []);
  const changes = all.length < 2 ? undefined : changesOf(snapshot, withoutOverlap(all));
  if (!changes) return [];
  return [{ title: `Fix all \`${code}\` in this file`, kind: CodeActionKind.QuickFix, edit: { changes } }];
}

function changesOf(snapshot: Snapshot, fixes: readonly Fix[]): Record<string, TextEdit[]> | undefined {
  const changes: Record<string, TextEdit[]> = {};
  for (const { edits } of fixes) {
    for (const { source, span, text } of edits) {
      const document = fileNamed(snapshot, source);
      if (!document) return undefined;
      (changes[source] ??= []).push({ range: rangeOf(document, span), newText: text });
    }
  }
  return changes;
}
