import { HOLE_FORM } from "../../isa/hole.ts";
import { INDIRECT, RELATIVE } from "../../isa/instruction-set.ts";
import { tokenText } from "../../grammar/line.ts";
import { operandSourceText } from "../../program/operand-source-text.ts";
import { frameOf, lineOf, operandNode } from "../../program/source-locations.ts";
import { opAt, type Code, type Op } from "../code/decoded-code.ts";
import type { Finding } from "../findings.ts";
import { findingAt, inEach, operandText, placeText, type Check, type CheckContext } from "./context.ts";

/** The name of the standard library's first scratch cell (lib/std/core.avm), and how many scratch cells there are. */
const SCRATCH = "std_scratch";
const SCRATCH_CELLS = 16;
/** A key for all cells of frames together; other cells have their address, which isn't negative, as key. */
const FRAME = -1;
/** How many cells of one range are examined. */
const MAX_CELLS = 4096;
/** How many instructions after a write are searched for the next use of a cell. */
const MAX_FOLLOWED = 5000;

/**
 * `overwritten-cells`: a write to a range includes cells with another use: a named cell whose next use is a write by its own name,
 * the scratch cells of the library, or the first frame. A range that fills named cells which are read next isn't reported, since
 * that is a common idiom.
 */
export const checkOverwrittenCells: Check = function* (context) {
  const { code, facts, program } = context;
  if (!program.origins) return;
  const scratch = scratchOf(context);
  if (scratch !== undefined) {
    const reported = new Set<number>();
    yield* inEach(code.ops.length, (number, found) => {
      if (facts.passed[number] === 1)
        found.push(...scratchFindings(context, scratch, code.ops[number], reported));
    });
  }
  const ranges: Range[] = [];
  yield* inEach(code.ops.length, (number) => {
    const op = code.ops[number];
    if (facts.passed[number] === 0 || op.plan.form === HOLE_FORM) return;
    for (const k of op.plan.writtenRanges) {
      if (op.modes[k] !== 0) continue;
      const start = op.address(k);
      const end = start + Math.min(lengthAtLeast(context, op, k), MAX_CELLS) - 1;
      if (end > start) ranges.push({ op, k, start, end });
    }
  });
  if (ranges.length === 0) return;
  const layout = new Layout(context, ranges);
  yield* inEach(code.ops.length, (number) => {
    layout.add(code.ops[number]);
  });
  for (const range of ranges) yield [...findingsOf(context, layout, range)];
};

/** The address of the library's first scratch cell; undefined if the program calls no macro that uses it. */
function scratchOf({ code, program }: CheckContext): number | undefined {
  const { frames, frameOf: frameNumbers } = program.origins!;
  if (!frames.some(({ expansion }) => expansion?.startsWith(".") === false)) return undefined;
  for (const op of code.ops) {
    if (op.index >= program.count || frames[frameNumbers[op.index]].expansion === undefined) continue;
    const k = op.modes.findIndex((mode, k) => mode === 0 && nameOf(program, op, k) === SCRATCH);
    if (k >= 0) return op.address(k);
  }
  return undefined;
}

/** Reports writes of the program's own code to the scratch cells of the library, whose macros overwrite them. */
function* scratchFindings(
  context: CheckContext,
  scratch: number,
  op: Op,
  reported: Set<number>,
): Iterable<Finding> {
  const { program, facts } = context;
  for (const [k, { writes, length, position }] of op.plan.memory.entries()) {
    const address = facts.addresses[op.firstSlot + k];
    const isAmong = address >= scratch && address < scratch + SCRATCH_CELLS;
    if (!isAmong || !writes || length !== 1 || op.index >= program.count) continue;
    // Only one cell of all frames is reported.
    const key = op.modes[k] === 0 ? address : FRAME;
    if (reported.has(key)) continue;
    // An author who names the scratch cells uses them deliberately.
    if (isInMacro(program, op) || operandSourceText(program, op.index, position)?.includes(SCRATCH)) continue;
    reported.add(key);
    const message = `${placeText(context, op, k, address)} is one of the library's scratch cells, [${scratch}] to [${scratch + SCRATCH_CELLS - 1}], which its macros overwrite`;
    yield findingAt(op, "overwritten-cells", "definite", message, { position });
  }
}

