/** The check for cells that are read and that nothing writes. */

import { ALL_TAGS } from "../../isa/tags.ts";
import { UNWRITTEN } from "../domain/provenance.ts";
import { REGION } from "../domain/value.ts";
import { findingAt, inEach, placeText, type Check, type CheckContext } from "./context.ts";

const FF = 1;
/** The check looks at cells below this address only. */
const MOST_CELLS = 2 ** 16;

/** `never-written`: an instruction computes with a cell that nothing in the program writes. */
export const checkNeverWritten: Check = (context) => {
  const { code, facts } = context;
  let written: Uint8Array | undefined;
  return inEach(code.ops.length, (number, found) => {
    if (facts.passed[number] === 0) return;
    const op = code.ops[number];
    const { memory } = op.plan;
    for (let k = 0; k < memory.length; k++) {
      const slot = op.firstSlot + k;
      if (facts.origins[slot] !== UNWRITTEN || facts.unwritten[slot] === 0) continue;
      const operand = memory[k];
      if (operand.writes || operand.length !== 1 || operand.lazy || operand.unchecked) continue;
      const address = facts.addresses[slot];
      if ((facts.tags[slot] & ALL_TAGS) !== FF || !(address >= 0 && address < MOST_CELLS)) continue;
      written ??= writtenCells(context);
      if (written[address] === 1) continue;
      const place = placeText(context, op, k, address);
      const message = `${place} is read here and written nowhere, so it is ff 0`;
      found.push(findingAt(op, "never-written", "definite", message, { position: operand.position }));
    }
  });
};

/** By address: 1 if some write may be to it. */
function writtenCells({ code, facts, tables: { values } }: CheckContext): Uint8Array {
  const written = new Uint8Array(MOST_CELLS);
  for (const op of code.ops) {
    if (facts.reached[op.number] === 0) continue;
    const { memory } = op.plan;
    for (let k = 0; k < memory.length; k++) {
      if (!memory[k].writes) continue;
      const address = facts.addresses[op.firstSlot + k];
      if (Number.isNaN(address)) continue;
      const low = values.low(address);
      const fixed = op.lengths[k];
      const value = fixed >= 0 ? 0 : facts.values[op.firstSlot + memory[k].lengthOperand];
      const length = fixed >= 0 ? fixed : Number.isNaN(value) ? 0 : values.high(value);
      const high = values.high(address) + length - 1;
      if (address < REGION && high >= MOST_CELLS && low < MOST_CELLS) return written.fill(1);
      if (high === low) written[low] = 1;
      else written.fill(1, low, Math.max(low, high + 1));
    }
  }
  return written;
}
