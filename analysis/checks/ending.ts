/** Where control goes on for ever: what leads to an end of the program, and the loops that nothing leads out of. */

import { opAt, type Op } from "../code/decoded-code.ts";
import type { CheckContext } from "./context.ts";

/** From an instruction: to the next, to its target, and to what is behind it for a return. */
const MOST_WAYS = 3;

export interface EndlessLoop {
  /** The jump or call that closes the loop. */
  readonly op: Op;
  readonly head: Op;
}

/** The loops and recursions that no path leads out of. */
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

/** By instruction: 1 if some path leads from it to an end of the program, or to an error. */
function endingOps({ code, facts }: CheckContext): Uint8Array {
  const { ops } = code;
  // A return may lead to behind any call: all of them lead to one place, from which it goes on behind each call.
  const behindCalls = ops.length;
  const ending = new Uint8Array(behindCalls + 1);
  const outside = new Set([...facts.deadEnds.values()].flatMap((pcs) => [...pcs]));
  const pending: number[] = [];
  // The ways that lead to each place, as lists: a way begins somewhere, and is followed by another to the same place.
  const firstWay = new Int32Array(behindCalls + 1).fill(-1);
  const nextWay = new Int32Array(MOST_WAYS * ops.length);
  const beginning = new Int32Array(MOST_WAYS * ops.length);
  let ways = 0;

  const end = (number: number): void => {
    if (ending[number] === 1) return;
    ending[number] = 1;
    pending.push(number);
  };
  const lead = (from: number, to: number): void => {
    beginning[ways] = from;
    nextWay[ways] = firstWay[to];
    firstWay[to] = ways++;
  };
  /** To a byte offset. If no instruction is there, the program ends there, unless no path gets to it, as behind a call that never returns. */
  const leadTo = (from: number, pc: number): void => {
    const op = opAt(code, pc);
    if (op) lead(from, op.number);
    else if (outside.has(pc)) end(from);
  };
  for (const op of ops) {
    const { number } = op;
    const { flow } = op.plan;
    if (flow === "call") leadTo(behindCalls, op.next);
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
        lead(number, behindCalls);
        break;
      case "branch":
        if (facts.branches[number] & 1) leadTo(number, op.next);
        if (facts.branches[number] & 2) leadTo(number, op.target);
        break;
      default:
        if (flow !== "jump") leadTo(number, op.next);
        if (flow !== "next") leadTo(number, op.target);
    }
  }
  while (pending.length > 0) {
    for (let way = firstWay[pending.pop()!]; way >= 0; way = nextWay[way]) end(beginning[way]);
  }
  return ending;
}
