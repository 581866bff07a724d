/**
 * The claims of a page: the rows of its tables and the items of its lists, each with an input and the expected result. The inputs
 * follow the table, in a comment that readers of the page don't see:
 *
 * | written | means | | --- | --- | | `[expr]` | the cell `M[expr]` |
 *
 * <!-- claims `[expr]` MOV [5], [6] = 2d000506 -->
 *
 * A line without indentation names a row by its first cell, or a list item by its first code. The source text follows, and behind
 * `=` the expected result:
 *
 * - the bytecode in hexadecimal;
 * - codes of diagnostics; with `strict:` before them, also of warnings about possible halts;
 * - `nothing`: nothing is reported, and the `.assert`s in the source hold;
 * - `tests pass` or `tests fail`.
 *
 * A row may have several inputs. `file NAME` below an input makes it a file that later inputs can include. For a row without an
 * input, the text behind `-` says why; if it names a test in backquotes, that test must exist.
 *
 * Instead of source text, an input may be a command, which runs in a folder with the files of the page and of its claims:
 *
 * `--sender A` $ avmasm run who.avm --sender 7 = returned 7 = status 0
 *
 * Or it may be what a debugger's client does, in order, with the files of the claims:
 *
 * F10 > entry main.avm > next; next; stack = start 13
 *
 * What the last action shows must have the text behind each `=` in it, and not that behind `= not`. See
 * test/docs/debugger-claims.ts.
 *
 * Environment variables may precede the command, and `\e` in the expected output is the escape character.
 *
 * The command's output must contain the text behind each `=` as whole words, except for `status N`, `not TEXT` (the output must
 * not contain it) and `file NAME: TEXT` (the file must contain it afterwards). Any white space equals one space. Without
 * `status`, the command must end with status 0.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

export interface Claim {
  /** Counts from 1. */
  readonly line: number;
  readonly row: string;
  readonly source: string;
  /** The arguments of `avmasm`, and their line; undefined if the input is source text. */
  readonly command?: {
    readonly line: number;
    readonly text: string;
    /** The environment variables before the command, as `NAME=VALUE`. */
    readonly environment: string;
  };
  /** The actions of a debugger's client, and their line. */
  readonly actions?: { readonly line: number; readonly list: readonly string[] };
  readonly result: string;
  /** Files that the source can include, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ClaimedPage {
  readonly claims: readonly Claim[];
  /** Rows without an input, each with the reason. */
  readonly excused: ReadonlyMap<string, string>;
  /** All rows of tables and items of lists, in the order of the page. */
  readonly rows: readonly string[];
}

/** Reads a page; the path is relative to the project's folder. */
export function claimsOf(page: string): ClaimedPage {
  const lines = readFileSync(path.resolve(import.meta.dirname, "../..", page), "utf8").split("\n");
  const claims: Claim[] = [];
  const excused = new Map<string, string>();
  const rows: string[] = [];
  let isFenced = false;
  // Generated parts are skipped: the tests of their sources cover them.
  let isGenerated = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line.startsWith("```")) isFenced = !isFenced;
    if (/^<!-- (?:generated: \w+|end) -->$/.test(line)) isGenerated = line !== "<!-- end -->";
    if (isFenced || isGenerated) continue;
    if (line === "<!-- claims") index = readComment(lines, index + 1, claims, excused);
    else if (/^\| :?-/.test(lines[index + 1] ?? "")) index++;
    else {
      const row = rowOf(line);
      if (row !== undefined) rows.push(row);
    }
  }
  return { claims, excused, rows };
}

/** The name of a row of a table or of an item of a list; undefined for other lines and for links to sections. */
function rowOf(line: string): string | undefined {
  if (line.startsWith("| "))
    return /^\| (.*?) \|/.exec(line.replaceAll("\\|", "\u{1}"))?.[1].replaceAll("\u{1}", "\\|");
  if (!line.startsWith("- ") || line.startsWith("- [")) return undefined;
  return /`[^`]+`/.exec(line)?.[0] ?? line.slice(2);
}

/** @returns the index of the line that ends the comment */
function readComment(
  lines: readonly string[],
  start: number,
  claims: Claim[],
  excused: Map<string, string>,
): number {
  let row = "";
  let source: string[] = [];
  let files: Readonly<Record<string, string>> = {};
  let command: Claim["command"];
  let actions: Claim["actions"];
  let hasResult = false;
  let index = start;
  for (; lines[index] !== "-->"; index++) {
    const line = lines[index];
    if (index >= lines.length) throw new Error(`line ${start}: the comment of the claims doesn't end`);
    const result = /^ {2}= (.*)$/.exec(line)?.[1];
    const reason = /^ {2}- (.*)$/.exec(line)?.[1];
    const file = /^ {2}file (.*)$/.exec(line)?.[1];
    const run = /^ {2}\$ ((?:[A-Z_]+=\S+ )*)avmasm ?(.*)$/.exec(line);
    const action = /^ {2}> (.*)$/.exec(line)?.[1];
    const text = source.map((one) => `${one}\n`).join("");
    // What follows a result is another session.
    if (result === undefined && hasResult) actions = undefined;
    hasResult = result !== undefined;
    if (action !== undefined)
      actions = {
        line: actions?.line ?? index + 1,
        list: [...(actions?.list ?? []), ...action.split("; ")],
      };
    if (result !== undefined)
      claims.push({ line: index + 1, row, source: text, command, actions, result, files });
    else if (action !== undefined) continue;
    else if (reason !== undefined) excused.set(row, reason);
    else if (run) command = { line: index + 1, environment: run[1].trim(), text: run[2] };
    else if (file !== undefined) files = { ...files, [file]: text };
    else if (line.startsWith("    ")) {
      source.push(line.slice(4));
      continue;
    } else if (line !== "") {
      row = line;
      command = undefined;
      actions = undefined;
    }
    source = [];
  }
  return index;
}
