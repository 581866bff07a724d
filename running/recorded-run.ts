/** Runs a call or a test with a recording, for the debugger. */

import type { TestCase } from "../assembler/assemble.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Code } from "../machine/code.ts";
import type { Failure, Outcome } from "../machine/outcome.ts";
import { Recording } from "../machine/recording.ts";
import { describeFailure } from "./messages.ts";
import type { Paused } from "../program/cooperative.ts";
import { watchDeclaredTags } from "./declared-tags.ts";
import type { Runnable } from "./runnable.ts";
import { finished, type Session } from "./session.ts";
import { together } from "./trace.ts";
import { runningTest, type TestFailure, type TestSetting } from "./test-run.ts";
import { grouped } from "../program/grouped.ts";

export interface RecordedRun {
  readonly recording: Recording;
  /** The program of each contract, with its code. */
  readonly programs: readonly (readonly [Code, Runnable])[];
  /** Members of GETENVVAR that are the same for the whole run, by name. */
  readonly environment: readonly (readonly [string, bigint])[];
  /** Describes how a call failed, with the message of a revert. */
  readonly describe: (failure: Failure) => string;
  /** Writes that break the tag that a `.cell` of the program declares. */
  readonly brokenTags: readonly Diagnostic[];
}

/** Why there is no recording: a clause without a full stop. */
export interface NotRecorded {
  readonly error: string;
}

/** Maximum number of steps of a recording. The gas of a whole transaction pays for 670,000. */
export const MAX_STEPS = 5_000_000;
/** Maximum number of cells whose old content a recording keeps. */
export const MAX_CHANGES = 20_000_000;

/** Calls the contract at the session's address. */
export function* recordCall(
  session: Session,
  calldata: readonly bigint[],
  isStatic: boolean,
): Paused<(RecordedRun & { readonly outcome: Outcome }) | NotRecorded> {
  const { address } = session.settings;
  const recording = new Recording(session.world, MAX_CHANGES);
  const runnable = session.placesAt(address)?.runnable;
  const declared = runnable && watchDeclaredTags(runnable, (code) => session.runnableOf(code) === runnable);
  const observer = declared ? together([recording, declared]) : recording;
  const outcome = yield* bounded(session.calling(calldata, isStatic, address, observer), recording);
  if ("error" in outcome) return outcome;
  return {
    outcome,
    brokenTags: declared?.take() ?? [],
    recording,
    programs: [...session.codes()],
    describe: (failure) => session.describeFailure(failure),
    environment: Object.entries(session.world.environment),
  };
}

/** Runs a test. Its side effects aren't recorded, because the test makes its world itself. */
export function* recordTest(
  test: TestCase,
  { program, readDeployed }: Pick<TestSetting, "program" | "readDeployed">,
): Paused<(RecordedRun & { readonly failures: readonly TestFailure[] }) | NotRecorded> {
  const recording = new Recording(undefined, MAX_CHANGES);
  const decoded = new Map<Runnable, Code>();
  const now = (): number => performance.now();
  const declared = watchDeclaredTags(program, (code) => code === decoded.get(program));
  const observers = [recording, ...(declared ? [declared] : [])];
  const setting = { program, readDeployed, decoded, observers, now };
  const result = yield* bounded(runningTest(test, setting), recording);
  if ("error" in result) return result;
  return {
    failures: result.failures,
    brokenTags: declared?.take() ?? [],
    recording,
    programs: [...decoded].map(([runnable, code]) => [code, runnable]),
    describe: (failure) => describeFailure(failure, decoded.keys()),
    environment: [],
  };
}

/** Ends a run whose recording gets too large. */
function* bounded<Result>(work: Paused<Result>, recording: Recording): Paused<Result | NotRecorded> {
  const run = finished(work);
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
    if (recording.count > MAX_STEPS || recording.isFull) {
      const what = recording.isFull
        ? `writes more than ${grouped(MAX_CHANGES)} cells`
        : `takes more than ${grouped(MAX_STEPS)} steps`;
      return {
        error: `the run ${what}, which is the most that a recording can contain; lower the limit of gas`,
      };
    }
    yield;
  }
}
