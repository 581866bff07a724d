/**
 * Parses and evaluates expressions over the state of a run: watches, hovers, breakpoint conditions and `{…}` in log messages.
 *
 * They are the language's expressions with cells: the value of `[sp+2]`, `[[1]]` and a cell's name is the content of the
 * cell. A cell's name plus or minus a number is the neighbouring cell, as in an operand; `(n) + 1` adds to the value. The
 * assembler's evaluator computes the calls of functions, with the values of cells in place of the cells.
 */

import { builtinNamed, BUILTINS } from "../assembler/expressions/builtins.ts";
import { parseCharacter, parseNumber } from "../assembler/expressions/literals.ts";
import { applyBinary, applyUnary } from "../assembler/expressions/operators.ts";
import { MAX_VALUE_BITS } from "../assembler/limits.ts";
import type { BinaryOperator, UnaryOperator } from "../grammar/ast.ts";
import { PRECEDENCE } from "../grammar/precedence.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { parseTag, tagCode, type Tag } from "../isa/tags.ts";

/** The content of a cell. A cell that was never written reads as `ff 0`. */
export interface CellState {
  readonly tag: Tag;
  readonly value: bigint;
  readonly written: boolean;
}

/** The meaning of a name at a statement. */
export type Named =
  | {
      readonly kind: "cell";
      /** The offset from the base if `relative`, else the address. */
      readonly address: number;
      readonly relative: boolean;
    }
  | {
      /** A `register` is part of the run's state, which the assembler doesn't know. */
      readonly kind: "number" | "register";
      readonly value: bigint;
    };

/** Read-only regions that an expression can index. */
export type Region = "calldata" | "returndata";

/** The state that an expression is evaluated in. */
export interface WatchState {
  readonly cell: (address: number) => CellState;
  /** Resolves a label, constant, cell or register such as `pc`. */
  readonly lookUp: (name: string) => Named | undefined;
  /** Undefined past the last field. */
  readonly field: (region: Region, index: number) => bigint | undefined;
  /** Evaluates an expression without cells, or says why it has no value. */
  readonly compute: (text: string) => bigint | { readonly error: string };
}

/** The value of an expression, for a cell with its tag and address. */
export interface Watched {
  readonly value: bigint;
  readonly tag?: Tag;
  readonly address?: number;
  readonly written?: boolean;
  /** For `tag(…)`: the tag, and the address of the cell whose tag it is. */
  readonly tagOf?: { readonly tag: Tag; readonly address?: number };
}

/** Thrown if an expression can't be parsed or evaluated. The message is a clause. */
export class WatchError extends Error {}

/** A parsed expression, which can be evaluated in many states. */
export interface WatchExpression {
  /** Evaluates in a state. Throws a {@link WatchError} if that fails. */
  readonly evaluate: (state: WatchState) => Watched;
}

/** Maximum length of an expression in UTF-16 units. */
const MAX_LENGTH = 1000;
/** Maximum nesting of brackets and signs. */
const MAX_NESTING = 100;
const ADDRESS_LIMIT = 1n << 32n;

type Tree =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "group"; readonly inner: Tree }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Tree }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Tree; readonly right: Tree }
  | { readonly kind: "cell"; readonly address: Tree; readonly indirect: boolean }
  | { readonly kind: "base" }
  | { readonly kind: "field"; readonly region: Region; readonly index: Tree }
  | { readonly kind: "addr" | "tag"; readonly of: Tree }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Tree[] };

const WEAKEST = Math.min(...Object.values(PRECEDENCE));
const STRONGEST = Math.max(...Object.values(PRECEDENCE));

const TOKEN =
  /\s*(?:(?<word>[.]?[A-Za-z_][\w.]*)|(?<number>\d\w*)|(?<character>'(?:[^'\\]|\\.[^']*)')|(?<text>"(?:[^"\\]|\\.)*")|(?<symbol>\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%|^&<>~!()[\]#$,]))/y;

