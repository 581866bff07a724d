/** The evaluator of expressions. Values are exact integers of up to 512 bits. */

import type { AbiType } from "../../artifact/abi-types.ts";
import { didYouMean, MAX_COMPARED_LENGTH, nearest } from "../../diagnostics/suggest.ts";
import type { DiagnosticCode, DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  MemoryReference,
  Node,
  OperandNode,
} from "../../grammar/ast.ts";
import { REGISTERS } from "../../grammar/foreign-messages.ts";
import { columnsOf, tokenText, nodeText } from "../../grammar/line.ts";
import type { TargetName } from "../../isa/table.ts";
import { parseTag } from "../../isa/tags.ts";
import { addition } from "./insertion.ts";
import { replacement } from "./replacement.ts";
import { MAX_CONSTANT_DEPTH, MAX_VALUE_BITS } from "../limits.ts";
import { parseCharacter, parseNumber, type BadEscape } from "./literals.ts";
import { lookupName } from "./lookup.ts";
import { applyBinary, applyUnary, isInRange } from "./operators.ts";
import {
  locationOf,
  type AssemblySymbol,
  type CellSymbol,
  type LabelSymbol,
  type MacroSymbol,
  type Scope,
  type Scoped,
} from "./symbols.ts";

/** Reports a mistake at a node of a line. */
export type ReportAt = (
  at: Scoped<Node>,
  code: DiagnosticCode,
  message: string,
  details?: DiagnosticDetails,
) => void;

/** The functions that an expression can call. */
export interface Functions {
  readonly names: () => readonly string[];
  /** Returns the value of a call, or undefined after reporting why it has none. */
  readonly call: (at: Scoped<CallExpression>, context: EvaluationContext) => bigint | undefined;
}

/** The parts of a declared public function that expressions can use. */
export interface DeclaredFunctionFacts {
  readonly selector: number;
  readonly label: LabelSymbol | undefined;
  readonly parameters: readonly { readonly name: string; readonly type: AbiType }[];
}

/** The public functions that a source declares. */
export interface DeclaredFunctions {
  readonly count: number;
  readonly functionAt: (index: number, context: EvaluationContext) => DeclaredFunctionFacts | undefined;
  readonly functionOf: (label: LabelSymbol, context: EvaluationContext) => DeclaredFunctionFacts | undefined;
}

/** The context of an evaluation: what it needs besides the expression, and its caches. */
export interface EvaluationContext {
  readonly functions: Functions;
  readonly target: TargetName;
  readonly report: ReportAt;
  /** Returns the value of `$`, or undefined before the layout; undefined itself if there is no current statement. */
  readonly here: (() => number | undefined) | undefined;
  /** Returns the byte offset of a label, or undefined before the layout. */
  readonly offsetOf: (label: LabelSymbol) => number | undefined;
  /** Returns the number of bytes from a label to the next global one, or undefined before the layout. */
  readonly sizeOf: (label: LabelSymbol) => number | undefined;
  /** The functions that the source declares. */
  readonly declarations: DeclaredFunctions | undefined;
  /** Set if the value depends on the layout, which isn't known yet. Callers must then ignore the result. */
  dependsOnLayout: boolean;
  /** While a macro argument is being evaluated: the place in the macro that uses its parameter. */
  use: Scoped<Node> | undefined;
  /** Whether an address is being evaluated. A cell's name in it isn't a mistake that `addr` would fix. */
  inAddress: boolean;
  /** The symbols whose evaluation is in progress, the outermost first. */
  readonly active: Set<AssemblySymbol>;
  /** The symbols in cyclic definitions that were reported, so that each cycle is reported once. */
  readonly cyclic: Set<AssemblySymbol>;
  /** Set if the value depends on `$`, so that each use may have another value. */
  dependsOnPlace: boolean;
  /** Cache of symbols' values. Without it, `A = B + B`, `B = C + C` and so on would take exponential time. */
  readonly known: Map<AssemblySymbol, Known>;
  /** Cache of cells' places, for those that don't depend on the layout. */
  readonly places: Map<AssemblySymbol, Place>;
  /** Cache, for one evaluation only, of the values of symbols that depend on the layout or on `$`. */
  readonly provisional: Map<AssemblySymbol, Known>;
  /** The budget for slow work. Copies of a context share it. */
  readonly budget: Budget;
}

