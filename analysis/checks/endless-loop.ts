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
  // A return may lead to behind any call: all of them lead to one place, from which it goes on behind each call.
  const behindCalls = code.ops.length;
  const before: number[][] = Array.from({ length: behindCalls + 1 }, () => []);
  const ending = new Uint8Array(behindCalls + 1);
  const pending: number[] = [];
  const end = (number: number): void => {
    if (ending[number] === 1) return;
    ending[number] = 1;
    pending.push(number);
  };
  for (const op of code.ops) {
    if (op.plan.flow === "call") {
      const behind = opAt(code, op.next);
      if (behind) before[behind.number].push(behindCalls);
      else end(behindCalls);
    }
    if (facts.reached[op.number] === 0) continue;
    const passed = facts.passed[op.number] === 1;
    if (passed && op.plan.flow === "return") {
      before[behindCalls].push(op.number);
      continue;
    }
    const next = passed ? nextOps(op, code, facts.branches[op.number]) : [undefined];
    for (const one of next) if (one) before[one.number].push(op.number);
    if (op.plan.flow === "halt" || next.includes(undefined)) end(op.number);
  }
  while (pending.length > 0) {
    for (const number of before[pending.pop()!]) end(number);
  }
  return ending;
}

/** The successors of an instruction other than a return; undefined for one that can't be decoded. */
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
    case "halt":
      return [];
  }
}
