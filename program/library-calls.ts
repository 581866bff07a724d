/**
 * Moves diagnostics in the macros of a library to the call in the user's file, because they can be fixed there. The place
 * in the library becomes a related place.
 */

import type { Diagnostic, Location, Related } from "../diagnostics/diagnostic.ts";
import type { InstructionStatement } from "../grammar/ast.ts";
import { columnsOf, tokenText, type Line, nodeText } from "../grammar/line.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { BYTES_PER_FIELD } from "../isa/limits.ts";

/** Decides whether a source belongs to a library. */
export type IsLibrary = (source: string) => boolean;

/** Makes the test for sources that one of the files includes as `<path>`. */
export function installedLibrary(files: Iterable<SourceFile>): IsLibrary {
  const endings: string[] = [];
  for (const { lines } of files) {
    for (const line of lines) {
      const { statement } = line.tree;
      if (statement?.kind !== "directive" || statement.body.kind !== "include" || !statement.body.standard)
        continue;
      const { path, last } = statement.body;
      endings.push(`/${nodeText(line, { first: path, last }).replace(/^<|>$/g, "").trim()}`);
    }
  }
  return (source) => {
    const path = `/${source.replaceAll("\\", "/")}`;
    return endings.some((ending) => path.endsWith(ending));
  };
}

/** Moves a diagnostic of a library to the call that led there, if that call is in a file outside of the library. */
export function atCall(found: Diagnostic, files: readonly SourceFile[], isLibrary: IsLibrary): Diagnostic {
  const { related = [] } = found;
  const calls = related.filter(({ leadsHere }) => leadsHere);
  if (calls.length === 0 || !isLibrary(found.source)) return found;
  const outer = calls.findIndex(({ source }) => !isLibrary(source));
  if (outer < 0 || !statementAt(files, calls[outer])) return found;

  const { place, parameter } = argumentOf(found, calls.slice(0, outer + 1), files);
  const { mnemonic, line } = statementAt(files, calls[outer])!;
  const name = tokenText(line, mnemonic);
  const role = parameter === undefined ? "" : `, as its \`${parameter}\``;
  const others = withoutRepetitions(related.filter((one) => one !== calls[outer]));
  const here = others.find((one) => !one.leadsHere && isSamePlace(one, found));
  const { message } = here ?? found;
  const notes: Related[] = [
    { source: found.source, span: found.span, message, leadsHere: true },
    ...others.filter((one) => one !== here),
  ];
  const fixes = found.fixes?.filter(({ edits }) => edits.every(({ source }) => !isLibrary(source)));
  const { fixes: _, ...rest } = found;
  return {
    ...rest,
    ...place,
    message: longText(textAt(files, place)) ?? `${found.message} (in \`${name}\`${role})`,
    related: notes,
    ...(fixes && fixes.length > 0 && { fixes }),
  };
}

function withoutRepetitions(notes: readonly Related[]): Related[] {
  return notes.filter(
    (note, index) =>
      notes.findIndex((one) => one.message === note.message && isSamePlace(one, note)) === index,
  );
}

function isSamePlace(a: Location, b: Location): boolean {
  return a.source === b.source && a.span.line === b.span.line && a.span.start === b.span.start;
}

/** The message for an argument that is a text too long for a field. */
function longText(argument: string | undefined): string | undefined {
  const text = /^str\(\s*"([^"\\]*)"\s*\)$/.exec(argument ?? "")?.[1];
  const bytes = new TextEncoder().encode(text).length;
  return bytes <= BYTES_PER_FIELD
    ? undefined
    : `the text has ${bytes} bytes, and a field holds up to ${BYTES_PER_FIELD}`;
}

/** The argument of the outermost call that is passed down to the place in the innermost macro; if there is none, the call. */
function argumentOf(
  found: Location,
  calls: readonly Related[],
  files: readonly SourceFile[],
): { readonly place: Location; readonly parameter?: string } {
  let place = found;
  let parameter: string | undefined;
  for (const call of calls) {
    const text = textAt(files, place)?.replace(/^#/, "");
    const statement = statementAt(files, call);
    const index = statement && text !== undefined ? parameterIndex(files, statement, text) : -1;
    const argument = index < 0 ? undefined : statement!.operands[index];
    if (!argument) return { place: { source: calls.at(-1)!.source, span: calls.at(-1)!.span } };
    parameter = text;
    place = {
      source: call.source,
      span: { line: call.span.line, ...columnsOf(statement!.line, argument) },
    };
  }
  return { place, ...(parameter !== undefined && { parameter }) };
}

/** The index of the parameter with a name, in the macro that a statement calls. */
function parameterIndex(files: readonly SourceFile[], call: CallStatement, parameter: string): number {
  const name = tokenText(call.line, call.mnemonic);
  for (const { lines } of files) {
    for (const line of lines) {
      const { statement } = line.tree;
      if (statement?.kind !== "directive" || statement.body.kind !== "macro") continue;
      if (tokenText(line, statement.body.name) !== name) continue;
      return statement.body.parameters.findIndex((one) => tokenText(line, one.name) === parameter);
    }
  }
  return -1;
}

type CallStatement = InstructionStatement & { readonly line: Line };

function statementAt(files: readonly SourceFile[], { source, span }: Location): CallStatement | undefined {
  const line = lineAt(files, source, span.line);
  const statement = line?.tree.statement;
  return line && statement?.kind === "instruction" ? { ...statement, line } : undefined;
}

function textAt(files: readonly SourceFile[], { source, span }: Location): string | undefined {
  return lineAt(files, source, span.line)?.text.slice(span.start, span.end);
}

function lineAt(files: readonly SourceFile[], source: string, number: number): Line | undefined {
  return files.find(({ name }) => name === source)?.lines[number];
}
