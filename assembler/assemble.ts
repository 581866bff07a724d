/** A source file to a program. */

import type { Diagnostic, DiagnosticDetails } from "../diagnostics/diagnostic.ts";
import type { Node } from "../grammar/ast.ts";
import { tokenText, type Line } from "../grammar/line.ts";
import { parseLine, parseLinePlainly, SourceText, type SourceFile } from "../grammar/source-file.ts";
import { LineCursor } from "../grammar/tree-cache.ts";
import { instructionSet, parseTarget } from "../isa/instruction-set.ts";
import { DEFAULT_TARGET, TARGETS, type TargetName } from "../isa/table.ts";
import { placeDirectly, type DirectlyPlaced, type Helper } from "./straight-line.ts";
import { expand, firstStatement, type IncludeReader } from "./expand/expander.ts";
import { Layout, sizeDiagnostics, type Assembly } from "./encode/layout.ts";
import { sizeOf, type Program } from "../program/program.ts";
import { Scope, type AssemblySymbol } from "./expressions/symbols.ts";

export type { Assembly } from "./encode/layout.ts";

export interface AssembleOptions {
  /** What the caller asks for; a contradicting `.target` is an error. */
  readonly target?: TargetName;
  /** For files that don't say theirs, where the caller asks for none. */
  readonly defaultTarget?: TargetName;
  /** How included files are read; without it none can be. */
  readonly read?: IncludeReader;
  /** Who places a part of a long text at the same time; without it all is done here. */
  readonly helper?: Helper;
}

/** Assembles a file. Never throws: whatever is wrong is among the diagnostics. */
export function assemble(file: SourceFile, options: AssembleOptions = {}): Assembly {
  return run(file, options, false);
}

/** Assembles a file as {@link assemble} does where it knows no faster way. */
export function assemblePlainly(file: SourceFile, options: AssembleOptions = {}): Assembly {
  return run(file, options, true);
}

function run(file: SourceFile, options: AssembleOptions, plainly: boolean): Assembly {
  const direct = !plainly && file instanceof SourceText && !file.isParsed && assembleDirectly(file, options);
  if (direct) return direct;
  const { target, problem } = chooseTarget(file, options.target, options.defaultTarget);
  const set = instructionSet(target);
  const expansion = expand(file, set, options.read);
  const { report } = expansion.diagnostics;
  if (problem)
    report({ ...problem.at, scope: expansion.root }, problem.code, problem.message, problem.details);
  return new Layout(set, expansion, plainly).run();
}

/** Assembles a text without parsing all of it; undefined where that takes more. */
function assembleDirectly(file: SourceText, options: AssembleOptions): Assembly | undefined {
  const head = headOf(file.bytes);
  if (!head) return undefined;
  const { target, problem } = chooseTarget(
    { name: file.name, lines: head },
    options.target,
    options.defaultTarget,
  );
  const placed = problem ? undefined : placeDirectly(file.bytes, instructionSet(target), options.helper);
  return placed && new DirectAssembly(file, options, placed);
}

/** The lines of a text up to the first statement or label; undefined where it is clear from them that it takes another way. */
function headOf(bytes: Uint8Array): Line[] | undefined {
  const cursor = new LineCursor(bytes, parseLinePlainly);
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

/** A text of instructions and labels alone. What only some ask for is found out the plain way when they do. */
class DirectAssembly implements Assembly {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
  private readonly options: AssembleOptions;
  private whole: Assembly | undefined;
  private scope: Scope | undefined;

  constructor(file: SourceText, options: AssembleOptions, { builder, lineOf, hasLabels }: DirectlyPlaced) {
    const frames = [{ file }];
    const frameOf = new Uint8Array(lineOf.length);
    this.program = builder.finish({
      origins: { frameOf, lineOf, frames },
      annotations: [],
      taggedCells: [],
    });
    this.files = [file];
    this.options = options;
    this.diagnostics = sizeDiagnostics([], sizeOf(this.program), file, hasLabels);
  }

  get symbols(): readonly AssemblySymbol[] {
    return this.plain().symbols;
  }

  get root(): Scope {
    const { root } = this.plain();
    return (this.scope ??= new Scope(this.program.origins!.frames[0], undefined, root.names));
  }

  private plain(): Assembly {
    return (this.whole ??= assemblePlainly(this.files[0], this.options));
  }
}

/** Byte offsets by name: the labels of the files, local ones behind their global one. */
export function labelOffsets(assembly: Assembly): Record<string, number> {
  const offsets: [string, number][] = [];
  for (const symbol of assembly.symbols) {
    if (symbol.kind === "label" && !symbol.private) {
      offsets.push([symbol.name, assembly.program.pcs[symbol.statement]]);
    }
  }
  return Object.fromEntries(offsets);
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

/** The target that a file's first statement names, or the one asked for, or the default. */
export function chooseTarget(
  file: SourceFile,
  asked: TargetName | undefined,
  otherwise: TargetName = DEFAULT_TARGET,
): TargetChoice {
  const lineNumber = firstStatement(file);
  const line = file.lines.at(lineNumber);
  const statement = lineNumber < 0 ? undefined : line?.tree.statement;
  const fallback = asked ?? otherwise;
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
  if (asked && asked !== named) {
    const message = `the file is for ${named}, and ${asked} was asked for`;
    return { target: named, problem: { at, code: "target-conflict", message } };
  }
  return { target: named };
}
