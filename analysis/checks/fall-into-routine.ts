import { labelAt } from "../../program/source-locations.ts";
import { opAt, type Op } from "../code/decoded-code.ts";
import { successors } from "../code/control-flow.ts";
import type { Finding } from "../findings.ts";
import { findingAt, type Check, type CheckContext } from "./context.ts";

/**
 * `fall-into-routine`: control enters a subroutine without a call, so its INTERNALRETURN has no return address. A routine that
 * jumps into a tail shared with others is fine, since the routine itself was called.
 */
export const checkFallIntoRoutine: Check = (context) => {
  const { code, facts } = context;
  const returns = [...facts.failures.values()].filter(({ rule }) => rule === "return");
  if (returns.length === 0) return [];
  const findings: Finding[] = [];
  for (const { from, into } of entriesWithoutCall(context)) {
    const call = code.ops.find((op) => op.plan.flow === "call" && op.target === into.pc);
    const name = labelAt(context.program, into.index);
    const jumps = from.plan.targetPosition >= 0 && from.target === into.pc && from.plan.flow !== "call";
    findings.push(
      findingAt(
        from,
        "fall-into-routine",
        "definite",
        `control ${jumps ? "jumps" : "falls"} into ${name === undefined ? "a subroutine" : `\`${name}\``}, whose INTERNALRETURN has nothing to return to then`,
        {
          ...(jumps && { position: from.plan.targetPosition }),
          related: [
            ...(call ? [{ index: call.index, message: "it is called here" }] : []),
            ...returns.map(({ op }) => ({ index: op.index, message: "it halts here" })),
          ],
        },
      ),
    );
  }
  return [findings];
};

/** The places where control enters a called routine without a call: by falling through into it, or by a jump. */
export function entriesWithoutCall({ code, graph, facts }: CheckContext): { from: Op; into: Op }[] {
  const called = new Set<Op | undefined>();
  for (const op of code.ops)
    if (op.plan.flow === "call" && facts.passed[op.number] === 1) called.add(opAt(code, op.target));
  const first = opAt(code, 0);
  if (!first || called.has(first)) return [];
  const found: { from: Op; into: Op }[] = [];
  const pending = [graph.blockOf[first.number]];
  const seen = new Set(pending);
  while (pending.length > 0) {
    const block = graph.blocks[pending.pop()!];
    const last = code.ops[block.last];
    if (facts.passed[last.number] === 0) continue;
    for (const next of successors(last, block)) {
      const into = code.ops[graph.blocks[next].first];
      if (facts.reached[into.number] === 0) continue;
      if (called.has(into)) {
        found.push({ from: last, into });
        continue;
      }
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return found;
}
