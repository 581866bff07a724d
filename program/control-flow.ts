/**
 * The control flow of a program by its statements alone, without the values of cells: basic blocks, and the routines that internal
 * calls divide the code into.
 */

import { formOf, statementAt, type Program } from "./program.ts";

/** The basic blocks of a program, and the edges between them. */
export interface BlockGraph {
  readonly program: Program;
  readonly count: number;
  /** The first statement of each block; then, as a last entry, the number of statements. */
  readonly starts: Uint32Array;
  /** The block of each statement. */
  readonly blockOf: Uint32Array;
  /** The block after it, if control can fall through; else -1. */
  readonly next: Int32Array;
  /** The block that the last statement jumps to, or -1. */
  readonly jump: Int32Array;
  /** By statement: the statement that it jumps to or calls; -1 if it does neither, or if no statement starts there. */
  readonly targets: Int32Array;
}

/**
 * The byte offset that a statement jumps to or calls, or -1 if it does neither. There may be no statement that
 * starts there.
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

/** Divides a program into blocks. An internal call doesn't end a block, because control returns after it. */
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

/** The flow of a statement. Raw bytes and holes end a block like an instruction that halts. */
function flowOf(program: Program, index: number) {
  return formOf(program, index)?.definition.flow ?? "halt";
}

/** Code with one entry, which usually is called by internal calls. */
export interface Routine {
  /** Its first block. */
  readonly entry: number;
  /** Its blocks in the order of the code. Unreachable blocks belong to the routine before them. */
  readonly blocks: readonly number[];
  /** Bytes of all its blocks. */
  readonly size: number;
  /** The statements that call it, in the order of the code. */
  readonly callers: readonly number[];
}

/**
 * Divides the blocks of a program into routines, in the order of their entries. The first routine begins at the start of the program,
 * the others at call targets and at the statements of `entries`. A block that several routines reach belongs to the first
 * of them, so that their sizes add up to the program's. A statement of `named` begins a routine too if no other one
 * reaches it.
 */
export function routines(
  graph: BlockGraph,
  entries: Iterable<number> = [],
  named: Iterable<number> = [],
): Routine[] {
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
  const owner = new Int32Array(count).fill(-1);
  const ascending = (blocks: Iterable<number>): number[] => [...blocks].sort((a, b) => a - b);
  /** Gives a routine all blocks that it reaches and that no other one has. */
  const claim = (entry: number): void => {
    const pending = [entry];
    while (pending.length > 0) {
      const block = pending.pop()!;
      for (let way = 0; way < 2; way++) {
        const successor = way === 0 ? next[block] : jump[block];
        if (successor < 0 || owner[successor] >= 0) continue;
        owner[successor] = entry;
        pending.push(successor);
      }
    }
  };
  const called = ascending(callers.keys());
  for (const entry of called) owner[entry] = entry;
  called.forEach(claim);
  for (const entry of ascending([...named].map((statement) => blockOf[statement]))) {
    if (owner[entry] >= 0) continue;
    callers.set(entry, []);
    owner[entry] = entry;
    claim(entry);
  }
  const order = ascending(callers.keys());
  const numbers = new Map(order.map((entry, routine) => [entry, routine]));
  const blocks: number[][] = order.map(() => []);
  let above = 0;
  for (let block = 0; block < count; block++) {
    if (owner[block] >= 0) above = numbers.get(owner[block])!;
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
