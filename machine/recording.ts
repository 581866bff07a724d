/**
 * A run as it is recorded: for each step where it was, what gas was left, and the cells that it was about to overwrite.
 * That is enough to go from any step to any other.
 */

import type { WireForm } from "../isa/instruction-set.ts";
import { MEMORY_SIZE } from "../isa/limits.ts";
import type { RangeLength } from "../isa/types.ts";
import type { Code } from "./code.ts";
import type { FrameView, Observer } from "./observer.ts";
import type { Effect, Failure } from "./outcome.ts";
import type { World } from "./world.ts";
import type { Memory } from "./memory.ts";
import { grow } from "../program/program.ts";

/** Fields of calldata and returndata that are kept for each contract call. */
const MAX_DATA = 10_000;

/** Only instructions that write two ranges can name a cell twice; those ranges are no longer than this together. */
const MAX_OVERLAP = 8;

/** INTERNALCALLs that haven't returned: a list that steps share, innermost first. */
export interface InternalCalls {
  /** Byte offset of the innermost INTERNALCALL. */
  readonly pc: number;
  readonly outer: InternalCalls | undefined;
  readonly depth: number;
}

/** One contract call. */
export interface RecordedCall {
  /** In the order in which calls began, from 0. */
  readonly number: number;
  readonly caller: RecordedCall | undefined;
  /** The caller's step that made it; -1 for the first call. */
  readonly callerStep: number;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  /** As it is at the step where the timeline stands. */
  readonly memory: Memory;
  /** The first {@link MAX_DATA} fields. */
  readonly calldata: readonly bigint[];
  readonly calldataSize: number;
  /** By the step from which it can be read: what nested calls handed back. */
  readonly returnData: { readonly from: number; readonly fields: readonly bigint[]; readonly size: number }[];
  /** Its last step. -1 until it has one. */
  lastStep: number;
  failure: Failure | undefined;
}

export class Recording implements Observer {
  readonly calls: RecordedCall[] = [];
  /** Number of steps. */
  count = 0;
  /** By step: byte offset of the instruction. */
  pcs = new Uint32Array(1024);
  /** By step: number of the contract call. */
  callOf = new Uint32Array(1024);
  /** By step: gas that was left before the instruction. */
  l2Gas = new Uint32Array(1024);
  daGas = new Uint32Array(1024);
  /** By step: the internal calls around it. */
  readonly internalCalls: (InternalCalls | undefined)[] = [];
  /** By step: index of its first change; behind the last step the number of changes. */
  firstChange = new Uint32Array(1025);
  /** By change: the cell, and its content on the other side of the step. */
  addresses = new Uint32Array(1024);
  tags = new Uint8Array(1024);
  readonly values: (bigint | number)[] = [];
  /** By the step from which it is so: the side effects of the run. */
  readonly effects: { readonly from: number; readonly effects: readonly Effect[] }[] = [];
  private readonly effectsSoFar: () => readonly Effect[];
  private changeCount = 0;
  private current: RecordedCall | undefined;
  /** A nested call is over, and the CALL that made it isn't. */
  private calleeLeft = false;
  private readonly stacks: { pcs: readonly number[]; list: InternalCalls | undefined }[] = [];

  /** Marks, besides the tag, a cell that was never written. */
  static readonly UNWRITTEN = 0x80;

  /** `world`: in which the run is about to begin; without it no side effects are recorded. Use one recording a run. */
  constructor(world?: World) {
    const checkpoint = world?.checkpoint();
    this.effectsSoFar = () => (world && checkpoint ? world.effectsSince(checkpoint) : []);
  }

  entered(frame: FrameView): void {
    const call: RecordedCall = {
      number: this.calls.length,
      caller: this.current,
      callerStep: this.current ? this.count - 1 : -1,
      address: frame.address,
      sender: frame.sender,
      isStatic: frame.isStatic,
      code: frame.code,
      memory: frame.memory,
      calldata: copyOf(frame.calldataSize, (index) => frame.calldataAt(index)),
      calldataSize: frame.calldataSize,
      returnData: [],
      lastStep: -1,
      failure: undefined,
    };
    this.calls.push(call);
    this.stacks.push({ pcs: [], list: undefined });
    this.current = call;
  }

  before(frame: FrameView): void {
    const call = this.current!;
    const step = this.count++;
    if (step >= this.pcs.length) this.reserve(2 * step);
    this.pcs[step] = frame.pc;
    this.callOf[step] = call.number;
    this.l2Gas[step] = frame.l2GasLeft;
    this.daGas[step] = frame.daGasLeft;
    this.internalCalls.push(this.stackOf(call.number, frame.internalCalls));
    call.lastStep = step;
    this.saveWhatIsWritten(frame);
    this.firstChange[step + 1] = this.changeCount;
  }

  left(_frame: FrameView, failure: Failure | undefined): void {
    const call = this.current!;
    call.failure = failure;
    this.current = call.caller;
    this.calleeLeft = true;
    // What a failed call did is undone.
    if (failure) this.saveEffects();
  }

