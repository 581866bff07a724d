/**
 * The cells that an arm neither reads nor writes, as far as that is certain: cells with a low address, below all frames, such as the
 * constants that a contract writes before it selects a function. If the first states of two analyses of an arm differ only in such
 * cells, the analyses don't differ. `docs/decisions/013-arms.md` says why.
 */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import type { Code } from "../code/decoded-code.ts";
import type { Bounds } from "../domain/bounds.ts";
import { MAYBE_UNWRITTEN, type Content } from "../domain/cell.ts";
import { BASE, HEAP_POINTER } from "../domain/state.ts";
import type { Tables } from "../domain/tables.ts";
import type { Transcript } from "../domain/transcript.ts";
import { TOP, type Value } from "../domain/value.ts";
import type { ArmEntry } from "./arm-entry.ts";
import type { Effects } from "./effects.ts";

/** A base below this, plus an offset, is certainly an address. */
const MAX_BASE = 2 ** 31;

/** What the record of an arm has about the cells that the arm uses. */
export interface CellUse {
  readonly entry: ArmEntry;
  readonly effects: Effects;
  readonly transcript: Transcript;
  /** By instruction that certainly fails: whether it was repaired. */
  readonly repairs: readonly (readonly [op: number, repaired: boolean])[];
  /** The least and the greatest value of M[0] with which the analysis has computed the address of a cell. */
  readonly bases: Bounds;
  /** True if the analysis has repaired a mistake by taking all cells that may be unwritten for unknown. */
  readonly doubts: boolean;
  /** The constants that may have become places, in a cell that held one of them. */
  readonly renamed: Bounds;
}

export class UntouchedCells {
  /** By address: 1 if the arm may use the cell. It may use all cells with higher addresses, too. */
  private readonly touched: Uint8Array;
  private readonly renamed: Bounds;
  private readonly doubts: boolean;

  /**
   * @param code the program in which instructions have the numbers that the record has for them
   * @param namedCells how many cells operands name by address
   */
  constructor(recorded: CellUse, code: Code, namedCells: number) {
    const { entry, bases, renamed, doubts } = recorded;
    this.renamed = renamed;
    this.doubts = doubts;
    // Relative operands, and pointers in frames, are at or above the lowest base.
    const size = bases.high < MAX_BASE ? Math.min(bases.low, namedCells) : 0;
    this.touched = new Uint8Array(size);
    this.touch(BASE, HEAP_POINTER);
    // A branch on the result of a comparison, which is an operand, refines the cells that were compared.
    for (const { a, b } of entry.conditions) for (const one of [a, b]) this.touch(one, one);
    this.touchOperands(recorded, code);
  }

  has(cell: number): boolean {
    return this.touched[cell] === 0;
  }

  /** Returns true if the analysis of the arm finds the same with either of two contents of a cell. */
  ignores(cell: number, a: Content, b: Content, tables: Tables): boolean {
    return this.has(cell) && this.isKept(a, tables) && this.isKept(b, tables);
  }

  /** Whether content of a cell that no instruction uses stays as it is. */
  private isKept({ tags, value }: Content, { values }: Tables): boolean {
    if (this.doubts && (tags & MAYBE_UNWRITTEN) !== 0) return false;
    return value === TOP || values.high(value) < this.renamed.low || values.low(value) > this.renamed.high;
  }

  private touch(low: number, high: number): void {
    if (high >= 0) this.touched.fill(1, Math.max(0, low), high + 1);
  }

  /** Marks what the operands of the executed instructions resolve to, and their pointers outside of frames. */
  private touchOperands({ effects, repairs, transcript }: CellUse, { ops }: Code): void {
    const repaired = new Set(repairs.flatMap(([op, isRepaired]) => (isRepaired ? [op] : [])));
    let at = 0;
    for (const number of effects.ops) {
      const op = ops[number];
      const { memory } = op.plan;
      const first = at;
      at += memory.length;
      const lengthOf = (value: Value): number => {
        const { origins } = effects;
        // A repair may make it unknown, and so may content that depends on one.
        const isUnknown =
          Number.isNaN(value) ||
          repaired.has(number) ||
          origins.subarray(first, at).some((one) => transcript.mayBeAssumed(one));
        return isUnknown ? MEMORY_SIZE : transcript.high(value);
      };
      for (let k = 0; k < memory.length; k++) {
        const mode = op.modes[k];
        if ((mode & INDIRECT) !== 0 && (mode & RELATIVE) === 0) this.touch(op.address(k), op.address(k));
        const address = effects.addresses[first + k];
        // The instruction halts before it uses the operand.
        if (Number.isNaN(address)) continue;
        const fixed = op.lengths[k];
        const length = fixed >= 0 ? fixed : lengthOf(effects.values[first + memory[k].lengthOperand]);
        const last = transcript.high(address) + Math.max(1, length) - 1;
        // A result at the end of memory may wrap to M[0] and M[1], but not further.
        this.touch(transcript.low(address), last);
      }
    }
  }
}
