/**
 * Analyses a program by abstract interpretation: which tags and values its cells can have at each instruction, which code is
 * reachable, which instructions can fail, and why. Works on assembled source and on decoded bytecode, and never throws.
 */

import type { WireForm } from "../isa/instruction-set.ts";
import { ALL_TAGS, NO_TAGS, type Tag, type TagSet } from "../isa/tags.ts";
import type { Program } from "../program/program.ts";
import { runChecks } from "./checks/checks.ts";
import { readingCode, type Code, type Op } from "./code/decoded-code.ts";
import { DeclaredTags } from "./checks/declared-tags.ts";
import { ArmMemo } from "./interpreter/arm-memo.ts";
import { Engine, sizeOf, type KnownRoutines, type Limits } from "./interpreter/interpreter.ts";
import type { Finding } from "./findings.ts";
import { readingGraph, type Graph, type Routine } from "./code/control-flow.ts";
import { toItsEnd, type Paused } from "../program/cooperative.ts";
import { emptyTables, type Tables } from "./domain/tables.ts";
import type { Value } from "./domain/value.ts";
import { explain, type Why } from "./interpreter/explain.ts";
import { findSureFailures } from "./interpreter/sure-failures.ts";

export { ArmMemo } from "./interpreter/arm-memo.ts";
export type { Finding } from "./findings.ts";
export type { Why } from "./interpreter/explain.ts";

export interface AnalyzeOptions {
  /** How many instructions the interpreter may execute before it gives up precision. */
  readonly steps?: number;
  /**
   * Whether to record the tags of each call for {@link Analysis.contextsAt}, which takes time and memory. Without it, the first
   * call of `contextsAt` analyses the program a second time, unless that takes more than {@link MAX_STEPS_BY_CALL}; then
   * `contextsAt` returns nothing.
   */
  readonly byCall?: boolean;
  /**
   * Whether to use trace partitioning from the start, see {@link Limits.partitions}. Without it, the interpreter does so only if it
   * would otherwise lose track of memory.
   */
  readonly partitions?: boolean;
  /** Makes the analysis faster after an edit. The result is the same as without it. */
  readonly memo?: ArmMemo | undefined;
}

/** Which cell an operand resolves to, over all paths to the instruction. */
export type ResolvedCell =
  | { readonly kind: "cell"; readonly address: number }
  /** One of a few cells. */
  | { readonly kind: "cells"; readonly addresses: readonly number[] }
  /** Some cell between two addresses, both inclusive. */
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "unknown" };

/**
 * An instruction: a statement of the program, or a hidden instruction, which control reaches inside raw bytes or in the middle of
 * another statement.
 */
export interface AnalyzedInstruction {
  /** The number of its statement. Hidden instructions have the numbers after those of all statements. */
  readonly index: number;
  readonly pc: number;
  readonly form: WireForm;
  readonly reachable: boolean;
  readonly hidden: boolean;
}

/** The tags of an operand in runs that reach it through one call. */
export interface CallTags {
  /** The number of the call's instruction, and its byte offset. */
  readonly index: number;
  readonly from: number;
  readonly tags: TagSet;
}

