/**
 * Failures in the body of a macro whose cause is an argument that the macro copied: which operand of the copy it is, so that a
 * mistake in the arguments of a library's macro is told in the words of its caller.
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

/** Copies that are followed inside of one call. */
const MOST_COPIES = 16;

/** The outermost call of a macro that an instruction comes from; undefined if it is written in no macro. */
export function callAround({ program }: Pick<CheckContext, "program">, op: Op): Frame | undefined {
  if (!program.origins || op.index >= program.count) return undefined;
  let call: Frame | undefined;
  for (let frame = frameOf(program.origins, op.index); frame.parent; frame = frame.parent.frame)
    if (frame.expansion?.startsWith(".") === false) call = frame;
  return call;
}

interface Copied {
  /** The last copy on the way to the instruction that fails, seen from the argument. */
  readonly copy?: { readonly op: Op; readonly operand: number };
  /** The instruction that wrote the content before it was copied. */
  readonly origin: Origin;
  /** Whether that instruction belongs to the macro itself. */
  readonly isOwn: boolean;
}

/** Follows content through the copies that one call of a macro made of it. */
export function copiedBy(context: CheckContext, call: Frame | undefined, origin: Origin): Copied {
  let copy: Copied["copy"];
  for (let copies = 0; call && origin > 0 && copies < MOST_COPIES; copies++) {
    const write = writeAt(context.code, origin);
    if (!write || callAround(context, write.op) !== call) return { copy, origin, isOwn: false };
    if (write.op.plan.computes !== "copy") return { copy, origin, isOwn: true };
    const operand = write.op.plan.memory.findIndex(({ writes }) => !writes);
    copy = { op: write.op, operand };
    origin = context.facts.origins[write.op.firstSlot + operand];
  }
  return { copy, origin, isOwn: false };
}

/** The argument that is at fault for a failure, if the macro made a copy of it. */
export function passedArgument(failure: Failure, context: CheckContext): PassedArgument | undefined {
  const call = callAround(context, failure.op);
  const { copy = failure, origin, isOwn } = copiedBy(context, call, failure.origin);
  if (!call || isOwn || failure.operand < 0) return undefined;
  // Where the macro makes no copy, most demands are in the argument's words as they are.
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
