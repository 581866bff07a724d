/**
 * Finds the comparisons of a contract's selector, and so the first statement of each of its functions. A data-flow
 * analysis follows the values of cells along all paths. It ignores writes through pointers and by called routines: the result
 * is only used for names, and a selector of 32 bits hardly occurs by chance.
 */

import type { WireForm } from "../isa/instruction-set.ts";
import { targetOf, type BlockGraph } from "../program/control-flow.ts";
import { formOf, statementAt, valueOf, type Program } from "../program/program.ts";

export interface DispatchCase {
  readonly selector: number;
  /** The statement that holds the selector as a literal. */
  readonly literal: number;
  /** The statement that compares with it. */
  readonly comparison: number;
  /** The first statement of the function. */
  readonly body: number;
}

/** The value of a cell: a selector, or the result of comparing with one (negated or not). */
type Fact =
  | { readonly kind: "selector"; readonly selector: number; readonly literal: number }
  | {
      readonly kind: "test";
      readonly selector: number;
      readonly literal: number;
      readonly comparison: number;
      readonly negated: boolean;
    };

type Facts = Map<number, Fact>;

/** Maximum number of facts at one point. */
const MAX_FACTS = 16;

/** Maximum number of rounds until the facts are stable. */
const MAX_ROUNDS = 20;

/** Finds the comparisons with a selector that decide a jump, in the order of the code. */
export function findDispatch(graph: BlockGraph, isSelector: (value: number) => boolean): DispatchCase[] {
  const { program, count, starts } = graph;
  const shared = constantCells(program, isSelector);
  const predecessors = predecessorsOf(graph);
  const atEnd: (Facts | undefined)[] = [];
  const run = (block: number, found?: DispatchCase[]) => {
    const facts = factsAtStart(predecessors[block]!, atEnd);
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      const one = step(program, index, facts, shared, isSelector);
      if (one) found?.push(one);
    }
    return facts;
  };
  for (let round = 0, changed = true; changed && round < MAX_ROUNDS; round++) {
    changed = false;
    for (let block = 0; block < count; block++) {
      if (!predecessors[block]) continue;
      const facts = run(block);
      if (atEnd[block] && sameFacts(atEnd[block]!, facts)) continue;
      atEnd[block] = facts.size === 0 ? NOTHING : facts;
      changed = true;
    }
  }
  const cases: DispatchCase[] = [];
  for (let block = 0; block < count; block++) if (predecessors[block]) run(block, cases);
  return cases;
}

const NOTHING: Facts = new Map();

/** The facts that hold at the end of every predecessor that was visited so far. */
function factsAtStart(predecessors: readonly number[], atEnd: readonly (Facts | undefined)[]): Facts {
  let facts: Facts | undefined;
  for (const from of predecessors) {
    const known = from < 0 ? NOTHING : atEnd[from];
    if (!known) continue;
    if (!facts) facts = new Map(known);
    else for (const [cell, fact] of facts) if (!sameFact(known.get(cell), fact)) facts.delete(cell);
  }
  return facts ?? new Map<number, Fact>();
}

function sameFact(a: Fact | undefined, b: Fact): boolean {
  if (a === b) return true;
  if (a?.kind !== b.kind || a.selector !== b.selector || a.literal !== b.literal) return false;
  return (
    a.kind === "selector" || (b.kind === "test" && a.comparison === b.comparison && a.negated === b.negated)
  );
}

function sameFacts(a: Facts, b: Facts): boolean {
  if (a.size !== b.size) return false;
  for (const [cell, fact] of a) if (!sameFact(b.get(cell), fact)) return false;
  return true;
}

/** Cells at fixed addresses that always hold one selector: no statement writes anything else there. */
function constantCells(program: Program, isSelector: (value: number) => boolean): ReadonlyMap<number, Fact> {
  const writes = new Map<number, number>();
  const facts = new Map<number, Fact>();
  for (let index = 0; index < program.count; index++) {
    const form = formOf(program, index);
    if (!form) continue;
    const written = writtenCell(program, index, form);
    if (written === undefined) continue;
    writes.set(written, (writes.get(written) ?? 0) + 1);
    const selector = selectorSetBy(program, index, form, isSelector);
    if (selector !== undefined) facts.set(written, { kind: "selector", selector, literal: index });
  }
  for (const cell of facts.keys()) if (cell >= DIRECT_CELLS || writes.get(cell)! > 1) facts.delete(cell);
  return facts;
}

