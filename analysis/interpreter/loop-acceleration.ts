/**
 * Executes many rounds of a loop at once. If two rounds in a row have executed the same instructions, and the numbers and addresses
 * of the second one differ from those of the first by constants, then the next rounds continue in the same way as long as
 *
 * - each number that an instruction computes is the one that the sequence predicts,
 * - each cell that an instruction reads holds what it predicts: because the last instruction to write it has written that, or because
 *   the cell held it before,
 * - and the cells at constant addresses are none of those at moving addresses.
 *
 * By induction, each of these rounds then takes the same path. So the memory and the facts afterwards are the same as if every
 * instruction had been executed.
 */

import { MEMORY_SIZE } from "../../isa/limits.ts";
import { ALL_TAGS } from "../../isa/tags.ts";
import type { Computation } from "../../isa/types.ts";
import { partitionPoint } from "../../program/search.ts";
import type { Op } from "../code/decoded-code.ts";
import type { Memory } from "../domain/memory.ts";
import { BASE, forkState, HEAP_POINTER, sameCondition, type Condition, type State } from "../domain/state.ts";
import { COVERED_SET_SIZE, REGION, regionOf, type Value, type Values } from "../domain/value.ts";
import type { InstructionRun } from "./instruction-run.ts";
import { nextFreeCell, resultValue } from "./results.ts";
import type { Access, Departure, RoundTrace } from "./round-trace.ts";

/** Fewer rounds than this are executed by instruction. */
const MIN_ROUNDS = 2;
/** At most this many rounds are executed at once, so that the caller can pause. */
const MAX_ROUNDS = 256;

/** The first of the two recorded rounds, which precede round 0. */
const RECORDED = -2;

/**
 * The result of each of these is a linear function of operands that grow by constants, until it wraps; of a comparison, the result
 * stays the same until the operands have passed each other.
 */
const LINEAR: ReadonlySet<Computation> = new Set<Computation>([
  "add",
  "sub",
  "mul",
  "copy",
  "cast",
  "lt",
  "lte",
]);

/** An access of the recorded round, and how it continues: in round `k` (from 0) after it, at `cell + (k + 1) * step`. */
interface Moving extends Access {
  /** Its position in the round. */
  readonly at: number;
  /** By how much its cell and its number increase in each round. */
  readonly step: number;
  readonly growth: number;
  /** For a read: the write that it reads, and how many rounds before; undefined if nothing in the loop writes the cell. */
  source: { readonly write: Moving; readonly lag: number } | undefined;
}

/** The cells that an access in each of the rounds goes through, and all accesses that go through them. */
interface Location {
  readonly cell: number;
  readonly step: number;
  readonly accesses: Moving[];
  writes: boolean;
}

interface PredictedOp {
  readonly op: Op;
  readonly context: number;
  readonly accesses: readonly Moving[];
  /** Whether it is a branch that may fall through and may jump. */
  readonly forks: boolean;
}

/** The prediction of the next rounds. `count` of them are certain so far. */
interface Rounds {
  readonly ops: readonly PredictedOp[];
  readonly locations: readonly Location[];
  readonly trace: RoundTrace;
  readonly memory: Memory;
  count: number;
}

/** What the rounds that were executed at once have done, beside their changes to the state. */
export interface Repetition {
  /** Their number. */
  readonly rounds: number;
  /** The states that have left the loop for code that certainly halts, and the positions of the blocks at which they wait. */
  readonly halting: readonly { readonly position: number; readonly state: State }[];
}

/** Executes the next rounds of a loop after two recorded ones. Returns undefined if they must be executed by instruction. */
export function repeatRounds(
  run: InstructionRun,
  earlier: RoundTrace,
  last: RoundTrace,
  state: State,
  most: number,
): Repetition | undefined {
  const rounds = predict(earlier, last, state.memory, Math.min(most, MAX_ROUNDS));
  if (!rounds) return undefined;
  limitAddresses(rounds);
  separate(rounds);
  if (rounds.count < MIN_ROUNDS || !findSources(rounds)) return undefined;
  if (!rounds.ops.every(isRegular)) return undefined;
  checkRounds(run, rounds, state);
  if (rounds.count < MIN_ROUNDS) return undefined;
  apply(run, rounds, state);
  keepConditions(rounds, state, earlier.conditions);
  const halting = last.departures.map((one, k) => haltingState(run, rounds, one, earlier.departures[k]));
  return { rounds: rounds.count, halting };
}

