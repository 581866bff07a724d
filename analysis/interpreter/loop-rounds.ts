/**
 * Executes the rounds of a {@link StraightLoop} faster than instruction by instruction, if their number is known. The memory and
 * the facts afterwards are the same as if each instruction had been executed.
 */

import { ALL_TAGS } from "../../isa/tags.ts";
import { cellOf, type CellOperand, type Move, type StraightLoop } from "../code/straight-loops.ts";
import { compute } from "../domain/arithmetic.ts";
import { U32 } from "../domain/cell.ts";
import { HEAP_POINTER, type State } from "../domain/state.ts";
import { REGION, regionOf, type Value, type Values } from "../domain/value.ts";
import { forgetOverwritten } from "./conditions.ts";
import type { InstructionRun } from "./instruction-run.ts";
import { locate } from "./operand-addresses.ts";
import { writeCell } from "./results.ts";

/** Fewer rounds than this are executed instruction by instruction. */
const MIN_ROUNDS = 3;
/** At most this many rounds are executed at once, so that the caller can pause. */
const MAX_ROUNDS = 256;

/** A move with the cell that it resolves to. */
interface PlacedMove {
  readonly move: Move;
  readonly cell: number;
  /** The index in `Plan.cells` of the pointer, or of the raised cell. */
  readonly raised: number;
}

interface Plan {
  readonly moves: readonly PlacedMove[];
  /** The cells that the loop raises, and their values before the first round. */
  readonly cells: readonly number[];
  readonly starts: readonly Value[];
  /** The index in `cells` of the cell that the head compares. */
  readonly counter: number;
  /** The highest address of the cells that the loop itself uses: pointers, counters, bounds. */
  readonly last: number;
  readonly rounds: number;
  // Of the current round: what the raised cells hold, and by move, what its pointer or its raised cell holds.
  readonly now: Value[];
  readonly addresses: Value[];
}

/**
 * Executes the next rounds of a loop, except the last one. Returns their number; 0 if they must be executed by instruction.
 *
 * @param state the state at the head of the loop, after at least one round was executed by instruction
 */
export function skipRounds(run: InstructionRun, loop: StraightLoop, state: State): number {
  const plan = planOf(run, loop, state);
  if (!plan) return 0;
  const { cells, starts, rounds } = plan;
  let done = 0;
  while (done < rounds && round(run, loop, plan, state, done)) done++;
  if (done === 0) return 0;
  cells.forEach((cell, k) => {
    const { memory } = state;
    memory.read(cell);
    memory.write(cell, U32, starts[k] + done, memory.origin);
    forgetOverwritten(run, state, cell, cell);
  });
  return done;
}

/** Resolves the cells of the loop, and computes the number of rounds; undefined if the state isn't known precisely enough. */
function planOf(
  run: InstructionRun,
  { compare, moving, moves }: StraightLoop,
  state: State,
): Plan | undefined {
  const { values } = run.tables;
  if (state.assumption) return undefined;
  const place = (operand: CellOperand): number => {
    const cell = locate(run, state, operand.mode, operand.offset) ?? -1;
    return cell >= 0 && cell < REGION && state.memory.isOneCell(cell) ? cell : -1;
  };
  const counter = place(cellOf(compare, moving));
  const end = place(cellOf(compare, 1 - moving));
  const outcome = place(cellOf(compare, 2));
  const cells = moves.filter(({ kind }) => kind === "raise").map(({ cell }) => place(cell));
  const loaded = moves.filter(({ kind }) => kind === "load").map(({ cell }) => place(cell));
  const fixed = [0, HEAP_POINTER, end, outcome];
  const placed: PlacedMove[] = [];
  for (const move of moves) {
    const cell = place(move.cell);
    const other = place(move.other);
    if (move.kind === "raise") {
      if (numberIn(state, other) !== 1) return undefined;
      fixed.push(other);
    } else if (move.kind === "store" && !loaded.includes(cell)) fixed.push(cell);
    const raised = cells.indexOf(move.kind === "raise" ? cell : other);
    if (raised < 0) return undefined;
    placed.push({ move, cell, raised });
  }
  // Content that depends on a repaired mistake is handled instruction by instruction.
  if ([counter, end, ...placed.map(({ cell }) => cell)].some((cell) => isAssumed(run, state, cell)))
    return undefined;
  // The cells that the loop changes must be distinct from each other and from those that it only reads.
  const changing = [...cells, ...loaded];
  if (new Set(changing).size < changing.length || fixed.includes(-1) || changing.includes(-1))
    return undefined;
  if (changing.some((cell) => fixed.includes(cell)) || outcome === end) return undefined;
  const starts = cells.map((cell) => numberIn(state, cell));
  const left = distance(values, numberIn(state, counter), numberIn(state, end));
  const rounds = Math.min(left - 1, MAX_ROUNDS);
  if (!(rounds >= MIN_ROUNDS)) return undefined;
  for (const start of starts) {
    if (start < 0 || values.isSummary(start)) return undefined;
    if (compute("add", values, U32, start, rounds + 1) !== start + rounds + 1) return undefined;
  }
  return {
    moves: placed,
    cells,
    starts,
    counter: cells.indexOf(counter),
    last: Math.max(...changing, ...fixed),
    rounds,
    now: [],
    addresses: [],
  };
}

