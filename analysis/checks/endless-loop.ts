import { opAt, type Op } from "../code/decoded-code.ts";
import { findingAt, isPause, type Check, type CheckContext } from "./context.ts";

/**
 * `endless-loop`: no path leads from an instruction to an end of the program, so the run goes on until its gas is used
 * up.
 */
export const checkEndlessLoops: Check = function* (context) {
  const { code, facts } = context;
  const ending = endingOps(context);
  const reported = new Set<number>();
  for (const op of code.ops) {
    if (isPause(op.number)) yield undefined;
    if (facts.passed[op.number] === 0 || ending[op.number] === 1) continue;
    // The jump that closes the loop.
    const head = op.plan.targetPosition >= 0 && op.target <= op.pc ? opAt(code, op.target) : undefined;
    // A jump to itself is how to wait for the end on purpose.
    if (!head || head === op || ending[head.number] === 1 || reported.has(head.number)) continue;
    reported.add(head.number);
    const what = op.plan.flow === "call" ? "recursion" : "loop";
    yield findingAt(
      op,
      "endless-loop",
      "definite",
      `nothing leads out of this ${what}, so it goes on until all gas is used up`,
      {
        position: op.plan.targetPosition,
        related: [{ index: head.index, message: `the ${what} begins here` }],
      },
    );
  }
};

/** By instruction: 1 if some path leads from it to an end of the program, or to an error. */
function endingOps({ code, facts }: CheckContext): Uint8Array {
  const before: number[][] = code.ops.map(() => []);
  const ending = new Uint8Array(code.ops.length);
  const pending: number[] = [];
  for (const op of code.ops) {
    if (facts.reached[op.number] === 0) continue;
    const next = facts.passed[op.number] === 1 ? nextOps(op, code, facts.branches[op.number]) : [undefined];
    for (const one of next) if (one) before[one.number].push(op.number);
    if (op.plan.flow !== "halt" && !next.includes(undefined)) continue;
    ending[op.number] = 1;
    pending.push(op.number);
  }
  while (pending.length > 0) {
    for (const number of before[pending.pop()!]) {
      if (ending[number] === 1) continue;
      ending[number] = 1;
      pending.push(number);
    }
  }
  return ending;
}

/**
 * The successors of an instruction; undefined for one that can't be decoded. A return leads to the instruction behind
 * every call.
 */
function nextOps(op: Op, code: CheckContext["code"], taken: number): (Op | undefined)[] {
  const { flow } = op.plan;
  const fall = (): Op | undefined => opAt(code, op.next);
  const target = (): Op | undefined => opAt(code, op.target);
  switch (flow) {
    case "next":
      return [fall()];
    case "jump":
      return [target()];
    case "branch":
      return [...(taken & 1 ? [fall()] : []), ...(taken & 2 ? [target()] : [])];
    case "call":
      return [target(), fall()];
    case "return":
      return code.ops.filter((other) => other.plan.flow === "call").map((call) => opAt(code, call.next));
    case "halt":
      return [];
  }
}
