/**
 * Finds the argument of a macro call that causes a failure inside the macro's body. The body may have copied the argument first;
 * the diagnostic then names the operand of the copy, so that a mistake in the arguments of a library's macro is reported in the
 * words of its caller.
 */

import { ALL_TAGS } from "../../isa/tags.ts";
import { frameOf, type Frame } from "../../program/source-locations.ts";
import { writeAt, type Op } from "../code/decoded-code.ts";
import type { Origin } from "../domain/provenance.ts";
import type { PassedArgument } from "../findings.ts";
import type { Failure } from "../interpreter/facts.ts";
import {
  article,
  contentText,
  placeText,
  retag,
  tagList,
  verdictOf,
  writesOf,
  type CheckContext,
} from "./context.ts";

/** The search follows at most this many copies within one macro call. */
const MAX_COPIES = 16;

/** The outermost macro call that an instruction was expanded from; undefined if it comes from no macro. */
export function callAround({ program }: Pick<CheckContext, "program">, op: Op): Frame | undefined {
  if (!program.origins || op.index >= program.count) return undefined;
  let call: Frame | undefined;
  for (let frame = frameOf(program.origins, op.index); frame.parent; frame = frame.parent.frame)
    if (frame.expansion?.startsWith(".") === false) call = frame;
  return call;
}

interface Copied {
  /** The copy that reads the argument itself: the first one that the macro executes. */
  readonly copy?: { readonly op: Op; readonly operand: number };
  /** The write that produced the content, before any copy. */
  readonly origin: Origin;
  /** Whether that instruction belongs to the macro itself. */
  readonly isOwn: boolean;
}

/** The computations of one operand whose result has the operand's tag. */
const KEEPS_TAG: ReadonlySet<string | undefined> = new Set(["copy", "not"]);

/** Follows content backwards, through the copies that one macro call made of it, to the write that gave it its tag. */
export function copiedBy(context: CheckContext, call: Frame | undefined, origin: Origin): Copied {
  let copy: Copied["copy"];
  for (let copies = 0; call && origin > 0 && copies < MAX_COPIES; copies++) {
    const write = writeAt(context.code, origin);
    if (!write || callAround(context, write.op) !== call) return { copy, origin, isOwn: false };
    if (!KEEPS_TAG.has(write.op.plan.computes)) return { copy, origin, isOwn: true };
    const operand = write.op.plan.memory.findIndex(({ writes }) => !writes);
    copy = { op: write.op, operand };
    origin = context.facts.origins[write.op.firstSlot + operand];
  }
  return { copy, origin, isOwn: false };
}

/** The macro argument that causes a failure, if the macro copied it. */
export function passedArgument(failure: Failure, context: CheckContext): PassedArgument | undefined {
  const call = callAround(context, failure.op);
  const { copy = failure, origin, isOwn } = copiedBy(context, call, failure.origin);
  if (!call || isOwn || failure.operand < 0) return undefined;
  // If the macro doesn't copy the argument, the finding names it as the caller does. Only `same-tag` names two operands.
  if (copy === failure && failure.rule !== "same-tag") return undefined;
  const { op, operand } = copy;
  const position = op.plan.memory[operand].position;
  const address = context.facts.addresses[op.firstSlot + operand];
  const seen: Failure = { ...failure, origin, op, operand, address };
  const wanted = failure.wanted & ALL_TAGS;
  return {
    index: op.index,
    position,
    message: `${placeText(context, op, operand, address)} ${contentText(seen, verdictOf(failure, context))}, and ${article(tagList(wanted))} is wanted`,
    related: writesOf(context, origin, wanted),
    fixes: retag(context, seen).filter(({ kind }) => kind === "retag"),
  };
}
