/** Runs a call or a test with a recording, for the debugger. */

import type { TestCase } from "../assembler/assemble.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Code } from "../machine/code.ts";
import type { Outcome } from "../machine/outcome.ts";
import { Recording } from "../machine/recording.ts";
import { watchDeclaredTags } from "./declared-tags.ts";
import type { Runnable } from "./runnable.ts";
import type { Session } from "./session.ts";
import { together } from "./trace.ts";
import { runTest, type TestFailure, type TestSetting } from "./test-run.ts";

export interface RecordedRun {
  readonly recording: Recording;
  /** The program of each contract, with its code. */
  readonly programs: readonly (readonly [Code, Runnable])[];
  /** Members of GETENVVAR that are the same for the whole run, by name. */
  readonly environment: readonly (readonly [string, bigint])[];
  /** Writes that break the tag that a `.cell` of the program declares. */
  readonly brokenTags: readonly Diagnostic[];
}

/** Calls the contract at the session's address. */
export function recordCall(
  session: Session,
  calldata: readonly bigint[],
  isStatic: boolean,
): RecordedRun & { readonly outcome: Outcome } {
  const { address } = session.settings;
  const recording = new Recording(session.world);
  const runnable = session.placesAt(address)?.runnable;
  const declared = runnable && watchDeclaredTags(runnable, (code) => session.runnableOf(code) === runnable);
  const observer = declared ? together([recording, declared]) : recording;
  const outcome = session.call(calldata, isStatic, address, observer);
  return {
    outcome,
    brokenTags: declared?.take() ?? [],
    recording,
    programs: [...session.codes()],
    environment: Object.entries(session.world.environment),
  };
}

/** Runs a test. Its side effects aren't recorded, because the test makes its world itself. */
export function recordTest(
  test: TestCase,
  { program, neighbour }: Pick<TestSetting, "program" | "neighbour">,
): RecordedRun & { readonly failures: readonly TestFailure[] } {
  const recording = new Recording();
  const decoded = new Map<Runnable, Code>();
  const now = (): number => performance.now();
  const declared = watchDeclaredTags(program, (code) => code === decoded.get(program));
  const observers = [recording, ...(declared ? [declared] : [])];
  const { failures } = runTest(test, { program, neighbour, decoded, observers, now });
  return {
    failures,
    brokenTags: declared?.take() ?? [],
    recording,
    programs: [...decoded].map(([runnable, code]) => [code, runnable]),
    environment: [],
  };
}
