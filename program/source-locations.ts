/**
 * Locates statements in source text. For each statement only its line and expansion are stored; columns are computed from
 * the line on demand.
 */

import type { Location, Related, Span } from "../diagnostics/diagnostic.ts";
import type { OperandNode } from "../grammar/ast.ts";
import { columnsOf, tokenColumns, tokenText, type Line } from "../grammar/line.ts";
import { SourceText, type SourceFile } from "../grammar/source-file.ts";

/** The source of statements: the main file, an included file, or the body of an expansion. */
export interface Frame {
  readonly file: SourceFile;
  /** The line that included or called it; absent for the main file. */
  readonly parent?: { readonly frame: Frame; readonly line: number };
  /** The macro or repetition whose body this is; absent for a file. */
  readonly expansion?: string;
}

export interface Origins {
  /** By statement: index into {@link frames}. */
  readonly frameOf: ArrayLike<number>;
  /** By statement: the line in its frame's file, from 0. */
  readonly lineOf: ArrayLike<number>;
  readonly frames: readonly Frame[];
  /**
   * True if the text has only instructions and labels: no operand is the name of a cell, and every comment ends on its
   * line.
   */
  readonly isStraightLine?: true;
}

/** The frame that a statement was written in. */
export function frameOf(origins: Origins, index: number): Frame {
  return origins.frames[origins.frameOf[index]];
}

/** The line that a statement was written on. */
export function lineOf(origins: Origins, index: number): Line {
  const { file } = frameOf(origins, index);
  const number = origins.lineOf[index];
  return origins.isStraightLine && file instanceof SourceText ? file.lineAlone(number) : file.lines[number];
}

/** The place of a whole statement, without labels and comments. */
export function locateStatement(origins: Origins, index: number): Location {
  const line = lineOf(origins, index);
  const node = line.tree.statement ?? { first: 0, last: line.tokenCount - 1 };
  return at(origins, index, columnsOf(line, node));
}

/** The place of a statement's mnemonic or directive. */
export function locateMnemonic(origins: Origins, index: number): Location {
  const line = lineOf(origins, index);
  const statement = line.tree.statement;
  if (!statement) return locateStatement(origins, index);
  return at(origins, index, tokenColumns(line, statement.first));
}

/** The place of one operand of an instruction, or of the whole statement if it doesn't have that operand. */
export function locateOperand(origins: Origins, index: number, position: number): Location {
  const operand = operandNode(origins, index, position);
  if (!operand) return locateStatement(origins, index);
  return at(origins, index, columnsOf(lineOf(origins, index), operand));
}

/** The syntax of one operand of an instruction. */
export function operandNode(origins: Origins, index: number, position: number): OperandNode | undefined {
  const statement = lineOf(origins, index).tree.statement;
  return statement?.kind === "instruction" ? statement.operands[position] : undefined;
}

/** The label of a statement, on its line or on a line above it. */
export function labelAt({ origins }: { readonly origins?: Origins }, index: number): string | undefined {
  if (!origins || index >= origins.lineOf.length) return undefined;
  const { lines } = frameOf(origins, index).file;
  for (let number = origins.lineOf[index]; number >= 0; number--) {
    const { tree } = lines[number];
    const label = tree.labels.at(-1);
    if (label) return tokenText(lines[number], label.name);
    if (number < origins.lineOf[index] && tree.statement) return undefined;
  }
  return undefined;
}

/** The places of the calls and includes that led to a frame, innermost first. */
export function expansionsAround(frame: Frame): Related[] {
  const found: Related[] = [];
  for (let current = frame; current.parent; current = current.parent.frame) {
    const { expansion } = current;
    const message = expansion === undefined ? "included from here" : `in the expansion of \`${expansion}\``;
    found.push({ ...callOf(current.parent), message, leadsHere: true });
  }
  return found;
}

/** The macro calls that led to a frame, innermost first. */
export function macroCallsAround(frame: Frame): Location[] {
  const found: Location[] = [];
  for (let current = frame; current.parent; current = current.parent.frame) {
    const isMacro = current.expansion !== undefined && !current.expansion.startsWith(".");
    if (isMacro) found.push(callOf(current.parent));
  }
  return found;
}

/** The place of the statement that called or included a frame. */
function callOf({ frame: { file }, line }: NonNullable<Frame["parent"]>): Location {
  const node = file.lines[line].tree.statement ?? { first: 0, last: -1 };
  const span: Span = { line, ...columnsOf(file.lines[line], node) };
  return { source: file.name, span };
}

function at(origins: Origins, index: number, columns: { start: number; end: number }): Location {
  return {
    source: frameOf(origins, index).file.name,
    span: { line: origins.lineOf[index], start: columns.start, end: columns.end },
  };
}
