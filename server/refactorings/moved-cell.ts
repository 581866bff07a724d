/**
 * Decides whether a program runs as before when a cell gets another address: every operand with the new address must
 * name the cell, and no other operand of a run may access the old or the new address, through a pointer, relative to
 * the base or as part of a range.
 */

import type { Analysis } from "../../analysis/analyze.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { INDIRECT, RELATIVE, type WireForm } from "../../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { DATA, formOf, valueOf, type Program } from "../../program/program.ts";
import { frameOf } from "../../program/source-locations.ts";
import { fileNameOf } from "../documents/uris.ts";
import { modeOf } from "../language/assembled-code.ts";
import type { NamedCell } from "../language/references.ts";

type Cell = Pick<NamedCell, "relative" | "address">;

/** All reasons against a new address, as sentences, besides that it is taken. */
export const MOVE_REASONS = {
  errors: (file: string) => `${file} has errors, so it isn't known what else uses the cell.`,
  unchecked: () => "The checker is switched off, so it isn't known what else uses the cell.",
  code: (file: string) => `More than this address would change in the code of ${file}.`,
  kind: () => "An address stays relative to the base if it is, and absolute if it is.",
  unreached: (place: string) => `No run gets to ${place}, so it isn't known what else uses the cell.`,
  base: () => "The cell `[0]` holds the base of the addresses with `sp`.",
  unknown: (place: string) =>
    `It isn't known which cell an operand in ${place} gets to; give the cell a name instead.`,
  reached: (place: string) =>
    `An operand in ${place} may get to the old or the new address, too; give the cell a name instead.`,
  range: (place: string) =>
    `A range of cells in ${place} may have the old or the new address in it; give the cell a name instead.`,
  beyond: () => "With the base added, the address may be outside of memory.",
} as const;

/** Addresses from the first to the last. */
interface Span {
  readonly low: number;
  readonly high: number;
}

/**
 * Why the program would run differently; undefined if it runs as before.
 *
 * @param file the name of the program's main file
 * @param analysis the analysis of the unchanged program
 */
export function whyNotMove(
  file: string,
  cell: Cell,
  other: Cell,
  before: Assembly,
  after: Assembly,
  analysis: Analysis | undefined,
): string | undefined {
  const { program } = before;
  if (hasErrors(before.diagnostics)) return MOVE_REASONS.errors(file);
  if (cell.relative !== other.relative) return MOVE_REASONS.kind();
  if (analysis?.program !== program) return MOVE_REASONS.unchecked();
  const moved = hasErrors(after.diagnostics)
    ? undefined
    : movedOperands(program, after.program, cell.address, other.address);
  if (!moved) return MOVE_REASONS.code(file);
  if (moved.size === 0) return undefined;
  // Operands of code that control reaches outside of the statements have no lines.
  for (const { hidden } of analysis.instructions()) if (hidden) return MOVE_REASONS.code(file);

  const spans: Span[] = [];
  for (const [index, positions] of moved) {
    if (!analysis.reachable(index)) return MOVE_REASONS.unreached(placeOf(program, index));
    for (const position of positions) {
      const is = namedCell(analysis, index, position);
      if (!is) return MOVE_REASONS.unknown(placeOf(program, index));
      spans.push(...is);
    }
  }
  const distance = Number(other.address - cell.address);
  const targets = spans.map(({ low, high }) => ({ low: low + distance, high: high + distance }));
  if (targets.some(({ high }) => high >= MEMORY_SIZE)) return MOVE_REASONS.beyond();
  return whyReached(analysis, moved, [...spans, ...targets]);
}

/** The positions of the operands with the new address, by statement; undefined if the edit changes anything else. */
function movedOperands(
  before: Program,
  after: Program,
  from: bigint,
  to: bigint,
): Map<number, Set<number>> | undefined {
  if (before.count !== after.count) return undefined;
  const offsets = new Map<bigint, bigint>();
  for (let index = 0; index <= before.count; index++)
    offsets.set(BigInt(before.pcs[index]), BigInt(after.pcs[index]));
  const moved = new Map<number, Set<number>>();
  for (let index = 0; index < before.count; index++) {
    const form = formAt(before, index);
    const length = before.firsts[index + 1] - before.firsts[index];
    if (length !== after.firsts[index + 1] - after.firsts[index]) return undefined;
    if (form?.definition !== formAt(after, index)?.definition || before.modes[index] !== after.modes[index])
      return undefined;
    if (!form && before.opcodes[index] !== after.opcodes[index]) return undefined;
    for (let position = 0; position < length; position++) {
      const was = valueOf(before, index, position);
      const is = valueOf(after, index, position);
      const kind = form?.fields[position].operand.kind;
      if (is === (kind === "target" ? offsets.get(was) : was)) continue;
      if (kind !== "memory" || was !== from || is !== to) return undefined;
      const positions = moved.get(index);
      if (positions) positions.add(position);
      else moved.set(index, new Set([position]));
    }
  }
  return moved;
}

