import type { Finding } from "../findings.ts";
import { endlessLoops } from "./loops-without-exit.ts";
import { haltingHeads } from "./later-halts.ts";
import { findingAt, type Check } from "./context.ts";

/** `endless-loop`: no path leads out of a loop or recursion, so it runs until it is out of gas. */
export const checkEndlessLoops: Check = (context) => {
  const findings: Finding[] = [];
  const loops = endlessLoops(context);
  const halting = haltingHeads(context, loops);
  for (const { op, head } of loops) {
    if (halting.has(head)) continue;
    const what = op.plan.flow === "call" ? "recursion" : "loop";
    findings.push(
      findingAt(
        op,
        "endless-loop",
        "definite",
        head === op
          ? `this ${what === "loop" ? "jump goes" : "call goes"} to itself, so it repeats until all gas is used up`
          : `nothing leads out of this ${what}, so it repeats until all gas is used up`,
        {
          position: op.plan.targetPosition,
          related: head === op ? [] : [{ index: head.index, message: `the ${what} begins here` }],
        },
      ),
    );
  }
  return [findings];
};
