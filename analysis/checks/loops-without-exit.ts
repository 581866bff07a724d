/** Finds loops and recursions from which no path leads to an end of the program. */

import { opAt, type Op } from "../code/decoded-code.ts";
import type { CheckContext } from "./context.ts";

/** The most edges that begin at one instruction: to the next one, to its target, and from returns to the next one after a call. */
const MAX_EDGES = 3;

export interface EndlessLoop {
  /** The jump or call that closes the loop. */
  readonly op: Op;
  readonly head: Op;
}

/**
 * The loops and recursions from which no path leads to an end of the program or to another endless loop. Of loops that are inside
 * each other, only the outermost: it can't be left, but the others can.
 */
export function endlessLoops(context: CheckContext): EndlessLoop[] {
  const flow = flowOf(context);
  const ending = endingOps(flow);
  const loops = loopsWithoutEnd(context, ending);
  if (loops.length < 2) return loops;
  const componentOf = components(flow, ending);
  const last = new Map<number, EndlessLoop>();
  for (const loop of loops) {
    const component = componentOf[loop.head.number];
    const other = last.get(component);
    if (!other || loop.head.pc < other.head.pc) last.set(component, loop);
  }
  for (const component of leadingOn(flow, componentOf, new Set(last.keys()))) last.delete(component);
  return [...last.values()];
}

/** The components from which a path leads to another one with a loop. */
function leadingOn(
  { source, target }: Flow,
  componentOf: Int32Array,
  withLoop: ReadonlySet<number>,
): ReadonlySet<number> {
  const crossing: (readonly [from: number, to: number])[] = [];
  for (let edge = 0; edge < source.length; edge++) {
    const from = componentOf[source[edge]];
    const to = componentOf[target[edge]];
    if (from !== 0 && from !== to) crossing.push([from, to]);
  }
  // An edge leads to a component with a smaller number, so what is known of that one is complete.
  crossing.sort(([a], [b]) => a - b);
  const leading = new Set<number>();
  for (const [from, to] of crossing) if (withLoop.has(to) || leading.has(to)) leading.add(from);
  return leading;
}

function loopsWithoutEnd({ code, facts }: CheckContext, ending: Uint8Array): EndlessLoop[] {
  const loops = new Map<Op, EndlessLoop>();
  for (const op of code.ops) {
    if (facts.passed[op.number] === 0 || ending[op.number] === 1) continue;
    const head = op.plan.targetPosition >= 0 && op.target <= op.pc ? opAt(code, op.target) : undefined;
    if (head && ending[head.number] === 0 && !loops.has(head)) loops.set(head, { op, head });
  }
  return [...loops.values()];
}

/**
 * Where control can go, as far as the analysis knows. The nodes are the instructions, and one virtual node between all returns and the
 * instructions after all calls.
 */
interface Flow {
  readonly nodes: number;
  /** The instructions at which the program ends, or fails. */
  readonly ends: readonly number[];
  /** By edge: the nodes where it begins and where it ends. */
  readonly source: Int32Array;
  readonly target: Int32Array;
}

