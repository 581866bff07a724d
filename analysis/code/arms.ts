/**
 * The arms of a routine: parts that control enters at one block and never leaves, except by calls. Aztec's compiler writes one
 * for each public function, because a function ends the contract call itself. So nothing that happens in an arm has an effect on
 * the code outside of it, and the interpreter analyses each arm on its own.
 */

import type { Flow } from "../../isa/types.ts";
import type { Code } from "./decoded-code.ts";
import { successors, type Graph, type Routine } from "./control-flow.ts";

/** By position in the routine's order of an arm's first block: the arm, as a routine of its own. */
export type Arms = ReadonlyMap<number, Routine>;

/** A part with fewer instructions, and without a call, isn't worth the work that an arm costs in addition. */
const MIN_INSTRUCTIONS = 24;
/**
 * A part is divided into arms if there are several, these have at least the first share of its instructions, and the largest has at
 * most the second share. So the code that selects a function is divided, and a function isn't.
 */
const COVERED_SHARE = 3 / 4;
const LARGEST_SHARE = 7 / 8;
/** How many blocks that write an error message are followed to the halt at their end. */
const MAX_MESSAGE_BLOCKS = 8;
/** Routines with fewer blocks, or more, have no arms. (For more blocks, the search can take too long.) */
const MIN_BLOCKS = 16;
const MAX_BLOCKS = 4096;

/** Finds the arms of a routine: no arm contains another one. */
export function armsOf(code: Code, graph: Graph, routine: Routine): Arms {
  const count = routine.order.length;
  if (count < MIN_BLOCKS || count > MAX_BLOCKS) return new Map();
  const blocks = routine.order.map((number) => graph.blocks[number]);
  // Each arm ends the contract call, unless it runs forever. Only several arms are worth the search.
  const flows = blocks.map(({ last }) => code.ops[last].plan.flow);
  if (flows.filter((flow) => flow === "halt").length < 2) return new Map();
  const next = blocks.map((block) =>
    successors(code.ops[block.last], block).map((number) => routine.position.get(number)!),
  );
  const parents = dominators(withoutFailedAssertions(flows, next));
  const { children, before, after } = treeOf(parents);
  // By position, over all blocks that it dominates: their instructions, whether one is a call, and whether control leaves them.
  const sizes = blocks.map(({ first, last }) => last - first + 1);
  const calls = flows.map((flow) => flow === "call");
  const first = Int32Array.from(before);
  const last = Int32Array.from(before);
  const bottomUp = [...before.keys()].sort((a, b) => before[b] - before[a]);
  for (const position of bottomUp) {
    if (flows[position] === "return") first[position] = -1;
    for (const successor of next[position]) {
      first[position] = Math.min(first[position], before[successor]);
      last[position] = Math.max(last[position], before[successor]);
    }
    if (position === 0) continue;
    const parent = parents[position];
    sizes[parent] += sizes[position];
    calls[parent] ||= calls[position];
    first[parent] = Math.min(first[parent], first[position]);
    last[parent] = Math.max(last[parent], last[position]);
  }
  // By position: how many arms there are, how many instructions they have, and how many the largest has.
  const inside = new Int32Array(count);
  const covered = new Int32Array(count);
  const largest = new Int32Array(count);
  const isArm = new Uint8Array(count);
  for (const position of bottomUp) {
    for (const child of children[position]) {
      inside[position] += inside[child];
      covered[position] += covered[child];
      largest[position] = Math.max(largest[position], largest[child]);
    }
    const isClosed = first[position] >= before[position] && last[position] < after[position];
    const size = sizes[position];
    if (!isClosed || position === 0 || (size < MIN_INSTRUCTIONS && !calls[position])) continue;
    const isDivided =
      inside[position] > 1 &&
      covered[position] >= size * COVERED_SHARE &&
      largest[position] <= size * LARGEST_SHARE;
    if (isDivided) continue;
    isArm[position] = 1;
    inside[position] = 1;
    covered[position] = largest[position] = size;
  }
  // By first position of an arm: all of its positions. An arm in a larger one is a part of that.
  const positions = new Map<number, number[]>();
  const armOf = new Int32Array(count).fill(-1);
  for (const position of bottomUp.toReversed()) {
    const outer = position === 0 ? -1 : armOf[parents[position]];
    armOf[position] = outer < 0 && isArm[position] === 1 ? position : outer;
  }
  for (let position = 0; position < count; position++) {
    const arm = armOf[position];
    if (arm < 0) continue;
    const others = positions.get(arm);
    if (others) others.push(position);
    else positions.set(arm, [position]);
  }
  // Its first block comes first, unless control gets to another block of it after a failed assertion.
  const ordered = [...positions].filter(([arm, all]) => all[0] === arm);
  return new Map(ordered.map(([arm, all]) => [arm, partOf(routine, all)]));
}

