/** Resolves `.include` directives. A file of the standard library is included only once in a scope. */

import type { DiagnosticCode, DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type { DirectiveStatement, Node } from "../../grammar/ast.ts";
import { tokenColumns } from "../../grammar/line.ts";
import { parseSource, type SourceFile } from "../../grammar/source-file.ts";
import type { Frame } from "../../program/source-locations.ts";
import { parseQuoted } from "../expressions/literals.ts";
import { replacement } from "../expressions/replacement.ts";
import type { Scope, Scoped } from "../expressions/symbols.ts";
import type { ExpansionBuilder } from "./expansion.ts";
import { ALL_LIBRARY_MACROS, libraryFileLike, libraryFileNamed } from "./library-macros.ts";

/** The file that an `.include` names. */
export interface IncludeRequest {
  readonly path: string;
  /** Whether it is written `<…>`, for a file of the standard library. */
  readonly standard: boolean;
  /** Name of the including file. */
  readonly from: string;
}

export interface UnreadInclude {
  readonly error: string;
  /** Searches for an existing file that the author may mean, which takes time. Returns its path. */
  readonly likely?: () => string | undefined;
}

/** Reads an included file. Returns its name in diagnostics and its text, or the parsed file, or why it can't be read. */
export type IncludeReader = (
  request: IncludeRequest,
) => { readonly name: string; readonly text: string } | SourceFile | UnreadInclude;

/** How many times a program may search for a file that the author may mean instead of a missing one. */
const MAX_SEARCHES = 20;

export class Includes {
  private readonly out: ExpansionBuilder;
  private readonly reader: IncludeReader | undefined;
  /** The reader's answers by request, so that an `.include` in a repetition reads the file only once. */
  private readonly answers = new Map<string, ReturnType<IncludeReader>>();
  /** By the names of a scope: the library's files that are included in it. */
  private readonly included = new WeakMap<Scope["names"], Set<string>>();
  private searches = 0;

  constructor(out: ExpansionBuilder, read: IncludeReader | undefined) {
    this.out = out;
    this.reader = read;
  }

  /** The file that an `.include` names; "known" if it is included already; undefined after reporting why it can't be read. */
  resolve(
    at: Scoped<DirectiveStatement>,
  ): { readonly frame: Frame; readonly at: Scoped<Node> } | "known" | undefined {
    const { body } = at.node;
    if (body.kind !== "include" || at.line.problems.length > 0) return undefined;
    const start = tokenColumns(at.line, body.path).start;
    const written = at.line.text.slice(start, tokenColumns(at.line, body.last).end);
    const path = body.standard ? written.slice(1, -1) : parseQuoted(written);
    const place = { ...at, node: { first: body.path, last: body.last } };
    if (typeof path !== "string") {
      const slashes = written.replaceAll("\\", "/");
      const isPath = slashes !== written;
      const message = isPath ? `folders of a path are separated by \`/\`: \`${slashes}\`` : path.error;
      return this.fail(place, "malformed-character", message, {
        ...(isPath && replacement(place, slashes)),
        dependence: { lacks: true },
      });
    }
    const found = this.read({ path, standard: body.standard, from: at.scope.frame.file.name });
    if ("error" in found) {
      const file = libraryFileNamed(path);
      const likely = body.standard ? (libraryFileLike(path) ?? file) : file;
      if (found.likely && !/^std\//.test(path) && this.searches++ < MAX_SEARCHES) {
        const other = found.likely();
        // Prefer the user's file to a library file only if its name is exactly the written one.
        if (other !== undefined && (likely === undefined || fileOf(other) === fileOf(path))) {
          const library = likely === undefined ? "" : ` The library's file is \`<${likely}>\``;
          const message = `${written} can't be included: ${found.error}${didYouMean(other)}${library}`;
          return this.fail(place, "include-failed", message, {
            ...replacement(place, `"${other}"`),
            dependence: { lacks: true },
          });
        }
      }
      const advice =
        likely === undefined || likely === (body.standard ? path : undefined)
          ? ""
          : body.standard
            ? `; did you mean \`<${likely}>\`?`
            : `; the installed library is \`<${likely}>\``;
      // Calls of the library's macros fail because of this mistake, and aren't reported.
      const defines = likely === undefined ? [] : ALL_LIBRARY_MACROS;
      const message = `${written} can't be included: ${found.error}${advice}`;
      return this.fail(place, "include-failed", message, {
        dependence: defines.length > 0 ? { defines } : { lacks: true },
      });
    }
    if (body.standard) this.out.libraryFiles.add(found.name);
    const file =
      this.out.files.get(found.name) ?? ("lines" in found ? found : parseSource(found.name, found.text));
    for (let outer: Frame | undefined = at.scope.frame; outer; outer = outer.parent?.frame) {
      if (outer.file.name === found.name) {
        return this.fail(place, "include-cycle", `${written} is being read already: it includes itself`);
      }
    }
    // The library's files include each other, so a file that is included already is skipped.
    if (body.standard && this.isIncluded(found.name, at.scope)) return "known";
    return { frame: { file, parent: { frame: at.scope.frame, line: at.lineNumber } }, at: place };
  }

  private read(request: IncludeRequest): ReturnType<IncludeReader> {
    const key = JSON.stringify([request.from, request.path, request.standard]);
    let answer = this.answers.get(key);
    if (!answer) {
      answer = this.reader?.(request) ?? { error: "files can't be included here" };
      this.answers.set(key, answer);
    }
    return answer;
  }

  /** Whether a file of the library is included in a scope or one around it. Records it as included. */
  private isIncluded(name: string, scope: Scope): boolean {
    for (let outer: Scope | undefined = scope; outer; outer = outer.parent) {
      if (this.included.get(outer.names)?.has(name)) return true;
    }
    const here = this.included.get(scope.names);
    if (here) here.add(name);
    else this.included.set(scope.names, new Set([name]));
    return false;
  }

  private fail(
    at: Scoped<Node>,
    code: DiagnosticCode,
    message: string,
    details?: DiagnosticDetails,
  ): undefined {
    this.out.diagnostics.report(at, code, message, details);
  }
}

/** The last part of a path. */
function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