/** Parses an expression. Throws a {@link WatchError} if it is invalid. */
export function parseWatchExpression(text: string): WatchExpression {
  if (text.length > MAX_LENGTH) throw new WatchError("the expression is too long");
  const tree = new Parser(tokensOf(text)).whole();
  return { evaluate: (state) => evaluate(tree, state) };
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new WatchError(`\`${text.slice(at).trim().slice(0, 20)}\` can't be read`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly string[];
  private next = 0;
  private nesting = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  whole(): Tree {
    if (this.tokens.length === 0) throw new WatchError("there is no expression");
    const tree = this.binary(WEAKEST);
    if (this.next < this.tokens.length)
      throw new WatchError(`\`${this.tokens[this.next]}\` isn't expected there`);
    return tree;
  }

  /** Parses operands and operators with at least the given precedence. */
  private binary(strength: number): Tree {
    if (strength > STRONGEST) return this.unary();
    let left = this.binary(strength + 1);
    while (strengthOf(this.peek()) === strength) {
      const operator = this.take() as BinaryOperator;
      left = { kind: "binary", operator, left, right: this.binary(strength + 1) };
    }
    return left;
  }

  private unary(): Tree {
    const operator = this.peek();
    if (operator !== "-" && operator !== "+" && operator !== "~" && operator !== "!") return this.primary();
    this.take();
    return this.nested(() => ({ kind: "unary", operator, operand: this.unary() }));
  }

  private primary(): Tree {
    const token = this.take();
    if (token === undefined) throw new WatchError("the expression ends too early");
    // The `#` of a literal is skipped: it has no meaning here.
    if (token === "#") return this.primary();
    if (token === "(") return this.nested(() => ({ kind: "group", inner: this.upTo(")") }));
    if (token === "[") return this.nested(() => this.cell());
    if (token === "$") return { kind: "name", name: "pc" };
    if (/^\d/.test(token)) return { kind: "number", value: numberOf(token) };
    if (token.startsWith("'")) return { kind: "number", value: characterOf(token) };
    if (token.startsWith('"')) return { kind: "text", text: token };
    if (!/^[.\w]/.test(token)) throw new WatchError(`\`${token}\` isn't expected there`);
    return this.named(token);
  }

  private cell(): Tree {
    if (this.peek() !== "[") return { kind: "cell", address: this.upTo("]"), indirect: false };
    this.take();
    const address = this.upTo("]");
    this.expect("]");
    return { kind: "cell", address, indirect: true };
  }

  private named(name: string): Tree {
    const lower = name.toLowerCase();
    if (lower === "sp") return { kind: "base" };
    if ((lower === "calldata" || lower === "returndata") && this.peek() === "[") {
      this.take();
      return this.nested(() => ({ kind: "field", region: lower, index: this.upTo("]") }));
    }
    if ((lower === "addr" || lower === "tag") && this.peek() === "(") {
      this.take();
      return this.nested(() => ({ kind: lower, of: this.upTo(")") }));
    }
    if (this.peek() === "(") return this.nested(() => this.call(name));
    const tag = parseTag(name);
    return tag ? { kind: "number", value: BigInt(tagCode(tag)) } : { kind: "name", name };
  }

  private call(name: string): Tree {
    if (!builtinNamed(name)) {
      const suggestion = didYouMean(nearest(name.toLowerCase(), [...Object.keys(BUILTINS), "tag"]));
      throw new WatchError(`there is no function \`${name}\`${suggestion}`);
    }
    this.expect("(");
    const given: Tree[] = [];
    if (this.peek() === ")") this.take();
    else {
      do given.push(this.binary(WEAKEST));
      while (this.peek() === "," && this.take());
      this.expect(")");
    }
    return { kind: "call", name, arguments: given };
  }

  private upTo(closing: string): Tree {
    const tree = this.binary(WEAKEST);
    this.expect(closing);
    return tree;
  }

  private expect(token: string): void {
    if (this.take() !== token) throw new WatchError(`\`${token}\` is missing`);
  }

  private nested(parse: () => Tree): Tree {
    if (++this.nesting > MAX_NESTING) throw new WatchError("the expression nests too deep");
    const tree = parse();
    this.nesting--;
    return tree;
  }

  private peek(): string | undefined {
    return this.tokens[this.next];
  }

  private take(): string | undefined {
    return this.tokens[this.next++];
  }
}

function numberOf(token: string): bigint {
  const value = parseNumber(token);
  if (typeof value !== "bigint") throw new WatchError(`\`${token}\` is not a number`);
  return value;
}

function characterOf(token: string): bigint {
  const value = parseCharacter(token);
  if (typeof value !== "bigint") throw new WatchError(`${token} is not one character`);
  return value;
}

function evaluate(tree: Tree, state: WatchState): Watched {
  switch (tree.kind) {
    case "number":
      return { value: tree.value };
    case "group":
      return evaluate(tree.inner, state);
    case "base":
      return cellAt(0, state);
    case "name": {
      const named = nameOf(tree.name, state);
      return named.kind === "cell" ? cellAt(placeOf(named, state), state) : { value: named.value };
    }
    case "cell":
      return cellAt(addressOf(tree, state), state);
    case "field": {
      const index = evaluate(tree.index, state).value;
      if (index < 0n || index >= ADDRESS_LIMIT) throw new WatchError(`${tree.region} has no field ${index}`);
      const value = state.field(tree.region, Number(index));
      if (value === undefined) throw new WatchError(`${tree.region} has no field ${index}`);
      return { value, tag: "ff" };
    }
    case "addr":
    case "tag": {
      const { address, tag } = evaluate(tree.of, state);
      if (tree.kind === "addr" && address !== undefined) return { value: BigInt(address) };
      if (tree.kind === "tag" && tag !== undefined)
        return { value: BigInt(tagCode(tag)), tagOf: { tag, ...(address !== undefined && { address }) } };
      throw new WatchError(`\`${tree.kind}(…)\` takes a cell`);
    }
    case "text":
      throw new WatchError(`a text isn't a number; \`str(${tree.text})\` is the field with this text`);
    case "call": {
      const given = tree.arguments.map((argument) => argumentText(tree.name, argument, state));
      const value = state.compute(`${tree.name}(${given.join(", ")})`);
      if (typeof value === "object") throw new WatchError(value.error);
      return { value };
    }
    case "unary": {
      const { value } = evaluate(tree.operand, state);
      return { value: applyUnary(tree.operator, value) };
    }
    case "binary": {
      const neighbour = neighbourOf(tree, state);
      if (neighbour !== undefined) return cellAt(neighbour, state);
      const left = evaluate(tree.left, state).value;
      if (tree.operator === "&&" && left === 0n) return { value: 0n };
      if (tree.operator === "||" && left !== 0n) return { value: 1n };
      return { value: binary(tree.operator, left, evaluate(tree.right, state).value) };
    }
  }
}

/** An argument as the assembler takes it: a text or a name of the source as it is, and the value of anything else. */
function argumentText(name: string, argument: Tree, state: WatchState): string {
  if (argument.kind === "text") return argument.text;
  if (argument.kind === "name") {
    const kind = state.lookUp(argument.name)?.kind;
    if (builtinNamed(name)?.takesNames || kind === undefined || kind === "number") return argument.name;
  }
  return String(evaluate(argument, state).value);
}

/** The address of the cell that `[…]` or `[[…]]` names. */
function addressOf(tree: Tree & { kind: "cell" }, state: WatchState): number {
  const cell = neighbourOf(tree.address, state);
  // `[n]` is the cell that the cell named n points to, while `[5]` is cell 5 itself.
  const direct =
    cell === undefined ? checkedAddress(evaluate(tree.address, state).value) : through(cell, state);
  return tree.indirect ? through(direct, state) : direct;
}

function through(address: number, state: WatchState): number {
  const { value } = state.cell(address);
  return checkedAddress(value);
}

/** The address of a named cell or of its neighbour; undefined if the tree is neither. */
function neighbourOf(tree: Tree, state: WatchState): number | undefined {
  if (tree.kind === "name") {
    const named = state.lookUp(tree.name);
    return named?.kind === "cell" ? placeOf(named, state) : undefined;
  }
  if (tree.kind !== "binary" || (tree.operator !== "+" && tree.operator !== "-")) return undefined;
  const left = neighbourOf(tree.left, state);
  if (left !== undefined && isNumber(tree.right, state)) {
    const { value } = evaluate(tree.right, state);
    return checkedAddress(tree.operator === "+" ? BigInt(left) + value : BigInt(left) - value);
  }
  const right = tree.operator === "+" ? neighbourOf(tree.right, state) : undefined;
  if (right === undefined || !isNumber(tree.left, state)) return undefined;
  return checkedAddress(BigInt(right) + evaluate(tree.left, state).value);
}

/** True if the value doesn't depend on a cell. */
function isNumber(tree: Tree, state: WatchState): boolean {
  switch (tree.kind) {
    case "number":
      return true;
    case "name":
      return state.lookUp(tree.name)?.kind !== "cell";
    case "group":
      return isNumber(tree.inner, state);
    case "unary":
      return isNumber(tree.operand, state);
    case "binary":
      return isNumber(tree.left, state) && isNumber(tree.right, state);
    case "call":
      return tree.arguments.every((argument) => isNumber(argument, state));
    case "cell":
    case "base":
    case "field":
    case "addr":
    case "tag":
    case "text":
      return false;
  }
}

function nameOf(name: string, state: WatchState): Named {
  const named = state.lookUp(name);
  if (!named) throw new WatchError(`\`${name}\` is not defined here`);
  return named;
}

function placeOf(named: Named & { kind: "cell" }, state: WatchState): number {
  if (!named.relative) return named.address;
  return checkedAddress(state.cell(0).value + BigInt(named.address));
}

function checkedAddress(value: bigint): number {
  if (value < 0n || value >= ADDRESS_LIMIT) throw new WatchError(`there is no cell ${value}`);
  return Number(value);
}

function cellAt(address: number, state: WatchState): Watched {
  const { value, tag, written } = state.cell(address);
  return { value, tag, address, written };
}

function binary(operator: BinaryOperator, left: bigint, right: bigint): bigint {
  const result = applyBinary(operator, left, right);
  switch (result) {
    case "division-by-zero":
      throw new WatchError("division by zero");
    case "negative-shift":
      throw new WatchError(`a value can't be shifted by ${right} bits`);
    case "too-large":
      throw new WatchError(`the value has more than ${MAX_VALUE_BITS} bits`);
    default:
      return result;
  }
}

/** The precedence of a token as an operator; undefined if it isn't one. */
function strengthOf(token: string | undefined): number | undefined {
  return token !== undefined && Object.hasOwn(PRECEDENCE, token)
    ? PRECEDENCE[token as BinaryOperator]
    : undefined;
}