/** A range of cells that an operand writes; both ends are inclusive. */
interface Range {
  readonly op: Op;
  readonly k: number;
  readonly start: number;
  readonly end: number;
}

/** The uses of cells between the lowest and the highest cell of all ranges. */
class Layout {
  /** Named cells by address, with one of their names. */
  readonly names = new Map<number, string>();
  scratch: number | undefined;
  /** The lowest base of relative operands: where the first frame begins. */
  frame: number | undefined;
  private readonly context: CheckContext;
  private low = Infinity;
  private high = 0;

  constructor(context: CheckContext, ranges: readonly Range[]) {
    this.context = context;
    for (const { start, end } of ranges) {
      this.low = Math.min(this.low, start);
      this.high = Math.max(this.high, end);
    }
  }

  /** Records the cells that an instruction names. */
  add(op: Op): void {
    const { facts, program } = this.context;
    if (facts.reached[op.number] === 0 || op.index >= program.count) return;
    const { modes } = op;
    for (let k = 0; k < modes.length; k++) {
      const resolved = facts.addresses[op.firstSlot + k];
      if (modes[k] === RELATIVE && resolved >= 0)
        this.frame = Math.min(this.frame ?? Infinity, resolved - op.address(k));
      const address = op.address(k);
      if (modes[k] & (INDIRECT | RELATIVE) || address < this.low || address > this.high) continue;
      const name = nameOf(program, op, k);
      if (name === SCRATCH) this.scratch = address;
      else if (name !== undefined && !isInMacro(program, op)) this.names.set(address, name);
    }
  }
}

function* findingsOf(
  context: CheckContext,
  { names, scratch, frame }: Layout,
  { op, k, start, end }: Range,
): Iterable<Finding> {
  const report = (text: string, related: Finding["related"] = []): Finding =>
    findingAt(
      op,
      "overwritten-cells",
      "definite",
      `the ${end - start + 1} cells from ${operandText(context, op, k)} on ${text}`,
      { position: op.plan.memory[k].position, related },
    );
  const runOver: string[] = [];
  if (scratch !== undefined && start < scratch && end >= scratch)
    runOver.push(`the library's scratch cells, [${scratch}] to [${scratch + SCRATCH_CELLS - 1}]`);
  if (frame !== undefined && start < frame && end >= frame)
    runOver.push(`the first frame, which begins at [${frame}]`);
  if (runOver.length > 0) {
    yield report(`run over ${runOver.join(", and ")}`);
    return;
  }
  const lost = writtenJustAbove(context, op, start, end);
  for (const [address, write] of lost) {
    const [use] = nextUses(context, op, address, undefined).filter(({ writes }) => !writes);
    if (!use) continue;
    yield report(
      `include ${operandText(context, write.op, write.operand)}, which is written above to be read below`,
      [
        { index: write.op.index, position: write.position, message: "this value is lost" },
        { index: use.op.index, position: use.position, message: "it is read here" },
      ],
    );
    return;
  }
  for (const [address, name] of names) {
    if (address <= start || address > end) continue;
    const uses = nextUses(context, op, address, name);
    if (uses.length === 0 || !uses.every(({ writes }) => writes)) continue;
    yield report(`include \`${name}\` ([${address}]), which is used for something else`, [
      { index: uses[0].op.index, position: uses[0].position, message: `\`${name}\` is written here` },
    ]);
  }
}

