/**
 * Computes the gas of instructions, of basic blocks, and of routines from their entry to any of their ends, from the control-flow
 * graph and the facts of the analysis. Every figure is a range, whose two ends are equal if it is exact.
 */

import { addressingGas } from "../../isa/instruction-set.ts";
import { modulusLimbs } from "../../isa/limits.ts";
import { TAG_BITS } from "../../isa/tags.ts";
import type { GasMultiplier } from "../../isa/types.ts";
import type { Analysis } from "../analyze.ts";
import { opAt, type Op } from "../code/decoded-code.ts";
import { readingRoutine, successors, type Routine } from "../code/control-flow.ts";
import { toItsEnd } from "../../program/cooperative.ts";
import { grouped } from "../../program/grouped.ts";

/** Units of gas, both ends inclusive. */
export interface GasRange {
  readonly low: number;
  /** Infinity if there is no bound, because of a loop, a recursion, an unknown size or a call of another contract. */
  readonly high: number;
}

export interface GasCost {
  readonly l2: GasRange;
  readonly da: GasRange;
}

/** Why a cost has no upper bound. */
export type Unbounded = "loop" | "recursion" | "size" | "callee" | "work";

export interface InstructionGas extends GasCost {
  /** The number of the statement, or of a hidden instruction. */
  readonly index: number;
  readonly pc: number;
  readonly unbounded?: Unbounded;
}

export interface BlockGas extends GasCost {
  /** The numbers of the statements or hidden instructions of its first and its last instruction. */
  readonly first: number;
  readonly last: number;
  readonly pc: number;
  /** Without the gas of the routine that its last instruction calls. */
  readonly unbounded?: Unbounded;
}

export interface RoutineGas extends GasCost {
  /** The number of the statement or hidden instruction at its entry. */
  readonly index: number;
  readonly pc: number;
  /** Including the gas of all routines that it calls. */
  readonly unbounded?: Unbounded;
}

export interface GasReport {
  /** Reachable instructions by byte offset. */
  readonly instructions: readonly InstructionGas[];
  readonly blocks: readonly BlockGas[];
  /** The program from its first byte, all called routines, and the requested entries. */
  readonly routines: readonly RoutineGas[];
}

/** At most this many blocks are visited for all routines together. Routines may share blocks, which are visited for each. */
const MAX_BLOCKS = 200_000;

const ZERO: GasRange = { low: 0, high: 0 };
const FREE: GasCost = { l2: ZERO, da: ZERO };

interface Cost extends GasCost {
  readonly unbounded?: Unbounded;
}

/** The cost of a routine up to its returns, and up to the instructions in it that end the run. */
interface Ends {
  readonly returns?: Cost;
  readonly halts?: Cost;
}

/** The cost of a reachable instruction, and of its block if that has several instructions. */
export function gasAt(
  analysis: Analysis,
  index: number,
): { readonly own: GasCost; readonly block?: GasCost } | undefined {
  const { code, graph, engine } = analysis.internals;
  const op = code.opOf[index];
  if (!op || engine.facts.reached[op.number] === 0) return undefined;
  const { first, last } = graph.blocks[graph.blockOf[op.number]];
  const own = costOf(analysis, op);
  if (first === last) return { own };
  const costAt = (number: number): Cost | undefined =>
    engine.facts.reached[number] === 1 ? costOf(analysis, code.ops[number]) : undefined;
  return { own, block: sumOf(first, last, costAt) };
}

/** The cost of all instructions from `first` to `last`. `costAt` gives that of one, and nothing if it can't be reached. */
function sumOf(first: number, last: number, costAt: (number: number) => Cost | undefined): Cost {
  let sum: Cost = FREE;
  for (let number = first; number <= last; number++) {
    const own = costAt(number);
    if (own) sum = add(sum, own);
  }
  return sum;
}

/** A range as text: `12`, `12–20`, `12 or more`. */
export function shownGas({ low, high }: GasRange): string {
  if (low === high) return grouped(low);
  return high === Infinity ? `${grouped(low)} or more` : `${grouped(low)}–${grouped(high)}`;
}

/**
 * The cost of all reachable code.
 *
 * @param entries statements to report as routines although nothing calls them, such as those that a contract's dispatch jumps to
 */
