/**
 * A program of the session, which is a main file with all files that it includes: its assembly, its analysis, and the
 * time that both take.
 */

import { assemblyDiagnostics } from "../../project/assembly-diagnostics.ts";
import { checkingAssembly, type Checked } from "../../project/check.ts";
import { ArmMemo } from "../../analysis/analyze.ts";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { assembling, type Assembly, type AssembleOptions } from "../../assembler/assemble.ts";
import { DiagnosticList } from "../../assembler/diagnostic-list.ts";
import { reassemble } from "../../assembler/incremental.ts";
import type { Document } from "../documents/document.ts";
import { problemLinesOf } from "../language/scopes.ts";
import type { ProgramSettings } from "./projects.ts";

/**
 * Maximum time that a request waits for an assembly or analysis, in milliseconds; after that it is answered without it.
 */
const REQUEST_BUDGET_MS = 60;
/**
 * Number of parts of the work that run without a time limit, so that a small file is finished even on a busy machine.
 */
const PARTS_WITHOUT_CLOCK = 20;
/** The assumed times for each line, in milliseconds, before the first measurement. */
const ASSEMBLY_MS_PER_LINE = 0.005;
const CHECK_MS_PER_LINE = 0.02;

/** The expected time of each step in milliseconds; the check's includes the assembly. */
interface Costs {
  readonly assembly: number;
  readonly check: number;
}

/** Unfinished work that several callers continue until one of them finishes it. */
interface Begun<Result> {
  readonly work: Paused<Result>;
  done: { readonly result: Result } | undefined;
  /** Milliseconds so far. */
  cost: number;
}

export class KnownProgram {
  /** The main file comes first. */
  files: readonly Document[];
  settings: ProgramSettings;
  private readonly optionsFor: (settings: ProgramSettings) => AssembleOptions;
  private assembly: Assembly | undefined;
  /** The assembly before the last edits, kept until there is a new one: usually only a few lines differ. */
  private beforeEdit: Assembly | undefined;
  private checked: Checked | undefined;
  /** Work that has begun; every caller that needs its result continues it. */
  private begunAssembly: Begun<Assembly> | undefined;
  private begunCheck: Begun<Checked> | undefined;
  /** What the analysis before the last edits has found. */
  private readonly memo = new ArmMemo();
  private assemblyCost: number | undefined;
  /** The times of the last two checks. */
  private checkCosts: readonly number[] = [];

  constructor(
    files: readonly Document[],
    settings: ProgramSettings,
    optionsFor: (settings: ProgramSettings) => AssembleOptions,
  ) {
    this.files = files;
    this.settings = settings;
    this.optionsFor = optionsFor;
  }

  get main(): Document {
    return this.files[0];
  }

  get lineCount(): number {
    return this.files.reduce((sum, { file }) => sum + file.lines.length, 0);
  }

  get isChecked(): boolean {
    return this.checked !== undefined;
  }

  /** Replaces texts or settings, and drops results of the old ones. */
  update(files: readonly Document[], settings: ProgramSettings): void {
    const isSame =
      this.settings === settings &&
      this.files.length === files.length &&
      this.files.every((file, index) => file === files[index]);
    if (isSame) return;
    const isEdit = this.settings === settings && files.length === 1;
    this.beforeEdit = isEdit ? (this.assembly ?? this.beforeEdit) : undefined;
    this.assembly = undefined;
    this.assemblyCost ??= this.begunAssembly?.cost;
    if (this.checkCosts.length === 0 && this.begunCheck) this.checkCosts = [this.begunCheck.cost];
    this.begunAssembly = undefined;
    this.begunCheck = undefined;
    this.files = files;
    this.settings = settings;
    this.checked = undefined;
  }

  /** The assembly, without a time limit. */
  assemble(): Assembly {
    return toItsEnd(this.assembling());
  }

  /** The checker's result, without a time limit. */
  check(): Checked {
    return toItsEnd(this.checking());
  }

  /** The assembly if it is known, or can be made while a request waits; else undefined. */
  assemblyInBudget(): Assembly | undefined {
    return this.costs().assembly > REQUEST_BUDGET_MS
      ? undefined
      : endWithin(this.assembling(), REQUEST_BUDGET_MS);
  }

