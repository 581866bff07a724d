/**
 * The abstract interpreter of a whole program. It visits the blocks of a routine in weak topological order, and analyses a callee
 * again for each call. It unrolls the rounds of a loop as long as it knows that the loop continues, and otherwise computes a
 * fixpoint with widening. If the work exceeds a bound, it gives up precision, never soundness.
 */

import { RELATIVE } from "../../isa/instruction-set.ts";
import { armsOf, type Arms } from "../code/arms.ts";
import { overwrittenCells } from "../code/overwritten-cells.ts";
import { opAt, type Code, type Op } from "../code/decoded-code.ts";
import { Annotations } from "./annotations.ts";
import { beginArm, recordEntry } from "./arm-entry.ts";
import { blocksOf, ShareComparisons, type ArmMemo, type ArmRecord, type ArmStart } from "./arm-memo.ts";
import { CallContexts, CallStrings } from "./call-contexts.ts";
import { addEffects, addingEffects, mapEffects, takeEffects, type Effects } from "./effects.ts";
import { Facts } from "./facts.ts";
import { readingRoutine, shortestRound, type Block, type Graph, type Routine } from "../code/control-flow.ts";
import { Bounds } from "../domain/bounds.ts";
import { U32 } from "../domain/cell.ts";
import { Memory } from "../domain/memory.ts";
import type { Paused } from "../../program/cooperative.ts";
import {
  BASE,
  divide,
  forgetState,
  forkState,
  HEAP_POINTER,
  joinAll,
  NO_CONDITIONS,
  type State,
} from "../domain/state.ts";
import { Transcript, type TranscriptReader, type TranscriptWriter } from "../domain/transcript.ts";
import type { Tables } from "../domain/tables.ts";
import { TOP, type Value } from "../domain/value.ts";
import { straightLoop, type StraightLoop } from "../code/straight-loops.ts";
import { LoopInvariant } from "./loop-invariant.ts";
import { Recursion } from "./recursion.ts";
import { RecordedRounds, type RoundTrace } from "./round-trace.ts";
import type { UndecidedPointer } from "./operand-addresses.ts";
import { Transfer } from "./transfer.ts";

export interface Limits {
  /** How many steps to take before precision is given up. A step is about the time to execute one instruction. */
  readonly steps: number;
  /** How many rounds of a loop are unrolled. */
  readonly rounds: number;
  /** If true, {@link CallContexts} records the tags of each operand for each call separately. */
  readonly byCall?: boolean;
  /**
   * If true, the interpreter uses trace partitioning: where paths meet, it doesn't join states in which M[1], or another cell that
   * operands name, holds different addresses.
   */
  readonly partitions?: boolean;
  /** Remembers what the analysis of each arm finds, and knows it from earlier analyses. */
  readonly memo?: ArmMemo | undefined;
}

/** Caches for all passes over a program. */
export interface KnownRoutines {
  /** By entry block. */
  readonly routines: Map<number, Routine>;
  readonly arms: Map<Routine, Arms>;
}

/** How many rounds of a loop are unrolled from the first one in which the loop may end. */
const OPEN_ROUNDS = 4;
/** How much a round counts, as a share of such a round, if control can only leave it for code in which every run fails. */
const HALTING_ROUND = 1 / 32;
/** If a loop has taken this share of the bound on steps, neither the loop nor those inside it are unrolled any further. */
const LOOP_SHARE = 1 / 20;
/** The same share for a loop that has certainly continued in all rounds so far. */
const COUNTED_LOOP_SHARE = 1 / 4;
/** If the rounds of a loop take more steps than this, its fixpoint is computed in fewer rounds, with less precise bounds. */
const LONG_ROUND = 20_000;
/** How many calls of one routine may be in progress before all deeper calls are analysed together. */
const RECURSION = 2;
/** Only calls that are nested at most this deep have arms: the main routine and the one that it calls to select a function. */
const ARM_DEPTH = 1;
/** Calls that are nested deeper than this are analysed for an unknown memory. */
const DEPTH = 150;
/** How many cells of a frame are kept after a recursive call. */
const MAX_FRAME = 1024;
/** How many states may wait at one block before they are joined. */
const MAX_ARRIVALS = 64;
/** Into how many states a state may be split, by the places that pointers may hold. */
const MAX_CHOICES = 8;
/** After this multiple of the bound on steps, all memory counts as unknown. */
const MAX_WORK = 1.1;
// What other work than the execution of an instruction counts, in steps.

/** A block, in addition to its instructions: its state arrives at the successors and is joined with others. */
const BLOCK_STEPS = 4;
const EXHAUSTED_BLOCK_STEPS = 32;
/** A block, when the order of its routine is computed. */
const STEPS_PER_ROUTINE_BLOCK = 3;
/** A call, in addition to the callee. */
const CALL_STEPS = 4;
/** Pages that a fork shares in the time of one step. */
const PAGES_PER_STEP = 16;
/** Pages that a join compares in the time of one step. */
const COMPARED_PAGES_PER_STEP = 4;
/** A page that a join finds different, and joins cell by cell. */
const STEPS_PER_JOINED_PAGE = 4;
/** A page in a range that is read or written, except for the first few. */
const STEPS_PER_RANGE_PAGE = 1;
/** A copy or addition in a round that `skipRounds` executes. */
const STEPS_PER_MOVE = 1 / 2;
/** Accesses to cells in rounds that `repeatRounds` executes, in the time of one step. */
const ACCESSES_PER_STEP = 16;
/** Blocks without a waiting state that are passed over in the time of one step. */
const PASSED_PER_STEP = 64;
/** Steps between two pauses; they take about a millisecond. */
const STEPS_PER_PAUSE = 1_000;
/** How many states that aren't alike are kept at one block. */
const MAX_GROUPS = 4;

