/** The call stack: routines, the expansions that they stand in, and the contract calls around them. */

import type { CodeView, SourcePlace } from "./code-view.ts";
import type { DebuggedRun } from "./debugged-run.ts";
import type { RecordedCall } from "../machine/recording.ts";

export interface StackEntry {
  readonly name: string;
  readonly call: RecordedCall;
  readonly view: CodeView;
  /** The statement that runs, or that control comes back behind. */
  readonly statement: number;
  /** Its byte offset. */
  readonly pc: number;
  /** Undefined where code has no source and no disassembly, such as behind its end. */
  readonly place: SourcePlace | undefined;
}

/** Longest stack that is told; deeper ones are cut at their outer end. */
const MAX_ENTRIES = 10_000;

/** The stack at the step where the run stands, innermost entry first. */
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
    entries.push(...entriesAt(call, view, pc, hidden, prefix + view.routineAt(0)));
    hidden = 0;
    step = call.callerStep;
    call = call.caller;
  }
  return entries;
}

/** A statement and the expansions around it, as far as they aren't hidden. */
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

/** Where the INTERNALCALL at `pc` goes to. */
function targetOf({ code }: RecordedCall, pc: number): number {
  const instruction = code.peek(pc);
  const field = instruction?.form.fields.find(({ operand }) => operand.kind === "target");
  return instruction && field ? instruction.values[field.index] : pc;
}
