/**
 * Checks the programs of the workspace that aren't open, one after the other and in slices. Keeps only the diagnostics
 * of each.
 */

import { assemblyDiagnostics } from "../../project/assembly-diagnostics.ts";
import { checkingAssembly } from "../../project/check.ts";
import { mainFiles } from "../../project/main-files.ts";
import { runSlice, type Paused } from "../../program/cooperative.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { tooMany } from "../../assembler/expand/expansion.ts";
import { assembling, type AssembleOptions } from "../../assembler/assemble.ts";
import { openDocument, type Document } from "../documents/document.ts";
import { enoughToShow } from "../documents/lsp-diagnostics.ts";
import type { Results } from "../documents/merged-results.ts";
import { delayedProgress, type BeginProgress } from "./progress.ts";
import type { ProgramSettings } from "./projects.ts";
import { nextTurn } from "./event-loop.ts";
import { keyOf } from "../documents/uris.ts";

/** A program without an open file. */
export interface ClosedProgram {
  /** The main file comes first. */
  readonly files: readonly Document[];
  readonly settings: ProgramSettings;
  readonly options: AssembleOptions;
}

/** The checker's interface to its session. */
export interface CheckedWorkspace {
  /** URIs of all source files. */
  find(): Promise<readonly string[]>;
  /** Keys of the files that belong to programs which are open. */
  covered(): ReadonlySet<string>;
  /** A value that changes when a file changes, open or not; undefined if it doesn't exist. */
  stamp(uri: string): string | undefined;
  /** The settings of the program with this main file: the same object as long as they don't change. */
  settings(uri: string): ProgramSettings;
  /** A file with all files that it includes; undefined if it can't be read. Keeps nothing in a cache. */
  reading(uri: string): Paused<ClosedProgram | undefined>;
  /** True while an asynchronous read is in progress. */
  isReading(): boolean;
  /** Called when there are new results. */
  changed(): void;
  /** Called with an exception of the checker. */
  failed(error: unknown): void;
  readonly progress: BeginProgress | undefined;
}

interface Result {
  readonly uri: string;
  readonly settings: ProgramSettings;
  /** Stamps of the program's files by URI. */
  readonly stamps: ReadonlyMap<string, string | undefined>;
  readonly results: Results;
  /**
   * True if an included file is missing. No event announces its creation, so the program is checked again each time.
   */
  readonly isIncomplete: boolean;
}

/** Maximum number of slices, of some milliseconds each, for reading and checking one program. */
const MAX_SLICES = 1_000;
/** Maximum number of lines in all files and expansions of one program, which limits the assembler's time. */
export const CLOSED_LINES = 40_000;

export class WorkspaceChecker {
  private readonly workspace: CheckedWorkspace;
  /** Results by key of the main file. */
  private results = new Map<string, Result>();
  private running: Promise<void> | undefined;
  private again = false;
  private ended = false;

  constructor(workspace: CheckedWorkspace) {
    this.workspace = workspace;
  }

