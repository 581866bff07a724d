/**
 * Schedules assembling and checking after an edit: quick steps at once, slow ones after a pause in typing and in
 * slices, so that requests are answered in between.
 */

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Results } from "../documents/merged-results.ts";
import { fileNameOf } from "../documents/uris.ts";
import { runSlice } from "../../program/cooperative.ts";
import { afterMessages, inNextTurn } from "./event-loop.ts";
import type { KnownProgram } from "./known-program.ts";
import { delayedProgress, type BeginProgress, type Progress } from "./progress.ts";

/** Time without an edit after which slow steps run. */
const TYPING_PAUSE_MS = 150;
/** A check that is expected to take less time doesn't wait for a pause in typing. */
const SHORT_CHECK_MS = 150;
/** Steps that are expected to take less time run directly after an edit. */
const IMMEDIATE_MS = 2;
/** Number of lines of a program above which syntax errors are published before other steps run. */
const MANY_LINES = 20_000;

/** The steps that find diagnostics; each includes the diagnostics of the previous one. */
type Stage = "syntax" | "assembly" | "check";

/** A program that is being checked. */
interface Job {
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Cancels the checker's next slice; undefined while the checker isn't running. */
  cancelSlice: (() => void) | undefined;
  progress: Progress | undefined;
  results: Results | undefined;
  /** The signature of each step's last results, to recognise equal ones. */
  signatures: Partial<Record<Stage, string>>;
}

/** Receives the scheduler's results. */
export interface ScheduleListener {
  /** There are new results. */
  found(): void;
  /** A slow check has finished, so hints and lenses may look different now. */
  checked(): void;
  failed(error: unknown): void;
  readonly progress?: BeginProgress | undefined;
}

export class CheckScheduler {
  private readonly listener: ScheduleListener;
  private readonly jobs = new Map<KnownProgram, Job>();

  constructor(listener: ScheduleListener) {
    this.listener = listener;
  }

  /** The last results of each program, if its texts haven't changed since. */
  *results(): Iterable<Results> {
    for (const [{ files }, { results }] of this.jobs) if (results?.files === files) yield results;
  }

  /** URIs of the files with results, including results of older texts. */
  *reportedFiles(): Iterable<string> {
    for (const { results } of this.jobs.values()) for (const { uri } of results?.files ?? []) yield uri;
  }

  /** Cancels all waiting work. */
  stop(): void {
    for (const job of this.jobs.values()) stopJob(job);
  }

  /** Updates the diagnostics of these programs, and drops the results of all others. */
  run(programs: readonly KnownProgram[]): void {
    const wanted = new Set(programs);
    for (const [program, job] of this.jobs) {
      if (wanted.has(program)) continue;
      stopJob(job);
      this.jobs.delete(program);
    }
    for (const program of programs) {
      const job = this.jobOf(program);
      if (job.results?.files === program.files && program.isChecked) continue;
      if (program.lineCount <= MANY_LINES) this.start(program, job);
      else {
        this.report(program, job, "syntax");
        job.cancelSlice = inNextTurn(() => {
          job.cancelSlice = undefined;
          this.guard(() => {
            this.start(program, job);
            this.listener.found();
          });
        });
      }
    }
    this.listener.found();
  }

  private jobOf(program: KnownProgram): Job {
    let job = this.jobs.get(program);
    if (!job) {
      job = {
        timer: undefined,
        cancelSlice: undefined,
        progress: undefined,
        results: undefined,
        signatures: {},
      };
      this.jobs.set(program, job);
    }
    return job;
  }

  /** Runs the quick steps at once, and the others after a pause. */
  private start(program: KnownProgram, job: Job): void {
    const { assembly, check } = program.costs();
    if (check <= IMMEDIATE_MS && program.checkInBudget()) return this.report(program, job, "check");
    const isAssembled = assembly <= IMMEDIATE_MS && program.assemblyInBudget() !== undefined;
    this.report(program, job, isAssembled ? "assembly" : "syntax");
    const begin = (): void => this.guard(() => this.checkInSlices(program, job));
    if (check <= SHORT_CHECK_MS) job.cancelSlice = afterMessages(begin);
    else job.timer = setTimeout(begin, TYPING_PAUSE_MS);
  }

  /** Runs the checker in slices, and reports its results. An edit cancels the next slice. */
  private checkInSlices(program: KnownProgram, job: Job): void {
    const finish = (): void => {
      job.progress?.done();
      job.timer = undefined;
      job.cancelSlice = undefined;
      this.report(program, job, "check");
      this.listener.found();
      this.listener.checked();
    };
    if (program.isChecked || !program.settings.check) return finish();
    const { files, settings } = program;
    const work = program.checking();
    const expected = program.expectedCheckCost;
    job.progress = delayedProgress(`Checking ${fileNameOf(files[0].uri)}`, this.listener.progress);
    let cost = 0;
    const slice = (): void => {
      // A synchronous request may have finished the check.
      if (program.isChecked || program.files !== files || program.settings !== settings) return finish();
      const start = performance.now();
      const done = runSlice(work);
      cost += performance.now() - start;
      if (done) return finish();
      job.progress?.report(Math.min(99, (100 * cost) / expected));
      job.cancelSlice = inNextTurn(() => this.guard(slice));
    };
    slice();
  }

  /** Computes the diagnostics of a program up to a step. They are published together or not at all. */
  private report(program: KnownProgram, job: Job, stage: Stage): void {
    const syntax = program.syntaxProblems();
    const signatures: Job["signatures"] = { syntax: signatureOf(syntax) };
    let diagnostics = syntax;
    if (stage !== "syntax") {
      const assembled = program.assemblyDiagnostics();
      diagnostics = stage === "check" ? program.check().diagnostics : assembled;
      signatures.assembly = signatureOf(assembled);
    }
    // If this step has no new diagnostics, the client keeps the fuller list that it shows, which the editor moves with
    // the text; the complete list follows after the pause.
    const saysLess = stage !== "check" && job.results && job.signatures[stage] === signatures[stage];
    if (saysLess) return;
    job.signatures = signatures;
    job.results = { files: program.files, diagnostics };
  }

  /** Runs work that no request waits for: an error in it must not end the server. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.listener.failed(error);
    }
  }
}

function stopJob(job: Job): void {
  clearTimeout(job.timer);
  job.timer = undefined;
  job.cancelSlice?.();
  job.cancelSlice = undefined;
  job.progress?.done();
}

/** A text that is equal for lists of diagnostics that only differ in their places. */
function signatureOf(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics.map(({ code, message, source }) => [source, code, message]));
}
