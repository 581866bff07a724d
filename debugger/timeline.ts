/** A recorded run with a current step. Memory has the content from just before that step's instruction. */

import { TAGS, type Tag } from "../isa/tags.ts";
import type { WireForm } from "../isa/instruction-set.ts";
import type { MemoryOperand } from "../isa/types.ts";
import type { Recording } from "../machine/recording.ts";
import { resolveOperands } from "../machine/operands.ts";
import { type InternalCalls, type RecordedCall } from "../machine/recording.ts";
import type { CellState } from "./watch-expression.ts";

/** A memory operand of an instruction, as it resolves at a step. */
export interface ResolvedOperand {
  readonly operand: MemoryOperand;
  /** The value in the wire form. */
  readonly offset: number;
  /** Addressing bits: INDIRECT, RELATIVE. */
  readonly mode: number;
  /** The resolved address; undefined if it can't be resolved, so that the instruction halts. */
  readonly address: number | undefined;
  /** Number of cells that it covers. */
  readonly length: number;
}

export class Timeline {
  readonly recording: Recording;
  #step: number;

  /** @param recording a run that has ended */
  constructor(recording: Recording) {
    this.recording = recording;
    this.#step = recording.count;
    this.goTo(0);
  }

  get step(): number {
    return this.#step;
  }

  /** Number of steps; 0 for a run that halts before its first instruction. */
  get count(): number {
    return this.recording.count;
  }

  get last(): number {
    return Math.max(0, this.count - 1);
  }

  /** Makes a step the current one. Takes time in proportion to the distance. */
  goTo(step: number): void {
    const wanted = Math.max(0, Math.min(step, this.count));
    while (this.#step > wanted) this.recording.swap(--this.#step);
    while (this.#step < wanted) this.recording.swap(this.#step++);
  }

  /** The contract call that a step belongs to. */
  callAt(step = this.#step): RecordedCall {
    const { recording } = this;
    return recording.calls[recording.callOf[step]] ?? recording.calls[0];
  }

  pcAt(step = this.#step): number {
    return this.recording.pcs[step];
  }

  internalCallsAt(step = this.#step): InternalCalls | undefined {
    return this.recording.internalCalls[step];
  }

  depthAt(step: number): number {
    return this.recording.internalCalls[step]?.depth ?? 0;
  }

  /** A cell of the call at the current step, or of another call. */
  cell(address: number, call = this.callAt()): CellState {
    const { memory } = call;
    return {
      tag: tagOf(memory.tagAt(address)),
      value: memory.valueAt(address),
      written: memory.isWritten(address),
    };
  }

  /**
   * The L2 gas that the outermost contract call and its nested calls have used before a step, minus the gas that the call was given. So
   * only differences between two steps mean something.
   */
  spentAt(step: number): { readonly outermost: RecordedCall; readonly l2: number } {
    const { l2Gas } = this.recording;
    let l2 = 0;
    let at = step;
    let call = this.callAt(step);
    for (; call.caller; call = call.caller) {
      const { caller, callerStep } = call;
      // A callee begins with the gas that it is given; what it doesn't use comes back.
      l2 += l2Gas[callerStep + 1] - l2Gas[at] + (caller.code.peek(this.pcAt(callerStep))?.l2 ?? 0);
      at = callerStep;
    }
    return { outermost: call, l2: l2 - l2Gas[at] };
  }

  /** The returndata that a call can read at the current step. */
  returnData(call = this.callAt()): readonly bigint[] {
    return call.returnData.findLast(({ from }) => from <= this.#step)?.fields ?? [];
  }

  /** The instruction at the current step; undefined if none can be decoded. */
  form(): WireForm | undefined {
    return this.callAt().code.peek(this.pcAt())?.form;
  }

  /** The memory operands of the current instruction, in wire order. */
  operands(): ResolvedOperand[] {
    const { code, memory } = this.callAt();
    const pc = this.pcAt();
    const instruction = code.peek(pc);
    if (!instruction) return [];
    const { form, mode, values } = instruction;
    const resolved = resolveOperands({ code, memory, pc });
    return form.fields.flatMap(({ operand, index, pair }) => {
      if (operand.kind !== "memory") return [];
      const found = resolved.find((one) => one.index === index);
      const bits = (mode >>> (2 * pair)) & 3;
      return [
        { operand, offset: values[index], mode: bits, address: found?.address, length: found?.length ?? 1 },
      ];
    });
  }

  /** True if a step writes a cell of a call, also if the content stays the same. */
  writes(step: number, call: RecordedCall, address: number): boolean {
    const { recording } = this;
    if (recording.callOf[step] !== call.number) return false;
    for (let change = recording.firstChange[step]; change < recording.firstChange[step + 1]; change++)
      if (recording.addresses[change] === address) return true;
    return false;
  }

  /** The last step before the current one that wrote a cell of a call, or -1 if none did. */
  lastWrite(address: number, call = this.callAt()): number {
    for (let step = this.#step - 1; step >= 0; step--) if (this.writes(step, call, address)) return step;
    return -1;
  }

  /** By address: the last step before the current one that wrote a cell of a call. */
  lastWrites(call = this.callAt()): ReadonlyMap<number, number> {
    const { recording } = this;
    const found = new Map<number, number>();
    for (let step = 0; step < this.#step; step++) {
      if (recording.callOf[step] !== call.number) continue;
      for (let change = recording.firstChange[step]; change < recording.firstChange[step + 1]; change++)
        found.set(recording.addresses[change], step);
    }
    return found;
  }

  /** Addresses of the cells of a call that were written before the current step, ascending. */
  writtenCells(call = this.callAt()): number[] {
    return [...this.lastWrites(call).keys()].sort((a, b) => a - b);
  }
}

function tagOf(code: number): Tag {
  return TAGS[code];
}