/** A state that waits at a block. */
interface Arrival {
  readonly state: State;
  /** The number of the fixpoint that the state comes out of; 0 for none. */
  readonly loop: number;
  /** The round of that fixpoint. */
  readonly round: number;
}

/** A block to execute, beginning with the instruction `from`. */
interface BlockRun {
  readonly block: Block;
  readonly state: State;
  readonly from: number;
  /** See {@link Activation.choices}. */
  readonly choices: number;
  /** Whether it is executed separately until the routine returns. */
  readonly apart?: boolean;
}

/** The call at the end of a block. */
interface Call {
  readonly op: Op;
  readonly block: Block;
  readonly state: State;
  readonly choices: number;
}

/** The rest of the work for a block, in order. */
type Unfinished = readonly (BlockRun | Call)[];

interface Loop {
  readonly start: number;
  readonly end: number;
  /** The number of its fixpoint while that is being computed; otherwise 0. */
  fixpoint: number;
  round: number;
  /** How often control has left the loop: to code from which the routine may return, and to code that certainly halts. */
  exits: number;
  halts: number;
  /** The value of M[1] at the start of the last round. */
  heap: Value | undefined;
  /** True once a round has changed M[1]. */
  allocates: boolean;
}

/** The analysis of one call of a routine. */
interface Activation {
  readonly routine: Routine;
  /** Undefined if none of its blocks are analysed as arms. */
  readonly arms: Arms | undefined;
  readonly depth: number;
  /** By position in the routine's order. */
  readonly arrivals: (Arrival[] | undefined)[];
  readonly loops: Loop[];
  /** By position of a loop's head: how often its rounds were recorded in vain since some were executed at once. */
  readonly recordedInVain: Map<number, number>;
  returned: Arrival[] | undefined;
  /** Into how many states the current state was already split, one for each place that a pointer may hold. */
  readonly choices: number;
  /** The number of its call string. */
  readonly context: number;
}

/** The results and notes of one part of the analysis: of an arm, or of everything outside of arms. */
interface Scope {
  readonly facts: Facts;
  readonly transfer: Transfer;
  /** The entries of routines that are to be analysed for an unknown memory. */
  readonly unknownEntries: Set<number>;
  /** The entries of recursive routines for which a fixpoint over the calls of all depths has failed. */
  readonly irregular: Set<number>;
  /** The entries of the routines that were called, and are counted in `steps`. */
  readonly entries: Set<number>;
  /** Undefined outside of arms. */
  readonly notes: ArmNotes | undefined;
}

/** What is noted while an arm is analysed. */
interface ArmNotes {
  readonly comparisons: ShareComparisons;
  /** By number of instruction that certainly fails: whether it was repaired. */
  readonly repairs: Map<number, boolean>;
  /** Whether the result also depends on something else, so that it can't be recorded. */
  isOpen: boolean;
}

export class Engine {
  readonly annotations: Annotations;
  /** Whether precision was given up because of the bound on work. */
  exhausted = false;
  steps = 0;
  /** Whether the track of a large part of memory was lost before the last regular pause. */
  hasLostMemory = false;
  private pauseAt = STEPS_PER_PAUSE;
  private readonly code: Code;
  private readonly graph: Graph;
  private readonly tables: Tables;
  private readonly limits: Limits;
  private readonly repairs: (op: Op) => boolean;
  private scope: Scope;
  private readonly routines: Map<number, Routine>;
  /** By entry: how many calls of the routine are in progress. */
  private readonly inProgress = new Map<number, number>();
  /** By entry: the recursive routines that are being analysed for calls of all depths. */
  private readonly recursions = new Map<number, Recursion>();
  /** The facts of the arm that is being analysed; empty between arms. */
  private armFacts: Facts | undefined;
  private readonly arms: Map<Routine, Arms>;
  // Caches.
  private frameSize: number | undefined;
  private directSize: number | undefined;
  /** By block: 1 if it was executed for an unknown memory, or is in `flooding`. Used after {@link isSpent}. */
  private readonly flooded: Uint8Array;
  /** The blocks that are still to be executed for an unknown memory. */
  private readonly flooding: number[] = [];
  private readonly strings = new CallStrings();
  /** Cache: by block number of the head, the loops whose rounds `skipRounds` can execute; undefined for other loops. */
  private readonly straightLoops = new Map<number, StraightLoop | undefined>();
  /** Cache of {@link overwrittenCells}: by block. */
  private readonly overwritten = new Map<number, readonly number[]>();
  private loopCount = 0;
  /** How many of the joined pages are already counted in `steps`. */
  private chargedPages: number;
  /** The same for pages of ranges. */
  private chargedRangePages: number;
  /** How many of the fixpoints in progress have taken more than {@link LOOP_SHARE}. */
  private hurried = 0;
  /** How many fixpoints of loops are in progress. */
  private fixpoints = 0;
  private treatCallsAsUnknown = false;
  /** The round of a loop that is being recorded. */
  private trace: RoundTrace | undefined;
  private traced: { readonly activation: Activation; readonly loop: Loop } | undefined;

  constructor(
    code: Code,
    graph: Graph,
    tables: Tables,
    { routines, arms }: KnownRoutines,
    limits: Limits,
    repairs: (op: Op) => boolean,
  ) {
    this.code = code;
    this.graph = graph;
    this.tables = tables;
    this.routines = routines;
    this.arms = arms;
    this.limits = limits;
    const contexts = limits.byCall ? new CallContexts(this.strings, code.slotCount) : undefined;
    const facts = new Facts(code, tables, contexts);
    this.scope = newScope(facts, new Transfer(tables, facts, repairs), undefined);
    this.chargedPages = tables.joinedPages;
    this.chargedRangePages = tables.rangePages;
    this.flooded = new Uint8Array(graph.blocks.length);
    this.repairs = repairs;
    // Writes of a set that becomes too large are no longer known, so they count as read.
    tables.origins.onOverflow = (origin) => this.facts.use(origin);
    this.annotations = new Annotations(code, graph, tables);
  }

