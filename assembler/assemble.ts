/** Assembles a source file: chooses the target and the driver. */

import type { DiagnosticDetails } from "../diagnostics/diagnostic.ts";
import type { Node } from "../grammar/ast.ts";
import { tokenText, type Line } from "../grammar/line.ts";
import { parseLine, SourceText, type SourceFile } from "../grammar/source-file.ts";
import { LineCursor } from "../grammar/tree-cache.ts";
import { instructionSet, parseTarget } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS, type TargetName } from "../isa/table.ts";
import { toItsEnd, type Paused } from "../program/cooperative.ts";
import type { Assembly } from "./assembly.ts";
import { layingOut } from "./encode/layout.ts";
import { expanding, firstStatement } from "./expand/expander.ts";
import type { Expansion } from "./expand/expansion.ts";
import type { IncludeReader } from "./expand/includes.ts";
import { programUnderTest, type ProgramUnderTest } from "./expand/tests.ts";
import { assembleStraightLine } from "./straight-line.ts";

export { labelOffsets, type Assembly } from "./assembly.ts";
export type { TestCase, TestStep } from "./encode/tests.ts";

export interface AssembleOptions {
  /** The requested target; a contradicting `.target` is an error. */
  readonly target?: TargetName;
  /** The target of files without a `.target`, if none is requested. */
  readonly defaultTarget?: TargetName;
  /** Reads included files; without it, no file can be included. */
  readonly read?: IncludeReader;
  /** Maximum number of lines in all files and expansions, if it is lower than usual. */
  readonly lines?: number;
  /**
   * For tests: use the general driver and resolve every operand. The results of the fast paths are compared with that.
   */
  readonly reference?: boolean;
}

/** Assembles a file. Never throws; errors are diagnostics. */
export function assemble(file: SourceFile, options: AssembleOptions = {}): Assembly {
  return toItsEnd(assembling(file, options));
}

/** Like {@link assemble}, with pauses. */
export function* assembling(file: SourceFile, options: AssembleOptions = {}): Paused<Assembly> {
  const { reference = false } = options;
  const straight =
    !reference && file instanceof SourceText && !file.isParsed && tryStraightLine(file, options);
  if (straight) return straight;
  const subject = subjectOf(file, options.read);
  const { target, problem } = chooseTarget(subject?.file ?? file, options.target, options.defaultTarget);
  const set = instructionSet(target);
  const expansion = yield* expanding(file, set, options, subject);
  const { report } = expansion.diagnostics;
  if (problem)
    report({ ...problem.at, scope: expansion.root }, problem.code, problem.message, problem.details);
  if (subject) reportOtherTarget(file, target, expansion);
  return yield* layingOut(set, expansion, reference);
}

/** Reports the `.target` of a test file if it isn't that of the program under test, which is the one that counts. */
function reportOtherTarget(file: SourceFile, target: TargetName, { scopes, diagnostics }: Expansion): void {
  const { problem } = chooseTarget(file, target);
  const scope = scopes.find(({ frame }) => frame.file === file);
  if (!problem || !scope) return;
  const conflict = `the program under test is for ${target}, and so are its tests`;
  const message = problem.code === "target-conflict" ? conflict : problem.message;
  diagnostics.report({ ...problem.at, scope }, problem.code, message, problem.details);
}

/** The program under test, if the file is a test file. */
function subjectOf(file: SourceFile, read: IncludeReader | undefined): ProgramUnderTest | undefined {
  return programUnderTest(
    file,
    read &&
      ((path) => {
        const found = read({ path, standard: false, from: file.name });
        return "error" in found ? undefined : found;
      }),
  );
}

/** Assembles a text of instructions and labels without parsing it; undefined if it needs the general driver. */
function tryStraightLine(file: SourceText, options: AssembleOptions): Assembly | undefined {
  const head = headOf(file.bytes);
  if (!head) return undefined;
  const { target, problem } = chooseTarget(
    { name: file.name, lines: head },
    options.target,
    options.defaultTarget,
  );
  return problem ? undefined : assembleStraightLine(file, instructionSet(target));
}

/** The lines up to the first statement or label; undefined if they need the general driver. */
function headOf(bytes: Uint8Array): Line[] | undefined {
  const cursor = new LineCursor(bytes);
  const lines: Line[] = [];
  while (cursor.hasNext) {
    if (!cursor.advance()) return undefined;
    lines.push(parseLine(cursor.lineText));
    const { statement, labels } = cursor.tree;
    if (statement?.kind === "directive" && statement.body.kind !== "target") return undefined;
    if (statement ?? labels.length > 0) break;
  }
  return lines;
}

interface TargetChoice {
  readonly target: TargetName;
  readonly problem?: {
    readonly at: { node: Node; line: Line; lineNumber: number; label: string };
    readonly code: "unknown-target" | "target-conflict";
    readonly message: string;
    readonly details?: DiagnosticDetails;
  };
}

/** The target in the file's first statement, or else the requested one, or else the default. */
export function chooseTarget(
  file: SourceFile,
  requested: TargetName | undefined,
  otherwise: TargetName = DEFAULT_TARGET,
): TargetChoice {
  const lineNumber = firstStatement(file);
  const line = file.lines.at(lineNumber);
  const statement = lineNumber < 0 ? undefined : line?.tree.statement;
  const fallback = requested ?? otherwise;
  if (!line || statement?.kind !== "directive" || statement.body.kind !== "target")
    return { target: fallback };
  const node = { first: statement.body.name, last: statement.body.name };
  const text = tokenText(line, node.first);
  const named = parseTarget(text);
  const at = { node, line, lineNumber, label: "" };
  if (!named) {
    const message = `there is no target \`${text}\`; the targets are ${TARGETS.join(", ")}`;
    return { target: fallback, problem: { at, code: "unknown-target", message } };
  }
  if (requested && requested !== named) {
    const message = `the file is for ${named}, but the chosen target is ${requested}`;
    return { target: named, problem: { at, code: "target-conflict", message } };
  }
  return { target: named };
}