/** The predicted rounds, as far as numbers and addresses stay in bounds; undefined if the recorded rounds differ otherwise. */
function predict(earlier: RoundTrace, last: RoundTrace, memory: Memory, most: number): Rounds | undefined {
  if (earlier.ops.length !== last.ops.length || earlier.accesses.length !== last.accesses.length)
    return undefined;
  if (!last.ops.every(({ op, context }, k) => earlier.ops[k].op === op && earlier.ops[k].context === context))
    return undefined;
  if (!hasSamePaths(earlier, last)) return undefined;
  const all: Moving[] = [];
  const locations = new Map<number, Location[]>();
  let count = most;
  for (let at = 0; at < last.accesses.length; at++) {
    const access = last.accesses[at];
    const old = earlier.accesses[at];
    const step = access.cell - old.cell;
    const growth = access.value - old.value;
    if (
      access.tags !== old.tags ||
      access.path !== old.path ||
      access.operand !== old.operand ||
      access.writes !== old.writes
    )
      return undefined;
    if (step !== 0 && regionOf(access.cell) !== regionOf(old.cell)) return undefined;
    if (growth !== 0) {
      if (access.value < 0 || old.value < 0 || regionOf(access.value) !== regionOf(old.value))
        return undefined;
      count = Math.min(count, roundsWithin(access.value, growth));
    }
    const { cell, writes, path, operand, offset, tags, value, origin } = access;
    const moving: Moving = {
      cell,
      writes,
      path,
      operand,
      offset,
      tags,
      value,
      origin,
      at,
      step,
      growth,
      source: undefined,
    };
    all.push(moving);
    addTo(locations, moving);
  }
  const ops = last.ops.map(({ op, context, first, forks }, k) => {
    const end = k + 1 < last.ops.length ? last.ops[k + 1].first : all.length;
    return { op, context, accesses: all.slice(first, end), forks };
  });
  return { ops, locations: [...locations.values()].flat(), trace: last, memory, count };
}

function addTo(locations: Map<number, Location[]>, access: Moving): void {
  const { cell, step, writes } = access;
  const here = locations.get(cell);
  if (!here) {
    locations.set(cell, [{ cell, step, accesses: [access], writes }]);
    return;
  }
  const location = here.find((one) => one.step === step);
  if (location) {
    location.accesses.push(access);
    location.writes ||= writes;
  } else here.push({ cell, step, accesses: [access], writes });
}

function hasSamePaths(a: RoundTrace, b: RoundTrace): boolean {
  return (
    a.path === b.path &&
    a.parents.length === b.parents.length &&
    a.parents.every((parent, path) => parent === b.parents[path]) &&
    a.departures.length === b.departures.length &&
    a.departures.every((one, k) => {
      const other = b.departures[k];
      return one.at === other.at && one.path === other.path && one.position === other.position;
    })
  );
}

/** Whether what happens on one path has happened before another one: whether that one is the same, or a branch of it. */
function leadsTo({ parents }: RoundTrace, path: number, later: number): boolean {
  let at = later;
  while (at > path) at = parents[at];
  return at === path;
}

/** Whether an access is on the path that comes back to the head. */
function isMain({ trace }: Rounds, { path }: Access): boolean {
  return leadsTo(trace, path, trace.path);
}

/** For how many rounds a number that grows stays a constant, or a place in its region. */
function roundsWithin(value: number, growth: number): number {
  const start = regionOf(value) * REGION;
  return Math.floor((growth > 0 ? start + REGION - 1 - value : value - start) / Math.abs(growth));
}

function cellIn({ cell, step }: { readonly cell: number; readonly step: number }, round: number): number {
  return cell + (round + 1) * step;
}

function valueIn({ value, growth }: Moving, round: number): Value {
  return value + (round + 1) * growth;
}

/** Restricts the rounds to those in which each address names a single cell. */
function limitAddresses(rounds: Rounds): void {
  for (const location of rounds.locations) {
    if (location.step === 0) continue;
    rounds.count = Math.min(rounds.count, roundsWithin(location.cell, location.step));
    const isCell = (round: number): boolean => {
      const cell = cellIn(location, round);
      return (cell >= REGION || cell < MEMORY_SIZE) && rounds.memory.isOneCell(cell);
    };
    rounds.count = partitionPoint(rounds.count, isCell);
  }
}

/**
 * Restricts the rounds to those in which no two locations meet, unless both move alike or none is written. In the recorded rounds, they
 * mustn't either.
 */
