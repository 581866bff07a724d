/**
 * Observes a run step by step. Recordings, coverage, profiles and tag checks are observers. A run without an observer
 * costs no extra time.
 */

import type { Code } from "./code.ts";
import type { Memory } from "./memory.ts";
import type { Failure } from "./outcome.ts";

/** A running contract call, as observers see it. They must not change it. */
export interface FrameView {
  /** The number of the call in the run, counted from 0 in the order in which calls begin. */
  readonly number: number;
  /** The call that made this call. */
  readonly caller: FrameView | undefined;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  readonly memory: Memory;
  /** Byte offset of the current instruction: the one announced by `before` or `after`. */
  readonly pc: number;
  readonly l2GasLeft: number;
  readonly daGasLeft: number;
  /** Byte offsets of the INTERNALCALLs that haven't returned, outermost first. */
  readonly internalCalls: readonly number[];
  /** Field `index` of the calldata; 0 past its end. */
  calldataAt(index: number): bigint;
  readonly calldataSize: number;
  /** Field `index` of the last nested call's returndata; 0 past its end. */
  returnDataAt(index: number): bigint;
  readonly returnDataSize: number;
}

/**
 * Every method is optional. `before` and `after` are called around each instruction; those of a nested call come between
 * those of its CALL. An instruction that halts has no `after`, but its call has a `left`.
 */
export interface Observer {
  /** It keeps the memory of calls that have ended. */
  readonly keepsMemory?: boolean;
  /** A contract call begins. */
  entered?(frame: FrameView): void;
  /** The instruction at `frame.pc` was decoded. It has no effect yet, and its gas isn't charged. */
  before?(frame: FrameView): void;
  /** The instruction was executed. `frame.pc` is still its offset. */
  after?(frame: FrameView): void;
  /** A contract call ended, successfully if `failure` is undefined. */
  left?(frame: FrameView, failure: Failure | undefined): void;
}
