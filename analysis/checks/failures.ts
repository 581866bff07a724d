/** The demands of the AVM that fail, each told by its own check. */

import type { Failure, Rule } from "../interpreter/facts.ts";
import type { Finding } from "../findings.ts";
import { checkAddress } from "./address.ts";
import { checkBase } from "./base.ts";
import { findingAt, verdictOf, type Check, type FailureCheck } from "./context.ts";
import { checkLimbs } from "./limbs.ts";
import { checkMember } from "./member.ts";
import { checkRadix } from "./radix.ts";
import { checkRange } from "./range.ts";
import { checkReturn } from "./return.ts";
import { checkSameTag } from "./same-tag.ts";
import { checkStatic } from "./static.ts";
import { checkTag } from "./tag.ts";
import { checkWidth } from "./width.ts";
import { checkZeroDivisor } from "./zero-divisor.ts";

const CHECKS: Readonly<Record<Rule, FailureCheck>> = {
  "base-tag": checkBase,
  "base-range": checkRange,
  "address-tag": checkAddress,
  tag: checkTag,
  "same-tag": checkSameTag,
  range: checkRange,
  nonzero: checkZeroDivisor,
  width: checkWidth,
  radix: checkRadix,
  "bits-radix": checkRadix,
  limbs: checkLimbs,
  member: checkMember,
  static: checkStatic,
  return: checkReturn,
};

/** At most one finding for an instruction that is sure to halt: the demand that fails first. */
export const checkFailures: Check = (context) => {
  const byOp = new Map<number, Failure[]>();
  for (const failure of context.facts.failures.values()) {
    const list = byOp.get(failure.op.number);
    if (list) list.push(failure);
    else byOp.set(failure.op.number, [failure]);
  }
  const findings: Finding[] = [];
  for (const failures of byOp.values()) {
    const definite = failures.find((failure) => verdictOf(failure, context.facts) === "definite");
    for (const failure of definite ? [definite] : failures) {
      const { code, message, ...more } = CHECKS[failure.rule](failure, context);
      findings.push(findingAt(failure.op, code, verdictOf(failure, context.facts), message, more));
    }
  }
  return findings;
};