  after(frame: FrameView): void {
    if (frame.code.peek(frame.pc)?.form.definition.changesState) this.saveEffects();
    if (!this.calleeLeft) return;
    this.calleeLeft = false;
    this.current!.returnData.push({
      from: this.count,
      fields: copyOf(frame.returnDataSize, (index) => frame.returnDataAt(index)),
      size: frame.returnDataSize,
    });
  }

  /** Swaps the cells that a step changed with what they hold on the other side of it. */
  swap(step: number): void {
    const { memory } = this.calls[this.callOf[step]];
    // The same in both directions, since no step names a cell twice.
    for (let change = this.firstChange[step]; change < this.firstChange[step + 1]; change++) {
      const address = this.addresses[change];
      const tag = memory.isWritten(address) ? memory.tagAt(address) : Recording.UNWRITTEN;
      const value = memory.valueAt(address);
      if (this.tags[change] === Recording.UNWRITTEN) memory.forget(address);
      else memory.set(address, this.tags[change], BigInt(this.values[change]));
      this.tags[change] = tag;
      this.values[change] = compact(value);
    }
  }

  private saveEffects(): void {
    this.effects.push({ from: this.count, effects: this.effectsSoFar() });
  }

  private saveWhatIsWritten({ code, memory, pc, l2GasLeft }: FrameView): void {
    const instruction = code.peek(pc);
    if (!instruction) return;
    const { form, mode, values } = instruction;
    const firstOfStep = this.changeCount;
    for (const { field, pair, length } of writesOf(form)) {
      let address: number;
      let size: number;
      try {
        address = memory.resolve(values[field], (mode >>> (2 * pair)) & 3);
        size = lengthOf(length, form, mode, values, memory);
      } catch {
        // The instruction is about to halt for this.
        continue;
      }
      // A cell costs at least one unit of gas: this will run out of it, or beyond the last cell.
      if (size > l2GasLeft || address + size > MEMORY_SIZE) continue;
      for (let index = 0; index < size; index++) this.save(memory, address + index, firstOfStep);
    }
  }

  /** Saves a cell unless the same step, whose changes begin at `first`, has saved it. */
  private save(memory: Memory, address: number, first: number): void {
    if (
      this.changeCount - first <= MAX_OVERLAP &&
      this.addresses.subarray(first, this.changeCount).includes(address)
    )
      return;
    const change = this.changeCount++;
    if (change >= this.addresses.length) {
      this.addresses = grow(this.addresses, 2 * change);
      this.tags = grow(this.tags, 2 * change);
    }
    this.addresses[change] = address;
    this.tags[change] = memory.isWritten(address) ? memory.tagAt(address) : Recording.UNWRITTEN;
    this.values.push(compact(memory.valueAt(address)));
  }

  /** The same list for as long as a call's stack stays the same. */
  private stackOf(call: number, pcs: readonly number[]): InternalCalls | undefined {
    const known = this.stacks[call];
    const depth = known.list?.depth ?? 0;
    if (pcs.length === depth) return known.list;
    if (pcs.length < depth) {
      while ((known.list?.depth ?? 0) > pcs.length) known.list = known.list!.outer;
    } else known.list = { pc: pcs[pcs.length - 1], outer: known.list, depth: depth + 1 };
    return known.list;
  }

  private reserve(steps: number): void {
    this.pcs = grow(this.pcs, steps);
    this.callOf = grow(this.callOf, steps);
    this.l2Gas = grow(this.l2Gas, steps);
    this.daGas = grow(this.daGas, steps);
    this.firstChange = grow(this.firstChange, steps + 1);
  }
}

interface Write {
  /** Index of the operand. */
  readonly field: number;
  readonly pair: number;
  readonly length: RangeLength | undefined;
}

const writes = new WeakMap<WireForm, readonly Write[]>();

function writesOf(form: WireForm): readonly Write[] {
  let found = writes.get(form);
  if (!found) {
    found = form.fields.flatMap(({ operand, index, pair }) =>
      operand.kind === "memory" && operand.access === "write"
        ? [{ field: index, pair, length: operand.length }]
        : [],
    );
    writes.set(form, found);
  }
  return found;
}

/** How many cells a range has. Throws if the cell that says it can't be resolved. */
function lengthOf(
  length: RangeLength | undefined,
  form: WireForm,
  mode: number,
  values: readonly number[],
  memory: Memory,
): number {
  if (length === undefined) return 1;
  if (typeof length === "number") return length;
  const name = "cell" in length ? length.cell : length.immediate;
  const { index, pair } = form.fields.find(({ operand }) => operand.name === name)!;
  if ("immediate" in length) return values[index];
  return memory.smallAt(memory.resolve(values[index], (mode >>> (2 * pair)) & 3));
}

/** Numbers take less room than bigints. */
function compact(value: bigint): bigint | number {
  return value <= 0xffff_ffffn ? Number(value) : value;
}

function copyOf(size: number, at: (index: number) => bigint): bigint[] {
  return Array.from({ length: Math.min(size, MAX_DATA) }, (_, index) => at(index));
}
