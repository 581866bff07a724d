/** Reads the operands of an instruction, and checks the tags that it demands of them. */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import { ALL_TAGS, type TagSet } from "../../isa/tags.ts";
import type { MemoryPlan, Op } from "../code/decoded-code.ts";
import { ASSUMED_CONTENT, MAYBE_UNWRITTEN, U32 } from "../domain/cell.ts";
import { BASE, HEAP_POINTER, type State } from "../domain/state.ts";
import type { Origin } from "../domain/tables.ts";
import { limitOf, REGION, TOP } from "../domain/value.ts";
import { checkGas, checkRange } from "./hazards.ts";
import { correctCell, LAST_CELL, type InstructionRun } from "./instruction-run.ts";

/** The tags of a range with at most this many cells are checked one by one. */
const MAX_CHECKED = 4096;

export function readOperands(run: InstructionRun, op: Op, state: State): boolean {
  const { memory } = state;
  const { memory: operands } = op.plan;
  const { facts } = run;
  // All operands are read before any is checked, because a check may refine a cell that another operand reads, too.
  for (let k = 0; k < operands.length; k++) {
    if (operands[k].writes) continue;
    if (run.unplaced[k]) Object.assign(memory, ASSUMED_CONTENT);
    else run.readPointee(state, run.pointer[k], run.address[k]);
    facts.see(op.firstSlot + k, memory.tags, memory.value, memory.origin);
    run.found[k] = memory.tags;
    run.tags[k] = memory.tags & ALL_TAGS;
    run.value[k] = memory.value;
    run.origin[k] = memory.origin;
    if (operands[k].length === 1) facts.use(memory.origin);
  }
  for (let k = 0; k < operands.length; k++) {
    const operand = operands[k];
    if (operand.writes || operand.unchecked || operand.lazy) continue;
    if (operand.requires !== 0 && operand.length === 1) {
      if (run.tags[k] & ~operand.requires && !demand(run, op, state, k, operand)) return false;
    }
    if (operand.sameAs >= 0 && !demandSame(run, op, state, k, operand.sameAs)) return false;
  }
  for (let k = 0; k < operands.length; k++) {
    if (operands[k].length !== 1 && !operands[k].writes && !readRange(run, op, state, k)) return false;
  }
  return true;
}

function demand(run: InstructionRun, op: Op, state: State, k: number, operand: MemoryPlan): boolean {
  const tags = run.tags[k];
  const rest = tags & operand.requires;
  const details = {
    tags: tags & ~operand.requires,
    found: run.found[k],
    wanted: operand.requires,
    origin: run.origin[k],
    value: run.value[k],
    address: run.address[k],
  };
  if (rest !== 0) {
    if (tags !== ALL_TAGS) run.mayHalt(op, "tag", k, details);
    refine(run, state, k, rest);
    return true;
  }
  if (!run.halts(op, "tag", k, details)) return false;
  // Mistakes are looked for on both ways of a branch.
  if (op.plan.flow === "branch") run.correct(state, k);
  else run.correctTag(state, k);
  return true;
}

function demandSame(run: InstructionRun, op: Op, state: State, k: number, other: number): boolean {
  const mine = run.tags[k];
  const theirs = run.tags[other];
  if (mine === theirs && (mine & (mine - 1)) === 0) return true;
  const common = mine & theirs;
  const details = {
    tags: mine,
    found: mine,
    wanted: theirs,
    origin: run.origin[k],
    value: run.value[k],
    address: run.address[k],
    otherOrigin: run.origin[other],
  };
  if (common === 0) {
    if (!run.halts(op, "same-tag", k, details)) return false;
    // Either operand may have the wrong tag, unless one of them holds an address.
    const right = [k, other].find((one) => holdsAddress(run, one));
    const meant = right === undefined ? mine | theirs : U32;
    for (const one of [k, other]) if (one !== right) run.correctTag(state, one, meant);
    return true;
  }
  if (mine !== ALL_TAGS && theirs !== ALL_TAGS) run.mayHalt(op, "same-tag", k, details);
  if (mine !== common) refine(run, state, k, common);
  if (theirs !== common) refine(run, state, other, common);
  return true;
}

