/** All places of a program that mean one symbol. */

import type { Columns } from "../grammar/line.ts";
import { cursorAt } from "./cursor.ts";
import type { Document } from "./document.ts";
import { meaningOf, meaningOfUse, operandOf } from "./meaning.ts";
import { operandsOf } from "./parts.ts";
import type { Position } from "vscode-languageserver-types";
import type { Found, Snapshot } from "./snapshot.ts";
import { structureOf, usesIn, type Use } from "./symbols.ts";

export interface Occurrence {
  readonly document: Document;
  readonly line: number;
  /** Of the name; without the dot of a local label. */
  readonly columns: Columns;
  readonly is: "definition" | "read" | "write";
}

/** A symbol, and where the place that was asked for names it. */
export interface Named {
  readonly found: Found;
  readonly line: number;
  readonly columns: Columns;
}

/** The symbol that is named at a place. */
export function symbolAt(snapshot: Snapshot, position: Position): Named | undefined {
  const { document } = snapshot;
  const { line, lineNumber, column, part } = cursorAt(document, position);
  if (!part) return undefined;
  const meaning = meaningOf(snapshot, document, lineNumber, part, column);
  if (meaning?.kind !== "symbol") return undefined;
  const { found } = meaning;
  const start = line.starts[part.token];
  const end = line.ends[part.token];
  const dot = line.text.slice(start, end).indexOf(".");
  const columns =
    dot < 0
      ? { start, end }
      : found.definition.name.includes(".")
        ? { start: start + dot + 1, end }
        : { start, end: start + dot };
  return { found, line: lineNumber, columns };
}

/** The definitions and uses of a symbol in all files of the program, file by file in the order of the text. */
export function occurrencesOf(snapshot: Snapshot, found: Found): Occurrence[] {
  return snapshot.files.flatMap((document) => occurrencesIn(snapshot, document, found));
}

/** Those in one file. */
export function occurrencesIn(snapshot: Snapshot, document: Document, found: Found): Occurrence[] {
  const { name } = found.definition;
  const occurrences: Occurrence[] = [];
  for (const definition of structureOf(document.file).definitions) {
    if (definition.name !== name || !isSame({ document, definition }, found)) continue;
    occurrences.push({ document, line: definition.line, columns: definition.columns, is: "definition" });
  }
  for (const use of usesIn(document.file).get(name) ?? []) {
    const meaning = meaningOfUse(snapshot, document, use);
    if (meaning?.kind !== "symbol" || !isSame(meaning.found, found)) continue;
    const { line, columns } = use;
    occurrences.push({ document, line, columns, is: accessOf(snapshot, document, use) });
  }
  return occurrences.sort((a, b) => a.line - b.line || a.columns.start - b.columns.start);
}

/** Two definitions are the same symbol where their names share a scope; all files of a program share one. */
function isSame(a: Found, b: Found): boolean {
  if (a.definition.name !== b.definition.name) return false;
  if (a.definition.region.kind === "file") return b.definition.region.kind === "file";
  return a.definition.region === b.definition.region;
}

/** Whether a use writes to what it names: only the operand itself does, not a cell that is its address. */
function accessOf(snapshot: Snapshot, document: Document, use: Use): "read" | "write" {
  if (!use.part) return "read";
  const line = document.file.lines[use.line];
  const operand = operandOf(snapshot.set, line, use.part.operand);
  if (operand?.kind !== "memory" || operand.access !== "write") return "read";
  return operandsOf(line.tree.statement)[use.part.operand].kind === "bare" ? "write" : "read";
}
