/** A source that is run for the debugger, as `avmasm dap` would do it. */

import { assemble } from "../../assembler/assemble.ts";
import { DebuggedRun } from "../../debugger/debugged-run.ts";
import { Recording } from "../../machine/recording.ts";
import { parseSource } from "../../grammar/source-file.ts";
import { run, type Call } from "../../machine/machine.ts";
import { World } from "../../machine/world.ts";

const MAIN = "/work/main.avm";

export function debugged(text: string, call: Omit<Call, "code"> = {}): DebuggedRun {
  const assembly = assemble(parseSource(MAIN, text));
  const world = new World({ target: assembly.program.set.target });
  const code = world.codeOf(assembly.program);
  const recording = new Recording(world);
  run(world, { ...call, code }, recording);
  return new DebuggedRun({
    recording,
    summary: [],
    programs: [[code, { assembly }]],
    environment: Object.entries(world.environment),
  });
}

/** The line that the run stands on, from 1, with the names of the stack's entries. */
export function lineOf(run: DebuggedRun, step = run.position.step, hidden = run.position.hidden): number {
  const call = run.timeline.callAt(step);
  const view = run.viewOf(call.code);
  return view.placesOf(view.statementAt(run.timeline.pcAt(step)))[hidden].line + 1;
}
