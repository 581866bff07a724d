/**
 * The control-flow graph: basic blocks, and routines. A routine consists of the blocks that are reachable from an entry without
 * following calls, in a weak topological order (Bourdoncle, 1993): an edge leads forwards, or back to the head of a loop that
 * contains it, and each loop is a contiguous sequence of blocks that begins with its head.
 */

import { opAt, type Code, type Op } from "./decoded-code.ts";
import type { Paused } from "../../program/cooperative.ts";

export interface Block {
  readonly number: number;
  /** The numbers of its first and last instruction. */
  readonly first: number;
  readonly last: number;
  /** The block at the target of a jump, branch or call; -1 if there is none. */
  readonly target: number;
  /** The block to which control falls through, or returns from a call; -1 if there is none. */
  readonly next: number;
}

export interface Graph {
  readonly blocks: readonly Block[];
  /** By instruction: the number of its block. */
  readonly blockOf: Int32Array;
}

export interface Routine {
  /** Number of the entry block. */
  readonly entry: number;
  /** Block numbers in weak topological order. */
  readonly order: readonly number[];
  /** By position in the order: one past the end of the loop whose head is there; 0 if there is no loop head. */
  readonly loopEnd: readonly number[];
  /** By block number: its position in the order. */
  readonly position: ReadonlyMap<number, number>;
  /**
   * By position in the order: true if no path leads from there to INTERNALRETURN or RETURN, so that every run fails in the routine,
   * or never leaves it.
   */
  readonly halting: readonly boolean[];
  /** Whether some path reaches a return, if every call returns. */
  readonly returns: boolean;
  /** Whether the routine has few blocks, and no call in a block from which a path leads to INTERNALRETURN or RETURN. */
  readonly isLeaf: boolean;
}

export function* readingGraph(code: Code): Paused<Graph> {
  const { ops, leaders } = code;
  const blockOf = new Int32Array(ops.length).fill(-1);
  const ranges: { first: number; last: number }[] = [];
  for (let k = 0; k < ops.length;) {
    const first = k;
    blockOf[k] = ranges.length;
    while (
      ops[k].plan.flow === "next" &&
      k + 1 < ops.length &&
      leaders[k + 1] === 0 &&
      ops[k + 1].pc === ops[k].next
    ) {
      k++;
      blockOf[k] = ranges.length;
    }
    ranges.push({ first, last: k });
    k++;
    if (ranges.length % PER_PAUSE === 0) yield;
  }
  const blockAt = (pc: number): number => {
    const op = opAt(code, pc);
    return op ? blockOf[op.number] : -1;
  };
  const blocks = ranges.map(({ first, last }, number): Block => {
    const op = ops[last];
    const { flow } = op.plan;
    return {
      number,
      first,
      last,
      target: flow === "jump" || flow === "branch" || flow === "call" ? blockAt(op.target) : -1,
      next: flow === "next" || flow === "branch" || flow === "call" ? blockAt(op.next) : -1,
    };
  });
  return { blocks, blockOf };
}

/** The successors of a block inside its routine; that of a call is the block after it. `op` is the block's last instruction. */
export function successors(op: Op, block: Block): readonly number[] {
  const found: number[] = [];
  if (op.plan.flow !== "call" && block.target >= 0) found.push(block.target);
  if (block.next >= 0 && block.next !== block.target) found.push(block.next);
  else if (block.next >= 0 && op.plan.flow === "call") found.push(block.next);
  return found;
}

/** {@link shortestRound} doesn't search for rounds with more instructions than this. */
const MAX_ROUND = 4096;

/**
 * The least number of instructions in one round of a loop, from its head to its head; at most {@link MAX_ROUND}.
 *
 * @param start the position of the head in the routine's order
 * @param end one past the position of the loop's last block
 */
export function shortestRound(
  { ops }: Code,
  { blocks }: Graph,
  routine: Routine,
  start: number,
  end: number,
): number {
  const shortest = new Int32Array(end - start).fill(MAX_ROUND);
  // By number of instructions: the positions that a path of that length reaches.
  const reached: number[][] = [[start]];
  for (let length = 0; length < reached.length; length++) {
    for (const position of reached[length] ?? []) {
      if (length > 0 && position === start) return length;
      if (length > 0 && shortest[position - start] < length) continue;
      const block = blocks[routine.order[position]];
      const further = length + block.last - block.first + 1;
      if (further >= MAX_ROUND) continue;
      for (const successor of successors(ops[block.last], block)) {
        const next = routine.position.get(successor);
        if (next === undefined || next < start || next >= end || shortest[next - start] <= further) continue;
        shortest[next - start] = further;
        (reached[further] ??= []).push(next);
      }
    }
  }
  return MAX_ROUND;
}

/** Two entries for each node: its successors; -1 for a missing one. */
type Successors = readonly number[];

/** The most blocks of a leaf. */
const LONGEST_LEAF = 64;
/** How many instructions, blocks or nodes are visited between two pauses. */
const PER_PAUSE = 2000;

