/** The abstract execution of one instruction: what its operands resolve to and read, and whether it halts. */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import type { TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded } from "../domain/arithmetic.ts";
import { Bounds } from "../domain/bounds.ts";
import { ASSUMED_CONTENT, MAYBE_UNWRITTEN, U32 } from "../domain/cell.ts";
import { NO_CONDITIONS, type Condition, type State } from "../domain/state.ts";
import type { Origin, Tables } from "../domain/tables.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";
import type { Facts, Rule } from "./facts.ts";

export const LAST_CELL = MEMORY_SIZE - 1;

/** So many cells that are read or written one by one take as long as a page of a range. */
const CELLS_PER_PAGE = 16;
/** The most memory operands that an instruction has. */
const MAX_OPERANDS = 8;

export type FailureDetails = Parameters<Facts["fail"]>[4];

export class InstructionRun {
  readonly tables: Tables;
  readonly facts: Facts;
  /** Whether to repair an instruction that certainly halts: to continue as if its author had corrected the mistake. */
  readonly repairs: (op: Op) => boolean;
  /** The number of the current call string. */
  context = 0;
  // The following are by memory operand of the instruction.
  readonly address: Value[] = new Array<Value>(MAX_OPERANDS).fill(TOP);
  /** The cell of an indirect operand's pointer; -1 if it isn't known, or the operand isn't indirect. */
  readonly pointer: number[] = new Array<number>(MAX_OPERANDS).fill(-1);
  readonly tags: number[] = new Array<number>(MAX_OPERANDS).fill(0);
  /** The tags with the flag of cells that may never have been written. */
  readonly found: number[] = new Array<number>(MAX_OPERANDS).fill(0);
  readonly value: Value[] = new Array<Value>(MAX_OPERANDS).fill(TOP);
  readonly origin: Origin[] = new Array<Origin>(MAX_OPERANDS).fill(0);
  /** Whether the address is unknown because it depends on a repaired mistake. */
  readonly unplaced: boolean[] = new Array<boolean>(MAX_OPERANDS).fill(false);
  /** Whether the instruction was repaired, and the range that it writes is unknown. */
  lost = false;
  /** Whether the instruction certainly halts, and was repaired. */
  halted = false;
  /** How often an instruction has halted or might have. */
  doubts = 0;
  /** The least and the greatest value of M[0] with which the address of a cell was computed. */
  readonly bases = new Bounds();
  /** Cache: the last of these. */
  private lastBase: Value = Number.NaN;
  /** The conditions before the last write. */
  previousConditions: readonly Condition[] = NO_CONDITIONS;

  constructor(tables: Tables, facts: Facts, repairs: (op: Op) => boolean) {
    this.tables = tables;
    this.facts = facts;
    this.repairs = repairs;
  }

  /** Called with what M[0] holds whenever a cell depends on it. */
  noteBase(base: Value): void {
    if (base === this.lastBase) return;
    this.lastBase = base;
    const { values } = this.tables;
    this.bases.add(values.low(base), values.high(base));
  }

  /** As `readAt`, for the cell that a pointer points to. An assumption about that cell restricts its tags. */
  readPointee(state: State, pointer: number, address: Value): void {
    this.readAt(state, address);
    const { memory, assumption } = state;
    if (assumption?.pointer !== pointer) return;
    const tags = memory.tags & assumption.tags;
    if (tags !== 0) memory.tags = tags;
  }

  /** Leaves in `tags`, `value` and `origin` of the memory what the cell at an address can hold. */
  readAt(state: State, address: Value): void {
    const { memory } = state;
    if (address >= 0) {
      memory.read(address);
      return;
    }
    const { values, origins } = this.tables;
    const members = values.members(address);
    const parts = members ?? values.parts(address);
    if (parts.length === 1) {
      const { low, high } = this.span(address);
      memory.readRange(low, high);
      return;
    }
    this.charge(parts);
    let tags = 0;
    let value: Value = TOP;
    let origin: Origin = 0;
    for (let k = 0; k < parts.length; k++) {
      this.readAt(state, parts[k]);
      value = k === 0 ? memory.value : values.joinContents(tags, value, memory.tags, memory.value, "none");
      origin = k === 0 ? memory.origin : origins.join(origin, memory.origin);
      tags |= memory.tags;
    }
    memory.tags = tags;
    memory.value = value;
    memory.origin = origin;
  }