function separate(rounds: Rounds): void {
  const { locations } = rounds;
  const cells = new Map<number, boolean>();
  // Every instruction may depend on the base and the pointer to the next free cell.
  cells.set(BASE, true).set(HEAP_POINTER, true);
  for (const { cell, step, writes } of locations)
    if (step === 0) cells.set(cell, writes || cell <= HEAP_POINTER);
  const moving = locations.filter(({ step }) => step !== 0);
  for (const one of moving) {
    for (let round = RECORDED; round < rounds.count; round++) {
      const written = cells.get(cellIn(one, round));
      if (written || (written !== undefined && one.writes)) rounds.count = Math.max(0, round);
    }
    for (const other of moving) {
      if (one.step === other.step || !(one.writes || other.writes)) continue;
      while (rounds.count > 0 && meets(one, other, rounds.count)) rounds.count >>= 1;
    }
  }
}

function meets(a: Location, b: Location, count: number): boolean {
  const [lowA, highA] = span(a, RECORDED, count);
  const [lowB, highB] = span(b, RECORDED, count);
  return lowA <= highB && lowB <= highA;
}

/** The lowest and the highest cell of a location from one round to before another. */
function span(location: Location, first: number, end: number): [number, number] {
  const from = cellIn(location, first);
  const to = cellIn(location, end - 1);
  return from < to ? [from, to] : [to, from];
}

/** Finds which write each read reads. Returns false if a write doesn't write what the read is predicted to find. */
function findSources(rounds: Rounds): boolean {
  const { locations, trace, memory } = rounds;
  for (const location of locations) {
    const carried = location.step === 0 ? carriedWithin(rounds, location) : carriedFrom(rounds, location);
    const writes: Moving[] = [];
    for (const access of location.accesses) {
      if (access.writes) {
        writes.push(access);
        continue;
      }
      const before = writes.findLast(({ path }) => leadsTo(trace, path, access.path));
      let source = before ? { write: before, lag: 0 } : carried;
      if (source && !agrees(access, source.write, source.lag)) {
        if (location.step === 0 || source.lag === 0) return false;
        rounds.count = Math.min(rounds.count, source.lag);
        source = undefined;
      }
      if (!source && location.step === 0 && access.growth !== 0) return false;
      access.source = source;
      if (location.step !== 0 || before) continue;
      memory.read(access.cell);
      if (memory.tags !== access.tags || memory.value !== valueIn(access, 0)) return false;
    }
  }
  return true;
}

/** The last write of a round to a location. */
function lastWrite(rounds: Rounds, { accesses }: Location): Moving | undefined {
  return accesses.findLast((access) => access.writes && isMain(rounds, access));
}

/** The last write to a cell, from which the next round reads. */
function carriedWithin(rounds: Rounds, location: Location): Moving["source"] {
  const write = lastWrite(rounds, location);
  return write && { write, lag: 1 };
}

/** The last write of an earlier round to the cell that a moving location has come to. */
function carriedFrom(rounds: Rounds, { cell, step }: Location): Moving["source"] {
  let found: Moving["source"];
  for (const other of rounds.locations) {
    if (other.step !== step || !other.writes) continue;
    const lag = (other.cell - cell) / step;
    if (!Number.isInteger(lag) || lag <= 0 || (found && lag >= found.lag)) continue;
    const write = lastWrite(rounds, other);
    if (write) found = { write, lag };
  }
  return found;
}

/** Whether a read finds in each round what a write has written some rounds before. */
function agrees(read: Moving, write: Moving, lag: number): boolean {
  return (
    read.tags === write.tags &&
    read.growth === write.growth &&
    read.value === write.value - lag * write.growth
  );
}

/**
 * Whether it is known what an instruction computes in each round. If it reads the same contents in each of them, it does the same.
 * Otherwise {@link checkRounds} computes its result.
 */
function isRegular({ op, accesses, forks }: PredictedOp): boolean {
  const { plan, results, lengths } = op;
  if (accesses.some((access) => allocates(plan, access) && access.value < 0)) return false;
  if (plan.computes !== "eq" && plan.flow !== "branch" && !dependsOnGrowth(op, accesses)) return true;
  const operands = accesses.filter(({ operand }) => operand >= 0);
  if (plan.computes === "eq") {
    // A cell equals itself, whatever it holds.
    const [a, b] = operands;
    const isDecided = a.value >= 0 && b.value >= 0;
    if (!isDecided && (a.step !== b.step || (a.step !== 0 && a.cell !== b.cell))) return false;
  }
  // Each way of such a branch may refine the cells that it depends on, but not differently in each round.
  if (forks) return accesses.every(({ growth, step, writes }) => growth === 0 && (step === 0 || !writes));
  if (plan.flow === "branch" && operands.some(({ value }) => value !== 0 && value !== 1)) return false;
  if (!dependsOnGrowth(op, accesses)) return true;
  const isSame = (k: number): boolean =>
    operands.every(({ operand, growth }) => operand !== k || growth === 0);
  return (
    plan.hazards.every((hazard) => hazard.kind === "nonzero" && isSame(hazard.operand)) &&
    results.every((result) => result?.kind !== "when") &&
    lengths.every((length) => length === 1)
  );
}

