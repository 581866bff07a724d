/** Records what the instructions of one round of a loop read and write, so that `loop-acceleration.ts` can repeat the round. */

import { INDIRECT } from "../../isa/instruction-set.ts";
import { ALL_TAGS } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { BASE, forkState, type Condition, type State } from "../domain/state.ts";
import type { Memory } from "../domain/memory.ts";
import type { Origin } from "../domain/tables.ts";
import type { Value } from "../domain/value.ts";
import type { InstructionRun } from "./instruction-run.ts";

/** The first rounds of a loop often differ from the others. */
const FIRST_ROUND = 1;
/** If more rounds of a loop have been recorded in vain, no more are when control enters it again. */
const MAX_IN_VAIN = 8;
/** A round that reads and writes more cells than this isn't recorded. */
const MAX_ACCESSES = 4096;
/**
 * A round is too long, too, if the one before it took more steps than this. An instruction has about three accesses. While a round is
 * recorded, those of the loops inside it are executed one by one, which takes up to three times as long.
 */
const MAX_STEPS = MAX_ACCESSES / 3;
/** Neither is one with an instruction that reads or writes a longer range. */
const MAX_RANGE = 64;

/** An instruction of the round. */
interface TracedOp {
  readonly op: Op;
  /** The number of its call string. */
  readonly context: number;
  /** The index of its first access. */
  readonly first: number;
  /** Whether it is a branch that may fall through and may jump. */
  forks: boolean;
}

/** One cell that an instruction reads or writes, with the content that it finds or leaves there. */
export interface Access {
  readonly cell: number;
  readonly writes: boolean;
  readonly path: number;
  /** The memory operand that it belongs to; -1 for a pointer, the base, or a cell that a branch refines. */
  readonly operand: number;
  /** Its position in the operand's range. */
  readonly offset: number;
  readonly tags: number;
  readonly value: Value;
  readonly origin: Origin;
}

/** A state that leaves the loop. */
export interface Departure {
  /** How many accesses the round has had before it. */
  readonly at: number;
  readonly path: number;
  /** The position of the block at which it waits. */
  readonly position: number;
  readonly state: State;
}

export class RoundTrace {
  readonly departures: Departure[] = [];
  readonly ops: TracedOp[] = [];
  readonly accesses: Access[] = [];
  /** By path, the one of which it is a branch; -1 for the path on which the round begins. */
  readonly parents: number[] = [-1];
  /** The path on which the round ends. */
  path = 0;
  /** Whether the round has an effect that isn't recorded. */
  failed = false;
  /** The comparisons that are remembered at its end. */
  conditions: readonly Condition[] = [];

  private readonly doubts: number;
  /** The path of each state, by its memory. */
  private readonly paths = new Map<Memory, number>();

  constructor(run: InstructionRun, { memory }: State) {
    this.doubts = run.doubts;
    this.paths.set(memory, 0);
  }

  /** Called when a state is at the head again: the round has ended. */
  end({ memory, conditions }: State): void {
    this.path = this.pathOf(memory);
    this.conditions = conditions;
  }

  private pathOf(memory: Memory): number {
    const path = this.paths.get(memory);
    if (path === undefined) this.failed = true;
    return path ?? 0;
  }

  /** Records what an instruction reads, once its operands are resolved. */
  reads(run: InstructionRun, op: Op, state: State): void {
    if (this.accesses.length > MAX_ACCESSES || run.doubts !== this.doubts) this.failed = true;
    if (this.failed) return;
    this.ops.push({ op, context: run.context, first: this.accesses.length, forks: false });
    const { modes } = op;
    if (op.relative) this.add(state, BASE, false, -1);
    for (let k = 0; k < modes.length && !this.failed; k++) {
      if (run.unplaced[k] || run.address[k] < 0) this.failed = true;
      else if (modes[k] & INDIRECT) this.add(state, run.pointer[k], false, -1);
    }
    // Single cells first: one of them may hold the length of a range.
    this.addReads(run, op, state, false);
    this.addReads(run, op, state, true);
  }

  private addReads(run: InstructionRun, op: Op, state: State, ranges: boolean): void {
    const { memory } = op.plan;
    for (let k = 0; k < memory.length && !this.failed; k++)
      if (!memory[k].writes && (memory[k].length !== 1) === ranges) this.addOperand(run, op, state, k);
  }

