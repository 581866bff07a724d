/** Reports reads of cells that nothing writes. */

import { ALL_TAGS } from "../../isa/tags.ts";
import { operandSourceText } from "../../program/operand-source-text.ts";
import type { Op } from "../code/decoded-code.ts";
import { UNWRITTEN } from "../domain/provenance.ts";
import type { Finding } from "../findings.ts";
import { REGION } from "../domain/value.ts";
import { findingAt, inEach, placeText, type Check, type CheckContext } from "./context.ts";

const FF = 1;
/** How many other reads of a cell are listed as related places. */
const MAX_PLACES = 4;
/** The check examines only cells below this address. */
const MAX_CELLS = 2 ** 16;

/** `never-written`: an instruction computes with a cell that nothing in the program writes. */
export const checkNeverWritten: Check = function* (context) {
  const reads: Read[] = [];
  for (const _ of inEach(context.code.ops.length, readsIn(context, reads))) yield [];
  yield oneForEachCell(reads);
};

/** A read of a cell that nothing writes, or of several from there on. */
interface Read {
  readonly address: number;
  readonly finding: Finding;
}

/** A cell that nothing writes is one mistake, wherever it is read: the first read, with the others as related places. */
function oneForEachCell(reads: readonly Read[]): Finding[] {
  const byCell = new Map<number, Finding[]>();
  for (const { address, finding } of reads) {
    const ofCell = byCell.get(address);
    if (!ofCell) byCell.set(address, [finding]);
    // A cell may be read by every instruction of a long program.
    else if (ofCell.length <= MAX_PLACES) ofCell.push(finding);
  }
  return [...byCell.values()].map(([first, ...others]) => ({
    ...first,
    related: others.map(({ index, position }) => ({
      index,
      ...(position !== undefined && { position }),
      message: "it is read here, too",
    })),
  }));
}

function readsIn(context: CheckContext, reads: Read[]): (number: number) => void {
  const { code, facts } = context;
  let written: Uint8Array | undefined;
  // Instructions that certainly halt have a finding already.
  const halting = new Set(context.sureFailures.map(({ failure }) => failure.op));
  return (number) => {
    if (facts.passed[number] === 0) return;
    const op = code.ops[number];
    const { memory } = op.plan;
    for (let k = 0; k < memory.length; k++) {
      if (memory[k].length !== 1) {
        if (isReadByName(context, op, k)) {
          written ??= writtenCells(context, halting);
          reads.push(...rangeReads(context, op, k, written));
        }
        continue;
      }
      const slot = op.firstSlot + k;
      if (facts.origins[slot] !== UNWRITTEN || facts.unwritten[slot] === 0) continue;
      const operand = memory[k];
      if (operand.writes || operand.lazy || operand.unchecked || halting.has(op)) continue;
      const address = facts.addresses[slot];
      if ((facts.tags[slot] & ALL_TAGS) !== FF || !(address >= 0 && address < MAX_CELLS)) continue;
      written ??= writtenCells(context, halting);
      if (written[address] === 1) continue;
      const place = placeText(context, op, k, address);
      const message = `${place} is read here, but nothing writes it, so it is ff 0`;
      const { position } = operand;
      reads.push({ address, finding: findingAt(op, "never-written", "definite", message, { position }) });
    }
  };
}

/**
 * Whether to check an operand's range. A range that the instruction itself reads is checked. A range that only the caller or a
 * nested call reads, such as the data of RETURN, is checked if the operand has a name.
 */
function isReadByName({ program }: CheckContext, op: Op, k: number): boolean {
  const { writes, unchecked, lazy, position } = op.plan.memory[k];
  return !writes && !unchecked && (!lazy || operandSourceText(program, op.index, position) !== undefined);
}

/** A range that is read although nothing writes any of its cells. */
function rangeReads(context: CheckContext, op: Op, k: number, written: Uint8Array): Read[] {
  const { facts, tables } = context;
  const { lengthOperand, position } = op.plan.memory[k];
  const address = facts.addresses[op.firstSlot + k];
  const size = lengthOperand < 0 ? Number.NaN : facts.values[op.firstSlot + lengthOperand];
  const length = op.lengths[k] >= 0 ? op.lengths[k] : Number.isNaN(size) ? 0 : tables.values.low(size);
  if (length === 0 || !(address >= 0 && address + length <= MAX_CELLS)) return [];
  if (written.subarray(address, address + length).includes(1)) return [];
  const text = placeText(context, op, k, address);
  const message =
    length === 1
      ? `${text} is read here, but nothing writes it, so it is ff 0`
      : `the ${length} cells from ${text} on are read here, but nothing writes them, so they are ff 0`;
  return [{ address, finding: findingAt(op, "never-written", "definite", message, { position }) }];
}

/** By address: 1 if some instruction may write the cell. */
function writtenCells(
  { code, facts, tables: { values } }: CheckContext,
  halting: ReadonlySet<Op>,
): Uint8Array {
  const written = new Uint8Array(MAX_CELLS);
  for (const op of code.ops) {
    if (facts.reached[op.number] === 0) continue;
    const { memory } = op.plan;
    for (let k = 0; k < memory.length; k++) {
      if (!memory[k].writes) continue;
      const address = facts.addresses[op.firstSlot + k];
      // An instruction that certainly halts may have any length once its mistake is corrected.
      if (op.lengths[k] < 0 && halting.has(op)) return written.fill(1);
      if (Number.isNaN(address)) continue;
      const low = values.low(address);
      const fixed = op.lengths[k];
      const value = fixed >= 0 ? 0 : facts.values[op.firstSlot + memory[k].lengthOperand];
      const length = fixed >= 0 ? fixed : Number.isNaN(value) ? 0 : values.high(value);
      const high = values.high(address) + length - 1;
      if (address < REGION && high >= MAX_CELLS && low < MAX_CELLS) return written.fill(1);
      if (high === low) written[low] = 1;
      else written.fill(1, low, Math.max(low, high + 1));
    }
  }
  return written;
}