  get facts(): Facts {
    return this.scope.facts;
  }

  private get transfer(): Transfer {
    return this.scope.transfer;
  }

  /** Runs the analysis, once. It pauses every few milliseconds. */
  *run(): Paused<void> {
    const first = opAt(this.code, 0);
    if (!first) {
      this.facts.addDeadEnd(undefined, 0);
      return;
    }
    yield* this.routine(this.graph.blockOf[first.number], [this.start(Memory.fresh(this.tables))], 0);
    this.treatCallsAsUnknown = true;
    for (const entry of this.scope.unknownEntries) {
      if (this.isSpent) this.flood(entry);
      else yield* this.routine(entry, [this.start(Memory.unknown(this.tables))], 1);
    }
    yield* this.runFlooded();
  }

  /** Schedules a block to be executed for an unknown memory, if it wasn't yet. */
  private flood(block: number): void {
    if (this.flooded[block] === 1) return;
    this.flooded[block] = 1;
    this.flooding.push(block);
  }

  /**
   * Drops the states that wait at the positions from `start` to `end`. {@link runFlooded} executes their blocks later, for an
   * unknown memory.
   */
  private floodArrivals({ routine, arrivals }: Activation, start: number, end: number): void {
    this.facts.allUsed = true;
    for (let position = start; position < end; position++) {
      if (!arrivals[position]) continue;
      arrivals[position] = undefined;
      this.flood(routine.order[position]);
    }
  }

  /** Executes every block that control may reach after {@link isSpent}, once and for an unknown memory. */
  private *runFlooded(): Paused<void> {
    const nowhere: Activation = {
      routine: {
        entry: -1,
        order: [],
        loopEnd: [],
        position: new Map(),
        halting: [],
        returns: true,
        isLeaf: false,
      },
      arms: undefined,
      depth: 1,
      arrivals: [],
      loops: [],
      recordedInVain: new Map(),
      returned: undefined,
      choices: 1,
      context: 0,
    };
    for (let number = this.flooding.pop(); number !== undefined; number = this.flooding.pop()) {
      const block = this.graph.blocks[number];
      const state = this.start(Memory.unknown(this.tables));
      let rest: Unfinished | undefined = [{ block, state, from: block.first, choices: 1 }];
      while (rest) {
        const [part]: Unfinished = rest;
        rest = undefined;
        if ("from" in part) rest = this.runBlock(nowhere, part);
        else {
          this.flood(part.block.target);
          this.goOn(nowhere, part.op, part.block.next, part.op.next, part.state);
        }
        if (this.isDue()) yield;
      }
      nowhere.returned = undefined;
    }
  }

  private start(memory: Memory): State {
    return {
      memory,
      conditions: NO_CONDITIONS,
      isStatic: undefined,
      history: undefined,
      assumption: undefined,
    };
  }

  private *routineAt(entry: number): Paused<Routine> {
    let routine = this.routines.get(entry);
    if (!routine) {
      routine = yield* readingRoutine(this.code, this.graph, entry);
      this.routines.set(entry, routine);
    }
    if (!this.scope.entries.has(entry)) {
      this.scope.entries.add(entry);
      this.steps += STEPS_PER_ROUTINE_BLOCK * routine.order.length;
    }
    return routine;
  }

  private *routine(entry: number, states: State[], depth: number, choices = 1, context = 0): Paused<State[]> {
    const routine = yield* this.routineAt(entry);
    const activation: Activation = {
      routine,
      arms: depth <= ARM_DEPTH && !this.scope.notes ? this.armsAt(routine) : undefined,
      depth,
      arrivals: new Array<Arrival[] | undefined>(routine.order.length),
      loops: [],
      recordedInVain: new Map(),
      returned: undefined,
      choices,
      context,
    };
    for (const state of states) this.arrive(activation, entry, state);
    yield* this.interpret(activation, 0, routine.order.length);
    return this.settle(activation.returned ?? []);
  }

  private armsAt(routine: Routine): Arms {
    let arms = this.arms.get(routine);
    if (!arms) this.arms.set(routine, (arms = armsOf(this.code, this.graph, routine)));
    return arms;
  }

  /**
   * Analyses an arm on its own, or uses what is known about it. Returns false if it must be analysed as a part of the routine.
   *
   * The result depends only on the code of the arm and on its first state, because nothing else is shared with the rest: neither
   * facts, nor summary regions, nor what is known about recursive routines. So a known result equals a new one.
   */
  private *arm(activation: Activation, position: number, arm: Routine): Paused<boolean> {
    if (this.exhausted || this.treatCallsAsUnknown || this.recursions.size > 0 || this.fixpoints > 0)
      return false;
    const { arrivals, depth, choices, context } = activation;
    const waiting = arrivals[position];
    if (!waiting) return false;
    const states = this.settle(waiting);
    arrivals[position] = states.map((state) => ({ state, loop: 0, round: 0 }));
    if (states.length !== 1 || !beginArm(states[0], this.tables.values)) return false;
    arrivals[position] = undefined;
    const [state] = states;
    this.leaveTrace();
    this.chargePages();
    const { first } = this.graph.blocks[arm.entry];
    const calls = this.strings.pathOf(context);
    const start: ArmStart = {
      head: first,
      depth,
      choices,
      isLeaf: arm.isLeaf,
      isHalting: arm.halting[0],
      namedCells: this.tables.namedCells,
      frameCells: this.limits.partitions ? this.frameCells : -1,
      calls,
    };
    const known = this.knownArm(start, state);
    // The pauses after the arm don't depend on whether its result is known.
    this.beginPause();
    if (known) yield* this.replay(known.record, known.reader);
    else yield* this.newArm(start, arm, state, context);
    this.beginPause();
    yield;
    return true;
  }

