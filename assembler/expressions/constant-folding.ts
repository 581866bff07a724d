/**
 * Constant-folds names, numbers and sums without the evaluator: to tags, cells with a known address, and numbers of up to 53 bits.
 * Encoding plans use this; operands that don't fold go through the evaluator. All names must be defined before the first use.
 */

import type { Expression, MemoryReference, OperandNode } from "../../grammar/ast.ts";
import { nodeText, tokenText, type Line } from "../../grammar/line.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { TAGS } from "../../isa/tags.ts";
import { lookupName } from "./lookup.ts";
import { plainNumberOf } from "./literals.ts";
import type { AssemblySymbol, FoldedOperand, ParameterSymbol, ScopedPlace } from "./symbols.ts";
import { MAX_CONSTANT_DEPTH } from "../limits.ts";

/** The codes of tags by name, in lower case. */
export const TAG_CODES: ReadonlyMap<string, number> = new Map(TAGS.map((tag, code) => [tag, code]));

const FOLDED_TAGS: ReadonlyMap<string, FoldedOperand> = new Map(
  TAGS.map((tag, code) => [tag, { kind: "tag", value: code, mode: 0 }]),
);

/** The place of an operand, in which its names are looked up. */
export type FoldingPlace = Pick<ScopedPlace, "line" | "scope" | "label">;

/** Folds operands, and caches the results of symbols. */
export class ConstantFolder {
  /** Undefined while a symbol is being folded, so that a cyclic definition doesn't fold. */
  private readonly known = new Map<AssemblySymbol, FoldedOperand | undefined>();
  /** Nesting depth of the symbols that are being folded. */
  private depth = 0;

  /** The folded value of an operand; undefined if it doesn't fold. */
  operand(node: OperandNode, at: FoldingPlace): FoldedOperand | undefined {
    if (node.kind === "memory") return this.memory(node, at);
    const folded = this.expression(node.value, at);
    return node.kind === "literal" && folded?.kind !== "value" ? undefined : folded;
  }

  /** The folded value of a symbol; undefined if it doesn't fold. */
  symbol(symbol: AssemblySymbol | undefined): FoldedOperand | undefined {
    if (!symbol || symbol.kind === "label" || symbol.kind === "macro") return undefined;
    if (symbol.kind === "counter") return value(Number(symbol.value));
    if (symbol.kind === "parameter") return this.parameter(symbol);
    if (this.known.has(symbol)) return this.known.get(symbol);
    // The evaluator reports chains of definitions that are too long.
    if (this.depth >= MAX_CONSTANT_DEPTH) return undefined;
    this.known.set(symbol, undefined);
    this.depth++;
    const folded = this.meaning(symbol);
    this.depth--;
    this.known.set(symbol, folded);
    return folded;
  }

  /** Folds a parameter without a cache, because there may be a million of them. */
  private parameter(symbol: ParameterSymbol): FoldedOperand | undefined {
    if (symbol.folded !== undefined) return symbol.folded ?? undefined;
    if (this.depth >= MAX_CONSTANT_DEPTH) return undefined;
    symbol.folded = null;
    this.depth++;
    const folded = this.operand(symbol.node, symbol.place);
    this.depth--;
    symbol.folded = folded ?? null;
    return folded;
  }

  private meaning(symbol: AssemblySymbol): FoldedOperand | undefined {
    if (symbol.kind === "constant") {
      const folded = this.expression(symbol.value.node, symbol.value);
      return folded?.kind === "value" ? folded : undefined;
    }
    if (symbol.kind === "cell") {
      const folded = this.operand(symbol.operand.node, symbol.operand);
      return folded?.kind === "place" && (folded.mode & INDIRECT) === 0 ? folded : undefined;
    }
    return undefined;
  }

  private memory(node: MemoryReference, at: FoldingPlace): FoldedOperand | undefined {
    const plain = plainOperand(node, at.line);
    if (plain) return plain;
    const mode = modeOf(node);
    const address = node.relative ? this.offset(node.address, at) : this.expression(node.address, at);
    if (address?.kind === "value") return { kind: "place", value: address.value, mode };
    // `[NAME]` uses the cell as a pointer.
    if (address?.kind !== "place" || mode !== 0 || address.mode & INDIRECT) return undefined;
    return { kind: "place", value: address.value, mode: address.mode | INDIRECT };
  }

  /** The offset of a relative operand, which is added to the base. */
  private offset(node: Expression, at: FoldingPlace): FoldedOperand | undefined {
    if (node.kind === "base") return value(0);
    const right = addend(node);
    const folded = right && this.expression(right, at);
    return folded?.kind === "value" ? folded : undefined;
  }

  private numberIn(node: Expression, at: FoldingPlace): number | undefined {
    const number = plainNumber(node, at.line);
    if (number >= 0) return number;
    const folded = this.expression(node, at);
    return folded?.kind === "value" ? folded.value : undefined;
  }

  private expression(node: Expression, at: FoldingPlace): FoldedOperand | undefined {
    const number = plainNumber(node, at.line);
    if (number >= 0) return value(number);
    if (node.kind === "name") {
      if (node.first !== node.last) return undefined;
      const name = tokenText(at.line, node.first);
      return FOLDED_TAGS.get(name) ?? this.symbol(lookupName(name, at.scope, at.label));
    }
    if (node.kind !== "binary" || node.operator !== "+") return undefined;
    const left = this.expression(node.left, at);
    const right = this.numberIn(node.right, at);
    if (!left || right === undefined || left.kind === "tag" || left.mode & INDIRECT) return undefined;
    const sum = left.value + right;
    return Number.isSafeInteger(sum) ? { kind: left.kind, value: sum, mode: left.mode } : undefined;
  }
}

/** The folded value of an operand that is written as a number or a tag; undefined for others. */
export function plainOperand(node: OperandNode, line: Line): FoldedOperand | undefined {
  if (node.kind !== "memory") {
    if (node.kind === "bare" && node.value.kind === "name") return FOLDED_TAGS.get(nodeText(line, node));
    const number = plainNumber(node.value, line);
    return number < 0 ? undefined : value(number);
  }
  const number = plainNumber(node.relative ? addend(node.address) : node.address, line);
  return number < 0 ? undefined : { kind: "place", value: number, mode: modeOf(node) };
}

function modeOf({ indirect, relative }: MemoryReference): number {
  return (indirect ? INDIRECT : 0) | (relative ? RELATIVE : 0);
}

/** The right side of a sum with the base; undefined for other expressions. */
function addend(node: Expression): Expression | undefined {
  const isSum = node.kind === "binary" && node.operator === "+" && node.left.kind === "base";
  return isSum ? node.right : undefined;
}

/** The value of a number; -1 for other expressions. */
function plainNumber(node: Expression | undefined, line: Line): number {
  // A number in parentheses has more than one token.
  if (node?.kind !== "number" || node.first !== node.last) return -1;
  return plainNumberOf(tokenText(line, node.first));
}

function value(number: number): FoldedOperand {
  return { kind: "value", value: number, mode: 0 };
}
