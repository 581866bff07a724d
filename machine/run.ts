/** The state that the calls of one run share. */

import type { Decoded } from "./code.ts";
import type { Frame } from "./frame.ts";
import type { MemoryBudget } from "./memory.ts";
import type { Observer } from "./observer.ts";
import type { DebugLog } from "./outcome.ts";
import type { World } from "./world.ts";

/** Why the interpreter's loop ended. */
export type Signal =
  /** The call executed RETURN or REVERT. */
  | "end"
  /** The call made a nested call, which is in `run.callee`. */
  | "call"
  /** The caller of the run may do something else before it continues. */
  | "pause";

/** Executes one instruction. Throws {@link Halted} if it fails. */
export type Handler = (frame: Frame, instruction: Decoded, run: Run) => Signal | undefined;

export interface Run {
  readonly world: World;
  readonly observer: Observer | undefined;
  /** The number of steps at which an observed call pauses; `Infinity` if it never does. */
  pauseAt: number;
  steps: number;
  /** Number of contract calls so far. */
  calls: number;
  /** The nested call that will run next. */
  callee: Frame | undefined;
  readonly budget: MemoryBudget;
  readonly debugLogs: DebugLog[];
  /** Number of cells that debug logs have read. */
  debugReads: number;
}