/** Whether an instruction reads or writes a number that grows. The addresses of its operands may depend on such numbers in any case. */
function dependsOnGrowth({ plan }: Op, accesses: readonly Moving[]): boolean {
  for (let k = 0; k < accesses.length; k++) {
    const { growth, operand } = accesses[k];
    if (growth !== 0 && operand >= 0 && !plan.memory[operand].lazy) return true;
  }
  return false;
}

/** Whether an access raises the pointer to the next free cell. */
function allocates({ computes }: Op["plan"], { writes, cell }: Access): boolean {
  return writes && cell === HEAP_POINTER && computes === "add";
}

/** Restricts the rounds to those in which each instruction computes, and each cell holds, what is predicted. */
function checkRounds(run: InstructionRun, rounds: Rounds, state: State): void {
  for (const { op, accesses } of rounds.ops) {
    for (const access of accesses) {
      if (access.step === 0 || access.writes || access.source?.lag === 0) continue;
      limit(rounds, false, (round) => isFound(state.memory, access, round));
    }
    if (!dependsOnGrowth(op, accesses)) continue;
    const { computes: computation } = op.plan;
    const isLinear = computation !== undefined && LINEAR.has(computation);
    const factors = accesses.filter(
      ({ growth, writes, operand }) => growth !== 0 && !writes && operand >= 0,
    ).length;
    limit(rounds, isLinear && (computation !== "mul" || factors < 2), (round) =>
      computes(run, state, op, accesses, round),
    );
  }
}

/**
 * Restricts the rounds to those before the first one for which a condition doesn't hold.
 *
 * @param isConvex whether it holds between any two rounds for which it holds
 */
function limit(rounds: Rounds, isConvex: boolean, holds: (round: number) => boolean): void {
  const { count } = rounds;
  if (isConvex && count > 0 && holds(0) && holds(count - 1)) return;
  for (let round = 0; round < rounds.count; round++) if (!holds(round)) rounds.count = round;
}

function isFound(memory: Memory, access: Moving, round: number): boolean {
  if (access.source && round >= access.source.lag) return true;
  memory.read(cellIn(access, round));
  return memory.tags === access.tags && memory.value === valueIn(access, round);
}

function computes(
  run: InstructionRun,
  state: State,
  op: Op,
  accesses: readonly Moving[],
  round: number,
): boolean {
  load(run, accesses, round);
  return accesses.every(
    (access) => !access.writes || resultValue(run, op, state, access.tags) === valueIn(access, round),
  );
}

/** Resolves and reads the operands of an instruction, as it does in some round. */
function load(run: InstructionRun, accesses: readonly Moving[], round: number): void {
  for (const access of accesses) {
    const { operand, offset, writes, tags } = access;
    if (operand < 0 || offset > 0) continue;
    run.address[operand] = cellIn(access, round);
    if (writes) continue;
    run.tags[operand] = tags & ALL_TAGS;
    run.value[operand] = valueIn(access, round);
  }
}

/** An access that differs from round to round, and what the facts need of it. */
interface Change {
  readonly access: Moving;
  /** Whether it writes to a moving cell, on the path that comes back to the head. */
  readonly isWrite: boolean;
  /** Its operand's slot; -1 if the facts aren't about the access. */
  readonly slot: number;
  /** The first round from which on it has the same origin. */
  readonly settled: number;
}

function changesOf(rounds: Rounds): Change[] {
  const changes: Change[] = [];
  for (const { op, accesses } of rounds.ops)
    for (const access of accesses) {
      const { step, growth, writes, operand, offset, source } = access;
      if (step === 0 && growth === 0) continue;
      changes.push({
        access,
        isWrite: writes && step !== 0 && isMain(rounds, access),
        slot: operand < 0 || offset > 0 ? -1 : op.firstSlot + operand,
        settled: writes || step === 0 ? (source?.lag ?? 0) : (source?.lag ?? Infinity),
      });
    }
  return changes;
}