/** The first other operand that may access one of the addresses, as a reason. */
function whyReached(
  analysis: Analysis,
  moved: ReadonlyMap<number, ReadonlySet<number>>,
  spans: readonly Span[],
): string | undefined {
  const { program } = analysis;
  const isAmong = (low: number, high: number): boolean =>
    spans.some((span) => span.low <= high && low <= span.high);
  for (const { index, form, pc, reachable } of analysis.instructions()) {
    if (!reachable) continue;
    for (const [position, { operand }] of form.fields.entries()) {
      if (operand.kind !== "memory") continue;
      const mode = modeOf({ program, index, pc, form }, position);
      if (mode & RELATIVE && isAmong(0, 0)) return MOVE_REASONS.base();
      const names = moved.get(index)?.has(position) === true;
      if (mode & INDIRECT && !names) {
        const pointer = namedCell(analysis, index, position);
        if (!pointer) return MOVE_REASONS.unknown(placeOf(program, index));
        if (pointer.some(({ low, high }) => isAmong(low, high)))
          return MOVE_REASONS.reached(placeOf(program, index));
      }
      const most = lengthAtMost(analysis, index, form, position);
      if (names && (mode & INDIRECT) === 0 && most <= 1) continue;
      if (most === 0) continue;
      const cells = resolvedSpans(analysis, index, position);
      if (!cells) return MOVE_REASONS.unknown(placeOf(program, index));
      for (const { low, high } of cells) {
        if (!isAmong(low, high + most - 1)) continue;
        return most > 1
          ? MOVE_REASONS.range(placeOf(program, index))
          : MOVE_REASONS.reached(placeOf(program, index));
      }
    }
  }
  return undefined;
}

/** The cell that an operand names: the operand itself or the cell with its address; undefined if it isn't known. */
function namedCell(analysis: Analysis, index: number, position: number): readonly Span[] | undefined {
  const { program } = analysis;
  const form = formAt(program, index)!;
  const mode = modeOf({ program, index, pc: program.pcs[index], form }, position);
  const address = Number(valueOf(program, index, position));
  if ((mode & RELATIVE) === 0) return [{ low: address, high: address }];
  // The analysis records the final address of an operand.
  return mode & INDIRECT ? undefined : resolvedSpans(analysis, index, position);
}

function resolvedSpans(analysis: Analysis, index: number, position: number): readonly Span[] | undefined {
  const cell = analysis.resolve(index, position);
  switch (cell?.kind) {
    case "cell":
      return [{ low: cell.address, high: cell.address }];
    case "cells":
      return cell.addresses.map((address) => ({ low: address, high: address }));
    case "range":
      return [cell];
    default:
      return undefined;
  }
}

/** Maximum number of cells that an operand covers. */
function lengthAtMost(analysis: Analysis, index: number, form: WireForm, position: number): number {
  const { operand } = form.fields[position];
  const length = operand.kind === "memory" ? operand.length : undefined;
  if (length === undefined) return 1;
  if (typeof length === "number") return length;
  const name = "cell" in length ? length.cell : length.immediate;
  const at = form.fields.findIndex(({ operand: other }) => other.name === name);
  if ("immediate" in length) return Number(valueOf(analysis.program, index, at));
  const bounds = analysis.boundsAt(index, at);
  return bounds ? Number(bounds.high) : MEMORY_SIZE;
}

function formAt(program: Program, index: number): WireForm | undefined {
  return program.opcodes[index] === DATA ? undefined : formOf(program, index);
}

/** `line 3 of main.avm`. */
function placeOf({ origins }: Program, index: number): string {
  if (!origins) return "the code";
  const { file } = frameOf(origins, index);
  return `line ${origins.lineOf[index] + 1} of ${fileNameOf(file.name)}`;
}