/** The result of the analysis. Parameters name an instruction by its index and an operand by its position in wire order. */
export interface Analysis {
  readonly program: Program;
  /** True if the analysis reached its bound on work, so that some facts are less precise. */
  readonly exhausted: boolean;
  /** False if no run executes the instruction. */
  reachable(index: number): boolean;
  /**
   * The possible tags of the cell that a memory operand resolves to: before the instruction for a read, after it for a write. For
   * a range, those of its first cell. {@link NO_TAGS} if the instruction isn't reachable or the operand isn't memory;
   * {@link ALL_TAGS} if nothing is known.
   */
  tagsAt(index: number, position: number): TagSet;
  /** The tag that `.cell` declares for the operand's cell, if the checks trust it instead of an inferred one. */
  declaredAt(index: number, position: number): Tag | undefined;
  /** The number that the cell holds, if it is one known number. */
  valueAt(index: number, position: number): bigint | undefined;
  /** The least and the greatest number that the cell can hold, both inclusive; undefined if there is no known bound. */
  boundsAt(index: number, position: number): { readonly low: bigint; readonly high: bigint } | undefined;
  /** The cell that a memory operand resolves to; undefined if the instruction isn't reachable or the operand isn't memory. */
  resolve(index: number, position: number): ResolvedCell | undefined;
  /**
   * The tags that {@link Analysis.tagsAt} joins, separately for each of the nearest calls for which they differ, sorted by byte
   * offset. Empty if they differ for no call. See {@link AnalyzeOptions.byCall}.
   */
  contextsAt(index: number, position: number): readonly CallTags[];
  /** The writes that the content can come from; undefined if the instruction isn't reachable or the operand isn't memory. */
  why(index: number, position: number): Why | undefined;
  /** The findings of the checks, sorted by byte offset. The first access runs the checks. */
  readonly findings: readonly Finding[];
  /** Runs the checks with pauses, so that `findings` is ready afterwards. */
  finding(): Paused<void>;
  /** All statements that are instructions, and all reachable hidden instructions, by byte offset. */
  instructions(): Iterable<AnalyzedInstruction>;
  /** The data that the analysis works on. Only modules of `analysis/` use it. */
  readonly internals: Internals;
}

export interface Internals {
  readonly code: Code;
  readonly graph: Graph;
  readonly tables: Tables;
  readonly engine: Engine;
  readonly routines: Map<number, Routine>;
  /** The steps of another pass, whose result isn't used. */
  readonly droppedSteps: number;
}

// The bound on work, in steps. A step is about the time in which the interpreter executes one instruction.

/** The bound grows from this, by a number of steps for each instruction of the program, … */
const MIN_STEPS = 100_000;
const STEPS_PER_INSTRUCTION = 100;
/**
 * … up to this bound, less the time that decoding and checks take for each instruction. The real contract that takes the most
 * steps has 6,053 instructions and takes 484,000 steps.
 */
const MAX_STEPS = 1_950_000;
const OTHER_STEPS_PER_INSTRUCTION = 40;
/** Very large programs get at least this many steps for each instruction, so that each can be executed. */
const MIN_STEPS_PER_INSTRUCTION = 4;
/** Which share of the bound a second pass gets, which uses trace partitioning. */
const PARTITION_SHARE = 1 / 2;
/** How many rounds of a loop are unrolled at most. */
const ROUNDS = 2_000;
/** Some tens of milliseconds, since a hover waits for the second analysis. */
const MAX_STEPS_BY_CALL = 50_000;

/** Analyses a program. The work is bounded by a multiple of its size, see `stepsFor`. */
export function analyze(program: Program, options: AnalyzeOptions = {}): Analysis {
  return toItsEnd(analyzing(program, options));
}

