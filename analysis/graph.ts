/**
 * Basic blocks, and routines: the blocks that are reached from an entry without going through calls. A routine's blocks
 * are in a weak topological order (Bourdoncle): whatever stands before a block in it either comes first or is part of the
 * same loop, and every loop is a run of blocks that begins with its head.
 */

import { opAt, type Code, type Op } from "./code.ts";

export interface Block {
  readonly number: number;
  /** Numbers of its first and last instruction. */
  readonly first: number;
  readonly last: number;
  /** The block that the target of a jump, branch or call leads to; -1 where nothing can be decoded. */
  readonly target: number;
  /** The block behind it; -1 where nothing can be decoded. */
  readonly next: number;
}

export interface Graph {
  readonly blocks: readonly Block[];
  /** By instruction. */
  readonly blockOf: Int32Array;
}

export interface Routine {
  /** Number of the entry block. */
  readonly entry: number;
  /** Block numbers in weak topological order. */
  readonly order: readonly number[];
  /** By position in the order: one past the loop that begins there; 0 where none does. */
  readonly loopEnd: readonly number[];
  /** By block: its position. */
  readonly position: ReadonlyMap<number, number>;
  /** By position in the order: whatever path is taken from there, the program halts before the routine returns. */
  readonly halting: readonly boolean[];
  /** Some path reaches a return, calls taken as returning. */
  readonly returns: boolean;
}

export function graphOf(code: Code): Graph {
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

/** The blocks that control may go on with inside the same routine. */
export function successors(op: Op, block: Block): readonly number[] {
  const found: number[] = [];
  if (op.plan.flow !== "call" && block.target >= 0) found.push(block.target);
  if (block.next >= 0 && block.next !== block.target) found.push(block.next);
  else if (block.next >= 0 && op.plan.flow === "call") found.push(block.next);
  return found;
}

export function routineOf(code: Code, graph: Graph, entry: number): Routine {
  // Blocks are renumbered locally, so that a short routine costs little.
  const local = new Map<number, number>([[entry, 0]]);
  const nodes = [entry];
  const next: number[][] = [];
  let returns = false;
  for (let node = 0; node < nodes.length; node++) {
    const block = graph.blocks[nodes[node]];
    const op = code.ops[block.last];
    if (op.plan.flow === "return") returns = true;
    next.push(
      successors(op, block).map((successor) => {
        let found = local.get(successor);
        if (found === undefined) {
          found = nodes.length;
          local.set(successor, found);
          nodes.push(successor);
        }
        return found;
      }),
    );
  }
  const order: number[] = [];
  const loopEnd: number[] = [];
  arrange(next, order, loopEnd);
  const returning = reaching(
    next,
    nodes,
    (node) => code.ops[graph.blocks[nodes[node]].last].plan.flow === "return",
  );
  const blocks = order.map((node) => nodes[node]);
  return {
    entry,
    order: blocks,
    loopEnd,
    position: new Map(blocks.map((block, position) => [block, position])),
    halting: order.map((node) => entry !== 0 && returning[node] === 0),
    returns,
  };
}

/** By node: some path leads from it to one with a property. */
function reaching(
  next: readonly (readonly number[])[],
  nodes: readonly number[],
  property: (node: number) => boolean,
): Uint8Array {
  const before: number[][] = nodes.map(() => []);
  next.forEach((successors, node) => {
    for (const successor of successors) before[successor].push(node);
  });
  const found = new Uint8Array(nodes.length);
  const pending: number[] = [];
  nodes.forEach((_, node) => {
    if (!property(node)) return;
    found[node] = 1;
    pending.push(node);
  });
  while (pending.length > 0) {
    for (const node of before[pending.pop()!]) {
      if (found[node] === 1) continue;
      found[node] = 1;
      pending.push(node);
    }
  }
  return found;
}

/** Deeper nests of loops are taken as one. */
const MAX_NESTING = 100;

function arrange(next: readonly number[][], order: number[], loopEnd: number[]): void {
  const count = next.length;
  // Nodes of one level are looked at together; a head that was taken out of its loop is at no level.
  const level = new Int32Array(count).fill(1);
  const index = new Int32Array(count);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  let levels = 1;
  let counter = 0;

  const components = (roots: readonly number[], at: number): number[][] => {
    const found: number[][] = [];
    const stack: number[] = [];
    for (const root of roots) {
      if (level[root] !== at || index[root] !== 0) continue;
      const path: { node: number; edge: number }[] = [{ node: root, edge: 0 }];
      index[root] = low[root] = ++counter;
      stack.push(root);
      onStack[root] = 1;
      while (path.length > 0) {
        const frame = path[path.length - 1];
        const { node } = frame;
        if (frame.edge < next[node].length) {
          const successor = next[node][frame.edge++];
          if (level[successor] !== at) continue;
          if (index[successor] === 0) {
            index[successor] = low[successor] = ++counter;
            stack.push(successor);
            onStack[successor] = 1;
            path.push({ node: successor, edge: 0 });
          } else if (onStack[successor]) low[node] = Math.min(low[node], index[successor]);
          continue;
        }
        path.pop();
        if (path.length > 0) {
          const parent = path[path.length - 1].node;
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

  const emit = (roots: readonly number[], at: number, depth: number): void => {
    for (const members of components(roots, at)) {
      const [head] = members;
      const position = order.length;
      order.push(head);
      loopEnd.push(0);
      if (members.length === 1) {
        if (next[head].includes(head)) loopEnd[position] = position + 1;
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
        emit([...next[head], ...members], inner, depth + 1);
      }
      loopEnd[position] = order.length;
    }
  };
  emit([0], 1, 0);
}
