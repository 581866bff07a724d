/** The list of all checks. Each reads the facts on its own and reports its own codes. */

import type { Finding } from "../findings.ts";
import type { Paused } from "../cooperative.ts";
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
  return findings.sort((a, b) => a.pc - b.pc);
}