/** How much slow work a run may still do. */
export interface Budget {
  /** How many names may be compared for suggestions. */
  comparisons: number;
  /** How many groups of three fields may be hashed. */
  hashes: number;
}

/** A memory operand as mode bits and the address or offset that they apply to. */
export interface Place {
  /** Mode bits: INDIRECT, RELATIVE. */
  readonly mode: number;
  /** The address; with RELATIVE, the offset from the base. */
  readonly address: bigint;
}

/** The result of evaluating a symbol, with what it set in the context. */
interface Known {
  readonly value: bigint | undefined;
  readonly dependsOnLayout: boolean;
  readonly dependsOnPlace: boolean;
}

/**
 * The value of an expression.
 *
 * @returns undefined if it has none, after reporting the reason. If `dependsOnLayout` of the context is set afterwards, the layout
 *   isn't known yet and the result must be ignored.
 */
export function evaluate(at: Scoped<Expression>, context: EvaluationContext): bigint | undefined {
  const { node, line } = at;
  switch (node.kind) {
    case "number": {
      const value = parseNumber(tokenText(line, node.first));
      if (typeof value === "bigint") return bounded(value, at, context);
      if (value === "too-large") return tooLarge(at, context);
      const text = tokenText(line, node.first);
      const meant = plainlyWritten(text);
      const help = meant === undefined ? numberHelp(text) : `write \`${meant}\``;
      context.report(at, "malformed-number", `\`${text}\` is not a number; ${help}`, replacement(at, meant));
      return undefined;
    }
    case "character": {
      const text = nodeText(line, node);
      const value = parseCharacter(tokenText(line, node.first));
      if (typeof value === "object") return reportEscape(at, value, context);
      if (value === undefined) {
        context.report(
          at,
          "malformed-character",
          `${text} is not one character; write 'a', '\\n' or '\\x0a'`,
        );
      }
      return value;
    }
    case "base":
      return 0n;
    case "missing":
      return undefined;
    case "string":
      reportText(at, context);
      return undefined;
    case "here": {
      const offset = context.here?.();
      if (offset === undefined) context.dependsOnLayout = true;
      context.dependsOnPlace = true;
      return BigInt(offset ?? 0);
    }
    case "name":
      return evaluateName(at, context);
    case "unary": {
      const value = evaluate({ ...at, node: node.operand }, context);
      if (value === undefined) return undefined;
      return applyUnary(node.operator, value);
    }
    case "binary": {
      const left = evaluate({ ...at, node: node.left }, context);
      if (node.operator === "&&" || node.operator === "||") {
        // The right side is evaluated only if the left one doesn't decide. Before the layout, that may be unknown.
        if (left === undefined || context.dependsOnLayout) return left && 0n;
        if ((left === 0n) === (node.operator === "&&")) return left === 0n ? 0n : 1n;
      }
      // The right side is evaluated even if the left one has no value, so that mistakes in both are reported.
      const right = evaluate({ ...at, node: node.right }, context);
      if (left === undefined || right === undefined) return undefined;
      return compute(node.operator, left, right, at, context);
    }
    case "call":
      return context.functions.call({ ...at, node }, context);
  }
}

/** Resets the context before another evaluation. */
export function forget(context: EvaluationContext): void {
  context.dependsOnLayout = false;
  context.dependsOnPlace = false;
  if (context.provisional.size > 0) context.provisional.clear();
}

/** The candidate that is most similar to a misspelt name; undefined if none is, or if the budget is used up. */
export function nearestOf(
  name: string,
  candidates: () => readonly string[],
  { budget }: Pick<EvaluationContext, "budget">,
): string | undefined {
  if (budget.comparisons <= 0) return undefined;
  const names = candidates();
  // The time of a comparison grows with the square of the name's length.
  budget.comparisons -= names.length * Math.ceil(name.length ** 2 / MAX_COMPARED_LENGTH);
  return nearest(name, names);
}