export function gasReport(analysis: Analysis, entries: Iterable<number> = []): GasReport {
  const { code, graph, engine } = analysis.internals;
  const { reached } = engine.facts;
  const ops = code.ops.filter(({ number }) => reached[number] === 1);
  const costs = new Map(ops.map((op) => [op.number, costOf(analysis, op)]));
  const blockCosts = new Map<number, Cost>();
  const blocks: BlockGas[] = [];
  for (const block of graph.blocks) {
    if (reached[block.first] === 0) continue;
    const cost = sumOf(block.first, block.last, (number) => costs.get(number));
    blockCosts.set(block.number, cost);
    const { index: first, pc } = code.ops[block.first];
    blocks.push({ first, last: code.ops[block.last].index, pc, ...cost });
  }
  const costsDa = ops.some(({ number }) => costs.get(number)!.da.high > 0);
  const routineCosts = new RoutineCosts(analysis, blockCosts, costsDa);
  return {
    instructions: ops.map((op) => ({ index: op.index, pc: op.pc, ...costs.get(op.number)! })),
    blocks,
    routines: [...routineEntries(analysis, entries)]
      .filter((entry) => reached[graph.blocks[entry].first] === 1)
      .map((entry): RoutineGas => {
        const op = code.ops[graph.blocks[entry].first];
        return { index: op.index, pc: op.pc, ...routineCosts.of(entry) };
      })
      .sort((a, b) => a.pc - b.pc),
  };
}

/** The first blocks of the routines to report: the start of the program, what is called, and `entries`. */
function routineEntries(analysis: Analysis, entries: Iterable<number>): Set<number> {
  const { code, graph, engine } = analysis.internals;
  const found = new Set<number>();
  const first = opAt(code, 0);
  if (first) found.add(graph.blockOf[first.number]);
  for (const index of entries) {
    const op = code.opOf[index];
    const block = op && graph.blockOf[op.number];
    if (block !== undefined && graph.blocks[block].first === op!.number) found.add(block);
  }
  for (const { last, target } of graph.blocks) {
    if (code.ops[last].plan.flow === "call" && target >= 0 && engine.facts.reached[last] === 1)
      found.add(target);
  }
  return found;
}

/** Computes the cost of routines, including those that they call. A routine is named by the number of its entry block. */
class RoutineCosts {
  private readonly analysis: Analysis;
  /** The cost of each reachable block by its number. */
  private readonly blockCosts: ReadonlyMap<number, Cost>;
  /** A recursive call may cost any amount of L2 gas; of DA gas only if some instruction of the program costs DA gas. */
  private readonly recursive: Cost;
  private readonly ends = new Map<number, Ends>();
  private readonly inProgress = new Set<number>();
  private walkedBlocks = 0;

  constructor(analysis: Analysis, blockCosts: ReadonlyMap<number, Cost>, costsDa: boolean) {
    this.analysis = analysis;
    this.blockCosts = blockCosts;
    this.recursive = {
      l2: { low: 0, high: Infinity },
      da: { low: 0, high: costsDa ? Infinity : 0 },
      unbounded: "recursion",
    };
  }

  of(entry: number): Cost {
    const { returns, halts } = this.endsOf(entry);
    // Code without a path to an end runs until it is out of gas.
    return either(returns, halts) ?? { ...this.recursive, unbounded: "loop" };
  }

  /** The ends of a routine. Its callees are computed first; a loop with a stack of its own can't overflow JavaScript's stack. */
  private endsOf(entry: number): Ends {
    const ends = this.ends;
    const inProgress = this.inProgress;
    const pending = [entry];
    while (pending.length > 0) {
      const current = pending[pending.length - 1];
      if (ends.has(current)) {
        pending.pop();
        continue;
      }
      if (this.walkedBlocks > MAX_BLOCKS) {
        const notWalked: Cost = { ...this.recursive, unbounded: "work" };
        ends.set(current, { returns: notWalked, halts: notWalked });
        continue;
      }
      const routine = this.routineAt(current);
      this.walkedBlocks += routine.order.length;
      const callees = inProgress.has(current)
        ? []
        : this.calleesOf(routine).filter((callee) => !ends.has(callee) && !inProgress.has(callee));
      inProgress.add(current);
      if (callees.length > 0) {
        for (const callee of callees) pending.push(callee);
        continue;
      }
      ends.set(current, this.walk(routine));
      inProgress.delete(current);
      pending.pop();
    }
    return ends.get(entry)!;
  }

