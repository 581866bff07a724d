import { shownOperand } from "../../isa/describe.ts";
import { ALL_TAGS, tagsOf, type TagSet } from "../../isa/tags.ts";
import type { Op } from "../code/decoded-code.ts";
import { UNWRITTEN } from "../domain/provenance.ts";
import type { Facts, Failure } from "../interpreter/facts.ts";
import { article, operandText, tagList, type CheckContext } from "./context.ts";

/** Two memory operands that look exchanged: each one's cell has the tag that the instruction demands of the other. */
export interface OperandSwap {
  readonly a: number;
  readonly b: number;
}

/** The exchange of two operands that satisfies all tag demands of an instruction; undefined if there isn't exactly one. */
export function operandSwapFor({ op, rule, operand }: Failure, facts: Facts): OperandSwap | undefined {
  if (rule !== "tag" || operand < 0) return undefined;
  const { memory } = op.plan;
  const found: OperandSwap[] = [];
  for (let other = 0; other < memory.length; other++) {
    if (other === operand || memory[other].writes || memory[other].sameAs >= 0) continue;
    // A cell that nothing wrote is hardly the operand that was meant here.
    if (facts.origins[op.firstSlot + other] === UNWRITTEN) continue;
    if (accepts(op, operand, tagsOfRead(op, other, facts)) && allRight(op, operand, other, facts))
      found.push({ a: Math.min(operand, other), b: Math.max(operand, other) });
  }
  return found.length === 1 ? found[0] : undefined;
}

/** `[2] is an ff and [1] is a u32: they look exchanged` */
export function operandSwapText({ op }: Failure, { a, b }: OperandSwap, context: CheckContext): string {
  const { facts } = context;
  const text = (k: number): string =>
    `${operandText(context, op, k)} is ${article(tagList(tagsOfRead(op, k, facts)))}`;
  const name = (k: number): string => `\`${shownOperand(op.plan.memory[k])}\``;
  return `${text(a)} and ${text(b)}, and ${op.plan.form.definition.mnemonic} takes them in the other order: ${name(a)} comes first, then ${name(b)}`;
}

function allRight(op: Op, a: number, b: number, facts: Facts): boolean {
  return op.plan.memory.every((operand, k) => {
    if (operand.writes) return true;
    if (operand.sameAs >= 0) return false;
    const from = k === a ? b : k === b ? a : k;
    return accepts(op, k, tagsOfRead(op, from, facts));
  });
}

function accepts(op: Op, k: number, tags: TagSet): boolean {
  const { requires } = op.plan.memory[k];
  if (requires === 0) return true;
  // For a range, the facts hold only the tags of its first cell.
  return tagsOf(tags).length === 1 && (tags & ~requires) === 0;
}

function tagsOfRead(op: Op, k: number, facts: Facts): TagSet {
  return facts.tags[op.firstSlot + k] & ALL_TAGS;
}
