/** Collects the diagnostics of one assembly. */

import {
  diagnostic,
  type Dependence,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticDetails,
  type Location,
} from "../diagnostics/diagnostic.ts";
import type { Node } from "../grammar/ast.ts";
import { columnsOf, tokenText, type Columns, type Line } from "../grammar/line.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { expansionsAround, type Frame } from "../program/source-locations.ts";
import type { Scoped } from "./expressions/symbols.ts";
import { ALL_LIBRARY_MACROS, libraryFileNamed } from "./expand/library-macros.ts";
import { MAX_DIAGNOSTICS } from "./limits.ts";
import { firstBehindLabels, lostStatement } from "./expand/blocks.ts";
import { namesOf, namesInUnclosedComment } from "./expand/names-in-unclosed-blocks.ts";

/** Adds the macros of the library file that a line with a mistake means to include, so that calls of them aren't reported, too. */
function withIncluded(dependence: Dependence | undefined): Dependence | undefined {
  if (dependence?.includes === undefined) return dependence;
  const file = libraryFileNamed(dependence.includes);
  const defines = [...(dependence.defines ?? []), ...(file === undefined ? [] : ALL_LIBRARY_MACROS)];
  return { ...dependence, defines, ...(file === undefined && { lacks: true }) };
}

/** Directives that define the names in their lines. */
const DEFINING = /^\.(?:const|cell|macro|rept|struct|function)$/i;

/** What later lines may need of a line that can't be read as a statement: it may define each name in it, begin a test, or include a file. */
function dependenceOfLost(line: Line): Dependence | undefined {
  const { statement } = line.tree;
  if (statement?.kind === "directive")
    return DEFINING.test(tokenText(line, statement.name)) ? { defines: namesOf(line) } : undefined;
  if (!lostStatement(line)) return undefined;
  const includes = /<([^<>]+)>/.exec(line.text)?.[1];
  const isText = tokenText(line, firstBehindLabels(line)).startsWith('"');
  return {
    defines: namesOf(line),
    ...(isText && { block: "begins" }),
    ...(includes !== undefined && { includes }),
  };
}

/** The diagnostics of one assembly, without duplicates, at most {@link MAX_DIAGNOSTICS}. */
export class DiagnosticList {
  readonly list: Diagnostic[] = [];
  private readonly seen = new Set<string>();
  /** By diagnostic: the file or expansion in which it was reported, and its key in {@link seen}. */
  private readonly reported = new Map<Diagnostic, { readonly frame: Frame; readonly key: string }>();
  private isClosed = false;

  /** True if no further diagnostic is kept, so that callers can skip the work of wording them. */
  get isFull(): boolean {
    return this.isClosed || this.list.length >= MAX_DIAGNOSTICS;
  }

  /** Ignores all further diagnostics: the rest of the program isn't read, so further errors may be wrong. */
  close(): void {
    this.isClosed = true;
  }

  /** Reports an error at a node. For a place in an expansion, the macro calls around it are added. */
  readonly report = (
    at: Scoped<Node>,
    code: DiagnosticCode,
    message: string,
    details: DiagnosticDetails = {},
  ): void => {
    if (this.isFull) return;
    const { frame } = at.scope;
    const span = { line: at.lineNumber, ...columnsOf(at.line, at.node) };
    const key = `${code} ${span.line}:${span.start}-${span.end} ${frame.file.name} ${message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const related = [...(details.related ?? []), ...expansionsAround(frame)];
    const location = { source: frame.file.name, span };
    const dependence = withIncluded(details.dependence);
    const all = { ...details, ...(related.length > 0 && { related }), ...(dependence && { dependence }) };
    const found = diagnostic(code, location, message, all);
    this.list.push(found);
    this.reported.set(found, { frame, key });
  };

  /** Drops the diagnostics inside an expansion and those of one of its arguments, because a failed assertion explains them. */
  dropWithin(expansion: Frame, argument: Location): void {
    const isInside = (frame: Frame | undefined): boolean => {
      for (let at = frame; at; at = at.parent?.frame) if (at === expansion) return true;
      return false;
    };
    const kept = this.list.filter((found) => {
      const isAt =
        found.source === argument.source && JSON.stringify(found.span) === JSON.stringify(argument.span);
      const reported = this.reported.get(found);
      if (!isAt && !isInside(reported?.frame)) return true;
      // The explanation itself may be the same as what is dropped here.
      if (reported) this.seen.delete(reported.key);
      return false;
    });
    this.list.splice(0, this.list.length, ...kept);
  }

  /** Adds the syntax errors of a file. */
  addProblems(file: SourceFile): void {
    this.addLineProblems(file, 0, file.lines.length);
    this.addOpenComment(file);
  }

  /** Adds the syntax errors of some lines. */
  addLineProblems(file: SourceFile, start: number, end: number): void {
    for (let lineNumber = start; lineNumber < end; lineNumber++) {
      const { problems } = file.lines[lineNumber];
      if (problems.length === 0) continue;
      for (const problem of problems) {
        if (this.isFull) return;
        const placed = ({ start, end }: Columns): Location => ({
          source: file.name,
          span: { line: lineNumber, start, end },
        });
        const { code, message, fix } = problem;
        const dependence = withIncluded(problem.dependence ?? dependenceOfLost(file.lines[lineNumber]));
        const fixes = fix && [
          {
            title: fix.title,
            ...(fix.certain && { certain: true as const }),
            edits: [{ ...placed(fix.at ?? problem), text: fix.text }],
          },
        ];
        const details = { ...(fixes && { fixes }), ...(dependence && { dependence }) };
        this.list.push(diagnostic(code, placed(problem), message, details));
      }
    }
  }

  /** Reports a comment that is still open at the end of the file. */
  addOpenComment(file: SourceFile): void {
    const { name, lines } = file;
    if (this.list.length >= MAX_DIAGNOSTICS || !lines.at(-1)?.endsInComment) return;
    const line = lines.findLastIndex(
      ({ startsInComment, comments, endsInComment }) =>
        endsInComment && comments.length > (startsInComment ? 1 : 0),
    );
    const { start } = lines[line].comments.at(-1)!;
    const location = { source: name, span: { line, start, end: start + 2 } };
    const dependence = { defines: namesInUnclosedComment(file, line + 1) };
    const message = "`/*` is never closed; `*/` is missing";
    this.list.push(diagnostic("unclosed-comment", location, message, { dependence }));
  }
}
