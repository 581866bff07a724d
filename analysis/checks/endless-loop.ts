import { opAt } from "../code/decoded-code.ts";
import { findingAt, inEach, type Check, type CheckContext } from "./context.ts";

/** From an instruction: to the next, to its target, and to what is behind it for a return. */
const MOST_WAYS = 3;

/**
 * `endless-loop`: no path leads from an instruction to an end of the program, so the run goes on until its gas is used
 * up.
 */
export const checkEndlessLoops: Check = (context) => {
  const { code, facts } = context;
  const ending = endingOps(context);
  const reported = new Set<number>();
  return inEach(code.ops.length, (number, found) => {
    if (facts.passed[number] === 0 || ending[number] === 1) return;
    const op = code.ops[number];
    // The jump that closes the loop.
    const head = op.plan.targetPosition >= 0 && op.target <= op.pc ? opAt(code, op.target) : undefined;
    if (!head || ending[head.number] === 1 || reported.has(head.number)) return;
    reported.add(head.number);
    const what = op.plan.flow === "call" ? "recursion" : "loop";
    found.push(
      findingAt(
        op,
        "endless-loop",
        "definite",
        head === op
          ? `this ${what === "loop" ? "jump goes" : "call goes"} to itself, again and again until all gas is used up`
          : `nothing leads out of this ${what}, so it goes on until all gas is used up`,
        {
          position: op.plan.targetPosition,
          related: head === op ? [] : [{ index: head.index, message: `the ${what} begins here` }],
        },
      ),
    );
  });
};

/** By instruction: 1 if some path leads from it to an end of the program, or to an error. */
function endingOps({ code, facts }: CheckContext): Uint8Array {
  const { ops } = code;
  // A return may lead to behind any call: all of them lead to one place, from which it goes on behind each call.
  const behindCalls = ops.length;
  const ending = new Uint8Array(behindCalls + 1);
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
  /** To a byte offset, where the program ends if no instruction is there. */
  const leadTo = (from: number, pc: number): void => {
    const op = opAt(code, pc);
    if (op) lead(from, op.number);
    else end(from);
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