/** Whether an operand is M[0] or M[1], and `u32`: programs keep addresses in these two cells. */
function holdsAddress({ address, tags }: InstructionRun, k: number): boolean {
  return (address[k] === BASE || address[k] === HEAP_POINTER) && tags[k] === U32;
}

/** Refines the tags of the cell that an operand has read. */
function refine(run: InstructionRun, state: State, k: number, tags: TagSet): void {
  const { values } = run.tables;
  const value = values.clamp(values.under(run.value[k], tags), 0, limitOf(tags) - 1) ?? TOP;
  run.tags[k] = tags;
  run.value[k] = value;
  const address = run.address[k];
  if (address < 0) return;
  const { memory } = state;
  memory.read(address);
  const kept = tags & 1 ? memory.tags & MAYBE_UNWRITTEN : 0;
  memory.refine(address, tags | kept, value, memory.origin);
}

/** Reads a range: checks its tags, and that it ends within memory. */
function readRange(run: InstructionRun, op: Op, state: State, k: number): boolean {
  if (run.unplaced[k]) return true;
  const operand = op.plan.memory[k];
  const { memory } = state;
  const { values } = run.tables;
  const length = run.lengthOf(op, k);
  const address = run.address[k];
  const most = Math.min(values.high(length), MEMORY_SIZE);
  if (most === 0) return true;
  const { low, high } = run.span(address);
  const end = low < REGION ? Math.min(high + most - 1, LAST_CELL) : high + most - 1;
  if (operand.lazy || operand.unchecked) {
    // Something else may read any cell of the range later. If the range ends beyond memory, the instruction halts instead.
    if (address >= 0 && length >= 0 && length <= MAX_CHECKED) {
      for (let cell = low; cell <= end; cell++) {
        memory.read(cell);
        run.facts.use(memory.origin);
      }
    } else if (!(low < REGION && end === LAST_CELL)) {
      memory.readRange(low, end);
      run.facts.use(memory.origin);
    } else run.facts.allUsed = true;
    return true;
  }
  if (!checkGas(run, op, state, k) || !checkRange(run, op, state, k, run.lengthOf(op, k))) return false;
  const sure = values.low(length);
  if (address < 0 || most > MAX_CHECKED) {
    memory.readRange(low, end);
    run.facts.use(memory.origin);
    if (operand.requires === 0 || sure === 0) return true;
    const tags = memory.tags & ALL_TAGS;
    if (address < 0 && (tags & operand.requires) === 0)
      return badRange(run, op, k, tags, memory.origin, true, low);
    return true;
  }
  let halted = false;
  for (let cell = low; cell <= end; cell++) {
    memory.read(cell);
    run.facts.use(memory.origin);
    if (operand.requires === 0) continue;
    const tags = memory.tags & ALL_TAGS;
    if ((tags & ~operand.requires) === 0) continue;
    const rest = tags & operand.requires;
    if (rest === 0 && cell < low + sure) {
      if (!halted && !badRange(run, op, k, memory.tags, memory.origin, true, cell)) return false;
      halted = true;
      correctCell(state, cell, TOP);
      continue;
    }
    if (tags !== ALL_TAGS && cell < low + sure) {
      badRange(run, op, k, memory.tags, memory.origin, false, cell);
    }
    if (cell < low + sure) {
      memory.read(cell);
      const kept = operand.requires & 1 ? memory.tags & MAYBE_UNWRITTEN : 0;
      memory.refine(cell, rest | kept, memory.value, memory.origin);
    }
  }
  return true;
}

function badRange(
  run: InstructionRun,
  op: Op,
  k: number,
  tags: number,
  origin: Origin,
  sure: boolean,
  cell: number,
): boolean {
  const { requires } = op.plan.memory[k];
  const details = {
    tags: tags & ALL_TAGS & ~requires,
    found: tags,
    wanted: requires,
    origin,
    address: cell,
  };
  if (sure) return run.halts(op, "tag", k, details);
  run.mayHalt(op, "tag", k, details);
  return true;
}
