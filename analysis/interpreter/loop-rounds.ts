/**
 * Goes through the rounds of a straight loop at once, if it is known how many there are: they differ only in the cells
 * that they move. What is left in memory, and the facts, are the same as if each instruction had been executed by itself.
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

/** Fewer rounds than these are executed as all other code is. */
const FEWEST_ROUNDS = 3;
/** After so many rounds others get their turn. */
const MOST_ROUNDS = 256;

/** A move with its cells. */
interface PlacedMove {
  readonly move: Move;
  readonly cell: number;
  /** The position of the pointer, or of the raised cell, among those that the loop raises. */
  readonly raised: number;
}

interface Plan {
  readonly moves: readonly PlacedMove[];
  /** The cells that the loop raises, and what they hold at first. */
  readonly cells: readonly number[];
  readonly starts: readonly Value[];
  /** The position among them of the one that is compared. */
  readonly counter: number;
  /** The last of the cells that the loop itself uses. */
  readonly last: number;
  readonly rounds: number;
}

/**
 * Goes through the next rounds of a loop but for the last one. The state is one at its head, and in another round before
 * all of its instructions were executed. Returns the number of rounds; 0 if they have to be executed.
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

/** Undefined if too little is known of the state. */
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
  // Nothing is reported of what stands for a corrected mistake.
  if ([counter, end, ...placed.map(({ cell }) => cell)].some((cell) => isAssumed(run, state, cell)))
    return undefined;
  // Each cell has one part in the loop.
  const changing = [...cells, ...loaded];
  if (new Set(changing).size < changing.length || fixed.includes(-1) || changing.includes(-1))
    return undefined;
  if (changing.some((cell) => fixed.includes(cell)) || outcome === end) return undefined;
  const starts = cells.map((cell) => numberIn(state, cell));
  const left = distance(values, numberIn(state, counter), numberIn(state, end));
  const rounds = Math.min(left - 1, MOST_ROUNDS);
  if (!(rounds >= FEWEST_ROUNDS)) return undefined;
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
  };
}

/** The address or number in a cell that certainly is a u32; -1 if it isn't one known number or place. */
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

/** How far one number or place is from another; NaN if that isn't known. */
function distance(values: Values, from: number, to: number): number {
  const isKnown = from >= 0 && to >= 0 && regionOf(from) === regionOf(to) && values.sameObject(from, to);
  return isKnown ? to - from : Number.NaN;
}

/** One round. Returns false, and does nothing, if it has to be executed. */
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
  const { moves, cells, starts, counter } = plan;
  const now = starts.map((start) => start + k);
  const addresses = moves.map(({ move, raised }) => {
    const value = values.unnamed(now[raised]);
    now[raised] += move.kind === "raise" ? 1 : 0;
    return value;
  });
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
  return values
    .parts(address)
    .flatMap((part) => values.members(part) ?? [part])
    .every((part) => {
      const ends = values.ends(part);
      return ends !== undefined && ends.low > last && memory.tracks(ends.high);
    });
}
