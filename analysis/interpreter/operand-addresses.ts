/** Resolves the operands of an instruction to addresses, through the base of relative and the pointer of indirect operands. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../../isa/limits.ts";
import { ALL_TAGS } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded, compute } from "../domain/arithmetic.ts";
import { MAYBE_UNWRITTEN, U32 } from "../domain/cell.ts";
import { LAST_HEAP } from "../domain/heap.ts";
import { BASE, HEAP_POINTER, type State } from "../domain/state.ts";
import { TOP, type Value } from "../domain/value.ts";
import type { Rule } from "./facts.ts";
import { correctCell, LAST_CELL, type InstructionRun } from "./instruction-run.ts";

/** A state is split by a pointer that may hold at most this many places. */
const MAX_CHOICES = 4;

/**
 * A cell with an address or size, which may have one of a few values. The interpreter splits the state, one for each value, so that
 * other cells that depend on it stay precise.
 */
export interface UndecidedPointer {
  readonly cell: number;
  readonly choices: readonly number[];
}

/** The first pointer of an instruction that may hold one of a few places, if there is any. */
export function undecidedPointer(run: InstructionRun, op: Op, state: State): UndecidedPointer | undefined {
  const { memory } = state;
  const { values } = run.tables;
  for (let k = 0; k < op.modes.length; k++) {
    const cell = pointerCell(run, op, k, state);
    if (cell < 0) continue;
    memory.read(cell);
    if (memory.value >= TOP || memory.tags !== U32) continue;
    const choices = values.members(memory.value) ?? values.parts(memory.value);
    if (choices.length > 1 && choices.length <= MAX_CHOICES && memory.isOneCell(cell))
      return { cell, choices };
  }
  return undefined;
}

/** The cell with the size of an allocation, if it may hold one of a few numbers. */
export function undecidedSize(run: InstructionRun, op: Op, state: State): UndecidedPointer | undefined {
  const { memory } = state;
  const { values } = run.tables;
  const amount = op.modes[0] === 0 && op.address(0) === HEAP_POINTER ? 1 : 0;
  memory.read(HEAP_POINTER);
  if (memory.value < 0 || memory.tags !== U32) return undefined;
  if (!hasAddress(run, op, amount, state)) return undefined;
  const cell = locate(run, state, op.modes[amount], op.address(amount));
  if (cell === undefined || cell < 0 || cell === HEAP_POINTER || !memory.isOneCell(cell)) return undefined;
  memory.read(cell);
  if (memory.value >= TOP || memory.tags !== U32) return undefined;
  const choices = values.members(memory.value);
  return choices && choices.length <= MAX_CHOICES ? { cell, choices } : undefined;
}

/**
 * Whether M[0], if the operand is relative, and its pointer, if it is indirect, are certainly `u32`. If not, the instruction may fail
 * before it reads the operand.
 */
function hasAddress(run: InstructionRun, op: Op, k: number, state: State): boolean {
  const { memory } = state;
  memory.read(BASE);
  if ((op.modes[k] & RELATIVE) !== 0 && memory.tags !== U32) return false;
  const pointer = pointerCell(run, op, k, state);
  if (pointer < 0) return true;
  memory.read(pointer);
  return memory.tags === U32;
}

/** The pointer of an indirect operand; -1 if the operand isn't indirect, or the base isn't one known number or place. */
function pointerCell(run: InstructionRun, op: Op, k: number, { memory }: State): number {
  const mode = op.modes[k];
  if ((mode & INDIRECT) === 0) return -1;
  if ((mode & RELATIVE) === 0) return op.address(k);
  memory.read(BASE);
  // Another operand, which is resolved first, may fail.
  run.noteBase(memory.value);
  return memory.value < 0 ? -1 : op.address(k) + memory.value;
}

/** The address that an operand resolves to, without any checks; undefined if it can't be resolved. */
export function locate(run: InstructionRun, state: State, mode: number, offset: number): Value | undefined {
  const { values } = run.tables;
  const { memory } = state;
  let address: Value = offset;
  if (mode & RELATIVE) {
    memory.read(BASE);
    if (memory.value < 0 && run.tables.origins.isAssumed(memory.origin)) return undefined;
    const sum = compute("add", values, U32, bounded(values, U32, memory.value), offset);
    address = values.unnamed(sum);
  }
  if (mode & INDIRECT) {
    run.readAt(state, address);
    if (memory.value < 0 && run.tables.origins.isAssumed(memory.origin)) return undefined;
    address = values.unnamed(bounded(values, U32, memory.value));
  }
  return address;
}

