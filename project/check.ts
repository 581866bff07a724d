/** Assembles and checks a source file, and applies the project's severities and the `avm-ignore` comments. */

import { MAX_CODE_BYTES } from "../artifact/limits.ts";
import { CATALOGUE } from "../diagnostics/catalogue.ts";
import { diagnostic, hasErrors, type Diagnostic, type DiagnosticCode } from "../diagnostics/diagnostic.ts";
import { applyPolicy } from "../diagnostics/policy.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { HOLE } from "../isa/hole.ts";
import { MAX_BYTECODE_BYTES } from "../isa/limits.ts";
import { assemble, type AssembleOptions, type Assembly } from "../assembler/assemble.ts";
import { frameOf } from "../program/source-locations.ts";
import { installedLibrary } from "../program/library-calls.ts";
import { sizeOf, type Program } from "../program/program.ts";
import { analyzing, type Analysis, type ArmMemo } from "../analysis/analyze.ts";
import { toItsEnd, type Paused } from "../program/cooperative.ts";
import {
  assemblerDiagnostics,
  assemblyDiagnostics,
  atCalls,
  type DiagnosticOptions,
} from "./assembly-diagnostics.ts";
import { isLibrary } from "./library-file.ts";
import { checkDeclaredFunctions } from "../analysis/reports/declared-functions.ts";
import { MAX_TOLD, tellingFindings } from "../analysis/reports/diagnostics.ts";

export interface CheckOptions extends AssembleOptions, DiagnosticOptions {
  /** Report possible halts as warnings, not as hints. */
  readonly strict?: boolean;
  /** Makes the check of a program faster after an edit, see {@link ArmMemo}. The result is the same as without it. */
  readonly memo?: ArmMemo | undefined;
}

export interface Checked {
  readonly assembly: Assembly;
  /**
   * The diagnostics of the main file and its includes, in the order of the text, without those that comments ignore, with the
   * project's severities.
   */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The analysis of the statements that could be assembled. A statement with an error is assumed to do anything. Absent if
   * it wasn't asked for.
   */
  readonly analysis?: Analysis;
  /** True if the file was taken for a library, so that its halts aren't reported. */
  readonly isLibrary?: boolean;
}

/** Assembles a file and checks the result. Never throws. */
export function check(file: SourceFile, options: CheckOptions = {}): Checked {
  return checkAssembly(assemble(file, options), options);
}

/** Checks an assembled program. Never throws. */
export function checkAssembly(
  assembly: Assembly,
  options: Pick<CheckOptions, "strict" | "levels" | "isOutside" | "libraries" | "memo"> = {},
): Checked {
  return toItsEnd(checkingAssembly(assembly, options));
}

/** Like {@link checkAssembly}, as a generator that yields so that the caller can pause. */
export function* checkingAssembly(
  assembly: Assembly,
  {
    strict = false,
    levels,
    isOutside,
    libraries = false,
    memo,
  }: Pick<CheckOptions, "strict" | "levels" | "isOutside" | "libraries" | "memo"> = {},
): Paused<Checked> {
  const { program, files } = assembly;
  const options = { levels, isOutside, libraries };
  const size = sizeOf(program);
  if (size > MAX_CODE_BYTES)
    return { assembly, diagnostics: [...assemblyDiagnostics(assembly, options), tooLarge(size, files[0])] };
  const analysis = yield* analyzing(program, { memo });
  yield* analysis.finding();
  yield;
  const broken = hasErrors(assembly.diagnostics);
  const isLibraryFile = isOutside ?? installedLibrary(files);
  const found = [
    ...(yield* tellingFindings(analysis, { strict, isLibrary: isLibraryFile })),
    ...checkDeclaredFunctions(assembly.contract.functions, analysis),
  ];
  const isWhole = found.length < MAX_TOLD;
  // In a program with errors only certain diagnostics are reported: others may be consequences of those errors.
  const certain = broken ? found.filter((finding) => isCertain(finding, program)) : found;
  const library = libraries && isLibrary(assembly);
  const kept = library ? certain.filter(({ code }) => code === "literal-too-wide") : certain;
  const reported = [...assemblerDiagnostics(assembly, libraries), ...kept];
  const diagnostics = applyPolicy(atCalls(reported, files, isLibraryFile), {
    files,
    ...(levels && { levels }),
    checked: !broken && isWhole,
    library,
  });
  return { assembly, diagnostics, analysis, isLibrary: library };
}

/** The error for a program that isn't checked because of its size. No severity and no comment turns it off. */
function tooLarge(size: number, { name }: SourceFile): Diagnostic {
  const message =
    `the program has ${size} bytes of code; it is checked, measured and run only if it has at most ${MAX_CODE_BYTES}. ` +
    `A contract can publish ${MAX_BYTECODE_BYTES}: leave code out, or make several contracts of it`;
  return diagnostic("limit-exceeded", { source: name, span: { line: 0, start: 0, end: 0 } }, message);
}

/** Codes about control flow. They aren't certain in a program with holes: a missing statement may be the jump that was meant. */
const ABOUT_CONTROL: readonly DiagnosticCode[] = ["end-of-code", "jump-out-of-code", "undecodable-code"];

/** True if a diagnostic holds whatever statements are missing. */
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
