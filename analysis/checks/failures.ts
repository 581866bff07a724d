/** Reports failed demands of the AVM. Each kind of demand has a function that words its finding. */

import { writeAt, type Op } from "../code/decoded-code.ts";
import type { Finding, RelatedPlace } from "../findings.ts";
import type { Failure, Rule } from "../interpreter/facts.ts";
import type { SureFailure } from "../interpreter/sure-failures.ts";
import { checkAddress } from "./address.ts";
import { checkBase } from "./base.ts";
import { checkCurve } from "./curve.ts";
import { byCause } from "./causes.ts";
import { findingAt, verdictOf, type Check, type CheckContext, type FailureCheck } from "./context.ts";
import { operandSwapFor, operandSwapText, type OperandSwap } from "./swapped-operands.ts";
import { isExcludedByDeclarations } from "./excluded-by-declarations.ts";
import { entriesWithoutCall } from "./fall-into-routine.ts";
import { laterHalts } from "./later-halts.ts";
import { checkLimbs } from "./limbs.ts";
import { checkMember } from "./member.ts";
import { checkGas } from "./out-of-gas.ts";
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
  curve: checkCurve,
  gas: checkGas,
  member: checkMember,
  static: checkStatic,
  return: checkReturn,
};

/** Reports definite failures, one finding for each cause, and possible ones. */
export const checkFailures: Check = (context) => {
  const asSure = (failure: Failure): SureFailure => ({ failure, facts: context.firstFacts });
  const findings: Finding[] = [];
  const halting = new Set<Op>();
  const exchanged = new Map<Op, Finding>();
  for (const { failure, facts } of context.sureFailures) {
    halting.add(failure.op);
    const exchange = exchanged.has(failure.op) ? undefined : operandSwapFor(failure, facts);
    if (exchange) exchanged.set(failure.op, tellExchange(failure, exchange, { ...context, facts }));
  }
  findings.push(...exchanged.values());
  const rest = context.sureFailures.filter(({ failure }) => !exchanged.has(failure.op));
  for (const group of byCause(context.code, rest)) {
    const [first, ...others] = group.map(({ failure, facts }) => tell(failure, { ...context, facts }));
    findings.push({ ...first, related: [...first.related, ...others.map(alsoHalts)] });
  }
  // If control enters a subroutine without a call, `fall-into-routine` reports that, and the return isn't reported again.
  let entered: boolean | undefined;
  const later = laterHalts(context);
  for (const group of byCause(context.code, [...later.keys()].map(asSure))) {
    const [first, ...others] = group.map(({ failure, facts }) =>
      tellLater(failure, { ...context, facts, later }),
    );
    findings.push({ ...first, related: [...first.related, ...others.map(alsoHalts)] });
  }
  for (const { failure, facts } of possibleFailures(context)) {
    if (halting.has(failure.op) || later.has(failure)) continue;
    if (failure.rule === "return" && (entered ??= entriesWithoutCall(context).length > 0)) continue;
    if (!isExcludedByDeclarations(failure, { ...context, facts }))
      findings.push(tell(failure, { ...context, facts }));
  }
  return [findings];
};

/** The possible failures of the first pass; for code that only a later pass reaches, those of the last pass. */
function* possibleFailures({ facts, firstFacts }: CheckContext): Iterable<SureFailure> {
  for (const [key, failure] of facts.failures) {
    const isReachedFirst = firstFacts.reached[failure.op.number] === 1;
    const first = isReachedFirst ? firstFacts.failures.get(key) : failure;
    if (first) yield { failure: first, facts: isReachedFirst ? firstFacts : facts };
  }
}

function tell(failure: Failure, context: CheckContext): Finding {
  const { code, message, origin = failure.origin, ...more } = CHECKS[failure.rule](failure, context);
  const cause = writeAt(context.code, origin);
  return {
    ...findingAt(failure.op, code, verdictOf(failure, context), message, more),
    ...(origin > 0 && cause && { cause: { index: cause.op.index, position: cause.position } }),
  };
}

/** The finding for one of the {@link laterHalts}: a warning, since the instruction succeeds in some states. */
function tellLater(failure: Failure, context: CheckContext): Finding {
  const finding = tell(failure, context);
  const from = context.later?.get(failure);
  const isCall = from?.plan.flow === "call";
  const when = isCall
    ? "in a call from which no run returns"
    : "in some round, and no run leaves the loop otherwise";
  return {
    ...finding,
    verdict: "possible",
    isCertain: true,
    message: `${finding.message}: it halts ${when}`,
    related: [
      ...finding.related,
      ...(from
        ? [{ index: from.index, message: isCall ? "no run returns from this call" : "the loop begins here" }]
        : []),
    ],
  };
}

function tellExchange(failure: Failure, exchange: OperandSwap, context: CheckContext): Finding {
  const { code, position, related } = CHECKS[failure.rule](failure, context);
  const { memory } = failure.op.plan;
  const positions = [memory[exchange.a].position, memory[exchange.b].position] as const;
  return findingAt(failure.op, code, "definite", operandSwapText(failure, exchange, context), {
    ...(position !== undefined && { position }),
    ...(related && { related }),
    fixes: [{ kind: "exchange", positions }],
  });
}

/** Another instruction that halts because of the same mistake, as a related place of the first. */
function alsoHalts({ index, position, message }: Finding): RelatedPlace {
  return { index, ...(position !== undefined && { position }), message: `halts here, too: ${message}` };
}