function lengthAtLeast({ facts, tables: { values } }: CheckContext, op: Op, k: number): number {
  const fixed = op.lengths[k];
  if (fixed >= 0) return fixed;
  const value = facts.values[op.firstSlot + op.plan.memory[k].lengthOperand];
  return Number.isNaN(value) ? 0 : values.low(value);
}

/** The name of an operand that consists of a name alone. */
function nameOf(program: CheckContext["program"], op: Op, k: number): string | undefined {
  // The text of a straight-line program has no names, and isn't parsed again to look for them.
  if (op.index >= program.count || program.origins!.isStraightLine) return undefined;
  const node = operandNode(program.origins!, op.index, op.plan.memory[k].position);
  if (node?.kind !== "bare" || node.value.kind !== "name") return undefined;
  return tokenText(lineOf(program.origins!, op.index), node.value.first);
}

function isInMacro(program: CheckContext["program"], op: Op): boolean {
  return frameOf(program.origins!, op.index).expansion !== undefined;
}

interface Use {
  readonly op: Op;
  readonly position: number;
  readonly writes: boolean;
}

/** How many instructions before a write to a range are searched for values that it destroys. */
const MAX_SEARCHED_BACK = 100;

interface Lost {
  readonly op: Op;
  readonly operand: number;
  readonly position: number;
}

/**
 * The cells of a range, except its first, that earlier instructions of the same basic block write by address and don't read
 * afterwards. The search stops at a read through a pointer or of a range, which may read any of them.
 */
function writtenJustAbove(
  { code, graph }: CheckContext,
  from: Op,
  start: number,
  end: number,
): Map<number, Lost> {
  const found = new Map<number, Lost>();
  const read = new Set<number>();
  const first = graph.blocks[graph.blockOf[from.number]].first;
  for (let number = from.number; number >= Math.max(first, from.number - MAX_SEARCHED_BACK); number--) {
    const op = code.ops[number];
    for (const [operand, { writes, length, position }] of op.plan.memory.entries()) {
      const address = op.address(operand);
      if (op === from || !writes || length !== 1 || op.modes[operand] !== 0) continue;
      if (address <= start || address > end || read.has(address) || found.has(address)) continue;
      found.set(address, { op, operand, position });
    }
    for (const [operand, { writes, length }] of op.plan.memory.entries()) {
      if (writes) continue;
      if (op !== from && (length !== 1 || op.modes[operand] !== 0)) return found;
      read.add(op.address(operand));
    }
  }
  return found;
}

/** The next use of a cell on every path from an instruction. If a name is given, only uses by that name count. */
function nextUses(
  { code, program }: CheckContext,
  from: Op,
  address: number,
  name: string | undefined,
): Use[] {
  const uses: Use[] = [];
  const seen = new Set<Op>();
  const pending = following(code, from);
  for (let op = pending.pop(); op && seen.size < MAX_FOLLOWED; op = pending.pop()) {
    if (seen.has(op)) continue;
    seen.add(op);
    const use = useIn(op);
    if (use) uses.push(use);
    else pending.push(...following(code, op));
  }
  return uses;

  function useIn(op: Op): Use | undefined {
    let written: Use | undefined;
    for (const [k, { position, writes }] of op.plan.memory.entries()) {
      if (op.modes[k] !== 0 || op.address(k) !== address) continue;
      // Inside a macro, an argument appears under the name of its parameter.
      if (
        name !== undefined &&
        nameOf(program, op, k) !== name &&
        (op.index >= program.count || !isInMacro(program, op))
      )
        continue;
      if (!writes) return { op, position, writes };
      written = { op, position, writes };
    }
    return written;
  }
}

function following(code: Code, op: Op): Op[] {
  const { flow } = op.plan;
  const next = flow === "next" || flow === "branch" || flow === "call" ? opAt(code, op.next) : undefined;
  const target = op.plan.targetPosition >= 0 ? opAt(code, op.target) : undefined;
  return [next, target].filter((one) => one !== undefined);
}
