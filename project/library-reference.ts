/**
 * Reads the documentation of a library file and its macros from its comments, for the reference page and `avmasm isa`.
 */

export interface MacroReference {
  readonly name: string;
  /** The parameters as they are written after the name: `cell, by=1`. */
  readonly parameters: string;
  /** The comment above the macro, as one line. */
  readonly summary: string;
}

export interface LibraryReference {
  /** The path that includes it: `std/loop.avm`. */
  readonly path: string;
  /** The comment at the start of the file, as Markdown. */
  readonly introduction: string;
  /** Without macros that only other macros of the library call. */
  readonly macros: readonly MacroReference[];
}

/** Prefix of macros for the library's own use. */
const INTERNAL = /^STD_/;

export function libraryReference(path: string, text: string): LibraryReference {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith(";"));
  const macros = lines.flatMap((line, number): MacroReference[] => {
    const [, name, parameters] = /^\.macro (\w+)(| .*)$/.exec(line) ?? [];
    if (name === undefined || INTERNAL.test(name)) return [];
    const above = lines.slice(0, number);
    const comment = above.slice(above.findLastIndex((one) => !one.startsWith(";")) + 1);
    return [{ name, parameters: parameters.trim(), summary: comment.map(uncommented).join(" ") }];
  });
  return { path, introduction: asMarkdown(lines.slice(0, end).map(uncommented)), macros };
}

function uncommented(line: string): string {
  return line.replace(/^;\s?/, "").trimEnd();
}

/** Puts lines of code, which are indented, into a fence. */
function asMarkdown(lines: readonly string[]): string {
  const out: string[] = [];
  let isCode = false;
  for (const [number, line] of lines.entries()) {
    // A label between lines of code isn't indented.
    const isLabel = /^\w+:/.test(line) && lines.at(number - 1) !== "";
    const codeLine: boolean = line.startsWith("        ") || (isCode && isLabel);
    if (codeLine !== isCode) out.push("```");
    isCode = codeLine;
    out.push(line);
  }
  if (isCode) out.push("```");
  return out.join("\n");
}
