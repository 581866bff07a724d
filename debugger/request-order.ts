/** Tells which requests the debug adapter answers, and when: clients may send any of them at any time. */

import { didYouMean, nearest } from "../diagnostics/suggest.ts";

/** The state of a session, as far as the order of requests depends on it. */
export interface SessionState {
  readonly isInitialized: boolean;
  /** True while a program is run to be recorded. */
  readonly isLaunching: boolean;
  /** True if a program was recorded, now or before. */
  readonly wasLaunched: boolean;
  /** Number of steps of the recording; undefined if there is none. */
  readonly steps: number | undefined;
  /** True once the client has said that its breakpoints are set. */
  readonly hasBegun: boolean;
  /** True if the run is moving to the next stop. */
  readonly isMoving: boolean;
  /** True if the run is after its last step, and the client knows. */
  readonly hasEnded: boolean;
  /** True once the client has ended the session. */
  readonly isOver: boolean;
}

/** Requests that move through a run which is stopped. */
const STEPS: ReadonlySet<string> = new Set([
  ...["next", "stepIn", "stepOut", "stepBack", "continue", "reverseContinue", "avm/goToStep"],
]);
/** Those of them that a run which has ended can't do. */
const FORWARD: ReadonlySet<string> = new Set(["next", "stepIn", "stepOut", "continue"]);

/** The requests that are answered. */
const REQUESTS: ReadonlySet<string> = new Set([
  ...["initialize", "launch", "restart", "configurationDone", "terminate", "disconnect"],
  ...["setBreakpoints", "setFunctionBreakpoints", "setInstructionBreakpoints", "setExceptionBreakpoints"],
  ...["dataBreakpointInfo", "setDataBreakpoints", "breakpointLocations", "exceptionInfo"],
  ...["threads", "stackTrace", "scopes", "variables", "evaluate", "completions", "readMemory"],
  ...["source", "loadedSources", "disassemble", "avm/memory", "pause"],
  ...STEPS,
]);

/** Requests of the protocol that would change the run. */
const CHANGES: ReadonlySet<string> = new Set([
  ...["setVariable", "setExpression", "writeMemory", "goto", "restartFrame"],
]);

/** Why a request can't be answered now; undefined if it can. */
export function whyRefused(command: string, session: SessionState): string | undefined {
  if (!REQUESTS.has(command)) {
    if (CHANGES.has(command)) return `\`${command}\`: the run is recorded, so nothing in it can be changed`;
    if (command === "attach") return "`attach`: there is nothing to attach to; `launch` runs a program";
    return `there is no request \`${command.slice(0, 60)}\`${didYouMean(nearest(command, [...REQUESTS]))}`;
  }
  if (command === "disconnect" || command === "terminate") return undefined;
  if (session.isOver) return "the debugger was terminated";
  // Some clients send it twice before they launch.
  if (command === "initialize")
    return session.steps !== undefined || session.isLaunching
      ? "`initialize` comes before `launch`"
      : undefined;
  if (!session.isInitialized) return `\`${command}\` comes before \`initialize\``;
  if (command === "launch" || command === "restart") {
    if (session.isLaunching) return "the program is being run";
    if (command === "launch")
      return session.steps !== undefined
        ? "a program was launched before; `restart` runs it again"
        : undefined;
    if (!session.wasLaunched) return "nothing was launched";
    return session.steps !== undefined && !session.hasBegun
      ? "`restart` comes before `configurationDone`"
      : undefined;
  }
  if (!STEPS.has(command) && command !== "pause" && command !== "configurationDone") return undefined;
  if (session.isLaunching) return "the program is still being run";
  if (session.steps === undefined) return "nothing was launched";
  if (command === "configurationDone")
    return session.hasBegun ? "`configurationDone` was answered before" : undefined;
  if (!session.hasBegun) return `\`${command}\` comes before \`configurationDone\``;
  if (session.isMoving && command !== "pause") return "the program is running; `pause` stops it";
  if (session.steps === 0) return "the run has no step";
  if (session.hasEnded && (FORWARD.has(command) || command === "pause"))
    return "the run has ended; `stepBack` goes back into it";
  return undefined;
}