/** Makes the changes of all rounds to the memory, and adds them to the facts. */
function apply(run: InstructionRun, rounds: Rounds, state: State): void {
  const { ops, locations, count } = rounds;
  const { memory } = state;
  const changes = changesOf(rounds);
  const allocations = ops.filter(({ op, accesses }) =>
    accesses.some((access) => allocates(op.plan, access) && isMain(rounds, access)),
  );
  const isMany = count > COVERED_SET_SIZE + 1;
  for (let round = 0; round < count; round++) {
    const isNoted = !isMany || round === 0 || round === count - 1;
    for (let k = 0; k < changes.length; k++) {
      const { access, isWrite, settled } = changes[k];
      if (isWrite) memory.write(cellIn(access, round), access.tags, valueIn(access, round), access.origin);
      // The facts know the rest from the rounds before.
      if (isNoted || round <= settled) note(run, changes[k], round, rounds);
    }
    for (const { op, context, accesses } of allocations) {
      run.context = context;
      load(run, accesses, round);
      for (const access of accesses)
        if (allocates(op.plan, access)) nextFreeCell(run, op, state, valueIn(access, round));
    }
  }
  for (const location of locations) {
    const write = location.step === 0 ? lastWrite(rounds, location) : undefined;
    if (write && write.growth !== 0)
      memory.write(location.cell, write.tags, valueIn(write, count - 1), write.origin);
  }
}

/**
 * Adds an access of some round to the facts. For many rounds, the facts know the range from the first to the last number, so the ones
 * between them are left out.
 */
function note(run: InstructionRun, { access, slot }: Change, round: number, rounds: Rounds): void {
  const { facts, tables } = run;
  const { values } = tables;
  const { tags, writes, source, step, growth } = access;
  const { count, memory } = rounds;
  const cell = cellIn(access, round);
  let { origin } = access;
  if (!writes) {
    if (source && round >= source.lag) ({ origin } = source.write);
    else if (step !== 0) {
      memory.read(cell);
      ({ origin } = memory);
    }
    facts.use(origin);
  }
  if (slot < 0) return;
  const isMany = count > COVERED_SET_SIZE + 1;
  const isNoted = !isMany || round === 0 || round === count - 1;
  if (step !== 0 && isNoted) facts.resolve(slot, noted(values, access.cell, step, round, isMany));
  if (growth === 0 ? origin === access.origin : !isNoted && origin === access.origin) return;
  const value = growth === 0 || !isNoted ? access.value : noted(values, access.value, growth, round, isMany);
  facts.joinSlot(slot, 0, values.under(values.unnamed(value), tags), Number.NaN, origin);
}

/** A number in some round; of many rounds, the first ones are one range. */
function noted(values: Values, first: number, growth: number, round: number, isMany: boolean): Value {
  if (!isMany || round > 0) return first + (round + 1) * growth;
  const ends = [first + growth, first + COVERED_SET_SIZE * growth];
  return values.range(Math.min(...ends), Math.max(...ends));
}

/** Keeps the comparisons that every round remembers, as far as the rounds don't write what they are about. */
function keepConditions({ locations, count }: Rounds, state: State, earlier: readonly Condition[]): void {
  const moving = locations
    .filter(({ step }) => step !== 0)
    .map((location) => span(location, RECORDED, count));
  const isFixed = (cell: number): boolean => moving.every(([low, high]) => cell < low || cell > high);
  state.conditions = state.conditions.filter(
    (one) => [one.cell, one.a, one.b].every(isFixed) && earlier.some((other) => sameCondition(one, other)),
  );
}

/** A state that covers those that have left the loop at one place in all of the rounds that were executed at once. */
function haltingState(
  run: InstructionRun,
  rounds: Rounds,
  departure: Departure,
  earlier: Departure,
): Repetition["halting"][number] {
  const { values } = run.tables;
  const { trace, count } = rounds;
  const state = forkState(departure.state);
  const { memory } = state;
  const isBefore = ({ path, at, writes }: Moving): boolean =>
    writes && at < departure.at && leadsTo(trace, path, departure.path);
  const all = Array.from({ length: count }, (_, round) => round);
  for (const location of rounds.locations) {
    const { cell, step, accesses } = location;
    const before = accesses.findLast(isBefore);
    const last = lastWrite(rounds, location);
    if (step !== 0) {
      // The cells of this round and of those before it, from the last recorded round on.
      for (let round = -1; round < count; round++)
        for (const write of round < count - 1 ? [last, before] : [before])
          if (write) memory.weakWrite(cellIn(write, round), write.tags, valueIn(write, round), write.origin);
      continue;
    }
    const write = before ?? last;
    if (!write || write.growth === 0) continue;
    // A write that comes later in the round was made in the round before.
    const numbers = all.map((round) => valueIn(write, before ? round : round - 1));
    memory.write(cell, write.tags, values.set(numbers), write.origin);
  }
  keepConditions(rounds, state, earlier.state.conditions);
  return { position: departure.position, state };
}
