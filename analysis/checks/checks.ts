/** The list of all checks. Each reads the facts on its own and reports its own codes. */

import type { Finding, RelatedPlace } from "../findings.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Check, CheckContext } from "./context.ts";
import { checkDeadEnds } from "./dead-ends.ts";
import { checkDeadStores } from "./dead-store.ts";
import { checkEndlessLoops } from "./endless-loop.ts";
import { checkExpectations } from "./expectations.ts";
import { checkFailures } from "./failures.ts";
import { checkFallIntoRoutine } from "./fall-into-routine.ts";
import { checkJumpIntoInstruction } from "./jump-into-instruction.ts";
import { checkLiterals } from "./literal-too-wide.ts";
import { checkNeverWritten } from "./never-written.ts";
import { checkOverwrittenCells } from "./overwritten-cells.ts";
import { checkTaggedCells } from "./tagged-cells.ts";
import { checkUnreachable } from "./unreachable.ts";

const CHECKS: readonly Check[] = [
  checkFailures,
  checkDeadEnds,
  checkFallIntoRoutine,
  checkEndlessLoops,
  checkNeverWritten,
  checkOverwrittenCells,
  checkJumpIntoInstruction,
  checkLiterals,
  checkTaggedCells,
  checkExpectations,
  checkUnreachable,
  checkDeadStores,
];

/** What all checks find, in the order of the code. */
export function* runChecks(context: CheckContext): Paused<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    for (const found of check(context)) {
      for (const finding of found) findings.push(finding);
      yield;
    }
  }
  return oneForEachWrite(findings).sort((a, b) => a.pc - b.pc);
}

/**
 * A write that is reported by itself, since it breaks a declared tag or runs over cells with another use, and what halts
 * because of it, are one mistake: the one finding of the write, or of what halts.
 */
function oneForEachWrite(findings: Finding[]): Finding[] {
  const writes = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.verdict !== "definite") continue;
    // Of both at one place the broken tag says more.
    if (finding.code === "cell-tag") writes.set(placeOf(finding), finding);
    else if (finding.code === "overwritten-cells" && !writes.has(placeOf(finding)))
      writes.set(placeOf(finding), finding);
  }
  if (writes.size === 0) return findings;
  const halts = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const write = finding.cause && finding.verdict === "definite" && writes.get(placeOf(finding.cause));
    if (write) halts.set(write, [...(halts.get(write) ?? []), finding]);
  }
  return findings.flatMap((finding) => {
    const { code, cause, related } = finding;
    if (code === "overwritten-cells") {
      const isTold = halts.has(finding) || writes.get(placeOf(finding))?.code === "cell-tag";
      return isTold ? [] : finding;
    }
    const write = cause && finding.verdict === "definite" ? writes.get(placeOf(cause)) : undefined;
    if (write?.code === "cell-tag") return [];
    const because = halts.get(finding);
    return because ? { ...finding, related: [...related, ...because.flatMap(asRelated)] } : finding;
  });
}

/** Converts the finding of a halt to related places, for the finding of the write that causes the halt. */
function asRelated({ index, position, message, related }: Finding): RelatedPlace[] {
  return [
    { index, ...(position !== undefined && { position }), message: `halts here: ${message}` },
    ...related.filter((one) => one.message.startsWith("halts")),
  ];
}

function placeOf({ index, position }: Pick<Finding, "index" | "position">): string {
  return `${index}/${position ?? ""}`;
}
