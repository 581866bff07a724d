/** Runs all checks. Each check reads the facts independently of the others and reports diagnostic codes that only it uses. */

import type { Finding, RelatedPlace } from "../findings.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Check, CheckContext } from "./context.ts";
import { checkDeadEnds } from "./dead-ends.ts";
import { checkDeadStores } from "./dead-store.ts";
import { checkDuplicateNullifiers } from "./duplicate-nullifier.ts";
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
import { addTo } from "../../diagnostics/lists.ts";

const CHECKS: readonly Check[] = [
  checkFailures,
  checkDeadEnds,
  checkFallIntoRoutine,
  checkEndlessLoops,
  checkDuplicateNullifiers,
  checkNeverWritten,
  checkOverwrittenCells,
  checkJumpIntoInstruction,
  checkLiterals,
  checkTaggedCells,
  checkExpectations,
  checkUnreachable,
  checkDeadStores,
];

/** The findings of all checks, in code order. */
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
 * Removes findings that report the same mistake twice: once at a write that breaks a declared tag (`cell-tag`) or overwrites cells
 * with another use (`overwritten-cells`), and again at the instruction that halts because of that write. `cell-tag` replaces the
 * finding of the halt; the finding of the halt replaces `overwritten-cells`.
 */
function oneForEachWrite(findings: Finding[]): Finding[] {
  const writes = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.verdict !== "definite") continue;
    // If both are at one place, `cell-tag` is more specific.
    if (finding.code === "cell-tag") writes.set(placeOf(finding), finding);
    else if (finding.code === "overwritten-cells" && !writes.has(placeOf(finding)))
      writes.set(placeOf(finding), finding);
  }
  if (writes.size === 0) return findings;
  const halts = new Map<Finding, Finding[]>();
  for (const finding of findings) {
    const write = finding.cause && finding.verdict === "definite" && writes.get(placeOf(finding.cause));
    if (write) addTo(halts, write, finding);
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

/** Turns the finding of a halt into related places of the finding of the write that causes it. */
function asRelated({ index, position, message, related }: Finding): RelatedPlace[] {
  return [
    { index, ...(position !== undefined && { position }), message: `halts here: ${message}` },
    ...related.filter((one) => one.message.startsWith("halts")),
  ];
}

function placeOf({ index, position }: Pick<Finding, "index" | "position">): string {
  return `${index}/${position ?? ""}`;
}
