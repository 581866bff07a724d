/** Puts the operands of a foreign statement into the order of the instruction table. */

import { shownOperand } from "../isa/describe.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { InstructionDefinition, InstructionSet } from "../isa/instruction-set.ts";
import type { Operand, OperandKind } from "../isa/types.ts";
import type { Remark } from "./conversion.ts";

/** An operand of the foreign statement. */
export interface Given {
  readonly text: string;
  readonly span: Span;
  /** The text for an operand of that kind; undefined if this operand can't be one. */
  readonly as: (operand: Operand) => string | undefined;
}

const WANTED: Readonly<Record<OperandKind, string>> = {
  memory: "a cell",
  tag: "a tag",
  immediate: "a number",
  target: "a label",
  enum: "a member",
};

/**
 * Writes the statement for an instruction and its operands. `order` lists the operands of the instruction table in the order in which they are given;
 * an enum operand that isn't among them is `member`.
 */
export function statementOf(
  { mnemonic, operands }: InstructionDefinition,
  order: readonly Operand[],
  given: readonly Given[],
  span: Span,
  member?: string,
): string | Remark {
  if (given.length !== order.length) {
    const names = order.map(shownOperand).join(", ");
    const wanted = order.length === 1 ? "1 operand" : `${order.length} operands`;
    const message = `\`${mnemonic}\` takes ${wanted}${names === "" ? "" : ` (${names})`}; ${given.length} given`;
    return { code: "operand-count", message, span };
  }
  const texts = new Map<Operand, string>();
  for (const [index, operand] of order.entries()) {
    const text = given[index].as(operand);
    if (text === undefined) {
      const message = `\`${mnemonic}\` takes ${WANTED[operand.kind]} as \`${shownOperand(operand)}\`; found \`${given[index].text}\``;
      return { code: "operand-kind", message, span: given[index].span };
    }
    texts.set(operand, text);
  }
  return `${mnemonic} ${operands.map((operand) => texts.get(operand) ?? member).join(", ")}`.trimEnd();
}

/** The remark for a name that no instruction has. */
export function unknownMnemonic(name: string, set: InstructionSet, span: Span): Remark {
  const suggestion = didYouMean(nearest(name, set.byMnemonic.keys()));
  return {
    code: "unknown-mnemonic",
    message: `${set.target} has no instruction \`${name}\`${suggestion}`,
    span,
  };
}
