/** Reports control that reaches a byte offset at which no instruction can be decoded. */

import { successors } from "../code/control-flow.ts";
import { opAt, type Dead, type Op } from "../code/decoded-code.ts";
import type { Finding } from "../findings.ts";
import { findingAt, type Check, type CheckContext } from "./context.ts";

const REASONS: Readonly<Record<Exclude<Dead["reason"], "end">, string>> = {
  "invalid-opcode": "no instruction has the opcode there",
  truncated: "the end of the code cuts off the instruction that begins there",
  "invalid-tag": "the tag byte of the instruction there isn't a tag",
};

/** `jump-out-of-code`, `end-of-code`, `undecodable-code`: control reaches a byte offset without an instruction. */
export const checkDeadEnds: Check = (context) => {
  const findings: Finding[] = [];
  const { code, facts } = context;
  for (const [op, pcs] of facts.deadEnds) {
    if (!op) {
      findings.push(...entryFindings(context));
      continue;
    }
    for (const pc of pcs) {
      const reason = code.deadAt.get(pc)?.reason ?? "end";
      const jumps = pc === op.target && op.plan.targetPosition >= 0;
      const position = jumps ? { position: op.plan.targetPosition } : {};
      // If the other successor of a branch is reachable, too, the branch only possibly ends here.
      const always = op.plan.flow !== "branch" || facts.branches[op.number] !== 3;
      const verdict = always ? "definite" : "possible";
      if (reason === "end") {
        findings.push(
          jumps
            ? findingAt(
                op,
                "jump-out-of-code",
                verdict,
                `byte offset ${pc} is beyond the code, which has ${code.bytes.length} bytes`,
                position,
              )
            : findingAt(
                op,
                "end-of-code",
                verdict,
                `control runs on beyond the last instruction; ${endOf(context, op)}`,
              ),
        );
      } else {
        findings.push(
          findingAt(
            op,
            "undecodable-code",
            verdict,
            `control reaches byte offset ${pc}, but ${REASONS[reason]}`,
            position,
          ),
        );
      }
    }
  }
  return [findings];
};

/** Names the instruction that should end the code here: INTERNALRETURN if only calls lead to it, else RETURN or REVERT. */
function endOf({ code, graph, facts }: CheckContext, op: Op): string {
  const first = opAt(code, 0);
  if (!first) return "RETURN or REVERT ends a program";
  const pending = [graph.blockOf[first.number]];
  const seen = new Set(pending);
  while (pending.length > 0) {
    const block = graph.blocks[pending.pop()!];
    const last = code.ops[block.last];
    if (last === op) return "RETURN or REVERT ends a program";
    if (facts.passed[last.number] === 0) continue;
    for (const next of successors(last, block)) {
      if (seen.has(next)) continue;
      seen.add(next);
      pending.push(next);
    }
  }
  return "INTERNALRETURN ends a routine";
}

/** The finding for a program whose first bytes can't be decoded. */
function entryFindings({ code }: CheckContext): Finding[] {
  const reason = code.deadAt.get(0)?.reason;
  // The assembler reports an empty program.
  if (reason === undefined || reason === "end") return [];
  const message = `control begins here, but ${REASONS[reason]}`;
  return [
    { code: "undecodable-code", verdict: "definite", index: 0, pc: 0, message, related: [], fixes: [] },
  ];
}
