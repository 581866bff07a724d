/**
 * A program of the session, a main file with all that it includes: its assembly, its analysis, and the time that both
 * take.
 */

import { assemblyDiagnostics, checkAssembly, checkingAssembly, type Checked } from "../../project/check.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { assemble, assembling, type Assembly, type AssembleOptions } from "../../assembler/assemble.ts";
import { DiagnosticList } from "../../assembler/diagnostic-list.ts";
import { reassemble } from "../../assembler/incremental.ts";
import type { Document } from "../documents/document.ts";
import { problemLinesOf } from "../language/scopes.ts";
import type { ProgramSettings } from "./projects.ts";

/**
 * The most that a request waits for an assembly or analysis, in milliseconds; it does without one that takes longer.
 */
const REQUEST_BUDGET_MS = 60;
/** The assumed time for each line, before anything was measured. */
const ASSEMBLY_MS_PER_LINE = 0.005;
const CHECK_MS_PER_LINE = 0.02;

/** The expected time of each step, in milliseconds; that of the check includes the assembly. */
interface Costs {
  readonly assembly: number;
  readonly check: number;
}

export class KnownProgram {
  /** The main file first. */
  files: readonly Document[];
  settings: ProgramSettings;
  private readonly optionsFor: (settings: ProgramSettings) => AssembleOptions;
  private assembly: Assembly | undefined;
  /** The assembly before the last edits, until there is a new one: mostly only a few lines differ. */
  private beforeEdit: Assembly | undefined;
  private checked: Checked | undefined;
  private assemblyCost: number | undefined;
  private checkCost: number | undefined;

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

  /** Replaces texts or settings, and drops the results of the old ones. */
  update(files: readonly Document[], settings: ProgramSettings): void {
    const isSame =
      this.settings === settings &&
      this.files.length === files.length &&
      this.files.every((file, index) => file === files[index]);
    if (isSame) return;
    const isEdit = this.settings === settings && files.length === 1;
    this.beforeEdit = isEdit ? (this.assembly ?? this.beforeEdit) : undefined;
    this.assembly = undefined;
    this.files = files;
    this.settings = settings;
    this.checked = undefined;
  }

  /** The assembly, however long that takes. */
  assemble(): Assembly {
    this.reassemble();
    if (this.assembly) return this.assembly;
    const start = performance.now();
    this.assembly = assemble(this.main.file, this.optionsFor(this.settings));
    this.assemblyCost = performance.now() - start;
    return this.assembly;
  }

  /** What is wrong with the program, however long that takes. */
  check(): Checked {
    if (this.checked) return this.checked;
    const assembly = this.assemble();
    if (!this.settings.check) return (this.checked = { assembly, diagnostics: this.assemblyDiagnostics() });
    const start = performance.now();
    this.checked = checkAssembly(assembly, { ...this.settings, libraries: true });
    this.checkCost = performance.now() - start;
    return this.checked;
  }

  /** The assembly if it is known, or can be made while a request waits. */
  assemblyInBudget(): Assembly | undefined {
    return this.costs().assembly > REQUEST_BUDGET_MS ? undefined : this.assemble();
  }

  /** The same for what the checker found. */
  checkInBudget(): Checked | undefined {
    return this.costs().check > REQUEST_BUDGET_MS ? undefined : this.check();
  }

  /** Begins to assemble and check the program, with pauses. */
  *checking(): Paused<Checked> {
    const { settings } = this;
    return yield* checkingAssembly(yield* this.assembling(), { ...settings, libraries: true });
  }

  private *assembling(): Paused<Assembly> {
    this.reassemble();
    if (this.assembly) return this.assembly;
    const { files, settings } = this;
    const work = assembling(this.main.file, this.optionsFor(settings));
    let cost = 0;
    for (;;) {
      const start = performance.now();
      const { done, value } = work.next();
      cost += performance.now() - start;
      if (done !== true) {
        yield;
        continue;
      }
      // In between a request may have assembled it, or the text may have changed.
      if (this.files !== files || this.settings !== settings) return value;
      this.assemblyCost = cost;
      return (this.assembly ??= value);
    }
  }

  /** Takes the result of {@link checking}. */
  finishChecking(checked: Checked, milliseconds: number): void {
    this.checked = checked;
    this.checkCost = milliseconds;
  }

  /** What the check took last time, or is expected to take, in milliseconds. */
  get expectedCheckCost(): number {
    return this.checkCost ?? this.lineCount * CHECK_MS_PER_LINE;
  }

  costs(): Costs {
    this.reassemble();
    const assembly = this.assembly ? 0 : (this.assemblyCost ?? this.lineCount * ASSEMBLY_MS_PER_LINE);
    const check = this.settings.check ? this.expectedCheckCost : 0;
    return { assembly, check: this.checked ? 0 : assembly + check };
  }

  /** What the assembler found, except what the text asks to ignore. */
  assemblyDiagnostics(): readonly Diagnostic[] {
    return assemblyDiagnostics(this.assemble(), this.settings);
  }

  /** The mistakes that each line has by itself. */
  syntaxProblems(): readonly Diagnostic[] {
    const diagnostics = new DiagnosticList();
    for (const { file } of this.files) {
      for (const line of problemLinesOf(file)) diagnostics.addLineProblems(file, line, line + 1);
      diagnostics.addOpenComment(file);
    }
    return diagnostics.list;
  }

  /** Assembles what an edit changed, if that is enough; takes next to no time. */
  private reassemble(): void {
    if (!this.assembly && this.beforeEdit) this.assembly = reassemble(this.beforeEdit, this.main.file);
    this.beforeEdit = undefined;
  }
}
