/**
 * Where control goes in a program, as far as the statements alone tell: blocks, and the routines that internal calls
 * divide the code into. Nothing here looks at what cells hold.
 */

import { formOf, statementAt, type Program } from "./program.ts";

/** Statements that are always executed one behind the other, and where control goes from the last of them. */
export interface BlockGraph {
  readonly program: Program;
  readonly count: number;
  /** The first statement of each block, and behind the last block the number of statements. */
  readonly starts: Uint32Array;
  /** The block of each statement. */
  readonly blockOf: Uint32Array;
  /** The block that control runs on into, or -1. */
  readonly next: Int32Array;
  /** The block that the last statement jumps to, or -1. */
  readonly jump: Int32Array;
  /** By statement: the one that it jumps to or calls; -1 where it does neither, or no statement starts there. */
  readonly targets: Int32Array;
}

/**
 * The byte offset that a statement jumps to or calls, or -1 where it does neither. It may be one at which no statement
 * starts.
 */
export function targetOf(program: Program, index: number): number {
  const form = formOf(program, index);
  if (!form || form.definition.flow === "next") return -1;
  const { fields } = form;
  for (let position = fields.length - 1; position >= 0; position--) {
    if (fields[position].operand.kind === "target") return program.values[program.firsts[index] + position];
  }
  return -1;
}

/** Divides a program into blocks. An internal call ends none: control comes back behind it. */
export function blockGraph(program: Program): BlockGraph {
  const { count } = program;
  const targets = new Int32Array(count).fill(-1);
  const leads = new Uint8Array(count + 1);
  leads[0] = 1;
  for (let index = 0; index < count; index++) {
    const flow = flowOf(program, index);
    if (flow === "next") continue;
    const target = targetOf(program, index);
    if (target >= 0) {
      const statement = statementAt(program, target);
      targets[index] = statement;
      if (statement >= 0) leads[statement] = 1;
    }
    if (flow !== "call") leads[index + 1] = 1;
  }
  const blockOf = new Uint32Array(count);
  let blockCount = 0;
  for (let index = 0; index < count; index++) {
    blockCount += leads[index];
    blockOf[index] = blockCount - 1;
  }
  const starts = new Uint32Array(blockCount + 1);
  for (let index = count - 1; index >= 0; index--) starts[blockOf[index]] = index;
  starts[blockCount] = count;
  const next = new Int32Array(blockCount).fill(-1);
  const jump = new Int32Array(blockCount).fill(-1);
  for (let block = 0; block < blockCount; block++) {
    const last = starts[block + 1] - 1;
    const flow = flowOf(program, last);
    const runsOn = flow === "next" || flow === "branch" || flow === "call";
    if (runsOn && block + 1 < blockCount) next[block] = block + 1;
    if (flow !== "call" && targets[last] >= 0) jump[block] = blockOf[targets[last]];
  }
  return { program, count: blockCount, starts, blockOf, next, jump, targets };
}

/** Raw bytes and what couldn't be assembled end a block as an instruction that halts does. */
function flowOf(program: Program, index: number) {
  return formOf(program, index)?.definition.flow ?? "halt";
}

/** Code that is entered at one place, as a rule by internal calls. */
export interface Routine {
  /** Its first block. */
  readonly entry: number;
  /** Its blocks in the order of the code. What nothing reaches counts as the routine's that stands before it. */
  readonly blocks: readonly number[];
  /** Bytes of all its blocks. */
  readonly size: number;
  /** The statements that call it, in the order of the code. */
  readonly callers: readonly number[];
}

/**
 * Divides the blocks of a program into routines, in the order of their entries. The first begins where the program does,
 * the others at what is called and at the statements of `entries`. A block that several routines reach is the first
 * one's, so that their sizes add up to the program's.
 */
export function routines(graph: BlockGraph, entries: Iterable<number> = []): Routine[] {
  const { program, count, starts, blockOf, next, jump, targets } = graph;
  const callers = new Map<number, number[]>();
  if (count > 0) callers.set(0, []);
  for (const statement of entries) callers.set(blockOf[statement], []);
  for (let index = 0; index < program.count; index++) {
    const callee = targets[index];
    if (callee < 0 || flowOf(program, index) !== "call") continue;
    const known = callers.get(blockOf[callee]);
    if (known) known.push(index);
    else callers.set(blockOf[callee], [index]);
  }
  const order = [...callers.keys()].sort((a, b) => a - b);
  const owner = new Int32Array(count).fill(-1);
  for (const [routine, entry] of order.entries()) owner[entry] = routine;
  for (const [routine, entry] of order.entries()) {
    const pending = [entry];
    while (pending.length > 0) {
      const block = pending.pop()!;
      for (let way = 0; way < 2; way++) {
        const successor = way === 0 ? next[block] : jump[block];
        if (successor < 0 || owner[successor] >= 0) continue;
        owner[successor] = routine;
        pending.push(successor);
      }
    }
  }
  const blocks: number[][] = order.map(() => []);
  let above = 0;
  for (let block = 0; block < count; block++) {
    if (owner[block] >= 0) above = owner[block];
    blocks[above].push(block);
  }
  return order.map((entry, routine) => ({
    entry,
    blocks: blocks[routine],
    size: blocks[routine].reduce(
      (sum, block) => sum + program.pcs[starts[block + 1]] - program.pcs[starts[block]],
      0,
    ),
    callers: callers.get(entry)!,
  }));
}