/**
 * By block: its predecessors, -1 for a call; undefined if there are none. Unreachable blocks don't count as predecessors:
 * compilers leave a jump after the return of every function.
 */
function predecessorsOf({
  program,
  count,
  starts,
  blockOf,
  next,
  jump,
  targets,
}: BlockGraph): (number[] | undefined)[] {
  const predecessors: (number[] | undefined)[] = new Array<undefined>(count);
  const pending: number[] = [];
  const add = (block: number, from: number) => {
    if (block < 0) return;
    const known = predecessors[block];
    if (known) known.push(from);
    else {
      predecessors[block] = [from];
      pending.push(block);
    }
  };
  if (count > 0) add(0, -1);
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    add(next[block], block);
    add(jump[block], block);
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      if (formOf(program, index)?.definition.flow !== "call") continue;
      if (targets[index] >= 0) add(blockOf[targets[index]], -1);
    }
  }
  return predecessors;
}

/** Updates the facts by one statement. */
function step(
  program: Program,
  index: number,
  facts: Facts,
  shared: ReadonlyMap<number, Fact>,
  isSelector: (value: number) => boolean,
): DispatchCase | undefined {
  const form = formOf(program, index);
  if (!form) return undefined;
  const { computes, flow } = form.definition;
  const read = (cell: number) => facts.get(cell) ?? shared.get(cell);
  if (flow === "branch") {
    const condition = cellOf(program, index, form, "read");
    const fact = condition === undefined ? undefined : read(condition);
    if (fact?.kind !== "test") return undefined;
    const body = fact.negated ? index + 1 : statementAt(program, targetOf(program, index));
    const { selector, literal, comparison } = fact;
    return body >= 0 && body < program.count ? { selector, literal, comparison, body } : undefined;
  }
  const written = writtenCell(program, index, form);
  if (written === undefined) return undefined;
  let result: Fact | undefined;
  if (computes === "set") {
    const selector = selectorSetBy(program, index, form, isSelector);
    if (selector !== undefined) result = { kind: "selector", selector, literal: index };
  } else if (computes === "copy") {
    const source = cellOf(program, index, form, "read");
    result = source === undefined ? undefined : read(source);
  } else if (computes === "not") {
    const fact = read(cellOf(program, index, form, "read")!);
    if (fact?.kind === "test") result = { ...fact, negated: !fact.negated };
  } else if (computes === "eq") {
    for (const { pair } of form.fields.filter(({ operand }) => isRead(operand))) {
      const fact = read(cellAt(program, index, form, pair));
      if (fact?.kind !== "selector") continue;
      const { selector, literal } = fact;
      result = { kind: "test", selector, literal, comparison: index, negated: false };
    }
  }
  facts.delete(written);
  if (result && facts.size < MAX_FACTS) facts.set(written, result);
  return undefined;
}

/** The selector that a statement sets, or undefined if it sets none. */
function selectorSetBy(
  program: Program,
  index: number,
  form: WireForm,
  isSelector: (value: number) => boolean,
): number | undefined {
  if (form.definition.computes !== "set") return undefined;
  const position = form.fields.findIndex(({ operand }) => operand.kind === "immediate");
  const value = valueOf(program, index, position);
  return value <= 0xffff_ffffn && isSelector(Number(value)) ? Number(value) : undefined;
}

// --- cells as operands name them: mode bits above the address ---

const DIRECT_CELLS = 1 << 16;

const isRead = (operand: WireForm["fields"][number]["operand"]) =>
  operand.kind === "memory" && operand.access === "read";

function cellAt(program: Program, index: number, form: WireForm, pair: number): number {
  const position = form.fields.findIndex((field) => field.pair === pair);
  const mode = (program.modes[index] >>> (2 * pair)) & 3;
  return mode * DIRECT_CELLS + program.values[program.firsts[index] + position];
}

function cellOf(
  program: Program,
  index: number,
  form: WireForm,
  access: "read" | "write",
): number | undefined {
  const field = form.fields.find(({ operand }) => operand.kind === "memory" && operand.access === access);
  return field && cellAt(program, index, form, field.pair);
}

function writtenCell(program: Program, index: number, form: WireForm): number | undefined {
  return cellOf(program, index, form, "write");
}
