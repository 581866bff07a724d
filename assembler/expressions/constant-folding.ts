/**
 * What names stand for where that can be told by looking: numbers, cells with such an address, tags, and sums of them. It
 * serves the fast way of placing instructions; whatever isn't plain is left to the evaluation of expressions. Only to be
 * asked once all names are defined.
 */

import type { Expression, MemoryReference, OperandNode } from "../../grammar/ast.ts";
import { tokenText } from "../../grammar/line.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { TAGS } from "../../isa/tags.ts";
import { qualify } from "./evaluate.ts";
import { plainNumberOf } from "./literals.ts";
import type { AssemblySymbol, Scoped } from "./symbols.ts";

export interface Plain {
  readonly kind: "value" | "place" | "tag";
  /** The number; the address or offset of a place; the code of a tag. Up to 53 bits. */
  readonly value: number;
  /** Mode bits of a place. */
  readonly mode: number;
}

/** Codes by name, as the formatter writes it. */
export const TAG_CODES: ReadonlyMap<string, number> = new Map(TAGS.map((tag, code) => [tag, code]));

/** Tells what is plain, and remembers it of symbols. */
export class PlainNames {
  /** Undefined while it is being found out, so that what is defined through itself isn't plain. */
  private readonly known = new Map<AssemblySymbol, Plain | undefined>();

  /** What an operand is, or undefined where that isn't plain. */
  operand(at: Scoped<OperandNode>): Plain | undefined {
    const { node } = at;
    if (node.kind === "memory") return this.memory({ ...at, node });
    const plain = this.expression({ ...at, node: node.value });
    return node.kind === "literal" && plain?.kind !== "value" ? undefined : plain;
  }

  /** What a name stands for, or undefined where that isn't plain. */
  symbol(symbol: AssemblySymbol | undefined): Plain | undefined {
    if (!symbol || symbol.kind === "label" || symbol.kind === "macro") return undefined;
    if ("plain" in symbol && symbol.plain !== undefined) return value(symbol.plain);
    if (this.known.has(symbol)) return this.known.get(symbol);
    this.known.set(symbol, undefined);
    const plain = this.meaning(symbol);
    this.known.set(symbol, plain);
    return plain;
  }

  private meaning(symbol: AssemblySymbol): Plain | undefined {
    if (symbol.kind === "constant") {
      const plain = this.expression(symbol.value);
      return plain?.kind === "value" ? plain : undefined;
    }
    if (symbol.kind === "cell") {
      const plain = this.memory(symbol.operand);
      return plain && (plain.mode & INDIRECT) === 0 ? plain : undefined;
    }
    return symbol.kind === "parameter" ? this.operand(symbol.argument) : undefined;
  }

  private memory(at: Scoped<MemoryReference>): Plain | undefined {
    const { node } = at;
    const mode = (node.indirect ? INDIRECT : 0) | (node.relative ? RELATIVE : 0);
    const address = node.relative
      ? this.offset({ ...at, node: node.address })
      : this.expression({ ...at, node: node.address });
    if (address?.kind === "value") return { kind: "place", value: address.value, mode };
    // `[NAME]` goes through the cell.
    if (address?.kind !== "place" || mode !== 0 || address.mode & INDIRECT) return undefined;
    return { kind: "place", value: address.value, mode: address.mode | INDIRECT };
  }

  /** What is added to the base. */
  private offset(at: Scoped<Expression>): Plain | undefined {
    const { node } = at;
    if (node.kind === "base") return value(0);
    if (node.kind !== "binary" || node.operator !== "+" || node.left.kind !== "base") return undefined;
    const right = this.expression({ ...at, node: node.right });
    return right?.kind === "value" ? right : undefined;
  }

  private expression(at: Scoped<Expression>): Plain | undefined {
    const { node, line } = at;
    if (node.kind === "number") {
      // One in parentheses covers more than its token.
      if (node.first !== node.last) return undefined;
      const found = plainNumberOf(tokenText(line, node.first));
      return found < 0 ? undefined : value(found);
    }
    if (node.kind === "name") {
      if (node.first !== node.last) return undefined;
      const name = tokenText(line, node.first);
      const tag = TAG_CODES.get(name);
      if (tag !== undefined) return { kind: "tag", value: tag, mode: 0 };
      return this.symbol(at.scope.lookup(qualify(name, at.label)));
    }
    if (node.kind !== "binary" || node.operator !== "+") return undefined;
    const left = this.expression({ ...at, node: node.left });
    const right = this.expression({ ...at, node: node.right });
    if (!left || right?.kind !== "value" || left.kind === "tag" || left.mode & INDIRECT) return undefined;
    const sum = left.value + right.value;
    return Number.isSafeInteger(sum) ? { ...left, value: sum } : undefined;
  }
}

function value(number: number): Plain {
  return { kind: "value", value: number, mode: 0 };
}
