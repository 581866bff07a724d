/** The check for cells that are read and that nothing writes. */

import { ALL_TAGS } from "../../isa/tags.ts";
import { UNWRITTEN } from "../domain/provenance.ts";
import { REGION } from "../domain/value.ts";
import { findingAt, isPause, placeText, type Check, type CheckContext } from "./context.ts";

const FF = 1;
/** The check looks at cells below this address only. */
const MOST_CELLS = 2 ** 16;

/** `never-written`: an instruction computes with a cell that nothing in the program writes. */
export const checkNeverWritten: Check = function* (context) {
  const { code, facts } = context;
  const written = writtenCells(context);
  if (!written) return;
  for (const op of code.ops) {
    if (isPause(op.number)) yield undefined;
    if (facts.passed[op.number] === 0) continue;
    for (const [k, operand] of op.plan.memory.entries()) {
      if (operand.writes || operand.length !== 1 || operand.lazy || operand.unchecked) continue;
      const slot = op.firstSlot + k;
      const address = facts.addresses[slot];
      const untouched = facts.origins[slot] === UNWRITTEN && facts.unwritten[slot] !== 0;
      if (!untouched || (facts.tags[slot] & ALL_TAGS) !== FF) continue;
      if (!(address >= 0 && address < MOST_CELLS) || written[address] === 1) continue;
      yield findingAt(
        op,
        "never-written",
        "definite",
        `${placeText(context, op, k, address)} is read here and written nowhere, so it is ff 0`,
        { position: operand.position },
      );
    }
  }
};

/** By address: 1 if some write may be to it; undefined if that isn't known. */
function writtenCells({ code, facts, tables: { values } }: CheckContext): Uint8Array | undefined {
  const written = new Uint8Array(MOST_CELLS);
  for (const op of code.ops) {
    if (facts.reached[op.number] === 0) continue;
    for (const [k, operand] of op.plan.memory.entries()) {
      const address = facts.addresses[op.firstSlot + k];
      if (!operand.writes || Number.isNaN(address)) continue;
      const low = values.low(address);
      const length = lengthAtMost(k);
      const high = values.high(address) + length - 1;
      if (address < REGION && high >= MOST_CELLS && low < MOST_CELLS) return undefined;
      written.fill(1, low, Math.max(low, high + 1));

      function lengthAtMost(operandNumber: number): number {
        const fixed = op.lengths[operandNumber];
        if (fixed >= 0) return fixed;
        const value = facts.values[op.firstSlot + operand.lengthOperand];
        return Number.isNaN(value) ? 0 : values.high(value);
      }
    }
  }
  return written;
}