/** Names of registers of x86, ARM, MIPS and RISC-V. */
const REGISTER =
  /^(?:[re]?[abcd]x|[abcd][lh]|[re]?[sd]il?|[re]?[bsi]p|[rwxtsav]\d{1,2}|lr|pc|fp|ra|acc|zero|xmm\d{1,2})$/i;

/**
 * The symbol of a name; undefined after reporting that the name isn't defined.
 *
 * @param isTarget whether the name is a whole jump target, so that cells, functions and numbers aren't suggested
 */
export function resolveName(
  at: Scoped<Node>,
  context: Pick<EvaluationContext, "functions" | "report" | "budget">,
  isTarget = false,
): AssemblySymbol | undefined {
  const name = tokenText(at.line, at.node.first);
  const symbol = lookupName(name, at.scope, at.label);
  if (symbol) return symbol;
  const suggestion = nearestOf(
    name,
    () => [
      ...visibleNames(at.scope, at.label, (kind) => kind !== "macro" && !(isTarget && kind === "cell")),
      ...(isTarget ? [] : context.functions.names()),
    ],
    context,
  );
  if (suggestion === undefined && REGISTER.test(name)) {
    const number = name.search(/[0-9]/);
    const cell = `.cell ${name} = [${number < 0 ? 1 : Number.parseInt(name.slice(number), 10)}]`;
    const message = `\`${name}\` is not defined; there are no registers: every operand is a cell, which \`${cell}\` would name`;
    const dependence = { uses: name, kind: REGISTERS } as const;
    // The fix takes the register's number as the cell's address, so registers without a number have none.
    const fix = !isTarget && number >= 0 && addition(at, cell);
    context.report(at, "undefined-name", message, { ...fix, dependence });
    return undefined;
  }
  if (suggestion === undefined && /^(?:true|false)$/i.test(name)) {
    const number = name.toLowerCase() === "true" ? "1" : "0";
    const message = `\`${name}\` is not defined; it is \`${number}\``;
    context.report(at, "undefined-name", message, { ...replacement(at, number), dependence: { uses: name } });
    return undefined;
  }
  const digits = suggestion === undefined && !isTarget ? /^([0-9a-f]+)h?$/i.exec(name)?.[1] : undefined;
  if (digits !== undefined) {
    const message = `\`${name}\` is not defined; a hexadecimal number is written \`0x${digits}\``;
    const dependence = { uses: name, strange: true } as const;
    context.report(at, "undefined-name", message, { ...replacement(at, `0x${digits}`), dependence });
    return undefined;
  }
  if (parseTag(name) !== undefined) {
    context.report(
      at,
      "undefined-name",
      `\`${name}\` is a tag, and a number is wanted here: a tag has no other name`,
      { dependence: { uses: name } },
    );
    return undefined;
  }
  const owner = suggestion === undefined ? macroWithLabel(name, at.scope, context) : undefined;
  if (owner) {
    const message = `\`${name}\` is not defined here; a label of the macro \`${owner.name}\` is private to each call`;
    const related = [{ ...owner.location, message: "the macro is defined here" }];
    return void context.report(at, "undefined-name", message, { related, dependence: { uses: name } });
  }
  const message = `\`${name}\` is not defined${didYouMean(suggestion)}`;
  context.report(at, "undefined-name", message, {
    ...replacement(at, suggestion),
    dependence: { uses: name, ...(suggestion === undefined && { strange: true }) },
  });
  return undefined;
}

/** The macro whose body has a label of this name. */
function macroWithLabel(
  name: string,
  scope: Scope,
  { budget }: Pick<EvaluationContext, "budget">,
): MacroSymbol | undefined {
  if (budget.comparisons <= 0) return undefined;
  for (const [, symbol] of scope.visible()) {
    if (symbol.kind !== "macro") continue;
    budget.comparisons -= symbol.end - symbol.start;
    if (budget.comparisons <= 0) return undefined;
    const body = symbol.file.lines.slice(symbol.start + 1, symbol.end);
    const isDefined = body.some((line) =>
      line.tree.labels.some(({ name: token }) => tokenText(line, token) === name),
    );
    if (isDefined) return symbol;
  }
  return undefined;
}