  private routineAt(entry: number): Routine {
    const { code, graph, routines } = this.analysis.internals;
    let routine = routines.get(entry);
    if (!routine) routines.set(entry, (routine = toItsEnd(readingRoutine(code, graph, entry))));
    return routine;
  }

  private calleesOf({ order }: Routine): number[] {
    const { code, graph } = this.analysis.internals;
    return order.flatMap((number) => {
      const { last, target } = graph.blocks[number];
      return code.ops[last].plan.flow === "call" && target >= 0 && this.isReached(last) ? [target] : [];
    });
  }

  private isReached(number: number): boolean {
    return this.analysis.internals.engine.facts.reached[number] === 1;
  }

  /** The cost from the routine's entry to its ends: computed backwards for all blocks until nothing changes. */
  private walk(routine: Routine): Ends {
    const { order } = routine;
    const results: Ends[] = order.map(() => ({}));
    const isBeforeLoop = this.blocksBeforeLoops(routine);
    for (let changed = true, passes = 0; changed && passes < order.length + 2; passes++) {
      changed = false;
      for (let at = order.length - 1; at >= 0; at--) {
        const result = this.endsOfBlock(order[at], results, routine.position, isBeforeLoop[at]);
        if (!sameEnds(result, results[at])) changed = true;
        results[at] = result;
      }
    }
    return results[0];
  }

  /** The cost from the start of a block to the routine's ends. `results` has those of its successors. */
  private endsOfBlock(
    number: number,
    results: readonly Ends[],
    position: ReadonlyMap<number, number>,
    isBeforeLoop: boolean,
  ): Ends {
    const { code, graph } = this.analysis.internals;
    const block = graph.blocks[number];
    const cost = this.blockCosts.get(number);
    if (!cost) return {};
    const op = code.ops[block.last];
    const { flow } = op.plan;
    const repeated = (one: Cost): Cost => (isBeforeLoop ? withoutBound(one) : one);
    const own = repeated(cost);
    if (flow === "return") return { returns: own };
    if (flow === "halt") return { halts: own };
    let through = own;
    let halts: Cost | undefined;
    if (flow === "call") {
      if (block.target < 0) return { halts: own };
      const callee = this.ends.get(block.target) ?? { returns: this.recursive };
      if (callee.halts) halts = add(own, callee.halts);
      if (!callee.returns) return { ...(halts && { halts }) };
      through = repeated(add(cost, callee.returns));
    }
    let returns: Cost | undefined;
    for (const next of successors(op, block)) {
      if (!this.isReached(graph.blocks[next].first)) continue;
      const rest = results[position.get(next)!];
      if (rest.returns) returns = either(returns, add(through, rest.returns));
      if (rest.halts) halts = either(halts, add(through, rest.halts));
    }
    if (block.next < 0 && block.target < 0) halts = either(halts, own);
    return { ...(returns && { returns }), ...(halts && { halts }) };
  }

  /** By position in the routine's order: whether the block is in a loop or a path leads from it to a loop. */
  private blocksBeforeLoops({ order, loopEnd, position }: Routine): boolean[] {
    const { code, graph } = this.analysis.internals;
    const isBefore = order.map(() => false);
    loopEnd.forEach((end, start) => {
      if (this.isReached(graph.blocks[order[start]].first)) isBefore.fill(true, start, Math.max(start, end));
    });
    for (let at = order.length - 1; at >= 0; at--) {
      const block = graph.blocks[order[at]];
      if (successors(code.ops[block.last], block).some((next) => isBefore[position.get(next)!]))
        isBefore[at] = true;
    }
    return isBefore;
  }
}

function sameEnds(a: Ends, b: Ends): boolean {
  const same = (x: Cost | undefined, y: Cost | undefined): boolean =>
    x === y ||
    (x !== undefined &&
      y !== undefined &&
      x.l2.low === y.l2.low &&
      x.l2.high === y.l2.high &&
      x.da.low === y.da.low &&
      x.da.high === y.da.high);
  return same(a.returns, b.returns) && same(a.halts, b.halts);
}