/** The blocks of a routine at some positions. Their order is a weak topological order, too, because no loop leads out of an arm. */
function partOf(routine: Routine, positions: readonly number[]): Routine {
  const order = positions.map((position) => routine.order[position]);
  return {
    ...routine,
    entry: order[0],
    order,
    loopEnd: positions.map((position, k) =>
      routine.loopEnd[position] === 0 ? 0 : k + routine.loopEnd[position] - position,
    ),
    position: new Map(order.map((block, position) => [block, position])),
    halting: positions.map((position) => routine.halting[position]),
  };
}

/**
 * The successors by block, but without the targets of the branches with which an assertion ends: if such a branch isn't taken, the
 * program halts, and other code leads to its target, too. Aztec's compiler writes one at the end of the code that selects a
 * function, and its target is whatever block comes next, such as the body of a loop in the first function. If control does reach
 * the target in this way, the code there is analysed once more, as a part of the routine.
 */
function withoutFailedAssertions(
  flows: readonly Flow[],
  next: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const predecessors = new Int32Array(next.length);
  for (const successors of next) for (const successor of successors) predecessors[successor]++;
  const halts = (start: number): boolean => {
    let node = start;
    for (let k = 0; k < MAX_MESSAGE_BLOCKS && next[node].length === 1; k++) [node] = next[node];
    return flows[node] === "halt";
  };
  const others = next.map((successors, node) => {
    if (flows[node] !== "branch" || successors.length < 2) return successors;
    const [taken, fall] = successors;
    return predecessors[taken] > 1 && halts(fall) ? [fall] : successors;
  });
  return reversePostorder(others).length === next.length ? others : next;
}

/** By node: its immediate dominator. Node 0 is the root, and its own. The nodes are in an order in which most edges lead forwards. */
function dominators(next: readonly (readonly number[])[]): Int32Array {
  const predecessors = next.map((): number[] => []);
  for (const [node, successors] of next.entries())
    for (const successor of successors) predecessors[successor].push(node);
  const order = reversePostorder(next);
  const rank = new Int32Array(next.length);
  for (const [index, node] of order.entries()) rank[node] = index;
  const parents = new Int32Array(next.length).fill(-1);
  parents[0] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (node === 0) continue;
      let found = -1;
      for (const predecessor of predecessors[node]) {
        if (parents[predecessor] < 0) continue;
        let other = predecessor;
        if (found < 0) found = other;
        while (found !== other) {
          while (rank[found] > rank[other]) found = parents[found];
          while (rank[other] > rank[found]) other = parents[other];
        }
      }
      if (parents[node] === found) continue;
      parents[node] = found;
      changed = true;
    }
  }
  return parents;
}

function reversePostorder(next: readonly (readonly number[])[]): number[] {
  const seen = new Uint8Array(next.length);
  const edges = new Uint8Array(next.length);
  const order: number[] = [];
  const path = [0];
  seen[0] = 1;
  while (path.length > 0) {
    const node = path[path.length - 1];
    if (edges[node] === next[node].length) {
      order.push(node);
      path.pop();
      continue;
    }
    const successor = next[node][edges[node]++];
    if (seen[successor] === 1) continue;
    seen[successor] = 1;
    path.push(successor);
  }
  return order.reverse();
}

/** A tree by its nodes' parents, with the intervals of a walk: the nodes below a node are those from its `before` to below `after`. */
function treeOf(parents: Int32Array): {
  readonly children: readonly (readonly number[])[];
  readonly before: Int32Array;
  readonly after: Int32Array;
} {
  const children = Array.from(parents, (): number[] => []);
  for (let node = 1; node < parents.length; node++) children[parents[node]].push(node);
  const before = new Int32Array(parents.length);
  const after = new Int32Array(parents.length);
  const visited = new Int32Array(parents.length);
  const path = [0];
  let count = 1;
  while (path.length > 0) {
    const node = path[path.length - 1];
    if (visited[node] === children[node].length) {
      after[node] = count;
      path.pop();
      continue;
    }
    const child = children[node][visited[node]++];
    before[child] = count++;
    path.push(child);
  }
  return { children, before, after };
}