/** The names of visible symbols of some kinds, in the form in which code below a global label writes them. */
function* visibleNames(
  scope: Scope,
  label: string,
  isMeant: (kind: AssemblySymbol["kind"]) => boolean,
): Iterable<string> {
  const prefix = `${label}.`;
  for (const [name, { kind }] of scope.visible()) {
    if (!isMeant(kind)) continue;
    yield name.startsWith(prefix) ? name.slice(prefix.length - 1) : name;
  }
}

function evaluateName(at: Scoped<Expression>, context: EvaluationContext): bigint | undefined {
  const symbol = resolveName(at, context);
  switch (symbol?.kind) {
    case undefined:
      return undefined;
    case "label": {
      const offset = context.offsetOf(symbol);
      if (offset === undefined) context.dependsOnLayout = true;
      return BigInt(offset ?? 0);
    }
    case "counter":
      return symbol.value;
    case "constant":
      return throughChain(symbol, symbol.value, at, context);
    case "cell":
      return reportCell(at, symbol, context);
    case "parameter": {
      const { argument } = symbol;
      const { node } = argument;
      const { use } = context;
      context.use = use ?? at;
      const value =
        node.kind === "memory"
          ? reportCell({ ...argument, node }, undefined, context)
          : throughChain(symbol, { ...argument, node: node.value }, at, context);
      context.use = use;
      return value;
    }
    case "macro":
      context.report(at, "operand-kind", `\`${symbol.name}\` is a macro; a value was expected`);
      return undefined;
  }
}

/**
 * Reports a cell in the place of a number. If a macro uses its argument as a number, the mistake is reported at the argument.
 *
 * @param cell the cell's symbol, if the source names it
 */
function reportCell(
  at: Scoped<Expression | MemoryReference>,
  cell: CellSymbol | undefined,
  context: EvaluationContext,
): undefined {
  const text = nodeText(at.line, at.node);
  // If the cell's definition isn't an address, that is reported at the definition.
  if (cell && isThroughPointer(cell)) return undefined;
  const { use } = context;
  const related = use && [{ ...locationOf(use), message: "a number is wanted here" }];
  const isFixed = cell
    ? hasFixedAddress(cell)
    : at.node.kind === "memory" && !at.node.relative && !at.node.indirect;
  const address = cell
    ? isFixed
      ? `its address is \`addr(${text})\``
      : "it has no address that is known before the program runs"
    : isFixed
      ? `its address is \`${text.slice(1, -1)}\``
      : "it has no address that is known before the program runs";
  const message = `\`${text}\` is a cell, but a number is needed; ${address}, and what it holds can only be copied, by MOV`;
  const { fixes } = replacement(at, cell && isFixed && !context.inAddress ? `addr(${text})` : undefined);
  context.report(at, "cell-as-number", message, {
    ...(related && { related }),
    // The macro may also use its parameter as a cell, so the fix isn't certain.
    ...(fixes && { fixes: use ? fixes.map((fix) => ({ ...fix, needsReview: true as const })) : fixes }),
  });
}

/** True if a cell is defined as an indirect operand, which is a mistake. */
function isThroughPointer({ operand }: CellSymbol): boolean {
  const { node } = operand;
  return node.kind === "memory" && (node.indirect || namesCell({ ...operand, node: node.address }));
}

/** Whether the address of a cell or parameter is a fixed number, judged from the syntax of its definition. */
export function hasFixedAddress(start: AssemblySymbol | undefined): boolean {
  let symbol = start;
  for (let depth = 0; symbol && depth < MAX_CONSTANT_DEPTH; depth++) {
    const at: Scoped<OperandNode> | undefined =
      symbol.kind === "cell" ? symbol.operand : symbol.kind === "parameter" ? symbol.argument : undefined;
    if (!at) return false;
    const { node }: { readonly node: OperandNode } = at;
    if (node.kind === "memory")
      return !node.relative && !node.indirect && !namesCell({ ...at, node: node.address });
    const cell: Term | undefined = sumTerms(node.value).find((term) =>
      isPlaceName({ ...at, node: term.node }),
    );
    symbol = cell && lookupName(tokenText(at.line, cell.node.first), at.scope, at.label);
  }
  return false;
}

/** A term of a sum. */
export interface Term {
  readonly node: Expression;
  readonly sign: 1 | -1;
}

