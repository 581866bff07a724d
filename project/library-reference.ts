/** What the comments of a library's file say of it and of its macros: for the reference page and `avmasm isa`. */

export interface MacroReference {
  readonly name: string;
  /** As they are written behind the name: `cell, by=1`. */
  readonly parameters: string;
  /** The comment above it, one line of text. */
  readonly summary: string;
}

export interface LibraryReference {
  /** As it is included: `std/loop.avm`. */
  readonly path: string;
  /** The comment that the file begins with, as Markdown. */
  readonly introduction: string;
  /** Without those that only other macros call. */
  readonly macros: readonly MacroReference[];
}

/** Macros with such names are for the library itself. */
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

/** Lines with code, which is indented, in a fence. */
function asMarkdown(lines: readonly string[]): string {
  const out: string[] = [];
  let isCode = false;
  for (const [number, line] of lines.entries()) {
    // A label stands at the margin, between lines of code.
    const isLabel = /^\w+:/.test(line) && lines.at(number - 1) !== "";
    const codeLine: boolean = line.startsWith("        ") || (isCode && isLabel);
    if (codeLine !== isCode) out.push("```");
    isCode = codeLine;
    out.push(line);
  }
  if (isCode) out.push("```");
  return out.join("\n");
}
