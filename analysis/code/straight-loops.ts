/**
 * Recognises loops that copy or fill cells one after the other: a comparison, and a straight body that moves cells through
 * pointers and raises pointers and counters. Compilers make one for every array.
 */

import { INDIRECT } from "../../isa/instruction-set.ts";
import type { Block } from "./control-flow.ts";
import type { Code, Op } from "./decoded-code.ts";

/** The cell of an operand, or the one that holds its address: its mode without {@link INDIRECT}, and its address or offset. */
export interface CellOperand {
  readonly mode: number;
  readonly offset: number;
}

/** An instruction of the body, by what it does in a round. */
export interface Move {
  /** Reads a cell through a pointer, writes one through a pointer, or adds something to a pointer or counter. */
  readonly kind: "load" | "store" | "raise";
  readonly op: Op;
  /** The cell that is loaded to, stored, or raised. */
  readonly cell: CellOperand;
  /** The cell that holds the address, or what is added. */
  readonly other: CellOperand;
  /** Of a raise: the memory operand that reads `cell`. */
  readonly moving: number;
}

export interface StraightLoop {
  readonly compare: Op;
  /** The memory operand of the comparison that the body raises; the other one is where that ends. */
  readonly moving: number;
  readonly moves: readonly Move[];
}

/** The loop with this head and body, if it is of that kind. */
export function straightLoop({ ops }: Code, head: Block, body: Block): StraightLoop | undefined {
  const compare = ops[head.first];
  const branch = ops[head.last];
  const { computes } = compare.plan;
  if (head.last !== head.first + 1 || branch.plan.flow !== "branch") return undefined;
  if (compare.indirect || branch.indirect) return undefined;
  if (computes !== "eq" && computes !== "lt" && computes !== "lte") return undefined;
  if (!isSame(cellOf(compare, 2), cellOf(branch, 0))) return undefined;
  // Another round follows if the counter isn't at its end yet.
  if ((computes === "lt" ? head.target : head.next) !== body.number) return undefined;
  const back = ops[body.last];
  const jumps = back.plan.flow === "jump";
  if (!jumps && back.plan.flow !== "next") return undefined;
  if ((jumps ? body.target : body.next) !== head.number) return undefined;
  const moves: Move[] = [];
  for (let number = body.first; number <= body.last - (jumps ? 1 : 0); number++) {
    const move = moveOf(ops[number]);
    if (!move) return undefined;
    moves.push(move);
  }
  const isRaised = (k: number): boolean =>
    moves.some(({ kind, cell }) => kind === "raise" && isSame(cell, cellOf(compare, k)));
  const moving = [0, 1].filter(isRaised);
  if (moving.length !== 1) return undefined;
  // Counter < end, or not end <= counter.
  if (computes !== "eq" && moving[0] !== (computes === "lt" ? 0 : 1)) return undefined;
  return { compare, moving: moving[0], moves };
}

function moveOf(op: Op): Move | undefined {
  const { computes } = op.plan;
  const { modes } = op;
  if (computes === "copy") {
    const loads = (modes[0] & INDIRECT) !== 0;
    if (loads === ((modes[1] & INDIRECT) !== 0)) return undefined;
    const [cell, other] = loads ? [cellOf(op, 1), cellOf(op, 0)] : [cellOf(op, 0), cellOf(op, 1)];
    return { kind: loads ? "load" : "store", op, cell, other, moving: -1 };
  }
  if (computes !== "add" || op.indirect) return undefined;
  const cell = cellOf(op, 2);
  const moving = [0, 1].filter((k) => isSame(cellOf(op, k), cell));
  if (moving.length !== 1) return undefined;
  return { kind: "raise", op, cell, other: cellOf(op, 1 - moving[0]), moving: moving[0] };
}

export function cellOf(op: Op, k: number): CellOperand {
  return { mode: op.modes[k] & ~INDIRECT, offset: op.address(k) };
}

function isSame(a: CellOperand, b: CellOperand): boolean {
  return a.mode === b.mode && a.offset === b.offset;
}