/** The terms of an expression that is a sum or difference, from left to right. */
export function sumTerms(node: Expression, sign: 1 | -1 = 1, terms: Term[] = []): Term[] {
  if (node.kind === "binary" && (node.operator === "+" || node.operator === "-")) {
    sumTerms(node.left, sign, terms);
    sumTerms(node.right, node.operator === "+" ? sign : sign === 1 ? -1 : 1, terms);
  } else terms.push({ node, sign });
  return terms;
}

/** True for the name of a cell, and for a parameter that stands for a memory operand or for a sum with a cell in it. */
export function isPlaceName(at: Scoped<Expression>): boolean {
  if (at.node.kind !== "name") return false;
  const symbol = lookupName(tokenText(at.line, at.node.first), at.scope, at.label);
  if (symbol?.kind === "cell") return true;
  if (symbol?.kind !== "parameter") return false;
  const { node } = symbol.argument;
  return (
    node.kind === "memory" || (node.kind === "bare" && namesCell({ ...symbol.argument, node: node.value }))
  );
}

/** True if a term of a sum is a cell, so that the expression is a cell, or a cell plus or minus a number. */
export function namesCell(at: Scoped<Expression>): boolean {
  return sumTerms(at.node).some(({ node }) => isPlaceName({ ...at, node }));
}

/** True if an expression names a cell, except in the arguments of functions. */
export function mentionsCell(at: Scoped<Expression>): boolean {
  return mentions(at, isPlaceName);
}

/** True if a predicate holds for a part of an expression, except in the arguments of functions. */
export function mentions(at: Scoped<Expression>, isMeant: (part: Scoped<Expression>) => boolean): boolean {
  const { node } = at;
  if (node.kind === "unary") return mentions({ ...at, node: node.operand }, isMeant);
  if (node.kind !== "binary") return isMeant(at);
  return mentions({ ...at, node: node.left }, isMeant) || mentions({ ...at, node: node.right }, isMeant);
}

/** Evaluates the definition of a symbol; reports a cyclic definition. */
function throughChain(
  symbol: AssemblySymbol,
  meaning: Scoped<Expression>,
  at: Scoped<Expression>,
  context: EvaluationContext,
): bigint | undefined {
  const isNumber = meaning.node.kind === "number";
  return withinChain(symbol, at, context, () =>
    isNumber ? evaluate(meaning, context) : evaluateOnce(symbol, meaning, context),
  );
}

/** Calls `findOut` with the symbol marked as in progress; undefined after reporting a cycle or a chain that is too long. */
export function withinChain<Result>(
  symbol: AssemblySymbol,
  at: Scoped<Node>,
  context: EvaluationContext,
  findOut: () => Result | undefined,
): Result | undefined {
  if (context.cyclic.has(symbol)) return undefined;
  if (context.active.has(symbol)) {
    const chain = [...context.active];
    const cycle = chain.slice(chain.indexOf(symbol));
    for (const member of cycle) context.cyclic.add(member);
    const path = [...cycle, symbol].map(({ name }) => name).join(" → ");
    context.report(at, "cyclic-constant", `\`${symbol.name}\` is defined through itself: ${path}`);
    return undefined;
  }
  if (context.active.size >= MAX_CONSTANT_DEPTH) {
    context.report(
      at,
      "limit-exceeded",
      `at most ${MAX_CONSTANT_DEPTH} constants may refer to each other in a row`,
    );
    return undefined;
  }
  context.active.add(symbol);
  const result = findOut();
  context.active.delete(symbol);
  return result;
}

/** Evaluates the definition of a symbol, or takes its value from the cache. */
function evaluateOnce(
  symbol: AssemblySymbol,
  meaning: Scoped<Expression>,
  context: EvaluationContext,
): bigint | undefined {
  const { known, provisional, dependsOnLayout, dependsOnPlace } = context;
  let result = known.get(symbol) ?? provisional.get(symbol);
  if (!result) {
    Object.assign(context, { dependsOnLayout: false, dependsOnPlace: false });
    const value = evaluate(meaning, context);
    result = { value, dependsOnLayout: context.dependsOnLayout, dependsOnPlace: context.dependsOnPlace };
    const lasts = !result.dependsOnLayout && !result.dependsOnPlace;
    (lasts ? known : provisional).set(symbol, result);
  }
  context.dependsOnLayout = dependsOnLayout || result.dependsOnLayout;
  context.dependsOnPlace = dependsOnPlace || result.dependsOnPlace;
  return result.value;
}

