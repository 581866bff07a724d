import type { Graph } from "../code/control-flow.ts";
import type { Op } from "../code/decoded-code.ts";
import type { Finding } from "../findings.ts";
import { findingAt, operandText, type Check, type CheckContext } from "./context.ts";
import { addTo } from "../../diagnostics/lists.ts";

/** How many blocks are searched for all nullifiers together. */
const MAX_BLOCKS = 100_000;

/** `duplicate-nullifier`: every path to an EMITNULLIFIER has emitted the same nullifier before. Only constants are compared. */
export const checkDuplicateNullifiers: Check = (context) => {
  const { code, graph, firstFacts } = context;
  const emitted = new Map<number, Op[]>();
  for (const op of code.ops) {
    if (op.plan.form.definition.mnemonic !== "EMITNULLIFIER" || firstFacts.reached[op.number] === 0) continue;
    addTo(emitted, graph.blockOf[op.number], op);
  }
  const all = [...emitted.values()].flat();
  if (all.length < 2) return [];
  const before = predecessors(graph);
  const budget = { blocks: MAX_BLOCKS };
  return [
    all.flatMap((op) => {
      const value = nullifierOf(op, context);
      const earlier = value === undefined ? [] : emittedBefore(op, value, emitted, before, budget, context);
      return earlier.length === 0 ? [] : [finding(op, earlier, value!, context)];
    }),
  ];
};

/** Instructions that emit `value`, one of them on each path to `op`; empty if there is a path without one. */
function emittedBefore(
  op: Op,
  value: bigint,
  emitted: ReadonlyMap<number, readonly Op[]>,
  before: readonly (readonly number[])[],
  budget: { blocks: number },
  context: CheckContext,
): Op[] {
  const found: Op[] = [];
  const own = context.graph.blockOf[op.number];
  const isSame = (one: Op): boolean => nullifierOf(one, context) === value;
  const first = emitted.get(own)!.find((one) => one.number < op.number && isSame(one));
  if (first) return [first];
  const seen = new Set<number>();
  const pending = [own];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    // The program begins with the first block, so this path emits nothing.
    if (block === 0 || --budget.blocks < 0) return [];
    for (const from of before[block]) {
      if (seen.has(from)) continue;
      seen.add(from);
      const there = emitted.get(from)?.find(isSame);
      if (there) found.push(there);
      else pending.push(from);
    }
  }
  return found.filter((one) => one !== op);
}

function finding(op: Op, earlier: readonly Op[], value: bigint, context: CheckContext): Finding {
  const message = `${operandText(context, op, 0)} holds ${value}, a nullifier that this call has emitted before`;
  return findingAt(op, "duplicate-nullifier", "definite", message, {
    position: op.plan.memory[0].position,
    related: earlier.map(({ index, plan }) => ({
      index,
      position: plan.memory[0].position,
      message: "the same nullifier is emitted here",
    })),
  });
}

function nullifierOf({ firstSlot }: Op, { firstFacts, tables }: CheckContext): bigint | undefined {
  return tables.values.exact(firstFacts.values[firstSlot]);
}

/** By block: its predecessors, through jumps, calls and returns from calls. */
function predecessors({ blocks }: Graph): readonly (readonly number[])[] {
  const found = blocks.map((): number[] => []);
  for (const { number, target, next } of blocks) {
    if (target >= 0) found[target].push(number);
    if (next >= 0 && next !== target) found[next].push(number);
  }
  return found;
}
