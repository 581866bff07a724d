/** The interface of a session to its request handlers. */

import type { DebuggedRun } from "./debugged-run.ts";
import { Refusal } from "./refusal.ts";
import type { Sources } from "./sources.ts";

export interface SessionHost {
  /** The run that was recorded last, with its sources; undefined before the first one. */
  readonly recorded: () => { readonly run: DebuggedRun; readonly sources: Sources } | undefined;
  /** True if the run is moving to the next stop. */
  readonly isMoving: () => boolean;
  /** Lines and columns as the client counts them. */
  readonly toClient: {
    readonly line: (line: number) => number;
    readonly column: (column: number) => number;
  };
  /** Lines and columns as the adapter counts them: from 0. */
  readonly fromClient: {
    readonly line: (line: number) => number;
    readonly column: (column: number) => number;
  };
}

/** The recorded run with its sources. Throws a {@link Refusal} if there is none. */
export function recordedBy(host: SessionHost): { readonly run: DebuggedRun; readonly sources: Sources } {
  const recorded = host.recorded();
  if (!recorded) throw new Refusal("nothing was launched");
  return recorded;
}