/** The result of an operator, or undefined after reporting why there is none. */
function compute(
  operator: BinaryOperator,
  left: bigint,
  right: bigint,
  at: Scoped<Expression>,
  context: EvaluationContext,
): bigint | undefined {
  const result = applyBinary(operator, left, right);
  switch (result) {
    case "division-by-zero":
      // Before the layout every label counts as 0, so the divisor may not be 0 afterwards.
      if (!context.dependsOnLayout) context.report(at, "division-by-zero", "division by zero");
      return undefined;
    case "negative-shift":
      context.report(at, "out-of-range", `a value can't be shifted by ${right} bits`);
      return undefined;
    case "too-large":
      return tooLarge(at, context);
    default:
      return result;
  }
}

/** Reports an invalid escape sequence. */
export function reportEscape(
  at: Scoped<Expression>,
  { error, start, end, replacement: text }: BadEscape,
  context: EvaluationContext,
): undefined {
  const column = columnsOf(at.line, at.node).start;
  const span = { line: at.lineNumber, start: column + start, end: column + end };
  const edit = text !== undefined && { source: at.scope.frame.file.name, span, text };
  const fixes = edit && [{ title: `Change to \`${edit.text}\``, edits: [edit] }];
  context.report(at, "malformed-character", error, fixes ? { fixes } : {});
}

/** Returns the value, or undefined after reporting that it has too many bits. */
export function bounded(
  value: bigint,
  at: Scoped<Expression>,
  context: EvaluationContext,
): bigint | undefined {
  return isInRange(value) ? value : tooLarge(at, context);
}

function tooLarge(at: Scoped<Expression>, context: EvaluationContext): undefined {
  context.report(at, "expression-too-large", `the value has more than ${MAX_VALUE_BITS} bits`);
  return undefined;
}

function reportText(at: Scoped<Expression>, context: EvaluationContext): void {
  const written = `str(${tokenText(at.line, at.node.first)})`;
  const message = `a text isn't a number; \`${written}\` is the field with this text`;
  context.report(at, "operand-kind", message, replacement(at, written));
}

/** Converts a number with another assembler's suffix, with a type, or with an exponent to the syntax of this language. */
function plainlyWritten(text: string): string | undefined {
  const digits = /^(?:([0-9][0-9a-f]*)h|([01]+)b|([0-7]+)[oq]|([0-9]+)d)$/i.exec(text);
  if (digits) {
    const [, hexadecimal, binary, octal, decimal] = digits as (string | undefined)[];
    if (hexadecimal !== undefined) return `0x${hexadecimal.replace(/^0(?=.)/, "")}`;
    if (binary !== undefined) return `0b${binary}`;
    return octal === undefined ? decimal?.replace(/^0+(?=.)/, "") : `0o${octal}`;
  }
  // With the type suffix of another language: `5u32`, `10UL`.
  const [, number] =
    /^((?:0x[0-9a-f_]*[0-9a-f]|[0-9][0-9_]*?))_?(?:[ui](?:8|16|32|64|128)|[ul]{1,3}|n|field)$/i.exec(text) ??
    [];
  if (number !== undefined) return number;
  const [, mantissa, exponent] = /^([0-9]+)e([0-9]{1,2})$/i.exec(text) ?? [];
  return mantissa === undefined ? undefined : mantissa + "0".repeat(Number(exponent));
}

function numberHelp(text: string): string {
  if (/_{2}|_$|[xbo]_/i.test(text)) return "an underscore must be between two digits";
  if (/^0x/i.test(text)) return "`0x` is followed by hexadecimal digits";
  if (/^0b/i.test(text)) return "`0b` is followed by the digits 0 and 1";
  if (/^0o/i.test(text)) return "`0o` is followed by the digits 0 to 7";
  if (/^[0-9][0-9a-f]*h?$/i.test(text)) return `a hexadecimal number starts with \`0x\``;
  return "a name can't start with a digit";
}
