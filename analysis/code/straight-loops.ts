/**
 * Recognises loops that copy or fill consecutive cells. They have two blocks: a head that compares a counter, and a body that
 * loads and stores through pointers and increments pointers and counters. Compilers generate such a loop for every array.
 */

import { INDIRECT } from "../../isa/instruction-set.ts";
import type { Block } from "./control-flow.ts";
import type { Code, Op } from "./decoded-code.ts";

/** A direct or relative cell: that of an operand, or the pointer of an indirect operand. */
export interface CellOperand {
  /** The mode bits without {@link INDIRECT}. */
  readonly mode: number;
  /** The address or offset on the wire. */
  readonly offset: number;
}

/** An instruction of the body. */
export interface Move {
  /** `load` reads through a pointer, `store` writes through a pointer, `raise` adds to a pointer or counter. */
  readonly kind: "load" | "store" | "raise";
  readonly op: Op;
  /** The cell that a load writes, that a store reads, or that is raised. */
  readonly cell: CellOperand;
  /** The pointer, or the cell whose value is added. */
  readonly other: CellOperand;
  /** The memory operand of a raise that reads `cell`; -1 for loads and stores. */
  readonly moving: number;
}

export interface StraightLoop {
  readonly compare: Op;
  /** The memory operand of the comparison that the body raises. The other operand is the bound. */
  readonly moving: number;
  readonly moves: readonly Move[];
}

/** Describes the loop with this head and body; undefined if it is of another kind. */
export function straightLoop({ ops }: Code, head: Block, body: Block): StraightLoop | undefined {
  const compare = ops[head.first];
  const branch = ops[head.last];
  const { computes } = compare.plan;
  if (head.last !== head.first + 1 || branch.plan.flow !== "branch") return undefined;
  if (compare.indirect || branch.indirect) return undefined;
  if (computes !== "eq" && computes !== "lt" && computes !== "lte") return undefined;
  if (!isSame(cellOf(compare, 2), cellOf(branch, 0))) return undefined;
  // The branch must enter the body while the counter hasn't reached the bound.
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
  // Either `counter < bound`, or not `bound <= counter`.
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
