/** Writes the results of an instruction: their tags, values and origins. */

import type { TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { bounded, compute, invert } from "../domain/arithmetic.ts";
import { U32 } from "../domain/cell.ts";
import { allocate, rememberObject, SITES_PER_CONTEXT } from "../domain/heap.ts";
import { HEAP_POINTER, type State } from "../domain/state.ts";
import { ASSUMED } from "../domain/provenance.ts";
import type { Origin } from "../domain/tables.ts";
import { REGION, TOP, type Value } from "../domain/value.ts";
import { forgetOverwritten, rememberComparison, STATIC_MEMBER } from "./conditions.ts";
import { LAST_CELL, type InstructionRun } from "./instruction-run.ts";

export function writeResults(run: InstructionRun, op: Op, state: State): void {
  const { memory: operands } = op.plan;
  for (let k = 0; k < operands.length; k++) {
    const operand = operands[k];
    if (!operand.writes) continue;
    const slot = op.firstSlot + k;
    if (run.lost || run.unplaced[k]) {
      state.memory.doubtUnwritten();
      continue;
    }
    if (operand.length !== 1) {
      writeRange(run, op, state, k);
      continue;
    }
    const result = op.results[k]!;
    const tags =
      result.kind === "tags"
        ? result.tags
        : result.kind === "same"
          ? run.tags[result.operand]
          : result.kind === "each"
            ? result.tags[0]
            : whichTags(run, result);
    const address = run.address[k];
    let value = resultValue(run, op, state, tags);
    if (address === HEAP_POINTER && op.plan.computes === "add") value = nextFreeCell(run, op, state, value);
    const origin = result.kind === "same" ? originOf(run, op, slot) : slot + 1;
    writeCell(run, state, address, tags, value, origin);
    run.facts.see(slot, tags, value, origin);
    rememberComparison(run, op, state, address);
  }
}

/** The origin of a result whose tag is that of an operand: this write, and a repair if some operand depends on one. */
function originOf(run: InstructionRun, op: Op, slot: number): Origin {
  const { origins } = run.tables;
  const { memory } = op.plan;
  for (let k = 0; k < memory.length; k++)
    if (!memory[k].writes && origins.isAssumed(run.origin[k])) return origins.join(slot + 1, ASSUMED);
  return slot + 1;
}

/** The new content of the pointer to the next free cell: increased by a known size, or else the start of a new region. */
export function nextFreeCell(run: InstructionRun, op: Op, state: State, next: Value): Value {
  const { values } = run.tables;
  const pointer = run.address[0] === HEAP_POINTER ? 0 : 1;
  const start = run.value[pointer];
  const size = run.value[1 - pointer];
  if (run.address[pointer] === HEAP_POINTER && start >= 0)
    rememberObject(state.memory, {
      start,
      size: size >= 0 && size < REGION ? size : Infinity,
      site: run.context * SITES_PER_CONTEXT + op.number,
    });
  if (next === TOP || values.members(next)) return next;
  const [a, b] = run.value;
  const place = a >= 0 ? a : b;
  const amount = a >= 0 ? b : a;
  if (place < 0 || values.high(amount) > LAST_CELL) return next;
  const first = place + values.low(amount);
  return values.low(first) === values.low(next) ? allocate(state.memory, first, next) : next;
}

function seeWritten(run: InstructionRun, state: State, slot: number, address: Value): void {
  run.readAt(state, address);
  run.facts.see(slot, state.memory.tags, state.memory.value, state.memory.origin);
}

function whichTags(
  run: InstructionRun,
  result: { operand: number; then: TagSet; otherwise: TagSet },
): TagSet {
  const value = run.value[result.operand];
  if (value === 1) return result.then;
  return value === 0 ? result.otherwise : result.then | result.otherwise;
}

/** The value that an instruction writes to its single result cell. */
export function resultValue(run: InstructionRun, op: Op, state: State, tags: TagSet): Value {
  const { values } = run.tables;
  const { computes } = op.plan;
  if (computes === undefined) {
    if (op.member === STATIC_MEMBER && state.isStatic !== undefined) return state.isStatic ? 1 : 0;
    return TOP;
  }
  if (computes === "set") return values.truncate(op.immediate, tags);
  if (computes === "cast") return values.truncate(bounded(values, run.tags[0], run.value[0]), tags);
  if (computes === "copy") return run.value[0];
  if (computes === "not") return invert(values, tags, run.value[0]);
  if (computes === "eq" && run.address[0] === run.address[1] && state.memory.isOneCell(run.address[0]))
    return 1;
  // A computation depends on the tags of its operands; a comparison writes another tag.
  return compute(computes, values, run.tags[0], run.value[0], run.value[1]);
}

export function writeCell(
  run: InstructionRun,
  state: State,
  address: Value,
  tags: number,
  value: Value,
  origin: Origin,
): void {
  const { memory } = state;
  if (address >= 0) {
    memory.write(address, tags, value, origin);
    forgetOverwritten(run, state, address, address);
    return;
  }
  const { values } = run.tables;
  const members = values.members(address);
  if (members) run.charge(members);
  const ranges = members
    ? members.map((cell) => ({ low: cell, high: cell }))
    : values.parts(address).map((part) => run.span(part));
  memory.weakWriteEach(ranges, tags, value, origin);
  for (const { low, high } of ranges) forgetOverwritten(run, state, low, high);
}

function writeRange(run: InstructionRun, op: Op, state: State, k: number): void {
  const { memory } = state;
  const { values } = run.tables;
  const slot = op.firstSlot + k;
  const origin = slot + 1;
  const address = run.address[k];
  const result = op.results[k]!;
  const { low, high } = run.span(address);
  if (result.kind === "each") {
    result.tags.forEach((tags, offset) => {
      const cell = compute("add", values, U32, address, offset);
      writeCell(run, state, cell, tags, TOP, origin);
    });
    seeWritten(run, state, slot, address);
    return;
  }
  const tags =
    result.kind === "tags"
      ? result.tags
      : result.kind === "same"
        ? run.tags[result.operand]
        : whichTags(run, result);
  const length = run.lengthOf(op, k);
  const most = values.high(length);
  const sure = values.low(length);
  if (most > 0) {
    const within = (cell: number): number => (low < REGION ? Math.min(cell, LAST_CELL) : cell);
    const end = within(high + most - 1);
    if (address >= 0) {
      if (sure > 0) memory.writeRange(address, within(address + sure - 1), tags, TOP, origin);
      if (end >= address + sure) memory.weakWriteRange(address + sure, end, tags, TOP, origin);
    } else memory.weakWriteRange(low, end, tags, TOP, origin);
    forgetOverwritten(run, state, low, end);
  }
  seeWritten(run, state, slot, address);
}
