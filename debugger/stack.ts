/** Builds the call stack: routines, macro expansions and contract calls. */

import type { CodeView, SourcePlace } from "./code-view.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { RecordedCall } from "../machine/recording.ts";

export interface StackEntry {
  readonly name: string;
  readonly call: RecordedCall;
  readonly view: CodeView;
  /** The current statement, or the call that control will return to. */
  readonly statement: number;
  /** Its byte offset. */
  readonly pc: number;
  /** The place in a source or disassembly; undefined outside of the code. */
  readonly place: SourcePlace | undefined;
}

/** Maximum number of entries. A deeper stack is cut at its outer end. */
const MAX_ENTRIES = 10_000;

/** The stack at the current step, innermost entry first. */
export function stackOf(run: DebuggedRun): StackEntry[] {
  const { timeline, position } = run;
  const entries: StackEntry[] = [];
  const named = timeline.recording.calls.length > 1;
  let { hidden } = position;
  let call: RecordedCall | undefined = timeline.callAt(position.step);
  let step = position.step;
  while (call && entries.length < MAX_ENTRIES) {
    const view = run.viewOf(call.code);
    const prefix = named ? `0x${call.address.toString(16)}: ` : "";
    let pc = timeline.pcAt(step);
    for (
      let around = timeline.internalCallsAt(step);
      around && entries.length < MAX_ENTRIES;
      around = around.outer
    ) {
      const routine = view.routineAt(targetOf(call, around.pc));
      entries.push(...entriesAt(call, view, pc, hidden, prefix + routine));
      hidden = 0;
      ({ pc } = around);
    }
    entries.push(...entriesAt(call, view, pc, hidden, prefix + view.outerRoutineAt(pc)));
    hidden = 0;
    step = call.callerStep;
    call = call.caller;
  }
  return entries;
}

/** The entries of a statement and of the expansions around it, without hidden expansions. */
function entriesAt(
  call: RecordedCall,
  view: CodeView,
  pc: number,
  hidden: number,
  routine: string,
): StackEntry[] {
  const statement = view.statementAt(pc);
  const at = { call, view, statement, pc };
  const places = statement < 0 ? [] : view.placesOf(statement).slice(hidden);
  if (places.length === 0) return [{ ...at, name: routine, place: undefined }];
  return places.map((place) => ({
    ...at,
    name: place.expansion === undefined ? routine : `${place.expansion} (in ${routine})`,
    place,
  }));
}

/** The target of the INTERNALCALL at `pc`. */
function targetOf({ code }: RecordedCall, pc: number): number {
  const instruction = code.peek(pc);
  const field = instruction?.form.fields.find(({ operand }) => operand.kind === "target");
  return instruction && field ? instruction.values[field.index] : pc;
}