  /** Counts what takes more work than an instruction usually does: to read or write many cells one by one. */
  charge(cells: readonly Value[]): void {
    this.tables.rangePages += Math.floor(cells.length / CELLS_PER_PAGE);
  }

  /** The first and the last cell that an address can be: both by address, or both places in one region. */
  span(address: Value): { readonly low: number; readonly high: number } {
    const { values } = this.tables;
    const ends = values.ends(address);
    if (ends && ends.low >= REGION) return ends;
    return { low: Math.min(values.low(address), LAST_CELL), high: Math.min(values.high(address), LAST_CELL) };
  }

  /** The number of cells in an operand's range, as an abstract value. */
  lengthOf(op: Op, k: number): Value {
    const fixed = op.lengths[k];
    if (fixed >= 0) return fixed;
    const { lengthOperand } = op.plan.memory[k];
    return bounded(this.tables.values, U32, this.value[lengthOperand]);
  }

  /** Records that the instruction halts in every run of the state. Returns whether to continue as if the mistake was corrected. */
  halts(op: Op, rule: Rule, operand: number, details: FailureDetails): boolean {
    this.doubts++;
    if (this.restsOnRepair(details)) {
      this.halted = true;
      return true;
    }
    this.facts.fail(op, rule, operand, true, details);
    this.halted = this.repairs(op);
    return this.halted;
  }

  mayHalt(op: Op, rule: Rule, operand: number, details: FailureDetails): void {
    this.doubts++;
    if (!this.restsOnRepair(details)) this.facts.fail(op, rule, operand, false, details);
  }

  /** Whether the failing content depends on the repair of an earlier mistake. */
  private restsOnRepair({ origin = 0, otherOrigin = 0 }: FailureDetails): boolean {
    const { origins } = this.tables;
    return origins.isAssumed(origin) || origins.isAssumed(otherOrigin);
  }

  /** Marks the address of an operand as unknown because of a repair. */
  leaveUnplaced(op: Op, k: number): void {
    this.unplaced[k] = true;
    this.address[k] = TOP;
    this.facts.resolve(op.firstSlot + k, TOP);
  }

  /** Repairs the cell that an operand has read: from now on it holds what its author meant, which is unknown. */
  correct(state: State, k: number): void {
    this.assume(state, k, TOP);
  }

  /**
   * Repairs the cell that an operand has read, whose tag is wrong: its author meant the number that was written, with another tag. If
   * the cell may never have been written, the number is unknown, too.
   *
   * @param tags the tags that its author may have meant, of which it has one from now on
   */
  correctTag(state: State, k: number, tags: TagSet = ASSUMED_CONTENT.tags): void {
    const isKnown = this.value[k] >= 0 && (this.found[k] & MAYBE_UNWRITTEN) === 0;
    this.assume(state, k, isKnown ? this.value[k] : TOP, tags);
  }

  private assume(state: State, k: number, value: Value, tags: TagSet = ASSUMED_CONTENT.tags): void {
    this.tags[k] = tags;
    this.value[k] = value;
    this.origin[k] = ASSUMED_CONTENT.origin;
    correctCell(state, this.address[k], value, tags);
  }
}

/** Repairs a cell: from now on it holds `value`, with one of `tags`. */
export function correctCell(
  { memory }: State,
  address: Value,
  value: Value,
  tags: TagSet = ASSUMED_CONTENT.tags,
): void {
  if (address >= 0) memory.refine(address, tags, value, ASSUMED_CONTENT.origin);
}