/** Builds the routine whose entry is a block. */
export function* readingRoutine(code: Code, graph: Graph, entry: number): Paused<Routine> {
  // Blocks are renumbered as nodes, so that the arrays for a short routine are small.
  const local = new Map<number, number>([[entry, 0]]);
  const nodes = [entry];
  const next: number[] = [];
  /** The nodes that end with INTERNALRETURN or RETURN. */
  const ends: number[] = [];
  let returns = false;
  const nodeOf = (block: number): number => {
    let found = local.get(block);
    if (found === undefined) {
      found = nodes.length;
      local.set(block, found);
      nodes.push(block);
    }
    return found;
  };
  for (let node = 0; node < nodes.length; node++) {
    if (node % PER_PAUSE === PER_PAUSE - 1) yield;
    const block = graph.blocks[nodes[node]];
    const op = code.ops[block.last];
    const { flow, form } = op.plan;
    if (flow === "return") returns = true;
    if (flow === "return" || form.definition.mnemonic === "RETURN") ends.push(node);
    const [first = -1, second = -1] = successors(op, block);
    next.push(first < 0 ? -1 : nodeOf(first), second < 0 ? -1 : nodeOf(second));
  }
  const order: number[] = [];
  const loopEnd: number[] = [];
  yield* arrange(next, order, loopEnd);
  const succeeds = reaching(next, ends);
  const blocks = order.map((node) => nodes[node]);
  const calls = (node: number): boolean => code.ops[graph.blocks[nodes[node]].last].plan.flow === "call";
  return {
    entry,
    order: blocks,
    loopEnd,
    position: new Map(blocks.map((block, position) => [block, position])),
    halting: order.map((node) => succeeds[node] === 0),
    returns,
    isLeaf: order.length <= LONGEST_LEAF && order.every((node) => succeeds[node] === 0 || !calls(node)),
  };
}

/** By node: 1 if some path leads from it to one of `ends`. */
function reaching(next: Successors, ends: readonly number[]): Uint8Array {
  const count = next.length / 2;
  const before: number[][] = Array.from({ length: count }, () => []);
  for (let edge = 0; edge < next.length; edge++) if (next[edge] >= 0) before[next[edge]].push(edge >> 1);
  const found = new Uint8Array(count);
  const pending = [...ends];
  for (const end of ends) found[end] = 1;
  while (pending.length > 0) {
    for (const node of before[pending.pop()!]) {
      if (found[node] === 1) continue;
      found[node] = 1;
      pending.push(node);
    }
  }
  return found;
}

/** Loops that are nested deeper than this are treated as part of the loop around them. */
const MAX_NESTING = 12;

/**
 * Appends all nodes to `order` in weak topological order, and the ends of loops to `loopEnd`: finds the strongly connected
 * components by Tarjan's algorithm, and again inside each of them after removing its head.
 */
function* arrange(next: Successors, order: number[], loopEnd: number[]): Paused<void> {
  const count = next.length / 2;
  // A component's members, without its head, are visited together: they have a level of their own. Heads get level 0.
  const level = new Int32Array(count).fill(1);
  const index = new Int32Array(count);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  // The path to the current node, and the next edge to follow from each node on it.
  const path = new Int32Array(count);
  const edges = new Uint8Array(count);
  let levels = 1;
  let counter = 0;
  let counted = 0;

  const components = (roots: readonly number[], at: number): number[][] => {
    const found: number[][] = [];
    const stack: number[] = [];
    for (const root of roots) {
      if (level[root] !== at || index[root] !== 0) continue;
      let depth = 0;
      path[0] = root;
      edges[0] = 0;
      index[root] = low[root] = ++counter;
      stack.push(root);
      onStack[root] = 1;
      while (depth >= 0) {
        const node = path[depth];
        if (edges[depth] < 2) {
          const successor = next[2 * node + edges[depth]++];
          if (successor < 0 || level[successor] !== at) continue;
          if (index[successor] === 0) {
            index[successor] = low[successor] = ++counter;
            stack.push(successor);
            onStack[successor] = 1;
            path[++depth] = successor;
            edges[depth] = 0;
          } else if (onStack[successor]) low[node] = Math.min(low[node], index[successor]);
          continue;
        }
        depth--;
        if (depth >= 0) {
          const parent = path[depth];
          low[parent] = Math.min(low[parent], low[node]);
        }
        if (low[node] !== index[node]) continue;
        const members: number[] = [];
        for (;;) {
          const member = stack.pop()!;
          onStack[member] = 0;
          members.push(member);
          if (member === node) break;
        }
        found.push(members.reverse());
      }
    }
    return found.reverse();
  };

  const emit = function* (roots: readonly number[], at: number, depth: number): Paused<void> {
    for (const members of components(roots, at)) {
      if (counter - counted > PER_PAUSE) {
        counted = counter;
        yield;
      }
      const [head] = members;
      const position = order.length;
      order.push(head);
      loopEnd.push(0);
      if (members.length === 1) {
        if (next[2 * head] === head || next[2 * head + 1] === head) loopEnd[position] = position + 1;
        continue;
      }
      if (depth === MAX_NESTING) {
        for (const member of members.slice(1)) {
          order.push(member);
          loopEnd.push(0);
        }
      } else {
        const inner = ++levels;
        for (const member of members) {
          level[member] = inner;
          index[member] = 0;
        }
        level[head] = 0;
        const entries = [next[2 * head], next[2 * head + 1]].filter((node) => node >= 0);
        yield* emit([...entries, ...members], inner, depth + 1);
      }
      loopEnd[position] = order.length;
    }
  };
  yield* emit([0], 1, 0);
}