/** Analyses a program as {@link analyze} does, with pauses. */
export function* analyzing(program: Program, options: AnalyzeOptions = {}): Paused<Analysis> {
  const pass = yield* interpreting(program, options);
  const { code, graph, tables, routines, arms, engine, limits, droppedSteps } = pass;
  const declared = new DeclaredTags(program);
  let found: Finding[] | undefined;
  let byCall: Analysis | undefined;

  return {
    program,
    exhausted: engine.exhausted,
    reachable: (index) => isReached(engine, code.opOf[index]),
    tagsAt: (index, position) => {
      const slot = slotOf(code, engine, index, position);
      return slot === undefined ? NO_TAGS : engine.facts.tags[slot] & ALL_TAGS;
    },
    valueAt: (index, position) => {
      const value = valueIn(code, engine, index, position);
      return value === undefined ? undefined : tables.values.exact(value);
    },
    boundsAt: (index, position) => {
      const value = valueIn(code, engine, index, position);
      if (value === undefined) return undefined;
      const exact = tables.values.exact(value);
      if (exact !== undefined) return { low: exact, high: exact };
      const high = tables.values.high(value);
      return high > Number.MAX_SAFE_INTEGER
        ? undefined
        : { low: BigInt(tables.values.low(value)), high: BigInt(high) };
    },
    resolve: (index, position) => {
      const slot = slotOf(code, engine, index, position);
      return slot === undefined ? undefined : cellOf(tables, engine.facts.addresses[slot]);
    },
    contextsAt: (index, position) => {
      const slot = slotOf(code, engine, index, position);
      if (slot === undefined || hasOneTag(engine.facts.tags[slot] & ALL_TAGS)) return [];
      const { contexts } = engine.facts;
      if (!contexts) {
        if (engine.steps + droppedSteps > MAX_STEPS_BY_CALL) return [];
        return (byCall ??= analyze(program, { ...options, byCall: true })).contextsAt(index, position);
      }
      return contexts.at(slot).map(({ call, tags }) => ({ index: call.index, from: call.pc, tags }));
    },
    why: (index, position) => {
      const slot = slotOf(code, engine, index, position);
      return slot === undefined ? undefined : explain(code, graph, tables, engine.facts, slot);
    },
    declaredAt: (index, position) => {
      const op = code.opOf[index];
      const operand = op?.plan.memory.findIndex((one) => one.position === position) ?? -1;
      return op && operand >= 0 ? declared.believed(op, operand)?.tag : undefined;
    },
    get findings() {
      return (found ??= toItsEnd(findAll()));
    },
    *finding() {
      found ??= yield* findAll();
    },
    instructions: () => instructionsOf(program, code, engine),
    internals: pass,
  };

  function* findAll(): Paused<Finding[]> {
    let { memo } = limits;
    if (!memo && engine.facts.failures.size > 0) {
      // Most further passes differ from those before them in few arms.
      memo = new ArmMemo();
      yield* memo.updating(code, graph, tables.values);
    }
    const again = (repairs: (op: Op) => boolean, steps: number): Engine =>
      new Engine(
        code,
        graph,
        tables,
        { routines, arms },
        { ...limits, memo, byCall: false, steps: Math.min(steps, limits.steps) },
        repairs,
      );
    const { failures, engine: last } = yield* findSureFailures(engine, code.ops.length, again);
    return yield* runChecks({
      program,
      code,
      graph,
      tables,
      declared,
      facts: last.facts,
      firstFacts: engine.facts,
      sureFailures: failures,
      annotations: last.annotations.all,
    });
  }
}

/** A run of the abstract interpreter over the whole program. */
interface Pass extends Internals, KnownRoutines {
  readonly limits: Limits;
}

/**
 * Runs the abstract interpreter. If it loses track of a large part of memory, a second pass that uses trace partitioning is tried. Its
 * result is used if it loses nothing within {@link PARTITION_SHARE} of the bound on steps; otherwise the first pass continues.
 */
function* interpreting(program: Program, options: AnalyzeOptions): Paused<Pass> {
  const first = yield* preparing(program, options, options.partitions === true);
  const running = first.engine.run();
  const loses = yield* losesMemory(first, running);
  if (!loses || options.partitions || first.engine.exhausted) {
    yield* running;
    return first;
  }
  const second = yield* preparing(program, options, true);
  if (!(yield* losesMemory(second, second.engine.run())))
    return { ...second, droppedSteps: first.engine.steps };
  yield* running;
  return { ...first, droppedSteps: second.engine.steps };
}

/** Runs a pass until it ends or loses track of a large part of memory. Returns whether it has lost it. */
function* losesMemory({ engine, tables }: Pass, running: Paused<void>): Paused<boolean> {
  while (!engine.hasLostMemory) {
    if (running.next().done === true) return tables.forgotten.size > 0;
    yield;
  }
  return true;
}

