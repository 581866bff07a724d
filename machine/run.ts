/** What the calls of one run share. */

import type { Decoded } from "./code.ts";
import type { Frame } from "./frame.ts";
import type { Observer } from "./observer.ts";
import type { DebugLog } from "./outcome.ts";
import type { World } from "./world.ts";

/** What the interpreter leaves its loop for. */
export type Signal =
  /** RETURN or REVERT was executed. */
  | "end"
  /** A nested call was made: `run.callee` is to run next. */
  | "call";

/** Executes one instruction. Throws {@link Halted} if it can't be done. */
export type Handler = (frame: Frame, instruction: Decoded, run: Run) => Signal | undefined;

export interface Run {
  readonly world: World;
  readonly observer: Observer | undefined;
  steps: number;
  /** Contract calls so far. */
  calls: number;
  /** The call that was made last and hasn't begun. */
  callee: Frame | undefined;
  readonly debugLogs: DebugLog[];
  /** Cells that debug logs read. */
  debugReads: number;
}
