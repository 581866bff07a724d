/** Which cells of the frame control writes before it reads them: what they hold doesn't matter any more. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { successors, type Graph, type Routine } from "./control-flow.ts";
import type { Code, Op } from "./decoded-code.ts";

const READ = 1;
const WRITTEN = 2;
/** The search isn't made in a routine for which it would take long: with more blocks than this, times the size of the frame. */
const MAX_WORK = 2 ** 18;

/**
 * The offsets in the frame, below `size`, of the cells that a routine doesn't read from a block on, except after it has written them.
 * The base of the frame, callees and pointers into the frame aren't followed: the result may only be used to forget what is known
 * about the cells. Empty if the routine is too large.
 *
 * @param position the block's position in the routine's order
 */
export function overwrittenCells(
  { ops }: Code,
  { blocks }: Graph,
  { order, position: positionOf }: Routine,
  position: number,
  size: number,
): number[] {
  if (order.length * size > MAX_WORK) return [];
  const firstUses = order.map((number) => {
    const uses = new Uint8Array(size);
    const { first, last } = blocks[number];
    for (let k = first; k <= last; k++) noteUses(ops[k], uses);
    return uses;
  });
  const followers = order.map((number) => {
    const block = blocks[number];
    return successors(ops[block.last], block).map((next) => positionOf.get(next)!);
  });
  // By position: the cells that are read before they are written. Grows until nothing changes.
  const read = firstUses.map((uses) => uses.map((use) => (use === READ ? 1 : 0)));
  for (let changed = true; changed;) {
    changed = false;
    for (let at = order.length - 1; at >= 0; at--) {
      for (const next of followers[at]) {
        for (let cell = 0; cell < size; cell++) {
          if (read[next][cell] === 0 || read[at][cell] === 1 || firstUses[at][cell] === WRITTEN) continue;
          read[at][cell] = 1;
          changed = true;
        }
      }
    }
  }
  const cells: number[] = [];
  for (let cell = 0; cell < size; cell++) if (read[position][cell] === 0) cells.push(cell);
  return cells;
}

/** Notes how an instruction uses the cells of the frame that no earlier one in the block has used. */
function noteUses(op: Op, uses: Uint8Array): void {
  const { modes, plan } = op;
  for (let k = 0; k < modes.length; k++) {
    const isPointer = (modes[k] & INDIRECT) !== 0;
    if (!(modes[k] & RELATIVE) || (plan.memory[k].writes && !isPointer)) continue;
    const length = isPointer ? 1 : plan.memory[k].length;
    const first = op.address(k);
    const end = length < 0 ? uses.length : Math.min(first + length, uses.length);
    for (let cell = first; cell < end; cell++) if (uses[cell] === 0) uses[cell] = READ;
  }
  for (let k = 0; k < modes.length; k++) {
    if (modes[k] !== RELATIVE || !plan.memory[k].writes || plan.memory[k].length !== 1) continue;
    const cell = op.address(k);
    if (cell < uses.length && uses[cell] === 0) uses[cell] = WRITTEN;
  }
}
