/**
 * Schedules assembling and checking after an edit: quick steps at once, slow ones after a pause in typing and in
 * slices, so that requests are answered in between.
 */

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Results } from "../documents/merged-results.ts";
import { fileNameOf } from "../documents/uris.ts";
import { runSlice } from "../../program/cooperative.ts";
import { inNextTurn } from "./event-loop.ts";
import type { KnownProgram } from "./known-program.ts";
import { watched, type BeginProgress, type Progress } from "./progress.ts";

/** A pause in the typing after which slow steps run, in milliseconds. */
const TYPING_PAUSE_MS = 150;
/** A check that takes less than this doesn't wait for a pause in the typing, in milliseconds. */
const SHORT_CHECK_MS = 150;
/** How long a short check waits behind an edit, for the requests that a client sends then, in milliseconds. */
const EDIT_SETTLE_MS = 3;
/** Steps that take less than this run right behind an edit, in milliseconds. */
const IMMEDIATE_MS = 2;
/** In programs with more lines than this, syntax errors are published before anything else is done. */
const MANY_LINES = 20_000;

/** The steps in which diagnostics are found; each finds what the one before does, and more. */
type Stage = "syntax" | "assembly" | "check";

/** A program that is being looked at. */
interface Job {
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Takes back the checker's next slice; undefined while it isn't at work. */
  cancelSlice: (() => void) | undefined;
  progress: Progress | undefined;
  results: Results | undefined;
  /** A signature of the last results of each step, to recognise results that say the same. */
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

  /** What was found last in each program, as far as its texts are still the same. */
  *results(): Iterable<Results> {
    for (const [{ files }, { results }] of this.jobs) if (results?.files === files) yield results;
  }

  /** URIs of the files that something was found for, of older texts too. */
  *reportedFiles(): Iterable<string> {
    for (const { results } of this.jobs.values()) for (const { uri } of results?.files ?? []) yield uri;
  }

  /** Drops what waits for its turn. */
  stop(): void {
    for (const job of this.jobs.values()) stopJob(job);
  }

  /** Brings the diagnostics of these programs up to date, and forgets all others. */
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

  /** Runs the quick steps at once, and the rest after a pause. */
  private start(program: KnownProgram, job: Job): void {
    const { assembly, check } = program.costs();
    if (check <= IMMEDIATE_MS && program.checkInBudget()) return this.report(program, job, "check");
    const isAssembled = assembly <= IMMEDIATE_MS && program.assemblyInBudget() !== undefined;
    this.report(program, job, isAssembled ? "assembly" : "syntax");
    const pause = check <= SHORT_CHECK_MS ? EDIT_SETTLE_MS : TYPING_PAUSE_MS;
    job.timer = setTimeout(() => this.guard(() => this.checkInSlices(program, job)), pause);
  }

  /** Runs the checker a slice at a time, and reports what it found. An edit cancels the next slice. */
  private checkInSlices(program: KnownProgram, job: Job): void {
    const finish = (): void => {
      job.progress?.done();
      job.cancelSlice = undefined;
      this.report(program, job, "check");
    };
    if (program.isChecked || !program.settings.check) return finish();
    const { files, settings } = program;
    const work = program.checking();
    const expected = program.expectedCheckCost;
    job.progress = watched(`Checking ${fileNameOf(files[0].uri)}`, this.listener.progress);
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

  /** Finds the diagnostics of a program up to a step. They are published together, or not at all. */
  private report(program: KnownProgram, job: Job, stage: Stage): void {
    const syntax = program.syntaxProblems();
    const signatures: Job["signatures"] = { syntax: signatureOf(syntax) };
    let diagnostics = syntax;
    if (stage !== "syntax") {
      const assembled = program.assemblyDiagnostics();
      diagnostics = stage === "check" ? program.check().diagnostics : assembled;
      signatures.assembly = signatureOf(assembled);
    }
    // If this step has nothing new to say, what the client shows is better than less of it: the editor moves it along
    // with the text, and the whole comes after the pause.
    const saysLess = stage !== "check" && job.results && job.signatures[stage] === signatures[stage];
    if (saysLess) return;
    job.signatures = signatures;
    job.results = { files: program.files, diagnostics };
    if (stage !== "check" || job.timer === undefined) return;
    job.timer = undefined;
    this.listener.found();
    this.listener.checked();
  }

  /** Runs what no request waits for: nothing that goes wrong there may end the server. */
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

/** Equal for diagnostics that say the same, wherever they stand. */
function signatureOf(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics.map(({ code, message, source }) => [source, code, message]));
}
