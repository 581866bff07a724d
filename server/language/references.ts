/** Finds all occurrences of a symbol in its programs. */

import type { Position } from "vscode-languageserver-types";
import { columnsOf, type Columns } from "../../grammar/line.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { cursorAt, operandAt } from "./cursor.ts";
import type { Document } from "../documents/document.ts";
import { modeOf, placedOn, valueAt, type Placed } from "./assembled-code.ts";
import { meaningOf, meaningOfUse, operandOf } from "./name-resolution.ts";
import { operandsOf } from "./classified-tokens.ts";
import type { Found, Snapshot } from "./snapshot.ts";
import { structureOf, usesOf, type Use } from "./scopes.ts";

export interface Occurrence {
  readonly document: Document;
  readonly line: number;
  /** Columns of the name; without the dot of a local label. */
  readonly columns: Columns;
  readonly is: "definition" | "read" | "write";
}

/** An operand that names a memory cell. */
export interface CellOccurrence extends Occurrence {
  /** True if the cell holds the address of the operand. */
  readonly indirect: boolean;
}

/** A symbol, and the occurrence at the requested position. */
export interface Named {
  readonly found: Found;
  readonly line: number;
  readonly columns: Columns;
}

/** The symbol at a position. */
export function symbolAt(snapshot: Snapshot, position: Position): Named | undefined {
  const { document } = snapshot;
  const { line, lineNumber, column, part } = cursorAt(document, position);
  if (!part) return undefined;
  const meaning = meaningOf(snapshot, document, lineNumber, part, column);
  if (meaning?.kind !== "symbol") return undefined;
  const { found } = meaning;
  const start = line.startOf(part.token);
  const end = line.endOf(part.token);
  const dot = line.text.slice(start, end).indexOf(".");
  const columns =
    dot < 0
      ? { start, end }
      : found.definition.name.includes(".")
        ? { start: start + dot + 1, end }
        : { start, end: start + dot };
  return { found, line: lineNumber, columns };
}

/**
 * The definitions and uses of a symbol in all files of its programs, file by file in the order of the text. A shared
 * file connects programs: if it uses a name that each of them defines, all of these definitions are one symbol.
 */
export function occurrencesOf(snapshot: Snapshot, found: Found): Occurrence[] {
  const byFile = new Map<Document, Occurrence[]>();
  for (const program of programsOf(snapshot, found)) {
    for (const document of program.files) {
      const occurrences = occurrencesIn(program, document, found);
      // The meaning of a name in a shared file may depend on the program.
      if (occurrences.length > (byFile.get(document)?.length ?? 0)) byFile.set(document, occurrences);
    }
  }
  return [...byFile.values()].flat();
}

/** All programs with an occurrence of a symbol, the snapshot's own first. */
export function programsOf(snapshot: Snapshot, found: Found): Snapshot[] {
  const byMain = new Map<Document, Snapshot>();
  const pending = [found.document];
  const searched = new Set<Document>(pending);
  for (const document of pending) {
    for (const program of snapshot.programs(document)) {
      const [main] = program.files;
      if (byMain.has(main)) continue;
      byMain.set(main, program);
      if (found.definition.region.kind !== "file") continue;
      for (const file of program.files) {
        if (searched.has(file) || occurrencesIn(program, file, found).length === 0) continue;
        searched.add(file);
        pending.push(file);
      }
    }
  }
  return [...byMain.values()];
}

/** The occurrences in one file. */
export function occurrencesIn(snapshot: Snapshot, document: Document, found: Found): Occurrence[] {
  const { name } = found.definition;
  const occurrences: Occurrence[] = [];
  for (const definition of structureOf(document.file).definitions) {
    if (definition.name !== name || !isSame({ document, definition }, found)) continue;
    occurrences.push({ document, line: definition.line, columns: definition.columns, is: "definition" });
  }
  for (const use of usesOf(document.file, name)) {
    const meaning = meaningOfUse(snapshot, document, use);
    if (meaning?.kind !== "symbol" || !isSame(meaning.found, found)) continue;
    const { line, columns } = use;
    occurrences.push({ document, line, columns, is: accessOf(snapshot, document, use) });
  }
  return occurrences.sort((a, b) => a.line - b.line || a.columns.start - b.columns.start);
}

/**
 * Two definitions are the same symbol if they have the same name in the same scope; all files of a program share one
 * scope.
 */
function isSame(a: Found, b: Found): boolean {
  if (a.definition.name !== b.definition.name) return false;
  if (a.definition.region.kind === "file") return b.definition.region.kind === "file";
  return a.definition.region === b.definition.region;
}

/**
 * Whether a use reads or writes its cell: an instruction writes only the operand itself, not the cell that holds its
 * address.
 */
function accessOf(snapshot: Snapshot, document: Document, use: Use): "read" | "write" {
  if (!use.part) return "read";
  const line = document.file.lines[use.line];
  const operand = operandOf(snapshot.set, line, use.part.operand);
  if (operand?.kind !== "memory" || operand.access !== "write") return "read";
  return operandsOf(line.tree.statement)[use.part.operand].kind === "bare" ? "write" : "read";
}

/** The memory operand at a position, as a cell of its routine. */
export interface NamedCell {
  readonly relative: boolean;
  readonly address: bigint;
  /** True if the cell holds the address of the operand. */
  readonly indirect: boolean;
}

/** The cell that the operand at a position names, directly or as its address; undefined if it names none. */
export function cellAt(snapshot: Snapshot, position: Position): NamedCell | undefined {
  const { document } = snapshot;
  const { line, lineNumber, column } = cursorAt(document, position);
  const at = operandAt(line, column);
  const placed = at && placedOn(snapshot, document.file, lineNumber);
  if (!placed || placed.form.fields.at(at.index)?.operand.kind !== "memory") return undefined;
  return {
    relative: isRelative(placed, at.index),
    address: valueAt(placed, at.index),
    indirect: isIndirect(placed, at.index),
  };
}

/** All operands that name a cell, in the routine around a line. */
export function cellOccurrences(snapshot: Snapshot, lineNumber: number, cell: NamedCell): CellOccurrence[] {
  const { document } = snapshot;
  const { labelOf } = structureOf(document.file);
  let first = lineNumber;
  let end = lineNumber + 1;
  while (first > 0 && labelOf[first - 1] === labelOf[lineNumber]) first--;
  while (end < labelOf.length && labelOf[end] === labelOf[lineNumber]) end++;
  const occurrences: CellOccurrence[] = [];
  for (let index = first; index < end; index++) {
    const line = document.file.lines[index];
    if (line.tree.statement?.kind !== "instruction") continue;
    const placed = placedOn(snapshot, document.file, index);
    if (!placed) continue;
    for (const [position, { operand }] of placed.form.fields.entries()) {
      if (operand.kind !== "memory" || isRelative(placed, position) !== cell.relative) continue;
      if (valueAt(placed, position) !== cell.address) continue;
      const node = line.tree.statement.operands.at(position);
      if (!node) continue;
      const indirect = isIndirect(placed, position);
      const is = !indirect && operand.access === "write" ? "write" : "read";
      occurrences.push({ document, line: index, columns: columnsOf(line, node), is, indirect });
    }
  }
  return occurrences;
}

function isIndirect(placed: Placed, position: number): boolean {
  return (modeOf(placed, position) & INDIRECT) !== 0;
}

function isRelative(placed: Placed, position: number): boolean {
  return (modeOf(placed, position) & RELATIVE) !== 0;
}
