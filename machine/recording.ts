/**
 * A run, recorded step by step, so that a debugger can go through it in both directions: what each step changed, with what
 * was there before. A step costs some thirty bytes, and a changed cell as much again.
 */

import { grow } from "../program/program.ts";
import type { Code } from "./code.ts";
import type { Data } from "./data.ts";
import type { Frame } from "./frame.ts";
import type { FrameView, Observer } from "./observer.ts";
import { resolveOperands } from "./operands.ts";
import type { Failure } from "./outcome.ts";

/** A contract call of a recorded run. */
export interface RecordedFrame {
  readonly number: number;
  /** The number of the frame that made it; -1 for the first. */
  readonly caller: number;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  readonly calldata: Data;
  /** Its first step; the number of steps there are, if it halted before any. */
  readonly begin: number;
  /** One past its last step, and the last of all that it called. */
  readonly end: number;
  /** Why it failed, if it did. */
  readonly failure?: Failure;
  /** What it handed back. */
  readonly returnData: Data;
}

/** A cell that a step wrote. */
export interface Change {
  readonly address: number;
  readonly oldTag: number;
  readonly oldValue: bigint;
  /** False if nothing had written it before. */
  readonly wasWritten: boolean;
  readonly newTag: number;
  readonly newValue: bigint;
}

/** Records as an observer: hand it to `run`, then read it. Use one a run. */
export class Recording implements Observer {
  #count = 0;
  #pcs = new Uint32Array(1024);
  #frames = new Uint32Array(1024);
  #l2 = new Uint32Array(1024);
  #da = new Uint32Array(1024);
  #internalCalls = new Uint32Array(1024);
  /** Index of each step's first change. */
  #firsts = new Uint32Array(1025);
  /** Open internal calls as lists that share their tails; 0 is the empty one. */
  readonly #callPcs: number[] = [0];
  readonly #callParents: number[] = [0];
  readonly #openCalls = new Map<FrameView, { node: number; depth: number }>();
  readonly #contractCalls: (Omit<RecordedFrame, "end" | "returnData"> & Partial<RecordedFrame>)[] = [];
  #changes = 0;
  #addresses = new Uint32Array(1024);
  #oldTags = new Uint8Array(1024);
  #newTags = new Uint8Array(1024);
  readonly #oldValues: bigint[] = [];
  readonly #newValues: bigint[] = [];

  /** How many steps there are. One that halted is the last of its frame, and changed nothing. */
  get count(): number {
    return this.#count;
  }

  /** By number, which is the order in which they began. */
  get frames(): readonly RecordedFrame[] {
    return this.#contractCalls as readonly RecordedFrame[];
  }

  pcOf(step: number): number {
    return this.#pcs[step];
  }

  /** The number of the contract call that a step belongs to. */
  frameOf(step: number): number {
    return this.#frames[step];
  }

  /** What was left when the step began. */
  l2GasBefore(step: number): number {
    return this.#l2[step];
  }

  daGasBefore(step: number): number {
    return this.#da[step];
  }