  /** Records what the same instruction has written. The cells that it has only read must be as they were. */
  writes(run: InstructionRun, op: Op, state: State): void {
    if (run.doubts !== this.doubts) this.failed = true;
    if (this.failed) return;
    const { accesses, ops } = this;
    const { first } = ops[ops.length - 1];
    const end = accesses.length;
    const { memory } = op.plan;
    for (let k = 0; k < memory.length && !this.failed; k++)
      if (memory[k].writes) this.addOperand(run, op, state, k);
    for (let at = first; at < end; at++) {
      const { cell, tags, value } = accesses[at];
      let written = false;
      for (let write = end; write < accesses.length; write++) written ||= accesses[write].cell === cell;
      if (written) continue;
      state.memory.read(cell);
      if (state.memory.tags !== tags || state.memory.value !== value) this.failed = true;
    }
  }

  /** Records the operands of the comparison that decides a branch which may go both ways: each way may refine them. */
  undecided(run: InstructionRun, state: State): void {
    const condition = state.conditions.find(({ cell }) => cell === run.address[0]);
    if (condition?.kind === "static") this.failed = true;
    if (this.failed || !condition) return;
    this.add(state, condition.a, false, -1);
    this.add(state, condition.b, false, -1);
  }

  /** Records that a branch goes both ways. */
  fork(states: readonly State[]): void {
    if (this.failed) return;
    const { accesses, ops, parents, paths } = this;
    const last = ops[ops.length - 1];
    last.forks = true;
    const end = accesses.length;
    const parent = this.pathOf(states[0].memory);
    for (const state of states) {
      const { memory } = state;
      paths.set(memory, parents.push(parent) - 1);
      for (let at = last.first; at < end; at++) {
        const { cell, tags, value } = accesses[at];
        memory.read(cell);
        if (memory.tags !== tags || memory.value !== value) this.add(state, cell, true, -1);
      }
    }
  }

  /** Records that a state leaves the loop. */
  leave(state: State, position: number): void {
    const path = this.pathOf(state.memory);
    if (!this.failed)
      this.departures.push({ at: this.accesses.length, path, position, state: forkState(state) });
  }

  private addOperand(run: InstructionRun, op: Op, state: State, k: number): void {
    const length = op.lengths[k] >= 0 ? op.lengths[k] : this.lengthOf(op, k);
    if (!(length > 0 && length <= MAX_RANGE)) {
      this.failed = true;
      return;
    }
    const { writes } = op.plan.memory[k];
    for (let offset = 0; offset < length; offset++)
      this.add(state, run.address[k] + offset, writes, k, offset);
  }

  /** The number of cells in an operand's range, which the instruction has read from a cell; NaN if it isn't known. */
  private lengthOf(op: Op, k: number): number {
    const { lengthOperand } = op.plan.memory[k];
    const { first } = this.ops[this.ops.length - 1];
    for (let at = first; at < this.accesses.length; at++) {
      const { operand, writes, value } = this.accesses[at];
      if (operand === lengthOperand && !writes) return value >= 0 ? value : Number.NaN;
    }
    return Number.NaN;
  }

  private add({ memory }: State, cell: number, writes: boolean, operand: number, offset = 0): void {
    if (cell < 0 || !memory.isOneCell(cell)) {
      this.failed = true;
      return;
    }
    memory.read(cell);
    const { tags, value, origin } = memory;
    if ((tags & ALL_TAGS) === 0) this.failed = true;
    this.accesses.push({ cell, writes, path: this.pathOf(memory), operand, offset, tags, value, origin });
  }
}

/** The rounds of a loop that were recorded last, and when to record the next ones. */
export class RecordedRounds {
  earlier: RoundTrace | undefined;
  last: RoundTrace | undefined;
  /** Whether the rounds that were executed at once may have left the loop for code that certainly halts. */
  halts = false;
  /** How many steps the last round took. */
  steps = 0;
  /** The first round that is recorded. */
  private next: number;

  /** @param inVain how many rounds of the same loop were recorded in vain, when control was in it before */
  constructor(inVain: number) {
    this.next = inVain < MAX_IN_VAIN ? FIRST_ROUND : Infinity;
  }

  /** Whether to record a round. */
  isDue(round: number): boolean {
    return round >= this.next && this.steps <= MAX_STEPS;
  }

  /** Drops what was recorded. Records nothing before a round. */
  restart(next: number): void {
    this.earlier = undefined;
    this.last = undefined;
    this.next = next;
  }
}