/** Makes a pass with tables of its own. */
function* preparing(program: Program, options: AnalyzeOptions, partitions: boolean): Paused<Pass> {
  const tables = emptyTables();
  const code = yield* readingCode(program, tables.values);
  tables.namedCells = sizeOf(code, 0);
  yield;
  const graph = yield* readingGraph(code);
  yield;
  const known: KnownRoutines = { routines: new Map(), arms: new Map() };
  const steps = options.steps ?? stepsFor(code.ops.length);
  const limits: Limits = {
    steps: partitions && !options.partitions ? steps * PARTITION_SHARE : steps,
    rounds: ROUNDS,
    ...(options.byCall ? { byCall: true } : { memo: options.memo }),
    ...(partitions && { partitions }),
  };
  if (limits.memo) yield* limits.memo.updating(code, graph, tables.values);
  const engine = new Engine(code, graph, tables, known, limits, () => false);
  return { code, graph, tables, ...known, engine, limits, droppedSteps: 0 };
}

function stepsFor(instructions: number): number {
  const wanted = MIN_STEPS + STEPS_PER_INSTRUCTION * instructions;
  const most = MAX_STEPS - OTHER_STEPS_PER_INSTRUCTION * instructions;
  return Math.max(Math.min(wanted, most), MIN_STEPS_PER_INSTRUCTION * instructions);
}

function isReached(engine: Engine, op: Op | undefined): boolean {
  return op !== undefined && engine.facts.reached[op.number] === 1;
}

/** True for the empty set, too. */
function hasOneTag(tags: TagSet): boolean {
  return (tags & (tags - 1)) === 0;
}

/** The slot of a memory operand, which indexes the arrays of `Facts`; undefined if the instruction isn't reachable. */
function slotOf(code: Code, engine: Engine, index: number, position: number): number | undefined {
  const op = code.opOf[index];
  if (!op || !isReached(engine, op)) return undefined;
  const operand = op.plan.memory.findIndex((one) => one.position === position);
  return operand < 0 ? undefined : op.firstSlot + operand;
}

function valueIn(code: Code, engine: Engine, index: number, position: number): Value | undefined {
  const slot = slotOf(code, engine, index, position);
  const value = slot === undefined ? Number.NaN : engine.facts.values[slot];
  return Number.isNaN(value) ? undefined : value;
}

function cellOf({ values }: Tables, address: Value): ResolvedCell {
  if (Number.isNaN(address)) return { kind: "unknown" };
  const members = values.members(address)?.map((member) => values.exact(member));
  if (members?.every((member) => member !== undefined)) {
    const addresses = [...new Set(members.map(Number))];
    return addresses.length === 1 ? { kind: "cell", address: addresses[0] } : { kind: "cells", addresses };
  }
  const low = values.low(address);
  const high = values.high(address);
  return high >= 2 ** 32 - 1 && low === 0
    ? { kind: "unknown" }
    : { kind: "range", low, high: Math.min(high, 2 ** 32 - 1) };
}

function* instructionsOf(program: Program, code: Code, engine: Engine): Iterable<AnalyzedInstruction> {
  const hidden = code.ops.filter(
    ({ index, number }) => index >= program.count && engine.facts.reached[number] === 1,
  );
  let next = 0;
  for (let index = 0; index < program.count; index++) {
    const pc = program.pcs[index];
    while (next < hidden.length && hidden[next].pc < pc) yield describe(hidden[next++], true, true);
    const form = program.set.byOpcode[program.opcodes[index]];
    if (!form) continue;
    const op = code.opOf[index];
    yield { index, pc, form, reachable: isReached(engine, op), hidden: false };
  }
  while (next < hidden.length) yield describe(hidden[next++], true, true);
}

function describe(op: Op, reachable: boolean, hidden: boolean): AnalyzedInstruction {
  return { index: op.index, pc: op.pc, form: op.plan.form, reachable, hidden };
}