  /** Byte offsets of the INTERNALCALLs that hadn't returned when the step began, outermost first. */
  internalCallsAt(step: number): number[] {
    const pcs: number[] = [];
    for (let node = this.#internalCalls[step]; node !== 0; node = this.#callParents[node])
      pcs.push(this.#callPcs[node]);
    return pcs.reverse();
  }

  changeCount(step: number): number {
    return this.#firsts[step + 1] - this.#firsts[step];
  }

  /** The cells of its own frame that a step wrote, in the order in which it did. */
  changesOf(step: number): Change[] {
    const changes: Change[] = [];
    for (let at = this.#firsts[step]; at < this.#firsts[step + 1]; at++) {
      changes.push({
        address: this.#addresses[at],
        oldTag: this.#oldTags[at] & ~WRITTEN,
        oldValue: this.#oldValues[at],
        wasWritten: (this.#oldTags[at] & WRITTEN) !== 0,
        newTag: this.#newTags[at],
        newValue: this.#newValues[at],
      });
    }
    return changes;
  }

  entered(frame: FrameView): void {
    this.#contractCalls[frame.number] = {
      number: frame.number,
      caller: frame.caller?.number ?? -1,
      address: frame.address,
      sender: frame.sender,
      isStatic: frame.isStatic,
      code: frame.code,
      calldata: (frame as Frame).calldata,
      begin: this.#count,
    };
    this.#openCalls.set(frame, { node: 0, depth: 0 });
  }

  before(frame: FrameView): void {
    const step = this.#count++;
    if (step === this.#pcs.length) this.#growSteps();
    this.#pcs[step] = frame.pc;
    this.#frames[step] = frame.number;
    this.#l2[step] = frame.l2GasLeft;
    this.#da[step] = frame.daGasLeft;
    this.#internalCalls[step] = this.#nodeOf(frame);
    this.#firsts[step] = this.#changes;
    for (const { operand, address, length } of resolveOperands(frame)) {
      // Each cell of a long range costs gas: what can't be paid is going to halt.
      if (operand.access !== "write" || length > Math.max(64, frame.l2GasLeft)) continue;
      for (let k = 0; k < length; k++) this.#noteOld(frame, address + k);
    }
    this.#firsts[step + 1] = this.#changes;
  }

  after(frame: FrameView): void {
    const step = this.#count - 1;
    // Behind a nested call the last step is the callee's; a call writes nothing itself.
    if (this.#frames[step] !== frame.number) return;
    const { memory } = frame;
    for (let at = this.#firsts[step]; at < this.#changes; at++) {
      this.#newTags[at] = memory.tagAt(this.#addresses[at]);
      this.#newValues[at] = memory.valueAt(this.#addresses[at]);
    }
  }

  left(frame: FrameView, failure: Failure | undefined): void {
    const last = this.#count - 1;
    if (failure?.kind === "halt" && last >= 0 && this.#frames[last] === frame.number) {
      // The instruction that halted changed nothing.
      this.#changes = this.#firsts[last];
      this.#firsts[last + 1] = this.#changes;
      this.#oldValues.length = this.#changes;
      this.#newValues.length = this.#changes;
    }
    Object.assign(this.#contractCalls[frame.number], {
      end: this.#count,
      returnData: (frame as Frame).output,
      ...(failure && { failure }),
    });
    this.#openCalls.delete(frame);
  }

  /** The list of a frame's open internal calls, which differs from the last one by at most one call. */
  #nodeOf(frame: FrameView): number {
    const open = this.#openCalls.get(frame)!;
    const depth = frame.internalCalls.length;
    if (depth > open.depth) {
      this.#callPcs.push(frame.internalCalls[depth - 1]);
      open.node = this.#callParents.push(open.node) - 1;
    } else if (depth < open.depth) open.node = this.#callParents[open.node];
    open.depth = depth;
    return open.node;
  }

  #noteOld({ memory }: FrameView, address: number): void {
    const at = this.#changes++;
    if (at === this.#addresses.length) {
      this.#addresses = grow(this.#addresses, 2 * at);
      this.#oldTags = grow(this.#oldTags, 2 * at);
      this.#newTags = grow(this.#newTags, 2 * at);
    }
    this.#addresses[at] = address;
    this.#oldTags[at] = memory.tagAt(address) | (memory.isWritten(address) ? WRITTEN : 0);
    this.#oldValues[at] = memory.valueAt(address);
  }

  #growSteps(): void {
    const length = 2 * this.#pcs.length;
    this.#pcs = grow(this.#pcs, length);
    this.#frames = grow(this.#frames, length);
    this.#l2 = grow(this.#l2, length);
    this.#da = grow(this.#da, length);
    this.#internalCalls = grow(this.#internalCalls, length);
    this.#firsts = grow(this.#firsts, length + 1);
  }
}

/** Beside the old tag: something had written the cell. */
const WRITTEN = 0x80;