function flowOf({ code, facts, firstFacts }: CheckContext): Flow {
  const { ops } = code;
  // A return may lead to the instruction after any call.
  const afterCalls = ops.length;
  const outside = new Set([...facts.deadEnds.values()].flatMap((pcs) => [...pcs]));
  const most = MAX_EDGES * ops.length;
  const source = new Int32Array(most);
  const target = new Int32Array(most);
  const ends: number[] = [];
  let edges = 0;

  const lead = (from: number, to: number): void => {
    source[edges] = from;
    target[edges++] = to;
  };
  /**
   * Adds an edge to a byte offset. If no instruction is there and some path reaches the offset, the program ends there. No path
   * reaches it after a call that never returns, for example.
   */
  const leadTo = (from: number, pc: number): void => {
    const op = opAt(code, pc);
    if (op) lead(from, op.number);
    else if (outside.has(pc)) ends.push(from);
  };
  for (const op of ops) {
    const { number } = op;
    const { flow } = op.plan;
    if (flow === "call") leadTo(afterCalls, op.next);
    if (facts.reached[number] === 0) continue;
    if (facts.passed[number] === 0) {
      ends.push(number);
      continue;
    }
    switch (flow) {
      case "halt":
        ends.push(number);
        break;
      case "return":
        lead(number, afterCalls);
        break;
      case "branch":
        // If control reaches the branch only after a repaired mistake, it isn't certain which way it goes.
        if (firstFacts.reached[number] === 0) ends.push(number);
        if (facts.branches[number] & 1) leadTo(number, op.next);
        if (facts.branches[number] & 2) leadTo(number, op.target);
        break;
      default:
        if (flow !== "jump") leadTo(number, op.next);
        if (flow !== "next") leadTo(number, op.target);
    }
  }
  return {
    nodes: ops.length + 1,
    ends,
    source: source.subarray(0, edges),
    target: target.subarray(0, edges),
  };
}

/** The edges at each node, as linked lists: by node the first edge, and by edge the next one; -1 for none. */
interface EdgeLists {
  readonly first: Int32Array;
  readonly next: Int32Array;
}

/** @param nodeOf by edge: the node to whose list it belongs */
function listsOf(nodeOf: Int32Array, nodes: number): EdgeLists {
  const first = new Int32Array(nodes).fill(-1);
  const next = new Int32Array(nodeOf.length);
  for (let edge = 0; edge < nodeOf.length; edge++) {
    next[edge] = first[nodeOf[edge]];
    first[nodeOf[edge]] = edge;
  }
  return { first, next };
}

/** By node: 1 if some path leads from it to an end of the program or to an error. Searches backwards from the ends. */
function endingOps({ nodes, ends, source, target }: Flow): Uint8Array {
  const incoming = listsOf(target, nodes);
  const ending = new Uint8Array(nodes);
  const pending: number[] = [];
  const end = (number: number): void => {
    if (ending[number] === 1) return;
    ending[number] = 1;
    pending.push(number);
  };
  ends.forEach(end);
  while (pending.length > 0) {
    for (let edge = incoming.first[pending.pop()!]; edge >= 0; edge = incoming.next[edge]) end(source[edge]);
  }
  return ending;
}

/**
 * By node: the number of its strongly connected component, by Tarjan's algorithm; 0 for nodes from which a path leads to an end of the
 * program. The edges between components lead to smaller numbers.
 */
function components({ nodes, source, target }: Flow, ending: Uint8Array): Int32Array {
  const outgoing = listsOf(source, nodes);
  const componentOf = new Int32Array(nodes);
  const index = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  // By node: the next edge to follow from it.
  const followed = outgoing.first;
  const stack: number[] = [];
  const path: number[] = [];
  let counter = 0;
  let count = 0;
  const open = (node: number): void => {
    index[node] = low[node] = ++counter;
    stack.push(node);
    path.push(node);
  };
  for (let root = 0; root < nodes; root++) {
    if (ending[root] === 1 || index[root] !== 0) continue;
    open(root);
    while (path.length > 0) {
      const node = path[path.length - 1];
      const edge = followed[node];
      if (edge >= 0) {
        followed[node] = outgoing.next[edge];
        const successor = target[edge];
        if (index[successor] === 0) open(successor);
        else if (componentOf[successor] === 0) low[node] = Math.min(low[node], index[successor]);
        continue;
      }
      path.pop();
      if (path.length > 0) {
        const parent = path[path.length - 1];
        low[parent] = Math.min(low[parent], low[node]);
      }
      if (low[node] !== index[node]) continue;
      count++;
      for (let member = -1; member !== node;) {
        member = stack.pop()!;
        componentOf[member] = count;
      }
    }
  }
  return componentOf;
}
