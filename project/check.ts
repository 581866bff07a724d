/** All that can be said about a source file: what the assembler found, and what the checker did. */

import { CATALOGUE } from "../diagnostics/catalogue.ts";
import { hasErrors, type Diagnostic, type DiagnosticCode } from "../diagnostics/diagnostic.ts";
import { applyPolicy, type Levels } from "../diagnostics/policy.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { HOLE } from "../isa/hole.ts";
import { assemble, type AssembleOptions, type Assembly } from "../assembler/assemble.ts";
import { frameOf } from "../program/source-locations.ts";
import { atCall, installedLibrary, type IsLibrary } from "../program/library-calls.ts";
import type { Program } from "../program/program.ts";
import { analyzing, type Analysis } from "../analysis/analyze.ts";
import { toItsEnd, type Paused } from "../analysis/cooperative.ts";
import { isLibrary } from "./library-file.ts";
import { checkDeclaredFunctions } from "../analysis/reports/declared-functions.ts";
import { tellingFindings } from "../analysis/reports/diagnostics.ts";

export interface CheckOptions extends AssembleOptions {
  /** Report what only may halt as warnings, not as hints. */
  readonly strict?: boolean;
  /**
   * Tells whether a source is the library's or lies outside of the project, so that what is wrong in its macros is told where
   * they are called. Without it, what is included as `<path>` is.
   */
  readonly isOutside?: IsLibrary;
  /** Severities that the project gives to codes. */
  readonly levels?: Levels;
  /** A file that has no code to begin with is a library: what it does isn't judged, as that depends on who calls it. */
  readonly libraries?: boolean;
}

export interface Checked {
  readonly assembly: Assembly;
  /**
   * In the order of the text; those of the main file and of what it includes. What comments say to ignore is left out, and
   * severities are the project's.
   */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Of the program as far as it could be assembled; what holes stand for is taken to do anything. Absent where nobody
   * asked for it.
   */
  readonly analysis?: Analysis;
}

/** Assembles a file and checks the result. Never throws. */
export function check(file: SourceFile, options: CheckOptions = {}): Checked {
  return checkAssembly(assemble(file, options), options);
}

/** Checks what was assembled. Never throws. */
export function checkAssembly(
  assembly: Assembly,
  options: Pick<CheckOptions, "strict" | "levels" | "isOutside" | "libraries"> = {},
): Checked {
  return toItsEnd(checkingAssembly(assembly, options));
}

/** The same with pauses. */
export function* checkingAssembly(
  assembly: Assembly,
  {
    strict = false,
    levels,
    isOutside,
    libraries = false,
  }: Pick<CheckOptions, "strict" | "levels" | "isOutside" | "libraries"> = {},
): Paused<Checked> {
  const { program, files } = assembly;
  const analysis = yield* analyzing(program);
  yield* analysis.finding();
  yield;
  const broken = hasErrors(assembly.diagnostics);
  const isLibraryFile = isOutside ?? installedLibrary(files);
  const found = [
    ...(yield* tellingFindings(analysis, { strict, isLibrary: isLibraryFile })),
    ...checkDeclaredFunctions(assembly.contract.functions, analysis),
  ];
  // Around a mistake only what is certain is worth saying: the rest may be no more than a trace of it.
  const certain = broken ? found.filter((finding) => isCertain(finding, program)) : found;
  const library = libraries && isLibrary(assembly);
  const said = library ? certain.filter(({ code }) => code === "literal-too-wide") : certain;
  const told = [...assembly.diagnostics, ...said];
  const diagnostics = applyPolicy(atCalls(told, files, isLibraryFile), {
    files,
    ...(levels && { levels }),
    checked: !broken,
    library,
  });
  return { assembly, diagnostics, analysis };
}

/** What the assembler found, as the project and comments in the text have it. */
export function assemblyDiagnostics(
  { diagnostics, files }: Assembly,
  { levels, isOutside }: Pick<CheckOptions, "levels" | "isOutside"> = {},
): readonly Diagnostic[] {
  return applyPolicy(atCalls(diagnostics, files, isOutside ?? installedLibrary(files)), {
    files,
    ...(levels && { levels }),
    checked: false,
  });
}

/** Tells what is wrong in macros of a library where they are called. */
function atCalls(
  found: readonly Diagnostic[],
  files: readonly SourceFile[],
  isLibraryFile: IsLibrary,
): readonly Diagnostic[] {
  if (!found.some(({ related }) => related?.some(({ leadsHere }) => leadsHere))) return found;
  return found.map((one) => atCall(one, files, isLibraryFile));
}

/** What is said of where control goes; a statement that is missing may be the jump or the end that was meant. */
const ABOUT_CONTROL: readonly DiagnosticCode[] = ["end-of-code", "jump-out-of-code", "undecodable-code"];

/** True for what stays wrong whatever the holes stand for. */
function isCertain({ severity, code, source, span }: Diagnostic, program: Program): boolean {
  if (severity === "warning") return code === "literal-too-wide";
  if (ABOUT_CONTROL.includes(code)) return false;
  return severity === "error" && CATALOGUE[code].stage === "check" && !isHole(program, source, span.line);
}

function isHole({ origins, opcodes, count }: Program, source: string, line: number): boolean {
  for (let index = 0; origins && index < count; index++) {
    if (opcodes[index] !== HOLE || origins.lineOf[index] !== line) continue;
    if (frameOf(origins, index).file.name === source) return true;
  }
  return false;
}
