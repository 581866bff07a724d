/**
 * Records a run: for each step the position, the remaining gas, and the old content of the cells that it overwrites.
 * From that, memory at any step can be restored.
 */

import { MEMORY_SIZE } from "../isa/limits.ts";
import type { Code } from "./code.ts";
import type { FrameView, Observer } from "./observer.ts";
import type { Effect, Failure } from "./outcome.ts";
import type { World } from "./world.ts";
import type { Memory } from "./memory.ts";
import { addressOf, lengthOf, memoryFields } from "./operands.ts";
import { grow } from "../program/program.ts";

/** Maximum number of fields of calldata and of returndata that are kept for each contract call. */
const MAX_DATA = 10_000;

/** Maximum total length of the ranges of an instruction that writes two ranges. Only those can write one cell twice. */
const MAX_OVERLAP = 8;

/** The INTERNALCALLs that haven't returned, innermost first: a linked list that steps share. */
export interface InternalCalls {
  /** Byte offset of the innermost INTERNALCALL. */
  readonly pc: number;
  readonly outer: InternalCalls | undefined;
  readonly depth: number;
}

/** One contract call. */
export interface RecordedCall {
  /** Number of the call, counted from 0 in the order in which calls begin. */
  readonly number: number;
  readonly caller: RecordedCall | undefined;
  /** The step of the CALL that made it; -1 for the first call. */
  readonly callerStep: number;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  /** Memory at the current step of the timeline. */
  readonly memory: Memory;
  /** At most {@link MAX_DATA} fields. */
  readonly calldata: readonly bigint[];
  readonly calldataSize: number;
  /** Returndata of nested calls, each with the first step at which it can be read. */
  readonly returnData: { readonly from: number; readonly fields: readonly bigint[]; readonly size: number }[];
  /** Its last step; -1 if it has none yet. */
  lastStep: number;
  failure: Failure | undefined;
}

export class Recording implements Observer {
  readonly keepsMemory = true;
  readonly calls: RecordedCall[] = [];
  /** Number of steps. */
  count = 0;
  /** By step: byte offset of the instruction. */
  pcs = new Uint32Array(1024);
  /** By step: number of the contract call. */
  callOf = new Uint32Array(1024);
  /** By step: the gas left before the instruction. */
  l2Gas = new Uint32Array(1024);
  daGas = new Uint32Array(1024);
  /** By step: the internal calls that it is in. */
  readonly internalCalls: (InternalCalls | undefined)[] = [];
  /** By step: index of its first change. The entry after the last step is the number of changes. */
  firstChange = new Uint32Array(1025);
  /** By change: the address of the cell. The other arrays hold its content before the step, or after it if the step is undone. */
  addresses = new Uint32Array(1024);
  tags = new Uint8Array(1024);
  readonly values: (bigint | number)[] = [];
  /** The side effects of the run, each list with the step from which it holds. */
  readonly effects: { readonly from: number; readonly effects: readonly Effect[] }[] = [];
  private readonly effectsSoFar: () => readonly Effect[];
  private changeCount = 0;
  private current: RecordedCall | undefined;
  /** True from the end of a nested call until its CALL is done. */
  private calleeLeft = false;
  private readonly stacks: { pcs: readonly number[]; list: InternalCalls | undefined }[] = [];

  /** The bit in a recorded tag that marks a cell as never written. */
  static readonly UNWRITTEN = 0x80;

  /** True if there was no room for another change: the recording is of no use then. */
  isFull = false;
  private readonly maxChanges: number;

  /**
   * A recording observes only one run.
   *
   * @param world the world of the run. Without it, no side effects are recorded
   */
  constructor(world?: World, maxChanges = Infinity) {
    this.maxChanges = maxChanges;
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
    // The side effects of a failed call are undone.
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

  /** Swaps the content of the cells that a step changed with the recorded content: undoes the step, or does it again. */
  swap(step: number): void {
    const { memory } = this.calls[this.callOf[step]];
    // Works in both directions, since each step records a cell only once.
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
    if (!instruction || this.isFull) return;
    const firstOfStep = this.changeCount;
    for (const field of memoryFields(instruction.form).written) {
      const address = addressOf(memory, instruction, field.index, field.pair);
      const size = field.lengthIndex < 0 ? field.length : lengthOf(memory, instruction, field);
      // The instruction will halt because one of them can't be resolved.
      if (address < 0 || size < 0) continue;
      // A cell costs at least one unit of gas, so the instruction will halt: out of gas, or beyond the last cell.
      if (size > l2GasLeft || address + size > MEMORY_SIZE) continue;
      if (this.changeCount + size > this.maxChanges) {
        this.isFull = true;
        return;
      }
      for (let index = 0; index < size; index++) this.save(memory, address + index, firstOfStep);
    }
  }

  /** Saves a cell, unless this step, whose changes begin at `first`, has already saved it. */
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

  /** Returns the shared list for a stack. While the stack doesn't change, the list is the same object. */
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

/** Converts a small bigint to a number, which takes less memory. */
function compact(value: bigint): bigint | number {
  return value <= 0xffff_ffffn ? Number(value) : value;
}

function copyOf(size: number, at: (index: number) => bigint): bigint[] {
  return Array.from({ length: Math.min(size, MAX_DATA) }, (_, index) => at(index));
}