  private knownArm(
    start: ArmStart,
    state: State,
  ): { readonly record: ArmRecord; readonly reader: TranscriptReader } | undefined {
    const { blockOf } = this.graph;
    return this.limits.memo?.find({
      code: this.code,
      start,
      state,
      strings: this.strings,
      tables: this.tables,
      steps: this.steps,
      limit: this.limits.steps,
      repairs: this.repairs,
      running: (first) => this.inProgress.get(blockOf[first]) ?? 0,
      isAnnotated: (blocks) => this.annotations.areIn(blocks),
    });
  }

  private *replay({ effects, steps, regions }: ArmRecord, reader: TranscriptReader): Paused<void> {
    const { tables } = this;
    const before = tables.values.madeRegions;
    reader.readRegions();
    yield* addingEffects(this.code, this.facts, effects, reader);
    tables.values.skip(before + regions - tables.values.madeRegions);
    this.steps += steps;
  }

  private *newArm(start: ArmStart, arm: Routine, state: State, context: number): Paused<void> {
    const { tables, scope: outer } = this;
    const { values, forgotten, renamed } = tables;
    const transcript = new Transcript();
    const writer = this.limits.memo && transcript.writer(tables);
    const entry = writer && recordEntry(state, this.strings, writer);
    const running = new Map(this.inProgress);
    const notes: ArmNotes = { comparisons: new ShareComparisons(), repairs: new Map(), isOpen: false };
    const began = this.steps;
    const regionsBefore = values.madeRegions;
    const doubtedBefore = tables.doubted;
    const useSharedSummaries = values.useOwnSummaries();
    const facts = (this.armFacts ??= new Facts(this.code, tables, outer.facts.contexts));
    const transfer = new Transfer(tables, facts, (op) => {
      const repaired = this.repairs(op);
      notes.repairs.set(op.number, repaired);
      return repaired;
    });
    const scope = newScope(facts, transfer, notes);
    this.scope = scope;
    tables.forgotten = new Set();
    tables.renamed = new Bounds();
    const own: Activation = {
      routine: arm,
      arms: undefined,
      depth: start.depth,
      arrivals: new Array<Arrival[] | undefined>(arm.order.length),
      loops: [],
      recordedInVain: new Map(),
      returned: undefined,
      choices: start.choices,
      context,
    };
    this.arrive(own, arm.entry, state);
    yield* this.interpret(own, 0, arm.order.length);
    this.chargePages();
    const effects = takeEffects(this.code, facts);
    const { forgotten: lost, renamed: ownRenamed } = tables;
    this.scope = outer;
    tables.forgotten = forgotten;
    tables.renamed = renamed;
    useSharedSummaries();
    addEffects(this.code, outer.facts, effects);
    for (const origin of lost) forgotten.add(origin);
    for (const one of scope.unknownEntries) outer.unknownEntries.add(one);
    if (!writer || !entry || notes.isOpen || this.exhausted) return;
    if (scope.unknownEntries.size > 0 || lost.size > 0 || effects.deadEnds.length > 0) return;
    const { blocks } = this.graph;
    const called = [...scope.entries].map((one) => this.routines.get(one)!);
    const armBlocks = blocksOf(arm, called);
    if (this.annotations.areIn(armBlocks)) return;
    const record: ArmRecord = {
      start,
      entry,
      blocks: armBlocks,
      running: called.map((one) => [blocks[one.entry].first, running.get(one.entry) ?? 0]),
      repairs: [...notes.repairs],
      comparisons: notes.comparisons,
      transcript,
      effects: written(effects, writer),
      steps: this.steps - began,
      regions: values.madeRegions - regionsBefore,
      bases: transfer.bases,
      doubts: tables.doubted > doubtedBefore,
      renamed: ownRenamed,
      cache: { untouched: undefined, writes: undefined },
    };
    this.limits.memo?.add(record, this.code);
  }

  /** Adds to `steps` what joins and accesses to ranges have taken since the last time. */
  private chargePages(): void {
    const { joinedPages, rangePages } = this.tables;
    this.steps += (joinedPages - this.chargedPages) * STEPS_PER_JOINED_PAGE;
    this.chargedPages = joinedPages;
    this.steps += (rangePages - this.chargedRangePages) * STEPS_PER_RANGE_PAGE;
    this.chargedRangePages = rangePages;
  }

  /** Whether some work exceeds a share of the bound on steps. */
  private exceeds(work: number, share: number): boolean {
    const exceeds = work > this.limits.steps * share;
    this.scope.notes?.comparisons.note(work, share, exceeds);
    return exceeds;
  }

  /** Interprets the blocks at the positions from `start` to `end` of a routine's order. */
  private *interpret(activation: Activation, start: number, end: number): Paused<void> {
    const { loopEnd } = activation.routine;
    this.steps += (end - start) / PASSED_PER_STEP;
    for (let position = start; position < end; position++) {
      if (activation.arrivals[position] === undefined) {
        // An irreducible loop may be entered at another block than its head.
        if (loopEnd[position] === 0) continue;
      }
      if (this.isSpent) return this.floodArrivals(activation, position, end);
      const arm = activation.loops.length === 0 ? activation.arms?.get(position) : undefined;
      if (arm && (yield* this.arm(activation, position, arm))) {
        // Nothing else reaches its blocks.
      } else if (loopEnd[position] > 0) {
        if (this.hasArrivals(activation, position, loopEnd[position]))
          yield* this.loop(activation, position, loopEnd[position]);
        position = loopEnd[position] - 1;
      } else {
        const unfinished = this.block(activation, position);
        if (unfinished) yield* this.finish(activation, unfinished);
      }
      if (this.isDue()) yield;
    }
  }

  /** Whether the work has far exceeded the bound. Blocks that are reached from now on are executed once, for an unknown memory. */
  private get isSpent(): boolean {
    return this.steps > MAX_WORK * this.limits.steps;
  }

