/** Assembles source texts with their includes, and converts diagnostics. */

import type { AssembleOptions } from "../assembler/assemble.ts";
import type { IncludeReader } from "../assembler/expand/includes.ts";
import type * as inner from "../diagnostics/diagnostic.ts";
import type { Diagnostic, Range, SourceOptions } from "./types.ts";

/** Texts of the standard library by path (`std/core.avm`). The build inserts them. */
declare const STANDARD_LIBRARY: Readonly<Record<string, string>>;

export const DEFAULT_NAME = "input.avm";

export function assembleOptions({ target, include }: SourceOptions): AssembleOptions {
  return { ...(target !== undefined && { defaultTarget: target }), read: includeReader(include) };
}

function includeReader(include: SourceOptions["include"]): IncludeReader {
  return ({ path, from, standard }) => {
    const isOfLibrary = Object.hasOwn(STANDARD_LIBRARY, from);
    const name = standard ? normalized(path) : relativeTo(from, path);
    if (standard || isOfLibrary) {
      if (Object.hasOwn(STANDARD_LIBRARY, name)) return { name, text: STANDARD_LIBRARY[name] };
      if (standard) return { error: "there is no such file in the standard library" };
    }
    const text = typeof include === "function" ? include(name) : lookUp(include, name);
    if (typeof text === "string") return { name, text };
    const given = include === undefined ? "`include` wasn't given" : "`include` has no text for it";
    return { error: `\`${name}\` can't be read: ${given}` };
  };
}

function lookUp(texts: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return texts && Object.hasOwn(texts, name) ? texts[name] : undefined;
}

function relativeTo(from: string, path: string): string {
  if (/^([a-z]:)?[\\/]/i.test(path)) return normalized(path);
  const folder = from.slice(0, Math.max(from.lastIndexOf("/"), from.lastIndexOf("\\")) + 1);
  return normalized(folder + path);
}

/** Resolves `.` and `..` in a path as far as possible. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const [index, part] of path.replaceAll("\\", "/").split("/").entries()) {
    if (part === "." || (part === "" && index > 0)) continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== ".." && parts.at(-1) !== "") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Converts diagnostics to the library's type. */
export function diagnosticsOf(found: readonly inner.Diagnostic[]): Diagnostic[] {
  return found.map(({ code, severity, message, related = [], fixes = [], ...place }) => ({
    code,
    severity,
    message,
    ...rangeOf(place),
    related: related.map((other) => ({ ...rangeOf(other), message: other.message })),
    fixes: fixes.map(({ title, certain, edits }) => ({
      title,
      isCertain: certain === true,
      edits: edits.map((edit) => ({ ...rangeOf(edit), text: edit.text })),
    })),
  }));
}

function rangeOf({ source: file, span }: inner.Location): Range {
  const { line, start, end, endLine = line } = span;
  return { file, line: line + 1, column: start + 1, endLine: endLine + 1, endColumn: end + 1 };
}