/**
 * Gives a name (see `Values.name`) to each pointer of an instruction that may hold one of several numbers, so that values computed
 * from the pointer can later be compared with it exactly.
 */
export function namePointers(run: InstructionRun, op: Op, state: State): void {
  const { memory } = state;
  const { values } = run.tables;
  if (values.full) return;
  for (let k = 0; k < op.modes.length; k++) {
    const cell = pointerCell(run, op, k, state);
    if (cell <= HEAP_POINTER || !memory.isOneCell(cell)) continue;
    memory.read(cell);
    const { value } = memory;
    if (value === TOP || memory.tags !== U32 || (value >= 0 && !values.isSummary(value))) continue;
    // A value that grows with every instruction isn't named, because the name would end in the next round.
    if (values.nameOf(value) !== 0 || values.high(value) > LAST_HEAP || values.grows(value)) continue;
    memory.refine(cell, U32, values.name(value), memory.origin);
  }
}

export function resolveOperands(run: InstructionRun, op: Op, state: State): boolean {
  const { memory } = state;
  const { modes, firstSlot } = op;
  const { values } = run.tables;
  let base: Value | undefined;
  let assumedBase = false;
  for (let k = 0; k < modes.length; k++) {
    const mode = modes[k];
    let address: Value = op.address(k);
    run.unplaced[k] = false;
    run.pointer[k] = -1;
    if (mode & RELATIVE) {
      if (base === undefined) {
        memory.read(BASE);
        run.noteBase(memory.value);
        if ((memory.tags & ALL_TAGS) !== U32) {
          if (!demandAddress(run, op, state, "base-tag", -1, 0)) return false;
          memory.read(BASE);
        }
        run.facts.use(memory.origin);
        assumedBase = memory.value < 0 && run.tables.origins.isAssumed(memory.origin);
        base = bounded(values, U32, memory.value);
      }
      if (assumedBase) {
        run.leaveUnplaced(op, k);
        continue;
      }
      if (base >= 0 && base + address < MEMORY_SIZE) address = base + address;
      else {
        const low = values.low(base) + address;
        const high = values.high(base) + address;
        if (high >= MEMORY_SIZE) {
          if (low >= MEMORY_SIZE) {
            if (!run.halts(op, "base-range", k, { value: base, address })) return false;
            run.leaveUnplaced(op, k);
            continue;
          } else {
            if (base !== TOP && values.members(base))
              run.mayHalt(op, "base-range", k, { value: base, address });
            const rest = values.clamp(base, 0, LAST_CELL - address)!;
            memory.read(BASE);
            memory.refine(0, memory.tags, rest, memory.origin);
            base = rest;
          }
        }
        address = values.unnamed(compute("add", values, U32, base, address));
      }
    }
    if (mode & INDIRECT) {
      const pointer = address;
      run.pointer[k] = pointer;
      run.readAt(state, pointer);
      if ((memory.tags & ALL_TAGS) !== U32) {
        if (!demandAddress(run, op, state, "address-tag", k, pointer)) return false;
        run.readAt(state, pointer);
      }
      run.facts.use(memory.origin);
      if (memory.value < 0 && run.tables.origins.isAssumed(memory.origin)) {
        run.leaveUnplaced(op, k);
        continue;
      }
      address = values.unnamed(bounded(values, U32, memory.value));
    }
    run.address[k] = address;
    run.facts.resolve(firstSlot + k, address);
  }
  return true;
}

/** Checks that a pointer or the base is u32. */
function demandAddress(
  run: InstructionRun,
  op: Op,
  state: State,
  rule: Rule,
  operand: number,
  pointer: Value,
): boolean {
  const { memory } = state;
  run.readAt(state, pointer);
  const tags = memory.tags & ALL_TAGS;
  const { value, origin } = memory;
  run.facts.use(origin);
  const details = {
    tags: tags & ~U32,
    found: memory.tags,
    wanted: U32,
    origin,
    value,
    address: pointer,
  };
  if (tags & U32) {
    if (tags !== ALL_TAGS) run.mayHalt(op, rule, operand, details);
  } else {
    if (!run.halts(op, rule, operand, details)) return false;
    // If the cell holds a number with another tag, assume that its author meant that number as u32.
    const isNumber = value >= 0 && value <= LAST_CELL && (memory.tags & MAYBE_UNWRITTEN) === 0;
    correctCell(state, pointer, isNumber ? value : TOP);
    return true;
  }
  if (pointer >= 0) {
    const { values } = run.tables;
    const rest = values.clamp(values.under(value, U32), 0, LAST_CELL);
    memory.refine(pointer, U32, rest ?? TOP, origin);
  }
  return true;
}