  private isDue(): boolean {
    if (this.steps < this.pauseAt) return false;
    this.beginPause();
    return true;
  }

  private beginPause(): void {
    this.pauseAt = this.steps + STEPS_PER_PAUSE;
    this.hasLostMemory ||= this.tables.forgotten.size > 0;
  }

  private *loop(activation: Activation, start: number, end: number): Paused<void> {
    const loop: Loop = {
      start,
      end,
      fixpoint: 0,
      round: 0,
      exits: 0,
      halts: 0,
      heap: undefined,
      allocates: false,
    };
    activation.loops.push(loop);
    const began = this.steps;
    let open = 0;
    const recorded = new RecordedRounds(activation.recordedInVain.get(start) ?? 0);
    for (let round = 0; this.hasArrivals(activation, start, end); round++) {
      this.steps += (end - start) / PASSED_PER_STEP;
      const share = open > 0 ? LOOP_SHARE : COUNTED_LOOP_SHARE;
      this.watchHeap(loop, activation.arrivals[start]);
      const long = this.exceeds(this.steps - began, share) || (open > 0 && this.hurried > 0);
      if (round >= this.limits.rounds || open >= OPEN_ROUNDS || long || this.exhausted) {
        yield* this.fixpoint(activation, loop, this.steps - began > LONG_ROUND * round);
        break;
      }
      if (!this.isTracing && round > 0 && open === 0 && end - start === 2)
        round += this.skipRounds(activation, start);
      if (open < 1) {
        const repeated = this.repeatRounds(activation, loop, recorded, round, open);
        round += repeated;
        if (recorded.halts) open += repeated * HALTING_ROUND;
      }
      loop.exits = 0;
      loop.halts = 0;
      const before = this.steps;
      const unfinished = this.block(activation, start);
      if (unfinished) yield* this.finish(activation, unfinished);
      yield* this.interpret(activation, start + 1, end);
      recorded.steps = this.steps - before;
      // Rounds after one in which the loop may have ended count as open, too.
      if (loop.exits > 0 || open >= 1) open++;
      else if (loop.halts > 0) open += HALTING_ROUND;
    }
    if (recorded.last && this.trace === recorded.last) this.trace = undefined;
    activation.loops.pop();
  }

  /** Notes whether a loop allocates, before a round that begins with these states. */
  private watchHeap(loop: Loop, states: readonly Arrival[] | undefined): void {
    const memory = states?.[0].state.memory;
    if (!memory) return;
    memory.read(HEAP_POINTER);
    if (loop.heap !== undefined && loop.heap !== memory.value) loop.allocates = true;
    loop.heap = memory.value;
  }

  /** True while the interpreter records a round of a loop. It then executes each instruction of every round, also in inner loops. */
  private get isTracing(): boolean {
    return this.trace?.failed === false;
  }

  /** Called when something happens that a trace doesn't record. */
  private leaveTrace(): void {
    if (this.trace) this.trace.failed = true;
  }

  /** Called before a round: executes the next rounds at once, if possible. Returns their number. Otherwise records the round. */
  private repeatRounds(
    activation: Activation,
    loop: Loop,
    recorded: RecordedRounds,
    round: number,
    open: number,
  ): number {
    const { arrivals } = activation;
    const waiting = arrivals[loop.start];
    const isOnePath = waiting?.length === 1 && !this.hasArrivals(activation, loop.start + 1, loop.end);
    const { last, earlier } = recorded;
    let repeated = 0;
    if (last) {
      const isTraced = this.trace === last && loop.exits === 0 && loop.halts === last.departures.length;
      if (this.trace === last) this.trace = undefined;
      if (isTraced && isOnePath) last.end(waiting[0].state);
      const { recordedInVain } = activation;
      this.steps += last.accesses.length / ACCESSES_PER_STEP;
      recordedInVain.set(loop.start, (recordedInVain.get(loop.start) ?? 0) + 1);
      if (!isTraced || !isOnePath || last.failed) recorded.restart(2 * round);
      else {
        const [{ state }] = waiting;
        if (earlier) {
          this.transfer.enter(activation.context);
          recorded.halts = last.departures.length > 0;
          const halting = recorded.halts ? Math.floor((1 - open) / HALTING_ROUND) : Infinity;
          const most = Math.min(this.limits.rounds - round - 1, halting);
          const repetition = this.transfer.repeatRounds(earlier, last, state, most);
          repeated = repetition?.rounds ?? 0;
          for (const { position, state: other } of repetition?.halting ?? [])
            arrivals[position] = this.merge(activation, arrivals[position], other, position);
          this.steps += (repeated * last.accesses.length) / ACCESSES_PER_STEP;
          recorded.restart(repeated > 0 ? round + repeated : 2 * round);
          if (repeated > 0) recordedInVain.delete(loop.start);
        }
      }
    }
    if (isOnePath && !this.isTracing && recorded.isDue(round + repeated) && !waiting[0].state.assumption) {
      recorded.earlier = recorded.last;
      recorded.last = this.transfer.newTrace(waiting[0].state);
      this.trace = recorded.last;
      this.traced = { activation, loop };
    }
    return repeated;
  }

  /** Executes several rounds of a {@link StraightLoop} at once. Returns their number, which may be 0. */
  private skipRounds({ routine, arrivals, context }: Activation, start: number): number {
    const waiting = arrivals[start];
    if (waiting?.length !== 1 || arrivals[start + 1]) return 0;
    const head = this.graph.blocks[routine.order[start]];
    const loop = this.straightLoopAt(head, this.graph.blocks[routine.order[start + 1]]);
    if (!loop) return 0;
    this.transfer.enter(context);
    this.facts.callString = context;
    const [{ state }] = waiting;
    const rounds = this.transfer.skipRounds(loop, state);
    this.steps += rounds * loop.moves.length * STEPS_PER_MOVE;
    return rounds;
  }

