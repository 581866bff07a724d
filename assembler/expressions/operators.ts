/** The operators of expressions. They compute exact integers of up to {@link MAX_VALUE_BITS} bits. */

import type { BinaryOperator, UnaryOperator } from "../../grammar/ast.ts";
import { MAX_VALUE_BITS } from "../limits.ts";

/** Why an operator has no result. */
export type OperatorMistake = "division-by-zero" | "negative-shift" | "too-large";

const LIMIT = 1n << BigInt(MAX_VALUE_BITS);

/** True for a value of at most {@link MAX_VALUE_BITS} bits. */
export function isInRange(value: bigint): boolean {
  return value < LIMIT && value > -LIMIT;
}

export function applyUnary(operator: UnaryOperator, value: bigint): bigint {
  switch (operator) {
    case "+":
      return value;
    case "-":
      return -value;
    case "~":
      return ~value;
    case "!":
      return truth(value === 0n);
  }
}

/** The result of an operator with two operands. */
export function applyBinary(operator: BinaryOperator, left: bigint, right: bigint): bigint | OperatorMistake {
  switch (operator) {
    case "+":
      return bounded(left + right);
    case "-":
      return bounded(left - right);
    case "*":
      return bounded(left * right);
    case "/":
      return right === 0n ? "division-by-zero" : left / right;
    case "%":
      return right === 0n ? "division-by-zero" : left % right;
    case "<<":
      return shiftLeft(left, right);
    case ">>":
      return shiftRight(left, right);
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "==":
      return truth(left === right);
    case "!=":
      return truth(left !== right);
    case "<":
      return truth(left < right);
    case "<=":
      return truth(left <= right);
    case ">":
      return truth(left > right);
    case ">=":
      return truth(left >= right);
    case "&&":
      return truth(left !== 0n && right !== 0n);
    case "||":
      return truth(left !== 0n || right !== 0n);
  }
}

function shiftLeft(value: bigint, amount: bigint): bigint | OperatorMistake {
  if (amount < 0n) return "negative-shift";
  if (value === 0n) return 0n;
  // Check before shifting, because the shift would make a number with `amount` bits.
  return amount > MAX_VALUE_BITS ? "too-large" : bounded(value << amount);
}

function shiftRight(value: bigint, amount: bigint): bigint | OperatorMistake {
  if (amount < 0n) return "negative-shift";
  if (amount > MAX_VALUE_BITS) return value < 0n ? -1n : 0n;
  return value >> amount;
}

function bounded(value: bigint): bigint | OperatorMistake {
  return isInRange(value) ? value : "too-large";
}

function truth(condition: boolean): bigint {
  return condition ? 1n : 0n;
}