  /** The checker's result if it is known, or can be made in the time that a request waits for it; else undefined. */
  checkInBudget(milliseconds = REQUEST_BUDGET_MS): Checked | undefined {
    return this.costs().check > milliseconds ? undefined : endWithin(this.checking(), milliseconds);
  }

  /** Assembles and checks the program, with pauses; continues work that has begun. */
  *checking(): Paused<Checked> {
    const { settings } = this;
    const assembly = yield* this.assembling();
    if (this.checked?.assembly === assembly) return this.checked;
    const work = checkingAssembly(assembly, { ...settings, libraries: true, memo: this.memo });
    // An edit may have changed the text during a pause.
    if (assembly !== this.assembly) return yield* work;
    if (!settings.check) return (this.checked = { assembly, diagnostics: this.assemblyDiagnostics() });
    const begunCheck = (this.begunCheck ??= begin(work));
    const checked = yield* continuing(begunCheck);
    if (this.begunCheck !== begunCheck) return checked;
    this.begunCheck = undefined;
    this.checkCosts = [begunCheck.cost, ...this.checkCosts].slice(0, 2);
    return (this.checked = checked);
  }

  /** Assembles the program, with pauses; continues work that has begun. */
  *assembling(): Paused<Assembly> {
    this.reassemble();
    if (this.assembly) return this.assembly;
    const begunAssembly = (this.begunAssembly ??= begin(
      assembling(this.main.file, this.optionsFor(this.settings)),
    ));
    const assembly = yield* continuing(begunAssembly);
    if (this.begunAssembly !== begunAssembly) return assembly;
    this.begunAssembly = undefined;
    this.assemblyCost = begunAssembly.cost;
    return (this.assembly = assembly);
  }

  /**
   * The time of the last check or of the one before, or the estimated one, in milliseconds. Few edits make the whole program be
   * analysed again, so a check that takes much longer than the one before doesn't tell how long the next one takes.
   */
  get expectedCheckCost(): number {
    if (this.checkCosts.length > 0) return Math.min(...this.checkCosts);
    return Math.max(this.begunCheck?.cost ?? 0, this.lineCount * CHECK_MS_PER_LINE);
  }

  costs(): Costs {
    this.reassemble();
    const expected = Math.max(this.begunAssembly?.cost ?? 0, this.lineCount * ASSEMBLY_MS_PER_LINE);
    const assembly = this.assembly ? 0 : (this.assemblyCost ?? expected);
    const check = this.settings.check ? this.expectedCheckCost : 0;
    return { assembly, check: this.checked ? 0 : assembly + check };
  }

  /** The assembler's diagnostics, without those that comments ignore. */
  assemblyDiagnostics(): readonly Diagnostic[] {
    return assemblyDiagnostics(this.assemble(), { ...this.settings, libraries: true });
  }

  /** The syntax errors of all lines. */
  syntaxProblems(): readonly Diagnostic[] {
    const diagnostics = new DiagnosticList();
    for (const { file } of this.files) {
      for (const line of problemLinesOf(file)) diagnostics.addLineProblems(file, line, line + 1);
      diagnostics.addOpenComment(file);
    }
    return diagnostics.list;
  }

  /** Updates the assembly for the lines that an edit changed, if that is possible; takes nearly no time. */
  private reassemble(): void {
    if (!this.assembly && this.beforeEdit) this.assembly = reassemble(this.beforeEdit, this.main.file);
    this.beforeEdit = undefined;
  }
}

function begin<Result>(work: Paused<Result>): Begun<Result> {
  return { work, done: undefined, cost: 0 };
}

/** Continues the work to its end, with pauses, and counts its time. */
function* continuing<Result>(begun: Begun<Result>): Paused<Result> {
  while (!begun.done) {
    const start = performance.now();
    const { done, value } = begun.work.next();
    begun.cost += performance.now() - start;
    if (done === true) begun.done = { result: value };
    else yield;
  }
  return begun.done.result;
}

/** The result of work if it ends within a number of milliseconds; else undefined. */
function endWithin<Result>(work: Paused<Result>, milliseconds: number): Result | undefined {
  const start = performance.now();
  for (let parts = 1; ; parts++) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (parts >= PARTS_WITHOUT_CLOCK && performance.now() - start > milliseconds) return undefined;
  }
}