  private straightLoopAt(head: Block, body: Block): StraightLoop | undefined {
    if (this.straightLoops.has(head.number)) return this.straightLoops.get(head.number);
    const isAnnotated = this.annotations.areIn(Int32Array.of(head.number, body.number));
    const loop = isAnnotated ? undefined : straightLoop(this.code, head, body);
    this.straightLoops.set(head.number, loop);
    return loop;
  }

  private hasArrivals(activation: Activation, start: number, end: number): boolean {
    for (let position = start; position < end; position++) if (activation.arrivals[position]) return true;
    return false;
  }

  /** @param isLong whether the rounds so far have taken more than {@link LONG_ROUND} on average */
  private *fixpoint(activation: Activation, loop: Loop, isLong: boolean): Paused<void> {
    const { start, end } = loop;
    this.leaveTrace();
    loop.fixpoint = ++this.loopCount;
    this.fixpoints++;
    const { arrivals } = activation;
    // An irreducible loop may have several entries; each of them has an invariant.
    const invariants = new Map<number, LoopInvariant>();
    const overwritten = isLong ? this.overwrittenAt(activation.routine, start) : [];
    const began = this.steps;
    let shortest: number | undefined;
    const roundLength = (): number =>
      (shortest ??= shortestRound(this.code, this.graph, activation.routine, start, end));
    let hurries = false;
    // Other loops that allocate find that out in the first round.
    for (let round = loop.allocates ? 1 : 0; ; round++) {
      if (!hurries && this.exceeds(this.steps - began, LOOP_SHARE)) {
        hurries = true;
        this.hurried++;
      }
      let changed = false;
      this.steps += (end - start) / PASSED_PER_STEP;
      for (let position = start; position < end; position++) {
        const list = arrivals[position];
        if (!list) continue;
        arrivals[position] = undefined;
        const states = list.map(({ state }) => state);
        for (const { memory } of states) {
          this.steps += joinCost(memory);
          if (position === start) this.forgetValues(memory, overwritten);
        }
        const invariant = invariants.get(position);
        if (!invariant) {
          invariants.set(
            position,
            new LoopInvariant(joinAll(states, true), position === start, loop.allocates, isLong, roundLength),
          );
          changed = true;
        } else if (invariant.add(states, round)) changed = true;
      }
      if (!changed) break;
      loop.round++;
      for (const [position, invariant] of invariants) {
        this.steps += invariant.state.memory.size / PAGES_PER_STEP;
        arrivals[position] = [{ state: forkState(invariant.state), loop: 0, round: 0 }];
      }
      const unfinished = this.block(activation, start);
      if (unfinished) yield* this.finish(activation, unfinished);
      yield* this.interpret(activation, start + 1, end);
    }
    loop.fixpoint = 0;
    this.fixpoints--;
    if (hurries) this.hurried--;
  }

  /** Forgets the values of some cells of the frame, but not their tags. */
  private forgetValues(memory: Memory, offsets: readonly number[]): void {
    memory.read(BASE);
    const base = memory.value;
    if (base < 0 || memory.tags !== U32) return;
    this.transfer.noteBase(base);
    for (const offset of offsets) {
      memory.read(base + offset);
      const { tags, value, origin } = memory;
      if (value !== TOP && tags !== 0) memory.refine(base + offset, tags, TOP, origin);
    }
  }

  /** The offsets of the cells that a routine writes, from a position on, before it reads them. */
  private overwrittenAt(routine: Routine, position: number): readonly number[] {
    const block = routine.order[position];
    let cells = this.overwritten.get(block);
    if (!cells) {
      cells = overwrittenCells(this.code, this.graph, routine, position, this.frameCells);
      this.overwritten.set(block, cells);
    }
    return cells;
  }

  /**
   * Executes a block for all waiting states. Returns the rest of the work, rarely any: so this isn't a generator, which is slow.
   */
  private block(activation: Activation, position: number): Unfinished | undefined {
    const list = activation.arrivals[position];
    if (!list) return undefined;
    activation.arrivals[position] = undefined;
    const block = this.graph.blocks[activation.routine.order[position]];
    const states = this.settle(list);
    // The rest of the work for one state comes before the next state.
    for (let index = 0; index < states.length; index++) {
      const run = { block, state: states[index], from: block.first, choices: activation.choices };
      const left = this.runBlock(activation, run);
      if (left)
        return index + 1 === states.length ? left : [...left, ...runsOf(run, states.slice(index + 1))];
    }
    return undefined;
  }

  /** Does the rest of the work for a block: calls, and executions that were split by a pointer's choices or by a pause. */
  private *finish(activation: Activation, unfinished: Unfinished): Paused<void> {
    const pending = unfinished.toReversed();
    for (let part = pending.pop(); part; part = pending.pop()) {
      if ("from" in part) {
        if (part.apart) {
          yield* this.runApart(activation, part);
          continue;
        }
        const left = this.runBlock(activation, part);
        if (left) pending.push(...left.toReversed());
        if (this.isDue()) yield;
        continue;
      }
      const { op, block, state, choices } = part;
      for (const after of yield* this.call(activation, op, block.target, state, choices)) {
        this.goOn(activation, op, block.next, op.next, after);
      }
    }
  }

  /** Executes the rest of a routine for one of several states, separately: what its pointers hold stays known. */
  private *runApart(activation: Activation, run: BlockRun): Paused<void> {
    const { routine } = activation;
    const own: Activation = {
      ...activation,
      arrivals: new Array<Arrival[] | undefined>(routine.order.length),
      loops: [],
      recordedInVain: new Map(),
      returned: undefined,
      choices: run.choices,
    };
    const unfinished = this.runBlock(own, { ...run, apart: false });
    if (unfinished) yield* this.finish(own, unfinished);
    yield* this.interpret(own, routine.position.get(run.block.number)! + 1, routine.order.length);
    for (const { state } of own.returned ?? [])
      activation.returned = this.merge(activation, activation.returned, state, -1);
  }