/** The number or place in a cell; -1 if the cell isn't certainly u32, or its value isn't one known number or place. */
function numberIn({ memory }: State, cell: number): number {
  if (cell < 0) return -1;
  memory.read(cell);
  return memory.tags === U32 ? Math.max(-1, memory.value) : -1;
}

function isAssumed({ tables }: InstructionRun, { memory }: State, cell: number): boolean {
  if (cell < 0) return false;
  memory.read(cell);
  return tables.origins.isAssumed(memory.origin);
}

/** The distance from one number or place to another; NaN if it isn't known. */
function distance(values: Values, from: number, to: number): number {
  const isKnown = from >= 0 && to >= 0 && regionOf(from) === regionOf(to) && values.sameObject(from, to);
  return isKnown ? to - from : Number.NaN;
}

/** Executes round `k`. Returns false, without any effect, if it must be executed by instruction. */
function round(
  run: InstructionRun,
  { compare, moving }: StraightLoop,
  plan: Plan,
  state: State,
  k: number,
): boolean {
  const { facts, tables } = run;
  const { memory } = state;
  const { values, origins } = tables;
  const { moves, cells, starts, counter, now, addresses } = plan;
  for (let n = 0; n < starts.length; n++) now[n] = starts[n] + k;
  for (let m = 0; m < moves.length; m++) {
    const { move, raised } = moves[m];
    addresses[m] = values.unnamed(now[raised]);
    if (move.kind === "raise") now[raised]++;
  }
  for (let m = 0; m < moves.length; m++) {
    const { kind } = moves[m].move;
    if (kind !== "raise" && !avoids(state, values, addresses[m], plan.last)) return false;
    if (kind !== "load") continue;
    run.readAt(state, addresses[m]);
    if (origins.isAssumed(memory.origin)) return false;
  }
  memory.read(cells[counter]);
  facts.see(compare.firstSlot + moving, U32, starts[counter] + k, memory.origin);
  for (let m = 0; m < moves.length; m++) {
    const { move, cell } = moves[m];
    const { firstSlot } = move.op;
    const address = addresses[m];
    if (move.kind === "raise") {
      memory.read(cell);
      facts.see(firstSlot + move.moving, U32, address, memory.origin);
      facts.see(firstSlot + 2, U32, values.unnamed(starts[moves[m].raised] + k + 1), firstSlot + 3);
      continue;
    }
    const loads = move.kind === "load";
    if (loads) {
      facts.resolve(firstSlot, address);
      run.readAt(state, address);
    } else {
      facts.resolve(firstSlot + 1, address);
      memory.read(cell);
    }
    const { tags, value, origin } = memory;
    facts.see(firstSlot, tags, value, origin);
    facts.use(origin);
    const written = tags & ALL_TAGS;
    writeCell(run, state, loads ? cell : address, written, value, firstSlot + 2);
    facts.see(firstSlot + 1, written, value, firstSlot + 2);
  }
  return true;
}

/** True if every address of a load or store is above `last`, the last cell that holds a pointer, counter or bound of the loop. */
function avoids({ memory }: State, values: Values, address: Value, last: number): boolean {
  if (address >= 0) return address > last && memory.tracks(address);
  for (const part of values.parts(address)) {
    const ends = values.ends(part);
    if (!ends || ends.low <= last || !memory.tracks(ends.high)) return false;
  }
  return true;
}