  /**
   * Checks all programs that changed since the last time. Resolves when that is done; callers share a run that is in
   * progress.
   */
  run(): Promise<void> {
    this.again = true;
    this.running ??= this.runUntilDone().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Stops as soon as possible. */
  end(): void {
    this.ended = true;
  }

  /** Drops all results, when these diagnostics are switched off. */
  clear(): void {
    this.results.clear();
  }

  /** True if a program without an open file reads this file. */
  reads(uri: string): boolean {
    return [...this.results.values()].some(({ stamps }) => stamps.has(uri));
  }

  /** The results of all programs without an open file. */
  *found(): Iterable<Results> {
    const covered = this.workspace.covered();
    for (const [key, { results }] of this.results) if (!covered.has(key)) yield results;
  }

  private async runUntilDone(): Promise<void> {
    while (this.again && !this.ended) {
      this.again = false;
      await this.checkAll();
    }
  }

  private async checkAll(): Promise<void> {
    const { workspace } = this;
    const uris = await workspace.find();
    const covered = workspace.covered();
    const closed = uris.filter((uri) => !covered.has(keyOf(uri)));
    const includes = await this.includesOf(closed);
    // An asynchronous provider triggers another run when it has read all files.
    if (workspace.isReading()) return;
    const keys = mainFiles(closed.map(keyOf), includes);
    const mains = closed.filter((uri) => keys.has(keyOf(uri)));
    this.results = new Map([...this.results].filter(([key]) => keys.has(key)));
    const progress = delayedProgress("Checking AVM files", workspace.progress);
    try {
      for (const [index, uri] of mains.entries()) {
        if (this.ended) return;
        const known = this.results.get(keyOf(uri));
        if (known && this.isCurrent(known)) continue;
        progress.report((100 * index) / mains.length);
        const result = await this.attempt(uri);
        if (result) this.results.set(keyOf(uri), result);
        else this.results.delete(keyOf(uri));
      }
    } finally {
      progress.done();
    }
    workspace.changed();
  }

  /** Checks a program; an exception is reported, and the other programs are still checked. */
  private async attempt(uri: string): Promise<Result | undefined> {
    try {
      return await this.check(uri);
    } catch (error) {
      this.workspace.failed(error);
      return undefined;
    }
  }

  /** The files that each file reads, by key. */
  private async includesOf(uris: readonly string[]): Promise<Map<string, readonly string[]>> {
    const includes = new Map<string, readonly string[]>();
    for (const uri of uris) {
      if (this.ended) break;
      const known = this.results.get(keyOf(uri));
      let files: string[];
      if (known && this.isCurrent(known)) files = [...known.stamps.keys()];
      else {
        const program = await this.inSlices(this.workspace.reading(uri));
        files = program?.result?.files.map((file) => file.uri) ?? [];
      }
      includes.set(
        keyOf(uri),
        files.map(keyOf).filter((key) => key !== keyOf(uri)),
      );
    }
    return includes;
  }

  private isCurrent({ uri, settings, stamps, isIncomplete }: Result): boolean {
    if (isIncomplete || this.workspace.settings(uri) !== settings) return false;
    return [...stamps].every(([file, stamp]) => stamp !== undefined && this.workspace.stamp(file) === stamp);
  }

  private async check(uri: string): Promise<Result | undefined> {
    const read = await this.inSlices(this.workspace.reading(uri));
    if (!read) return this.ended ? undefined : this.uncheckedResult(uri);
    if (!read.result) return undefined;
    const { files, settings, options } = read.result;
    if (files.reduce((count, { file }) => count + file.lines.length, 0) > CLOSED_LINES)
      return this.uncheckedResult(uri);
    const stamps = new Map(files.map((file) => [file.uri, this.workspace.stamp(file.uri)]));
    const assembled = await this.inSlices(assembling(files[0].file, options));
    if (!assembled) return this.ended ? undefined : this.uncheckedResult(uri);
    const assembly = assembled.result;
    let diagnostics: readonly Diagnostic[] = assemblyDiagnostics(assembly, { ...settings, libraries: true });
    await nextTurn();
    if (assembly.diagnostics.some(({ message }) => message === tooMany(CLOSED_LINES, "lines")))
      diagnostics = [leftUnchecked(uri)];
    else if (settings.check) {
      const done = await this.inSlices(checkingAssembly(assembly, { ...settings, libraries: true }));
      if (this.ended) return undefined;
      diagnostics = done ? done.result.diagnostics : [leftUnchecked(uri), ...diagnostics];
    }
    return {
      uri,
      settings,
      stamps,
      results: { files: files.map((file) => enoughToShow(file, diagnostics)), diagnostics },
      isIncomplete: diagnostics.some(({ code }) => code === "include-failed"),
    };
  }

  /** Runs work in slices. Undefined if it exceeds the program's limit, or if the checker has ended. */
  private async inSlices<Result>(work: Paused<Result>): Promise<{ readonly result: Result } | undefined> {
    for (let slices = 0; slices < MAX_SLICES && !this.ended; slices++) {
      const done = runSlice(work);
      await nextTurn();
      if (done) return done;
    }
    return undefined;
  }

  /** The result for a program that exceeds its limit. */
  private uncheckedResult(uri: string): Result {
    const { workspace } = this;
    const empty = openDocument(uri, undefined, "", "utf-16");
    return {
      uri,
      settings: workspace.settings(uri),
      stamps: new Map([[uri, workspace.stamp(uri)]]),
      results: { files: [empty], diagnostics: [leftUnchecked(uri)] },
      isIncomplete: false,
    };
  }
}

/** The diagnostic for a program that exceeds its limit. */
function leftUnchecked(uri: string): Diagnostic {
  return {
    severity: "warning",
    code: "limit-exceeded",
    message:
      "this file takes longer to check than a file that isn't open may, so it was left unchecked; open it to have it checked, or divide it into several",
    source: uri,
    span: { line: 0, start: 0, end: 0 },
  };
}