  private runBlock(activation: Activation, run: BlockRun): Unfinished | undefined {
    const { block, state, from, choices } = run;
    const { ops } = this.code;
    const { annotations, transfer } = this;
    transfer.enter(activation.context);
    this.facts.callString = activation.context;
    const end = Math.min(block.last, from + STEPS_PER_PAUSE - 1);
    this.chargePages();
    this.steps += end - from + (this.exhausted ? EXHAUSTED_BLOCK_STEPS : BLOCK_STEPS);
    if (this.steps > this.limits.steps) {
      this.exhausted = true;
      if (this.isSpent) {
        state.memory.forget(0);
        state.conditions = NO_CONDITIONS;
      }
    }
    for (let number = from; number <= end; number++) {
      const op = ops[number];
      if (!annotations.isEmpty && annotations.isBefore(op)) {
        this.leaveTrace();
        annotations.reach(op, state, transfer);
      }
      if (
        (op.indirect || transfer.allocates(op)) &&
        choices < MAX_CHOICES &&
        this.hurried === 0 &&
        !this.exhausted
      ) {
        const undecided = transfer.undecided(op, state);
        if (undecided) {
          this.leaveTrace();
          const apart = activation.routine.isLeaf && activation.loops.length === 0;
          return split({ block, state, from: number, choices, apart }, undecided);
        }
      }
      if (op.indirect && !this.exhausted) transfer.namePointers(op, state);
      const passed = this.facts.passed[number];
      if (!transfer.step(op, state, this.isTracing ? this.trace : undefined)) return undefined;
      if (op.plan.flow === "return" && activation.depth === 0) {
        this.facts.passed[number] = passed;
        this.facts.fail(op, "return", -1, true, {});
        return undefined;
      }
    }
    // A large program may be a single block, so long blocks are executed in parts.
    if (end < block.last) return [{ block, state, from: end + 1, choices }];
    const op = ops[block.last];
    switch (op.plan.flow) {
      case "next":
        this.goOn(activation, op, block.next, op.next, state);
        break;
      case "jump":
        this.goOn(activation, op, block.target, op.target, state);
        break;
      case "branch": {
        const [fall, taken] = transfer.branch(op, state, this.isTracing ? this.trace : undefined);
        this.steps += state.memory.size / PAGES_PER_STEP;
        if (fall) this.goOn(activation, op, block.next, op.next, fall);
        if (taken) this.goOn(activation, op, block.target, op.target, taken);
        break;
      }
      case "call":
        if (block.target >= 0) return [{ op, block, state, choices }];
        this.facts.addDeadEnd(op, op.target);
        break;
      case "return":
        activation.returned = this.merge(activation, activation.returned, state, -1);
        break;
      case "halt":
        break;
    }
    return undefined;
  }

  private *call(
    activation: Activation,
    op: Op,
    entry: number,
    state: State,
    choices: number,
  ): Paused<State[]> {
    this.steps += CALL_STEPS;
    const recursion = this.recursions.get(entry);
    if (recursion) this.leaveTrace();
    if (recursion) return this.callAgain(recursion, state) ?? (yield* this.callUnknown(entry, state));
    const running = this.inProgress.get(entry) ?? 0;
    if (this.treatCallsAsUnknown || this.exhausted || activation.depth >= DEPTH)
      return yield* this.callUnknown(entry, state);
    const context = this.strings.of(activation.context, op);
    if (running >= RECURSION) {
      this.leaveTrace();
      const summarised = yield* this.recursive(entry, state, activation.depth + 1, context);
      return summarised ?? (yield* this.callUnknown(entry, state));
    }
    this.inProgress.set(entry, running + 1);
    const after = yield* this.routine(entry, [state], activation.depth + 1, choices, context);
    this.inProgress.set(entry, running);
    // If the work was given up meanwhile, the returned states are incomplete.
    return this.isSpent ? yield* this.callUnknown(entry, this.start(Memory.unknown(this.tables))) : after;
  }

  /**
   * The states after a call of a recursive routine, by a fixpoint over the calls of all depths: the routine is analysed until its
   * own calls add nothing to the state at its entry. Undefined if the frame can't be described, or there is no fixpoint.
   */
  private *recursive(
    entry: number,
    state: State,
    depth: number,
    context: number,
  ): Paused<State[] | undefined> {
    if (this.scope.irregular.has(entry)) return undefined;
    const recursion = Recursion.at(state, this.frameCells);
    if (!recursion) return undefined;
    this.facts.allUsed = true;
    if (this.scope.notes) this.scope.notes.isOpen = true;
    this.recursions.set(entry, recursion);
    this.strings.join(context);
    const began = this.steps;
    do {
      recursion.beginRound();
      recursion.returned(yield* this.routine(entry, [recursion.entered()], depth, 1, context));
      if (this.exhausted || this.steps - began > this.limits.steps * LOOP_SHARE) recursion.fail();
    } while (recursion.hasGrown);
    this.recursions.delete(entry);
    if (!recursion.failed) return recursion.after(state);
    this.scope.irregular.add(entry);
    return undefined;
  }

  /** The states after a recursive call, as far as the fixpoint has found them; undefined if the frame can't be described. */
  private callAgain(recursion: Recursion, state: State): State[] | undefined {
    return recursion.enter(state) ? recursion.after(state) : undefined;
  }

  /** Schedules the analysis of a callee for an unknown memory. The state after the call has an unknown memory, too. */
  private *callUnknown(entry: number, state: State): Paused<State[]> {
    this.leaveTrace();
    this.scope.unknownEntries.add(entry);
    this.facts.allUsed = true;
    // The callee's blocks must be ordered to find out whether it returns, which isn't done after the work was given up.
    if (!this.isSpent && !(yield* this.routineAt(entry)).returns) return [];
    const { isStatic } = state;
    forgetState(state);
    state.isStatic = isStatic;
    return [state];
  }

