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

/** The loops and recursions from which no path leads to an end of the program. */
export function endlessLoops(context: CheckContext): EndlessLoop[] {
  const { code, facts } = context;
  const ending = endingOps(context);
  const loops = new Map<Op, EndlessLoop>();
  for (const op of code.ops) {
    if (facts.passed[op.number] === 0 || ending[op.number] === 1) continue;
    const head = op.plan.targetPosition >= 0 && op.target <= op.pc ? opAt(code, op.target) : undefined;
    if (head && ending[head.number] === 0 && !loops.has(head)) loops.set(head, { op, head });
  }
  return [...loops.values()];
}

/** By instruction: 1 if some path leads from it to an end of the program or to an error. Searches backwards from the ends. */
function endingOps({ code, facts, firstFacts }: CheckContext): Uint8Array {
  const { ops } = code;
  // A return may lead to the instruction after any call. One virtual node stands between all returns and all those instructions.
  const afterCalls = ops.length;
  const ending = new Uint8Array(afterCalls + 1);
  const outside = new Set([...facts.deadEnds.values()].flatMap((pcs) => [...pcs]));
  const pending: number[] = [];
  // The incoming edges of each node, as linked lists: for each edge, its source and the next edge to the same node.
  const firstEdge = new Int32Array(afterCalls + 1).fill(-1);
  const nextEdge = new Int32Array(MAX_EDGES * ops.length);
  const source = new Int32Array(MAX_EDGES * ops.length);
  let edges = 0;

  const end = (number: number): void => {
    if (ending[number] === 1) return;
    ending[number] = 1;
    pending.push(number);
  };
  const lead = (from: number, to: number): void => {
    source[edges] = from;
    nextEdge[edges] = firstEdge[to];
    firstEdge[to] = edges++;
  };
  /**
   * Adds an edge to a byte offset. If no instruction is there and some path reaches the offset, the program ends there. No path
   * reaches it after a call that never returns, for example.
   */
  const leadTo = (from: number, pc: number): void => {
    const op = opAt(code, pc);
    if (op) lead(from, op.number);
    else if (outside.has(pc)) end(from);
  };
  for (const op of ops) {
    const { number } = op;
    const { flow } = op.plan;
    if (flow === "call") leadTo(afterCalls, op.next);
    if (facts.reached[number] === 0) continue;
    if (facts.passed[number] === 0) {
      end(number);
      continue;
    }
    switch (flow) {
      case "halt":
        end(number);
        break;
      case "return":
        lead(number, afterCalls);
        break;
      case "branch":
        // If control reaches the branch only after a repaired mistake, it isn't certain which way it goes.
        if (firstFacts.reached[number] === 0) end(number);
        if (facts.branches[number] & 1) leadTo(number, op.next);
        if (facts.branches[number] & 2) leadTo(number, op.target);
        break;
      default:
        if (flow !== "jump") leadTo(number, op.next);
        if (flow !== "next") leadTo(number, op.target);
    }
  }
  while (pending.length > 0) {
    for (let edge = firstEdge[pending.pop()!]; edge >= 0; edge = nextEdge[edge]) end(source[edge]);
  }
  return ending;
}
