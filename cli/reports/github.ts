/** The report of `check --format github`: workflow commands, which GitHub Actions shows as annotations. */

import { messageAtLine, type Diagnostic, type Severity } from "../../diagnostics/diagnostic.ts";
import { LIBRARY_NOTE } from "../../project/library-file.ts";
import { printable } from "../terminal/text.ts";

const COMMANDS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", hint: "notice" };

/**
 * The text of the report, a line for each diagnostic and each file that was taken for a library. Lines and columns count from 1.
 */
export function reportForGithub(
  diagnostics: readonly Diagnostic[],
  libraries: readonly string[] = [],
): string {
  const notices = libraries.map(
    (name) => `::notice file=${escapeProperty(shownFile(name))}::${LIBRARY_NOTE}`,
  );
  return [...diagnostics.map(annotation), ...notices].map((line) => `${line}\n`).join("");
}

/** GitHub shows an annotation only if the path is the one in the repository. */
function shownFile(source: string): string {
  return source.replace(/^(?:\.\/)+/, "");
}

function annotation({ severity, code, source, span, message, related = [] }: Diagnostic): string {
  const { line, start, end, endLine = line } = span;
  const properties = {
    file: shownFile(source),
    line: line + 1,
    endLine: endLine + 1,
    // GitHub ignores the columns of an annotation of several lines.
    ...(endLine === line && { col: start + 1, endColumn: Math.max(start + 1, end) }),
    title: code,
  };
  const notes = related.map(messageAtLine);
  const text = [message, ...notes].join("\n");
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${COMMANDS[severity]} ${list.join(",")}::${escapeText(text)}`;
}

function escapeText(text: string): string {
  return printable(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
