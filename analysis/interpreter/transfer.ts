/**
 * The transfer function: the effect of one instruction on a state. In the AVM's order, it resolves the operands, checks the demands
 * of the instruction table, and writes the results. Each demand refines the state, because runs that don't meet it halt.
 */

import { INDIRECT } from "../../isa/instruction-set.ts";
import type { TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded } from "../domain/arithmetic.ts";
import type { Bounds } from "../domain/bounds.ts";
import { divide, forkState, HEAP_POINTER, type State } from "../domain/state.ts";
import type { Tables } from "../domain/tables.ts";
import { TOP, type Value } from "../domain/value.ts";
import { assume } from "./conditions.ts";
import type { Facts } from "./facts.ts";
import { checkGas, checkHazard, checkRanges } from "./hazards.ts";
import type { StraightLoop } from "../code/straight-loops.ts";
import { correctCell, InstructionRun } from "./instruction-run.ts";
import { repeatRounds, type Repetition } from "./loop-acceleration.ts";
import { skipRounds } from "./loop-rounds.ts";
import {
  locate,
  namePointers,
  resolveOperands,
  undecidedPointer,
  undecidedSize,
  type UndecidedPointer,
} from "./operand-addresses.ts";
import { readOperands } from "./operand-reads.ts";
import { writeResults } from "./results.ts";
import { RoundTrace } from "./round-trace.ts";

export class Transfer {
  private readonly tables: Tables;
  private readonly facts: Facts;
  private readonly run: InstructionRun;

  constructor(tables: Tables, facts: Facts, repairs: (op: Op) => boolean) {
    this.tables = tables;
    this.facts = facts;
    this.run = new InstructionRun(tables, facts, repairs);
  }

  /** The least and the greatest value of M[0] with which the address of a cell was computed. */
  get bases(): Bounds {
    return this.run.bases;
  }

  /** See {@link InstructionRun.noteBase}. */
  noteBase(base: Value): void {
    this.run.noteBase(base);
  }

  /** Sets the call string of the instructions that are executed from now on. */
  enter(context: number): void {
    this.run.context = context;
  }

  /** True if the instruction allocates memory, by an addition to M[1], the address of the next free cell. */
  allocates(op: Op): boolean {
    return op.plan.computes === "add" && op.modes[2] === 0 && op.address(2) === HEAP_POINTER;
  }

  /** The first pointer of the instruction that may hold one of a few places, or the size of its allocation, likewise. */
  undecided(op: Op, state: State): UndecidedPointer | undefined {
    const pointer = op.indirect ? undecidedPointer(this.run, op, state) : undefined;
    return pointer ?? (this.allocates(op) ? undecidedSize(this.run, op, state) : undefined);
  }

  /** See {@link namePointers}. */
  namePointers(op: Op, state: State): void {
    namePointers(this.run, op, state);
  }

  /** Executes an instruction, except for its jump, and adds it to a trace. Returns false if every run halts there on an error. */
  step(op: Op, state: State, trace?: RoundTrace): boolean {
    const { plan } = op;
    const { facts, run } = this;
    facts.reached[op.number] = 1;
    run.lost = false;
    const sound = facts.passed[op.number];
    if (!resolveOperands(run, op, state)) return false;
    trace?.reads(run, op, state);
    if (op.invalidMember && !run.halts(op, "member", -1, {})) return false;
    if (plan.changesState && state.isStatic === true && !run.halts(op, "static", -1, {})) return false;
    if (!readOperands(run, op, state)) return false;
    const { paid, hazards } = plan;
    for (let k = 0; k < paid.length; k++) if (!checkGas(run, op, state, paid[k])) return false;
    for (let k = 0; k < hazards.length; k++) if (!checkHazard(run, op, state, hazards[k])) return false;
    if (!checkRanges(run, op, state)) return false;
    writeResults(run, op, state);
    trace?.writes(run, op, state);
    if (sound === 0 && !run.halted) facts.passed[op.number] = 1;
    run.halted = false;
    return true;
  }

  newTrace(state: State): RoundTrace {
    return new RoundTrace(this.run, state);
  }

  /** See {@link repeatRounds}. */
  repeatRounds(earlier: RoundTrace, last: RoundTrace, state: State, most: number): Repetition | undefined {
    return repeatRounds(this.run, earlier, last, state, most);
  }

  /** See {@link skipRounds}. */
  skipRounds(loop: StraightLoop, state: State): number {
    return skipRounds(this.run, loop, state);
  }

  /** Splits a state by the condition of a branch that was just executed: the states if it falls through, and if it is taken. */
  branch(op: Op, state: State, trace?: RoundTrace): [State | undefined, State | undefined] {
    const value = this.run.value[0];
    const { values } = this.tables;
    const canBeZero = values.includes(value, 0);
    const canBeOne = value === TOP || values.high(value) > 0;
    const cell = this.run.address[0];
    let taken: State | undefined;
    let fall: State | undefined;
    if (canBeOne && canBeZero) {
      trace?.undecided(this.run, state);
      taken = forkState(state);
      fall = state;
      divide([taken, fall]);
    } else if (canBeOne) taken = state;
    else fall = state;
    if (taken && !assume(this.run, taken, cell, 1)) taken = undefined;
    if (fall && !assume(this.run, fall, cell, 0)) fall = undefined;
    if (trace && canBeOne && canBeZero) {
      if (fall && taken) trace.fork([fall, taken]);
      else trace.failed = true;
    }
    this.facts.branches[op.number] |= (fall ? 1 : 0) | (taken ? 2 : 0);
    return [fall, taken];
  }

  /** Applies an `.assume`: sets the tags of a cell, and the bound that they imply for its value. */
  require(state: State, address: number, tags: TagSet): void {
    const { memory } = state;
    const { values } = this.tables;
    memory.read(address);
    if ((memory.tags & tags) === 0) {
      // The assumption is certainly wrong, which a check reports. The cell is unknown from now on.
      correctCell(state, address, TOP);
      return;
    }
    const value = values.under(memory.value, tags);
    const fits = values.truncate(value, tags) === value;
    memory.refine(address, tags, bounded(values, tags, fits ? value : TOP), memory.origin);
  }

  /** See {@link locate}. */
  locate(state: State, mode: number, offset: number): Value | undefined {
    return locate(this.run, state, mode, offset);
  }

  /** The cell of an indirect operand's pointer; -1 if it isn't known, or the operand isn't indirect. */
  pointerOf(state: State, mode: number, offset: number): number {
    return mode & INDIRECT ? Math.max(-1, locate(this.run, state, mode & ~INDIRECT, offset) ?? -1) : -1;
  }

  /** See {@link InstructionRun.readPointee}. */
  readPointee(state: State, pointer: number, address: Value): void {
    this.run.readPointee(state, pointer, address);
  }

  /** Applies an `.assume` to the unknown cell that a pointer points to. */
  assumePointee(state: State, pointer: number, address: Value, tags: TagSet): void {
    state.assumption = { pointer, tags, ...this.run.span(address) };
  }
}
