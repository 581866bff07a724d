/** Resolves operands: converts their syntax trees to mode bits and a value for the wire form. */

import { shownOperand } from "../../isa/describe.ts";
import type { DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type { Expression, Node, OperandNode } from "../../grammar/ast.ts";
import { tokenText } from "../../grammar/line.ts";
import { RELATIVE } from "../../isa/instruction-set.ts";
import { FIELD_MODULUS, TAGS, parseTag, tagCode, type Tag } from "../../isa/tags.ts";
import type { EnumOperand, MemoryOperand, Operand, OperandKind } from "../../isa/types.ts";
import {
  evaluate,
  forget,
  mentions,
  mentionsCell,
  namesCell,
  resolveName,
  sumTerms,
  type EvaluationContext,
} from "../expressions/evaluate.ts";
import { parseNumber } from "../expressions/literals.ts";
import { lookupName } from "../expressions/lookup.ts";
import { followParameters } from "../expressions/parameters.ts";
import { placeOf } from "../expressions/places.ts";
import { replacement } from "../expressions/replacement.ts";
import { textOf, type AssemblySymbol, type Scoped } from "../expressions/symbols.ts";
import { setInFront } from "./literal-fix.ts";

/**
 * How many names are followed to find out whether a jump target is a label. Without a bound, constants that each use two others
 * would double the number at each level.
 */
const MAX_FOLLOWED_NAMES = 1000;

/** An operand whose wire form isn't chosen yet. */
export interface ResolvedOperand {
  /** Mode bits: {@link INDIRECT}, {@link RELATIVE}. */
  readonly mode: number;
  /** Not negative. If `waiting` is set, the value isn't known yet. */
  readonly value: bigint;
  /** Computes the value after the layout; undefined if the value doesn't depend on it. */
  readonly waiting?: Waiting;
}

/** A value that depends on the layout. */
export interface Waiting {
  readonly at: Scoped<Node>;
  readonly evaluate: (context: EvaluationContext) => bigint | undefined;
}

/** How messages describe an operand of each kind. */
const WANTED: Record<Exclude<OperandKind, "enum">, string> = {
  memory: "a memory operand such as `[1]`",
  tag: "a tag",
  immediate: "a literal such as `#1`",
  target: "a label or `#offset`",
};

/** Tags by the names of similar types in other languages. */
const TAG_NAMES: Readonly<Record<string, Tag>> = {
  bool: "u1",
  bit: "u1",
  byte: "u8",
  field: "ff",
  felt: "ff",
  f: "ff",
  int: "u32",
  uint: "u32",
  usize: "u32",
  size_t: "u32",
  char: "u8",
  long: "u64",
  address: "ff",
};

/** The tag that the author probably means by a name. */
function tagLike(text: string): Tag | undefined {
  const name = text.toLowerCase();
  if (Object.hasOwn(TAG_NAMES, name)) return TAG_NAMES[name];
  const bits = /^[a-z]+_?([0-9]+)(?:_t)?$/.exec(name)?.[1];
  const known = bits === undefined ? undefined : parseTag(`u${bits}`);
  if (known !== undefined) return known;
  const near = TAGS.filter((tag) => nearest(text, [tag]) !== undefined);
  return near.length === 1 ? near[0] : undefined;
}

/** Whether the syntax of an operand fits the kind of operand that the instruction takes. */
export function fitsKind(at: Scoped<OperandNode>, operand: Operand): boolean {
  const meaning = followParameters(at);
  const { node } = meaning;
  switch (operand.kind) {
    case "memory":
      return node.kind === "memory" || (node.kind === "bare" && namesCellIn(at));
    case "tag":
      return node.kind === "bare" && parseTag(textOf(meaning)) !== undefined;
    case "immediate":
      return node.kind === "literal";
    case "target":
      return (
        node.kind === "literal" ||
        (node.kind === "bare" &&
          parseTag(textOf(meaning)) === undefined &&
          !mentionsCell({ ...meaning, node: node.value }))
      );
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
      if (node.kind === "memory") return resolvePlace(at, context);
      if (node.kind === "bare") return resolveCell(at, node.value, operand, mnemonic, context);
      break;
    case "tag": {
      if (node.kind !== "bare") break;
      const tag = parseTag(textOf(at));
      if (tag) return { mode: 0, value: BigInt(tagCode(tag)) };
      const text = textOf(at);
      if (node.value.kind !== "name") break;
      if (isNameOfTag(at.scope.lookup(text))) return undefined;
      const meant = tagLike(text);
      context.report(
        at,
        "unknown-tag",
        `\`${text}\` is not a tag${meant === undefined ? `; the tags are ${TAGS.join(", ")}` : didYouMean(meant)}`,
        replacement(at, meant),
      );
      return undefined;
    }
    case "immediate":
      if (node.kind === "literal") return resolveLiteral(at, node.value, tagOfImmediate, context);
      break;
    case "target":
      if (node.kind === "literal") return resolveLiteral(at, node.value, undefined, context);
      if (node.kind === "bare" && parseTag(textOf(at)) === undefined) {
        const target = { ...at, node: node.value };
        if (node.value.kind === "name" && !lookupName(textOf(at), at.scope, at.label))
          return void resolveName(target, context, true);
        if (labelSum(target) !== "none") return resolveLiteral(at, node.value, undefined, context);
        if (reportNumericLabel(at, context)) return undefined;
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

/** Reports a numeric label of other assemblers: there, `1b` refers to the last label `1` before. */
function reportNumericLabel(at: Scoped<OperandNode>, context: EvaluationContext): boolean {
  const text = textOf(at);
  if (!/^\d+[bf]$/i.test(text)) return false;
  const message = `\`${text}\` isn't a label: a label is a name, which can't begin with a digit`;
  context.report(at, "operand-kind", message, { dependence: { uses: text } });
  return true;
}

/** Reports an operand of another kind than the instruction takes in that position. */
function reportKind(
  at: Scoped<OperandNode>,
  operand: Operand,
  mnemonic: string,
  context: EvaluationContext,
): void {
  const text = textOf(at);
  const name = shownOperand(operand);
  if (
    at.node.kind === "bare" &&
    at.node.value.kind === "number" &&
    parseNumber(tokenText(at.line, at.node.value.first)) === "malformed"
  )
    return void evaluate({ ...at, node: at.node.value }, context);
  const isCell = operand.kind !== "memory" && namesCellOperand(at);
  const given = followParameters(at);
  const argument = given.node === at.node ? "" : `, which is \`${textOf(given)}\``;
  const found =
    isCell && at.node.kind === "bare" ? `\`${text}\`${argument}, a cell` : `\`${text}\`${argument}`;
  const hint = hintOfKind(at, operand, mnemonic, isCell);
  // A literal such as `#5` is hardly meant as an address, so for a cell the message says how to use a number.
  const wanted =
    operand.kind === "enum" ? `a member such as \`${operand.members[0].name}\`` : WANTED[operand.kind];
  const message =
    operand.kind === "memory" && at.node.kind === "literal"
      ? `\`${mnemonic}\` takes a cell as \`${name}\`, not the number \`${text}\`: ${insteadOfLiteral(operand, mnemonic, text)}`
      : `\`${mnemonic}\` takes ${wanted} as \`${name}\`; found ${found}${hint}`;
  context.report(at, "operand-kind", message, kindFix(at, operand, text));
}

/** The end of a message about an operand of a wrong kind: what to write instead. */
function hintOfKind(at: Scoped<OperandNode>, operand: Operand, mnemonic: string, isCell: boolean): string {
  const { node } = at;
  if (isCell && operand.kind === "immediate") return onlyCopied(at);
  if (isCell) {
    const address = node.kind === "memory" ? node.address : node.value;
    return operand.kind === "target" && !mentionsLabel({ ...at, node: address })
      ? "; a target isn't computed: compare, and go to one of several labels with `JUMPI`"
      : "";
  }
  if (node.kind !== "bare") return "";
  if (operand.kind === "target")
    return mentionsLabel({ ...at, node: node.value }) ? "; a target is one label, plus or minus numbers" : "";
  if (operand.kind !== "memory" || node.value.kind !== "number") return "";
  const number = `#${withoutParentheses(textOf(at))}`;
  if (mnemonic.startsWith("MOV")) return `; ${insteadOfLiteral(operand, mnemonic, number)}`;
  return operand.access === "read" ? `; a number such as \`${number}\` is SET into a cell first` : "";
}

/** The end of a message about a cell in the place of a literal. */
function onlyCopied({ node, ...at }: Scoped<OperandNode>): string {
  return node.kind === "bare" && node.value.kind === "name"
    ? `; \`#addr(${textOf({ ...at, node })})\` is its address, and what it holds can only be copied, by MOV`
    : "; what a cell holds can only be copied, by MOV";
}

/** The end of a message about a literal in the place of a cell. */
function insteadOfLiteral(operand: MemoryOperand, mnemonic: string, text: string): string {
  if (mnemonic.startsWith("MOV")) return `\`SET cell, tag, ${text}\` puts a number into a cell`;
  return operand.access === "write" ? "the result needs a cell" : "SET a cell to it first";
}

function namesCellOperand({ node, ...at }: Scoped<OperandNode>): boolean {
  return node.kind === "memory" || mentionsCell({ ...at, node: node.value });
}

/** Fixes that keep the value: add or remove brackets or the `#`. */
function kindFix(at: Scoped<OperandNode>, operand: Operand, text: string): DiagnosticDetails {
  const { node } = at;
  const value = { ...at, node: node.kind === "memory" ? node.address : node.value };
  const hasCell = mentionsCell(value);
  if (operand.kind === "memory") {
    if (node.kind === "memory") return {};
    if (!hasCell && node.kind === "literal") return setInFront(at, operand);
    // Brackets around a cell's name would make it an indirect operand.
    if (hasCell) return node.kind === "literal" && namesCell(value) ? replacement(at, text.slice(1)) : {};
    return node.kind === "bare" ? replacement(at, `[${withoutParentheses(text)}]`) : {};
  }
  if (operand.kind === "tag" || operand.kind === "enum") {
    const quoted = value.node.kind === "string" ? text.slice(1, -1) : "";
    const isMeant = operand.kind === "tag" ? parseTag(quoted) !== undefined : isMember(operand, quoted);
    if (isMeant) return replacement(at, quoted);
    if (operand.kind === "tag" || (node.kind === "memory" && value.node.kind !== "name")) return {};
  }
  // A call of a label, as in `JUMP f()`.
  if (operand.kind === "target" && value.node.kind === "call") {
    const name = tokenText(at.line, value.node.first);
    return lookupName(name, at.scope, at.label)?.kind === "label" ? replacement(at, name) : {};
  }
  if (hasCell) {
    if (operand.kind !== "immediate" || node.kind !== "bare" || value.node.kind !== "name") return {};
    const { fixes = [] } = replacement(at, `#addr(${text})`);
    return { fixes: fixes.map((fix) => ({ ...fix, needsReview: true as const })) };
  }
  if (value.node.kind === "string")
    return operand.kind === "immediate" ? replacement(at, `#str(${text.replace(/^#/, "")})`) : {};
  if (operand.kind === "target" && node.kind === "bare" && mentionsLabel(value)) return {};
  if (node.kind === "bare") return replacement(at, `#${text}`);
  // A member or a label is a name without brackets.
  if (node.kind === "memory" && operand.kind !== "immediate" && value.node.kind === "name")
    return replacement(at, text.replace(/[[\]]/g, ""));
  // A cell as jump target is hardly meant as the byte offset with the number of its address.
  if (operand.kind === "target" || node.kind !== "memory" || node.indirect || node.relative) return {};
  return replacement(at, `#${text.slice(1, -1)}`);
}

function isMember({ members }: EnumOperand, text: string): boolean {
  return members.some(({ name }) => name === text.toUpperCase());
}

/** The text inside the parentheses of `(1)` or `M(1)`, which are cells in other languages. */
function withoutParentheses(text: string): string {
  return /^(?:m|mem|memory)?\(([^()]*)\)$/i.exec(text)?.[1] ?? text;
}

/** Counts the labels in a sum: with exactly `one` it is a jump target; `unknown` if some name is undefined. */
function labelSum(
  at: Scoped<Expression>,
  budget = { names: MAX_FOLLOWED_NAMES },
): "one" | "none" | "unknown" {
  let labels = 0;
  let others = 0;
  for (const { node, sign } of sumTerms(at.node)) {
    if (node.kind !== "name") continue;
    if (--budget.names < 0) return "none";
    const symbol = lookupName(tokenText(at.line, node.first), at.scope, at.label);
    const found = symbol ? labelsBehind(symbol, budget) : "unknown";
    if (found === "unknown") return "unknown";
    if (found === "none") continue;
    if (sign > 0) labels++;
    else others++;
  }
  return labels === 1 && others === 0 ? "one" : "none";
}

/** True if the offset of a label is part of an expression. */
function mentionsLabel(at: Scoped<Expression>): boolean {
  return mentions(at, (part) => part.node.kind === "name" && labelSum(part) === "one");
}

function labelsBehind(symbol: AssemblySymbol, budget: { names: number }): "one" | "none" | "unknown" {
  if (symbol.kind === "label") return "one";
  if (symbol.kind === "constant") return labelSum(symbol.value, budget);
  if (symbol.kind !== "parameter" || symbol.argument.node.kind !== "bare") return "none";
  return labelSum({ ...symbol.argument, node: symbol.argument.node.value }, budget);
}

/** Resolves a memory operand without brackets: a cell's name, or such a name plus or minus a number. */
function resolveCell(
  at: Scoped<OperandNode>,
  value: Expression,
  operand: MemoryOperand,
  mnemonic: string,
  context: EvaluationContext,
): ResolvedOperand | undefined {
  const expression = { ...at, node: value };
  if (namesCell(expression)) return resolvePlace(at, context);
  forget(context);
  // An undefined name may be a misspelt cell, which `evaluate` reports. Anything else is an operand of a wrong kind.
  const name = value.kind === "name" ? tokenText(at.line, value.first) : undefined;
  const isUndefined =
    name !== undefined && parseTag(name) === undefined && !lookupName(name, at.scope, at.label);
  if (isUndefined) evaluate(expression, context);
  else if (mentionsCell(expression)) {
    context.inAddress = true;
    evaluate(expression, context);
    context.inAddress = false;
  } else if (operand.access !== "write" && labelSum(expression) === "one") {
    const text = textOf(at);
    const message = `\`${mnemonic}\` takes a memory operand such as \`[1]\` as \`${shownOperand(operand)}\`; \`${text}\` is a label: \`SET dst, u32, #${text}\` writes its byte offset into a cell`;
    context.report(at, "operand-kind", message);
  } else reportKind(at, operand, mnemonic, context);
  return undefined;
}

function resolvePlace(at: Scoped<OperandNode>, context: EvaluationContext): ResolvedOperand | undefined {
  forget(context);
  const place = placeOf(at, context);
  if (!place) return undefined;
  const { mode, address } = place;
  // The address isn't known before the layout.
  if (context.dependsOnLayout) {
    const evaluateLater = (later: EvaluationContext): bigint | undefined => placeOf(at, later)?.address;
    return { mode, value: 0n, waiting: { at, evaluate: evaluateLater } };
  }
  if (address < 0n) {
    const what = mode & RELATIVE ? "an offset from `sp`" : "an address";
    const details = mode & RELATIVE ? { dependence: { kind: "offsets below sp" } } : {};
    context.report(at, "out-of-range", `${address} is below 0; ${what} is at least 0`, details);
    return undefined;
  }
  return { mode, value: address };
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
  if (context.dependsOnLayout || value === undefined) {
    return {
      mode: 0,
      value: 0n,
      waiting: { at: expression, evaluate: (later) => evaluate(expression, later) },
    };
  }
  const wrapped = wrapNegative(value, tag);
  if (wrapped === undefined) {
    context.report(at, "out-of-range", `${value} is below 0; only an \`ff\` literal down to -(p-1) may be`);
    return undefined;
  }
  return { mode: 0, value: wrapped };
}

/** Wraps a negative `ff` literal to its field element; undefined if another literal is negative, or it is out of range. */
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
  // In a name such as `msg_sender` or `block.timestamp`, the part after the prefix may be the member's name.
  const plain = upper.replace(/^[A-Z]+[._]/, "");
  const joined = upper.replaceAll(/[._]/g, "");
  const suggestion =
    alias?.name ?? nearest(text, names) ?? names.find((name) => name === plain || name === joined);
  const list = suggestion === undefined ? `; its members are ${names.join(", ")}` : "";
  context.report(
    at,
    "unknown-member",
    `\`${mnemonic}\` has no member \`${text}\`${didYouMean(suggestion)}${list}`,
    replacement(at, suggestion),
  );
  return undefined;
}

/** True for a cell's name, or such a name plus or minus a number; follows macro parameters. */
function namesCellIn(written: Scoped<OperandNode>): boolean {
  const at = followParameters(written);
  return at.node.kind === "bare" && namesCell({ ...at, node: at.node.value });
}

/** True for a constant that was defined as a tag (`.const T = u32`). The mistake is reported at its definition. */
function isNameOfTag(symbol: AssemblySymbol | undefined): boolean {
  if (symbol?.kind !== "constant") return false;
  const { node, line } = symbol.value;
  return node.kind === "name" && parseTag(tokenText(line, node.first)) !== undefined;
}