function add(a: Cost, b: Cost): Cost {
  const unbounded = a.unbounded ?? b.unbounded;
  return { l2: addRanges(a.l2, b.l2), da: addRanges(a.da, b.da), ...(unbounded && { unbounded }) };
}

function addRanges(a: GasRange, b: GasRange): GasRange {
  return { low: a.low + b.low, high: a.high + b.high };
}

function either(a: Cost | undefined, b: Cost | undefined): Cost | undefined {
  if (!a || !b) return a ?? b;
  const unbounded = a.unbounded ?? b.unbounded;
  const join = (x: GasRange, y: GasRange): GasRange => ({
    low: Math.min(x.low, y.low),
    high: Math.max(x.high, y.high),
  });
  return { l2: join(a.l2, b.l2), da: join(a.da, b.da), ...(unbounded && { unbounded }) };
}

/** The cost of code that runs any number of times. */
function withoutBound({ l2, da, unbounded = "loop" }: Cost): Cost {
  const endless = ({ low, high }: GasRange): GasRange => ({ low, high: high === 0 ? 0 : Infinity });
  return { l2: endless(l2), da: endless(da), unbounded };
}

/** The cost of one instruction: its base cost, the surcharge for addressing modes, and the cost that depends on values. */
function costOf(analysis: Analysis, op: Op): Cost {
  const { definition } = op.plan.form;
  const { gas } = definition;
  const fixed = gas.l2 + addressingGas(analysis.program.set, op.plan.form, addressingOf(analysis, op));
  let l2: GasRange = { low: fixed, high: fixed };
  let da: GasRange = { low: gas.da ?? 0, high: gas.da ?? 0 };
  let unbounded: Unbounded | undefined;
  if (gas.dynamic) {
    const units = unitsOf(analysis, op, gas.dynamic.per);
    const times = (price: number): GasRange => ({
      low: price * units.low,
      high: price === 0 ? 0 : price * units.high,
    });
    l2 = addRanges(l2, times(gas.dynamic.l2 ?? 0));
    da = addRanges(da, times(gas.dynamic.da ?? 0));
    if (units.high === Infinity) unbounded = "size";
  }
  // The gas that another contract uses up is charged to the caller.
  if (definition.category === "External" && definition.flow === "next") {
    l2 = { low: l2.low, high: Infinity };
    da = { low: da.low, high: Infinity };
    unbounded = "callee";
  }
  return { l2, da, ...(unbounded && { unbounded }) };
}

/** The addressing field of an instruction, as it is on the wire. */
function addressingOf({ program, internals }: Analysis, op: Op): number {
  return op.index < program.count ? program.modes[op.index] : modeOf(internals.code.bytes, op);
}

function modeOf(bytes: Uint8Array, { pc, plan }: Op): number {
  const { modeSize } = plan.form;
  if (modeSize === 0) return 0;
  return modeSize === 1 ? bytes[pc + 1] : (bytes[pc + 1] << 8) | bytes[pc + 2];
}

function unitsOf(analysis: Analysis, op: Op, per: GasMultiplier): GasRange {
  const position = (name: string): number =>
    op.plan.memory.find((operand) => operand.name === name)?.position ?? -1;
  const valueOf = (name: string): GasRange => {
    const bounds = analysis.boundsAt(op.index, position(name));
    return bounds
      ? { low: Number(bounds.low), high: bounds.high > 0xffff_ffffn ? Infinity : Number(bounds.high) }
      : { low: 0, high: Infinity };
  };
  if ("coldSlot" in per) return { low: 0, high: 1 };
  if ("cell" in per) return valueOf(per.cell);
  if ("tagBytes" in per) {
    const tags = analysis.tagsAt(op.index, position(per.tagBytes));
    const widths = TAG_BITS.filter((_, code) => tags & (1 << code)).map((bits) => Math.ceil(bits / 8));
    return widths.length === 0 ? ZERO : { low: Math.min(...widths), high: Math.max(...widths) };
  }
  const limbs = valueOf(per.limbs);
  const radix = valueOf(per.radix);
  const digits: GasRange =
    radix.low === radix.high
      ? { low: modulusLimbs(radix.low), high: modulusLimbs(radix.low) }
      : { low: 0, high: modulusLimbs(2) };
  return { low: Math.max(limbs.low, digits.low), high: Math.max(limbs.high, digits.high) };
}
