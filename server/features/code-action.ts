/** `textDocument/codeAction`: the fixes of diagnostics, one by one and for all of a kind, and the refactorings. */

import {
  CodeActionKind,
  type CodeAction,
  type Position,
  type Range,
  type TextEdit,
} from "vscode-languageserver-types";
import { compareDiagnostics, type Diagnostic, type Fix } from "../../diagnostics/diagnostic.ts";
import { certainFix, offeredTitle, withoutOverlap } from "../../diagnostics/compatible-fixes.ts";
import { toLspDiagnostic } from "../documents/lsp-diagnostics.ts";
import { placeAt, rangeOf } from "../documents/document.ts";
import { addLabel } from "../refactorings/add-label.ts";
import { EXTRACT_CONSTANT, extractConstant } from "../refactorings/extract-constant.ts";
import { INLINE_CONSTANT, inlineConstant } from "../refactorings/inline-constant.ts";
import { EXTRACT_CELL, REWRITE_CELL, nameCell } from "../refactorings/name-cell.ts";
import { programsOfEdit, whyNotEdit } from "../refactorings/same-code.ts";
import { removeDeadCode } from "../refactorings/remove-dead-code.ts";
import { fileNamed, type Snapshot } from "../language/snapshot.ts";

export interface CodeActionOptions {
  /** The kinds that the client asks for; undefined for all. */
  readonly only?: readonly string[] | undefined;
  /** Nobody asked: the client wants to know whether there is anything, as it does wherever the cursor goes. */
  readonly automatic?: boolean;
}

/**
 * Each refactoring assembles the program once to see that it stays the same. In a larger one, in lines, that takes too long to be
 * done wherever the cursor goes.
 */
const MAX_AUTOMATIC_LINES = 3_000;

/** The kind of the action that makes all certain fixes of a document, for editors that fix on saving. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.avm`;

/** The refactorings, each with the kinds of action that it may give. */
const REFACTORINGS: readonly (readonly [
  refactor: (snapshot: Snapshot, position: Position) => CodeAction[],
  ...kinds: string[],
])[] = [
  [extractConstant, EXTRACT_CONSTANT],
  [inlineConstant, INLINE_CONSTANT],
  [nameCell, EXTRACT_CELL, REWRITE_CELL],
];

/** The kinds of actions that there are. */
export const KINDS: readonly string[] = [
  CodeActionKind.QuickFix,
  FIX_ALL,
  ...REFACTORINGS.flatMap(([, ...kinds]) => kinds),
];

export function codeActions(
  snapshot: Snapshot,
  range: Range,
  { only, automatic = false }: CodeActionOptions,
): CodeAction[] {
  const wants = (kind: string): boolean => only?.some((wanted) => includesKind(wanted, kind)) ?? true;
  const { document } = snapshot;
  const actions: CodeAction[] = [];
  const mine = snapshot.diagnostics().filter(({ source }) => source === document.uri);
  const fixable = mine.filter(({ fixes }) => fixes !== undefined && fixes.length > 0);
  if (wants(CodeActionKind.QuickFix)) {
    const here = mine.filter((diagnostic) => touches(snapshot, diagnostic, range));
    const codes = new Set(here.map(({ code }) => code));
    actions.push(
      ...here.flatMap((diagnostic) => [...fixesOf(snapshot, diagnostic), ...addLabel(snapshot, diagnostic)]),
      ...removeDeadCode(snapshot, here, mine),
      ...[...codes].flatMap((code) => fixAllOf(snapshot, fixable, code)),
    );
  }
  // An editor asks for this kind when it saves; it is never offered beside the others.
  if (only && wants(FIX_ALL)) actions.push(...fixAll(snapshot, fixable));
  if (automatic && !only && linesOf(snapshot) > MAX_AUTOMATIC_LINES) return actions;
  for (const [refactor, ...kinds] of REFACTORINGS) {
    if (kinds.some(wants))
      actions.push(
        ...refactor(snapshot, range.start).filter(
          (action) => wants(action.kind!) && keepsCode(snapshot, action),
        ),
      );
  }
  return actions;
}

function linesOf({ files }: Snapshot): number {
  return files.reduce((sum, { file }) => sum + file.lines.length, 0);
}

/** A refactoring that would make another program, or edit a file that isn't the user's, isn't offered. */
function keepsCode(snapshot: Snapshot, { edit }: CodeAction): boolean {
  const changes = edit?.changes ?? {};
  return whyNotEdit(snapshot, programsOfEdit(snapshot, changes), changes) === undefined;
}

/** `quickfix` asks for `quickfix.x` too. */
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

/** One action for everything that has a certain fix. */
function fixAll(snapshot: Snapshot, fixable: readonly Diagnostic[]): CodeAction[] {
  const all = [...fixable].sort(compareDiagnostics).flatMap((diagnostic) => certainFix(diagnostic) ?? []);
  const changes = all.length === 0 ? undefined : changesOf(snapshot, withoutOverlap(all));
  return changes ? [{ title: "Fix all that can be fixed", kind: FIX_ALL, edit: { changes } }] : [];
}

/** One action for every diagnostic of a kind that has a certain fix, if there are several. */
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
