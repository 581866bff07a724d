/**
 * The claims of a page: what stands in its tables and lists, and for each row an input with its result. These stand in a
 * comment behind the table, which no reader sees:
 *
 *     | written | means |
 *     | --- | --- |
 *     | `[expr]` | the cell `M[expr]` |
 *
 *     <!-- claims
 *     `[expr]`
 *         MOV [5], [6]
 *       = 2d000506
 *     -->
 *
 * A line that isn't indented is the first cell of a row, or the first code of an item of a list. Below it stands source text,
 * and behind `=` what comes of that:
 *
 * - the code in hexadecimal;
 * - codes of diagnostics; `strict:` before them asks for what may halt, too;
 * - `nothing`: nothing is reported, and `.assert`s in it hold;
 * - `tests pass` or `tests fail`.
 *
 * Several inputs may follow. `file NAME` below an input makes it a file that the ones behind can read. A row that has no
 * input says why behind `-`; a test that it names in backquotes has to be there.
 *
 * In place of source text may stand a command, which runs in a folder with the files of the page and of its claims:
 *
 *     `--sender A`
 *       $ avmasm run who.avm --sender 7
 *       = returned 7
 *       = status 0
 *
 * Variables of its environment may stand in front of it, and `\e` is the escape character in what it prints.
 *
 * What stands behind `=` is printed by it, but for `status N`, `not TEXT`, which isn't printed, and `file NAME: TEXT`, which is
 * in the file afterwards. White space counts as one space. A command that isn't said to end otherwise ends with the status 0.
 */

import { readFileSync } from "node:fs";
import path from "node:path";

export interface Claim {
  /** From 1. */
  readonly line: number;
  readonly row: string;
  readonly source: string;
  /** The arguments of `avmasm`, and the line that they stand on, in place of a source. */
  readonly command?: {
    readonly line: number;
    readonly text: string;
    /** The variables that stand in front of the command, `NAME=VALUE`. */
    readonly environment: string;
  };
  readonly result: string;
  /** Files that the source can include. */
  readonly files: Readonly<Record<string, string>>;
}

export interface ClaimedPage {
  readonly claims: readonly Claim[];
  /** Rows that have no input, with the reason. */
  readonly excused: ReadonlyMap<string, string>;
  /** Every row of a table and item of a list, in the order of the page. */
  readonly rows: readonly string[];
}

/** Reads a page; the path is relative to the project. */
export function claimsOf(page: string): ClaimedPage {
  const lines = readFileSync(path.resolve(import.meta.dirname, "../..", page), "utf8").split("\n");
  const claims: Claim[] = [];
  const excused = new Map<string, string>();
  const rows: string[] = [];
  let isFenced = false;
  // What is made of the sources is held by the tests of those.
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

/** What a row of a table or an item of a list is known by; undefined for other lines and for links to sections. */
function rowOf(line: string): string | undefined {
  if (line.startsWith("| "))
    return /^\| (.*?) \|/.exec(line.replaceAll("\\|", "\u{1}"))?.[1].replaceAll("\u{1}", "\\|");
  if (!line.startsWith("- ") || line.startsWith("- [")) return undefined;
  return /`[^`]+`/.exec(line)?.[0] ?? line.slice(2);
}

/** @returns the line of the comment's end */
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
  let index = start;
  for (; lines[index] !== "-->"; index++) {
    const line = lines[index];
    if (index >= lines.length) throw new Error(`line ${start}: the comment of the claims doesn't end`);
    const result = /^ {2}= (.*)$/.exec(line)?.[1];
    const reason = /^ {2}- (.*)$/.exec(line)?.[1];
    const file = /^ {2}file (.*)$/.exec(line)?.[1];
    const run = /^ {2}\$ ((?:[A-Z_]+=\S+ )*)avmasm ?(.*)$/.exec(line);
    const text = source.map((one) => `${one}\n`).join("");
    if (result !== undefined) claims.push({ line: index + 1, row, source: text, command, result, files });
    else if (reason !== undefined) excused.set(row, reason);
    else if (run) command = { line: index + 1, environment: run[1].trim(), text: run[2] };
    else if (file !== undefined) files = { ...files, [file]: text };
    else if (line.startsWith("    ")) {
      source.push(line.slice(4));
      continue;
    } else if (line !== "") {
      row = line;
      command = undefined;
    }
    source = [];
  }
  return index;
}
