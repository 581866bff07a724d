/** Operands as they are written to what goes on the wire: mode bits and a value. */

import type { DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type { Expression, OperandNode } from "../../grammar/ast.ts";
import { columnsOf, tokenText } from "../../grammar/line.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { FIELD_MODULUS, TAGS, parseTag, tagCode } from "../../isa/tags.ts";
import type { EnumOperand, Operand, OperandKind } from "../../isa/types.ts";
import { evaluate, forget, namesCell, type EvaluationContext } from "../expressions/evaluate.ts";
import { replacement } from "../expressions/replacement.ts";
import type { Scoped } from "../expressions/symbols.ts";

/** An operand that is ready for the wire, but for its width. */
export interface ResolvedOperand {
  /** Mode bits: {@link INDIRECT}, {@link RELATIVE}. */
  readonly mode: number;
  /** Not negative. Meaningless where it waits for the layout. */
  readonly value: bigint;
  /** The expression to evaluate again once the layout is known. */
  readonly waiting?: Scoped<Expression>;
}

/** What an operand of each kind looks like, for messages. */
const WANTED: Record<OperandKind, string> = {
  memory: "a memory operand such as `[1]`",
  tag: "a tag",
  immediate: "a literal such as `#1`",
  target: "a label or `#offset`",
  enum: "a member",
};

/** Follows a macro's parameter to the operand that was given for it. */
export function followParameters(at: Scoped<OperandNode>): Scoped<OperandNode> {
  let current = at;
  // A chain of parameters is no longer than the expansions are deep.
  while (current.node.kind === "bare" && current.node.value.kind === "name") {
    const symbol = current.scope.lookup(tokenText(current.line, current.node.value.first));
    if (symbol?.kind !== "parameter") break;
    current = symbol.argument;
  }
  return current;
}

/** True where an operand is written as an instruction's operand of this kind can be. */
export function fitsKind(at: Scoped<OperandNode>, operand: Operand): boolean {
  const { node } = followParameters(at);
  switch (operand.kind) {
    case "memory":
      return node.kind === "memory" || (node.kind === "bare" && leadingCell(at));
    case "tag":
      return node.kind === "bare" && parseTag(textOf(at)) !== undefined;
    case "immediate":
      return node.kind === "literal";
    case "target":
      return node.kind === "literal" || (node.kind === "bare" && parseTag(textOf(at)) === undefined);
    case "enum":
      return node.kind === "literal" || node.kind === "bare";
  }
}

/** Resolves an operand, or returns undefined after reporting why it can't be. */
export function resolveOperand(
  written: Scoped<OperandNode>,
  operand: Operand,
  mnemonic: string,
  tagOfImmediate: string | undefined,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  const at = followParameters(written);
  const { node } = at;
  switch (operand.kind) {
    case "memory":
      if (node.kind === "memory") return resolveMemory(at, node.address, node, context);
      if (node.kind === "bare") return resolveCell(at, node.value, operand, mnemonic, context);
      break;
    case "tag": {
      if (node.kind !== "bare") break;
      const tag = parseTag(textOf(at));
      if (tag) return { mode: 0, value: BigInt(tagCode(tag)) };
      const text = textOf(at);
      if (node.value.kind !== "name") break;
      context.report(
        at,
        "unknown-tag",
        `\`${text}\` is not a tag; the tags are ${TAGS.join(", ")}`,
        replacement(at, nearest(text, TAGS)),
      );
      return undefined;
    }
    case "immediate":
      if (node.kind === "literal") return resolveLiteral(at, node.value, tagOfImmediate, context);
      break;
    case "target":
      if (node.kind === "literal") return resolveLiteral(at, node.value, undefined, context);
      if (node.kind === "bare" && node.value.kind !== "number" && parseTag(textOf(at)) === undefined) {
        return resolveLiteral(at, node.value, undefined, context);
      }
      break;
    case "enum":
      if (node.kind === "literal") return resolveLiteral(at, node.value, undefined, context);
      if (node.kind === "bare" && node.value.kind === "name") {
        return resolveMember(at, operand, mnemonic, context);
      }
      break;
  }
  reportKind(written, operand, mnemonic, context);
  return undefined;
}

/** Reports that an operand is of another kind than the instruction takes there. */
function reportKind(
  at: Scoped<OperandNode>,
  operand: Operand,
  mnemonic: string,
  context: EvaluationContext,
): void {
  const text = textOf(at);
  const name = operand.name.replace(/Offset$/, "");
  // A number where a cell is wanted is hardly the address of one.
  const message =
    operand.kind === "memory" && at.node.kind === "literal"
      ? `\`${mnemonic}\` takes a cell as \`${name}\`, not the number \`${text}\`: SET a cell to it first`
      : `\`${mnemonic}\` takes ${WANTED[operand.kind]} as \`${name}\`; found \`${text}\``;
  context.report(at, "operand-kind", message, kindFix(at, operand, text));
}

function kindFix(at: Scoped<OperandNode>, operand: Operand, text: string): DiagnosticDetails {
  const { node } = at;
  const wantsLiteral = operand.kind === "immediate" || operand.kind === "target" || operand.kind === "enum";
  if (wantsLiteral && node.kind === "bare") return replacement(at, `#${text}`);
  // Where a jump goes is hardly ever meant as a number, least of all as that of a cell.
  if (
    operand.kind !== "target" &&
    wantsLiteral &&
    node.kind === "memory" &&
    !node.indirect &&
    !node.relative
  ) {
    return replacement(at, `#${text.slice(1, -1)}`);
  }
  if (operand.kind === "memory" && node.kind === "bare") return replacement(at, `[${text}]`);
  return {};
}

function resolveMemory(
  at: Scoped<OperandNode>,
  address: Expression,
  node: { indirect: boolean; relative: boolean },
  context: EvaluationContext,
): ResolvedOperand | undefined {
  forget(context);
  const resolved = resolveAddress({ ...at, node: address }, at, context);
  if (!resolved) return undefined;
  let { indirect } = node;
  let relative = node.relative;
  // `[NAME]` goes through the cell, where NAME alone is the cell.
  if (context.cellCount > 0) {
    if (indirect || relative || context.cellCount > 1 || context.cell!.indirect) {
      context.report(at, "operand-kind", `\`${textOf(at)}\` takes more than one step of indirection`);
      return undefined;
    }
    indirect = true;
    relative = context.cell!.relative;
  }
  return { ...resolved, mode: (indirect ? INDIRECT : 0) | (relative ? RELATIVE : 0) };
}

/** A cell's name, or a sum that starts with one. */
function resolveCell(
  at: Scoped<OperandNode>,
  value: Expression,
  operand: Operand,
  mnemonic: string,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  forget(context);
  if (!leadingCell(at)) {
    // A misspelt cell is a name that nothing defines; anything else is of the wrong kind.
    const name = value.kind === "name" ? tokenText(at.line, value.first) : undefined;
    if (name !== undefined && parseTag(name) === undefined && !isDefined(at, value)) {
      evaluate({ ...at, node: value }, context);
    } else reportKind(at, operand, mnemonic, context);
    return undefined;
  }
  const resolved = resolveAddress({ ...at, node: value }, at, context);
  if (!resolved) return undefined;
  if (context.cellCount > 1 || context.cell!.indirect) {
    context.report(at, "operand-kind", `\`${textOf(at)}\` is no cell: it has no address that is known here`);
    return undefined;
  }
  return { ...resolved, mode: context.cell!.relative ? RELATIVE : 0 };
}

function resolveAddress(
  address: Scoped<Expression>,
  at: Scoped<OperandNode>,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  const value = evaluate(address, context);
  // Whatever it came to, or that it came to nothing, means nothing yet.
  if (context.dependsOnLayout) return { mode: 0, value: 0n, waiting: address };
  if (value === undefined) return undefined;
  if (value < 0n) {
    const what = textOf(at).includes("sp") ? "an offset from `sp`" : "an address";
    context.report(at, "out-of-range", `${value} is below 0; ${what} is at least 0`);
    return undefined;
  }
  return { mode: 0, value };
}

function resolveLiteral(
  at: Scoped<OperandNode>,
  node: Expression,
  tag: string | undefined,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  forget(context);
  const expression = { ...at, node };
  const value = evaluate(expression, context);
  if (value === undefined && !context.dependsOnLayout) return undefined;
  if (context.cell?.relative || context.cell?.indirect) {
    context.report(at, "operand-kind", `\`${context.cell.name}\` has no address that is known here`);
    return undefined;
  }
  if (context.dependsOnLayout || value === undefined) return { mode: 0, value: 0n, waiting: expression };
  const wrapped = wrapNegative(value, tag);
  if (wrapped === undefined) {
    context.report(at, "out-of-range", `${value} is below 0; only an \`ff\` literal down to -(p-1) may be`);
    return undefined;
  }
  return { mode: 0, value: wrapped };
}

/** A literal as the field holds it, or undefined where it is negative and can't be. */
export function wrapNegative(value: bigint, tag: string | undefined): bigint | undefined {
  if (value >= 0n) return value;
  return tag === "ff" && value > -FIELD_MODULUS ? value + FIELD_MODULUS : undefined;
}

function resolveMember(
  at: Scoped<OperandNode>,
  operand: EnumOperand,
  mnemonic: string,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  const text = textOf(at);
  const upper = text.toUpperCase();
  const member = operand.members.find(({ name }) => name === upper);
  if (member) return { mode: 0, value: BigInt(member.value) };
  const alias = operand.members.find(({ aliases }) => aliases?.includes(upper));
  const names = operand.members.map(({ name }) => name);
  // `msg_sender` has the member's name at its end, behind a blank of some kind.
  const suggestion =
    alias?.name ?? nearest(text, names) ?? names.find((name) => upper.replace(/^[A-Z]+_/, "") === name);
  const list = suggestion === undefined ? `; its members are ${names.join(", ")}` : "";
  context.report(
    at,
    "unknown-member",
    `\`${mnemonic}\` has no member \`${text}\`${didYouMean(suggestion)}${list}`,
    replacement(at, suggestion),
  );
  return undefined;
}

/** True for a cell's name, or a sum that starts with one. */
function leadingCell(written: Scoped<OperandNode>): boolean {
  const at = followParameters(written);
  return at.node.kind === "bare" && namesCell({ ...at, node: at.node.value });
}

function isDefined(at: Scoped<OperandNode>, value: Expression): boolean {
  return at.scope.lookup(tokenText(at.line, value.first)) !== undefined;
}

/** An operand as it is written. */
function textOf({ node, line }: Scoped<OperandNode>): string {
  const { start, end } = columnsOf(line, node);
  return line.text.slice(start, end);
}