  private goOn(activation: Activation, op: Op, block: number, pc: number, state: State): void {
    if (block < 0) this.facts.addDeadEnd(op, pc);
    else this.arrive(activation, block, state);
  }

  private arrive(activation: Activation, block: number, state: State): void {
    if (this.isSpent) {
      this.facts.allUsed = true;
      this.flood(block);
      return;
    }
    const position = activation.routine.position.get(block)!;
    if (this.isTracing && activation === this.traced?.activation) {
      const { start, end } = this.traced.loop;
      if (position < start || position >= end) this.trace?.leave(state, position);
    }
    activation.arrivals[position] = this.merge(activation, activation.arrivals[position], state, position);
  }

  /** Adds a state to those that wait at a block or return. Joins all of them if there are too many. */
  private merge(
    activation: Activation,
    list: Arrival[] | undefined,
    state: State,
    position: number,
  ): Arrival[] {
    let origin = 0;
    let round = 0;
    const { loops } = activation;
    for (let k = 0; k < loops.length; k++) {
      const loop = loops[k];
      if (position >= loop.start && position < loop.end) continue;
      if (activation.routine.halting[position]) loop.halts++;
      else loop.exits++;
      if (loop.fixpoint === 0 || origin > 0) continue;
      origin = loop.fixpoint;
      ({ round } = loop);
    }
    const arrival = { state, loop: origin, round };
    if (!list) return [arrival];
    // Each round of a fixpoint begins with a greater state than the rounds before it, so its results replace theirs.
    const others = origin > 0 ? list.filter((one) => one.loop !== origin || one.round === round) : list;
    if (others.length < MAX_ARRIVALS) return [...others, arrival];
    this.leaveTrace();
    for (const { state: one } of others) this.steps += joinCost(one.memory);
    return [{ state: joinAll([...others.map((one) => one.state), state], false), loop: 0, round: 0 }];
  }

  /** Joins the states that wait at one block, as far as they are {@link alike}. */
  private settle(list: readonly Arrival[]): State[] {
    if (list.length < 2) return list.length === 0 ? [] : [list[0].state];
    this.leaveTrace();
    const groups: State[][] = [];
    for (const { state } of list) {
      const group = groups.find(([first]) => this.alike(first, state));
      if (group) group.push(state);
      else if (groups.length < (this.exhausted ? 1 : MAX_GROUPS)) groups.push([state]);
      else groups[groups.length - 1].push(state);
    }
    // A join takes time in proportion to the size of the memories.
    for (const group of groups)
      if (group.length > 1) for (const { memory } of group) this.steps += joinCost(memory);
    return groups.map((group) => joinAll(group, true));
  }

  /**
   * Whether two states have the same base of relative operands. With trace {@link Limits.partitions}, also whether the cells that
   * operands name hold the same addresses, as far as these are known. In fixpoints, that isn't asked, so that they end.
   */
  private alike(a: State, b: State): boolean {
    a.memory.read(BASE);
    b.memory.read(BASE);
    const base = a.memory.value;
    if (base !== b.memory.value || a.isStatic !== b.isStatic) return false;
    if (!this.limits.partitions || this.fixpoints > 0 || this.recursions.size > 0) return true;
    this.steps += joinCost(a.memory);
    if (a.memory.holdsOtherAddresses(b.memory, HEAP_POINTER, this.cellsNamed - 1)) return false;
    return base < 0 || !a.memory.holdsOtherAddresses(b.memory, base, base + this.frameCells - 1);
  }

  /** How many of the cells with the lowest addresses operands name. */
  private get cellsNamed(): number {
    return (this.directSize ??= Math.min(this.tables.namedCells, MAX_FRAME));
  }

  /** How many cells of the frame operands name. */
  private get frameCells(): number {
    return (this.frameSize ??= Math.min(sizeOf(this.code, RELATIVE), MAX_FRAME));
  }
}

/** The runs of the rest of a block, one for each of the places that a pointer may hold. */
function split(
  { state, choices, ...rest }: BlockRun,
  { cell, choices: places }: UndecidedPointer,
): BlockRun[] {
  const states = places.map((_, k) => (k === places.length - 1 ? state : forkState(state)));
  divide(states);
  return places.map((place, k) => {
    const { memory } = states[k];
    memory.read(cell);
    memory.refine(cell, memory.tags, place, memory.origin);
    return { ...rest, state: states[k], choices: choices * places.length };
  });
}

function runsOf(run: BlockRun, states: readonly State[]): BlockRun[] {
  return states.map((state) => ({ ...run, state }));
}

function newScope(facts: Facts, transfer: Transfer, notes: ArmNotes | undefined): Scope {
  return {
    facts,
    transfer,
    unknownEntries: new Set(),
    irregular: new Set(),
    entries: new Set(),
    notes,
  };
}

/** The effects of an arm, with values and origins of a transcript. */
function written(effects: Effects, writer: TranscriptWriter): Effects {
  const { values, addresses, failures } = effects;
  writer.writeRegions([values, addresses, failures.flatMap(({ value, address }) => [value, address])]);
  return mapEffects(effects, writer);
}

/** The cost in steps of a join: most pages are shared, and are only compared. */
function joinCost(memory: State["memory"]): number {
  return 1 + memory.size / COMPARED_PAGES_PER_STEP;
}

/** The number of cells up to the last one that an operand names, in the frame if `mode` is {@link RELATIVE}, otherwise by address. */
export function sizeOf({ ops }: Code, mode: number): number {
  let size = 1;
  for (const op of ops)
    for (let k = 0; k < op.modes.length; k++)
      if ((op.modes[k] & RELATIVE) === mode) size = Math.max(size, op.address(k) + 1);
  return size;
}
