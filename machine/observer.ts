/**
 * Watching a run, step by step: what recorders, debuggers, coverage and tag checks are made of. Without an observer the
 * machine spends nothing on any of it.
 */

import type { Code } from "./code.ts";
import type { Memory } from "./memory.ts";
import type { Failure } from "./outcome.ts";

/** One contract call while it runs. Observers read it; only the machine writes to it. */
export interface FrameView {
  /** Counts the contract calls of a run: 0 for the first, in the order in which they begin. */
  readonly number: number;
  /** The call that made it. */
  readonly caller: FrameView | undefined;
  readonly address: bigint;
  readonly sender: bigint;
  readonly isStatic: boolean;
  readonly code: Code;
  readonly memory: Memory;
  /** Byte offset of the instruction that is about to run, or has just run. */
  readonly pc: number;
  readonly l2GasLeft: number;
  readonly daGasLeft: number;
  /** Byte offsets of the INTERNALCALLs that haven't returned, outermost first. */
  readonly internalCalls: readonly number[];
  /** Field `index` of the calldata: 0 past its end. */
  calldataAt(index: number): bigint;
  readonly calldataSize: number;
  /** What the last nested call handed back; 0 past its end. */
  returnDataAt(index: number): bigint;
  readonly returnDataSize: number;
}

/**
 * Every method is optional. `before` and `after` come in pairs around an instruction, with those of a callee between
 * those of its CALL; an instruction that halts has no `after`, but its call a `left`.
 */
export interface Observer {
  /** A contract call begins. */
  entered?(frame: FrameView): void;
  /** The instruction at `frame.pc` was decoded, and nothing of it has happened yet, its gas not paid either. */
  before?(frame: FrameView): void;
  /** It is done; `frame.pc` is still its own. */
  after?(frame: FrameView): void;
  /** A contract call is over: well if there is no failure. */
  left?(frame: FrameView, failure: Failure | undefined): void;
}
