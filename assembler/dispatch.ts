/**
 * Finds where a contract compares the selector it was called with, and so where the code of each of its functions
 * begins. What cells hold is followed within a block and into the blocks that only it leads to; writes through pointers
 * are left out of account. That is enough to name things, since a selector is not met by chance.
 */

import type { WireForm } from "../isa/instruction-set.ts";
import { targetOf, type BlockGraph } from "../program/flow.ts";
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

/** What is known of a cell: it holds a selector, or whether the selectors are the same (or not, where negated). */
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

/** Facts that are kept at once. */
const MAX_FACTS = 16;

/** The comparisons with one of the `selectors` that decide what is executed, in the order of the code. */
export function findDispatch(graph: BlockGraph, isSelector: (value: number) => boolean): DispatchCase[] {
  const { program, count, starts } = graph;
  const shared = constantCells(program, isSelector);
  const predecessor = singlePredecessors(graph);
  const atEnd: (Facts | undefined)[] = [];
  const cases: DispatchCase[] = [];
  for (let block = 0; block < count; block++) {
    const facts: Facts = new Map(predecessor[block] >= 0 ? atEnd[predecessor[block]] : undefined);
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      const found = step(program, index, facts, shared, isSelector);
      if (found) cases.push(found);
    }
    if (facts.size > 0) atEnd[block] = facts;
  }
  return cases;
}

/** Cells at fixed addresses that hold one selector all the time: nothing else is ever written there. */
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

/** By block: the only block that control comes from, where that stands before it; else -1. */
function singlePredecessors({ program, count, starts, blockOf, next, jump }: BlockGraph): Int32Array {
  const predecessor = new Int32Array(count).fill(-1);
  const ways = new Uint8Array(count);
  const add = (block: number, from: number) => {
    if (block < 0) return;
    predecessor[block] = from;
    ways[block] = Math.min(2, ways[block] + 1);
  };
  if (count > 0) add(0, -1);
  for (let block = 0; block < count; block++) {
    add(next[block], block);
    add(jump[block], block);
    for (let index = starts[block]; index < starts[block + 1]; index++) {
      if (formOf(program, index)?.definition.flow !== "call") continue;
      const callee = statementAt(program, targetOf(program, index));
      if (callee >= 0) add(blockOf[callee], -1);
    }
  }
  for (let block = 0; block < count; block++) {
    if (ways[block] > 1 || predecessor[block] >= block) predecessor[block] = -1;
  }
  return predecessor;
}

/** Takes one statement into account. */
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

/** The selector that a literal is, if it is one. */
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
