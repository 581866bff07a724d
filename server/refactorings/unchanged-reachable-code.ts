/**
 * Verifies the removal of unreachable code by the bytes: every remaining statement must be unchanged except for jump
 * targets, which must be the same statements as before.
 */

import type { Analysis } from "../../analysis/analyze.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { DATA, formOf, valueOf, type Program } from "../../program/program.ts";

/**
 * Whether a program runs as before without the statements of some lines.
 *
 * @param before the analysis of the unchanged program
 * @param isRemoved whether the statement at an index was removed
 */
export function hasSameReachableCode(
  before: Analysis,
  after: Assembly,
  isRemoved: (statement: number) => boolean,
): boolean {
  const { program } = before;
  const kept: number[] = [];
  // The new offset of each statement by its old one; a removed statement has the offset of the statement after it.
  const moved = new Map<number, number>();
  for (let index = 0; index < program.count; index++) {
    moved.set(program.pcs[index], after.program.pcs[Math.min(kept.length, after.program.count)]);
    if (!isRemoved(index)) kept.push(index);
    else if (before.reachable(index)) return false;
  }
  if (kept.length !== after.program.count) return false;
  moved.set(program.pcs[program.count], after.program.pcs[after.program.count]);
  // If control reaches code outside of the statements, its successors aren't known.
  for (const { hidden } of before.instructions()) if (hidden) return false;
  return kept.every((index, now) => isSameStatement(program, index, after.program, now, moved));
}

function isSameStatement(
  before: Program,
  was: number,
  after: Program,
  is: number,
  moved: ReadonlyMap<number, number>,
): boolean {
  const opcode = before.opcodes[was];
  const length = before.firsts[was + 1] - before.firsts[was];
  if (opcode !== after.opcodes[is] || before.modes[was] !== after.modes[is]) return false;
  if (length !== after.firsts[is + 1] - after.firsts[is]) return false;
  const fields = opcode === DATA ? undefined : formOf(before, was)?.fields;
  for (let position = 0; position < length; position++) {
    const old = valueOf(before, was, position);
    const wanted = fields?.[position].operand.kind === "target" ? moved.get(Number(old)) : old;
    // A target in the middle of a statement can't be mapped.
    if (wanted === undefined || BigInt(wanted) !== valueOf(after, is, position)) return false;
  }
  return true;
}
