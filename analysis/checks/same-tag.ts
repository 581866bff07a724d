/** Reports two operands whose tags differ although they must be equal, at the one that is more likely to be wrong. */

import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { ALL_TAGS, tagCode, type TagSet } from "../../isa/tags.ts";
import type { Code, Op } from "../code/decoded-code.ts";
import { UNWRITTEN, type Origin } from "../domain/provenance.ts";
import { REGION } from "../domain/value.ts";
import type { Failure } from "../interpreter/facts.ts";
import { callAround, copiedBy, passedArgument } from "./arguments.ts";
import { isRightElsewhere } from "./causes.ts";
import {
  article,
  placeText,
  positionOf,
  retag,
  tagList,
  verdictOf,
  writesOf,
  type CheckContext,
  type FailureCheck,
} from "./context.ts";

const BIT = 1 << tagCode("u1");
/** The tag of addresses and sizes. Most values that a macro computes with have it. */
const U32 = 1 << tagCode("u32");

/** `tag-mismatch`: two operands that must have the same tag have different ones. */
export const checkSameTag: FailureCheck = (asFound, context) => {
  const { failure, operand, other } = suspectFirst(asFound, context);
  const { op } = failure;
  const definite = verdictOf(asFound, context) === "definite";
  const text = (k: number): string => placeText(context, op, k, context.facts.addresses[op.firstSlot + k]);
  const is = definite ? "is " : "may be ";
  const mine =
    definite && failure.origin === UNWRITTEN
      ? "was never written, so it is ff 0,"
      : `${is}${article(tagList(failure.found))}`;
  return {
    code: "tag-mismatch",
    message: `${text(operand)} ${mine} and ${text(other)} ${is}${article(tagList(failure.wanted))}, and ${op.plan.form.definition.mnemonic} takes two of one tag`,
    position: positionOf(failure),
    related: [
      ...writesOf(context, failure.origin, 0, failure.found & ALL_TAGS),
      ...(failure.otherOrigin === undefined
        ? []
        : writesOf(context, failure.otherOrigin, 0, failure.wanted & ALL_TAGS)),
    ],
    fixes: retag(context, failure),
    // If the macro itself wrote the one, it is the other that the caller passed.
    argument: passedArgument(failure, context) ?? passedArgument(turned(failure, other, context), context),
    origin: failure.origin,
  };
};

/** Whether an operand's cell is a u32 that some instruction uses as an address, a base or a size, so that its author intends the tag. */
function isSize({ code, facts }: CheckContext, op: Op, operand: number, tags: TagSet): boolean {
  const cell = facts.addresses[op.firstSlot + operand];
  if (tags !== U32 || !(cell >= 0 && cell < REGION)) return false;
  return (facts.sizeCells ??= sizeCells(code)).has(cell);
}

/** The cells that some instruction uses as an address, a base or a size. */
function sizeCells({ ops }: Code): ReadonlySet<number> {
  const cells = new Set<number>();
  for (const op of ops) {
    op.plan.memory.forEach(({ writes, requires }, k) => {
      const mode = op.modes[k];
      if (mode & RELATIVE) cells.add(0);
      else if (mode & INDIRECT || (!writes && requires === U32)) cells.add(op.address(k));
    });
  }
  return cells;
}

/**
 * Puts the operand first that is more likely to be wrong. The rules, the strongest first: it was never written; no other
 * instruction needs its tag; it isn't used as an address or a size; it comes from a macro's caller, not from the macro; it is the
 * result of a comparison, which is hardly meant as a number; in a macro, it isn't u32.
 */
function suspectFirst(
  failure: Failure,
  context: CheckContext,
): { readonly failure: Failure; readonly operand: number; readonly other: number } {
  const { code, facts } = context;
  const { op, operand, origin, otherOrigin = UNWRITTEN, found, wanted } = failure;
  const other = op.plan.memory[operand].sameAs;
  const call = callAround(context, op);
  const isRight = (one: Origin): boolean => one > 0 && isRightElsewhere(code, facts, one);
  const isOwn = (one: Origin): boolean => copiedBy(context, call, one).isOwn;
  const isLess = (a: boolean, b: boolean): boolean | undefined => (a === b ? undefined : a);
  const mine = found & ALL_TAGS;
  const theirs = wanted & ALL_TAGS;
  const otherIsWrong =
    origin !== UNWRITTEN &&
    (otherOrigin === UNWRITTEN ||
      (isLess(isRight(origin), isRight(otherOrigin)) ??
        isLess(isSize(context, op, operand, mine), isSize(context, op, other, theirs)) ??
        isLess(isOwn(origin), isOwn(otherOrigin)) ??
        isLess(theirs === BIT, mine === BIT) ??
        (call && isLess(mine === U32, theirs === U32)) ??
        false));
  if (!otherIsWrong) return { failure, operand, other };
  return { failure: turned(failure, other, context), operand: other, other: operand };
}

/** The same failure, seen from the other operand. */
function turned(failure: Failure, other: number, { facts }: CheckContext): Failure {
  const { op, origin, otherOrigin = UNWRITTEN, found, wanted } = failure;
  const slot = op.firstSlot + other;
  return {
    ...failure,
    operand: other,
    origin: otherOrigin,
    otherOrigin: origin,
    found: wanted | facts.unwritten[slot],
    tags: wanted,
    wanted: found & ALL_TAGS,
    address: facts.addresses[slot],
    value: facts.values[slot],
  };
}
