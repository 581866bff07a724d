/**
 * `textDocument/codeLens` and `codeLens/resolve`: the number of calls and jumps to each routine, its size and its gas;
 * and commands to run a program and its tests.
 */

import type { CodeLens } from "vscode-languageserver-types";
import { shownGas } from "../../analysis/reports/gas.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { functionsOf } from "../../assembler/output/labels.ts";
import { targetOf } from "../../program/control-flow.ts";
import { formOf, statementAt } from "../../program/program.ts";
import type { Frame } from "../../program/source-locations.ts";
import { rangeOf, type Document } from "../documents/document.ts";
import { assembledSymbol, gasOfRoutine, valueOfSymbol } from "../language/assembled-code.ts";
import { bytes } from "../language/markdown.ts";
import { instructionOn } from "../language/name-resolution.ts";
import { occurrencesOf } from "../language/references.ts";
import type { Found, Snapshot } from "../language/snapshot.ts";
import { structureOf, type Definition } from "../language/scopes.ts";
import { testsIn } from "../language/tests.ts";

/**
 * The data with which `codeLens/resolve` finds a label. Lenses that run something have no data, because they are
 * complete.
 */
interface LensData {
  readonly uri: string;
  readonly label: string;
}

/** Commands of the client. Lenses with these commands are only for clients that have them. */
const SHOW_REFERENCES = "avm.showReferences";
const RUN = "avm.runFile";
const DEBUG = "avm.debugFile";
const RUN_TEST = "avm.runTest";
const DEBUG_TEST = "avm.debugTest";

export interface LensOptions {
  /** Whether the client has the commands. */
  readonly commands: boolean;
}

export function codeLenses(snapshot: Snapshot, options: LensOptions): CodeLens[] {
  const { document, settings } = snapshot;
  if (settings.lenses === "off") return [];
  const labels = labelsWithLens(snapshot).map(({ line, columns, name }) => ({
    range: rangeOf(document, { line, ...columns }),
    data: { uri: document.uri, label: name } satisfies LensData,
  }));
  return options.commands ? [...runLenses(snapshot), ...testLenses(document), ...labels] : labels;
}

function labelsWithLens(snapshot: Snapshot): Definition[] {
  const { document, settings } = snapshot;
  const { root } = structureOf(document.file);
  const labels = [...root.names.values()].filter(({ kind, name }) => kind === "label" && !name.includes("."));
  if (settings.lenses === "all" || labels.length === 0) return labels;
  const routines = snapshot.programs(document).map(routineNames);
  return labels.filter(({ name }) => routines.some((names) => names.has(name)));
}

/** The names of labels that are called, and of public functions. */
function routineNames(program: Snapshot): Set<string> {
  const assembly = program.assembly();
  if (!assembly) return new Set();
  let names = routineNamesOf.get(assembly);
  if (!names) routineNamesOf.set(assembly, (names = findRoutineNames(assembly)));
  return names;
}

const routineNamesOf = new WeakMap<Assembly, Set<string>>();

function findRoutineNames(assembly: Assembly): Set<string> {
  const { program } = assembly;
  const starts = new Set(functionsOf(assembly).keys());
  for (let index = 0; index < program.count; index++) {
    if (formOf(program, index)?.definition.flow !== "call") continue;
    starts.add(statementAt(program, targetOf(program, index)));
  }
  const names = new Set<string>();
  for (const [name, symbol] of assembly.root.names) {
    if (symbol.kind === "label" && starts.has(symbol.statement)) names.add(name);
  }
  return names;
}

/** Lenses above the first instruction of a program, in its main file. */
function runLenses(snapshot: Snapshot): CodeLens[] {
  const { document } = snapshot;
  const starts = snapshot.programs(document).map(startOf);
  const start = starts.find((one) => one?.file === document.uri);
  if (!start) return [];
  return [
    lensAt(document, start.line, "Run", RUN, [document.uri]),
    lensAt(document, start.line, "Debug", DEBUG, [document.uri]),
  ];
}

/** The line of the main file that the first instruction comes from; undefined if there is no instruction. */
function startOf(snapshot: Snapshot): { readonly file: string; readonly line: number } | undefined {
  const program = snapshot.assembly()?.program;
  if (!program?.origins || program.count === 0) return undefined;
  const { lineOf, frames, frameOf } = program.origins;
  let frame: Frame = frames[frameOf[0]];
  let line = lineOf[0];
  while (frame.parent) ({ frame, line } = frame.parent);
  return { file: frame.file.name, line };
}

function testLenses(document: Document): CodeLens[] {
  return testsIn(document.file).flatMap(({ name, line }) => [
    lensAt(document, line, "Run Test", RUN_TEST, [document.uri, name]),
    lensAt(document, line, "Debug Test", DEBUG_TEST, [document.uri, name]),
  ]);
}

function lensAt(
  document: Document,
  line: number,
  title: string,
  command: string,
  args: readonly string[],
): CodeLens {
  const range = rangeOf(document, { line, start: 0, end: document.file.lines[line].text.length });
  return { range, command: { title, command, arguments: [...args] } };
}

/** The URI of the document that contains a lens. */
export function documentOfLens(lens: CodeLens): string | undefined {
  return (lens.data as LensData | undefined)?.uri;
}

export function codeLensResolve(snapshot: Snapshot, lens: CodeLens, { commands }: LensOptions): CodeLens {
  const { label } = (lens.data ?? {}) as Partial<LensData>;
  if (label === undefined) return lens;
  const { document } = snapshot;
  const definition = structureOf(document.file).root.names.get(label);
  if (!definition) return lens;
  const found: Found = { document, definition };
  const facts = [usesOf(snapshot, found), sizeOf(snapshot, found), costOf(snapshot, found)];
  const title = facts.filter((text) => text !== "").join(", ") || "the program starts here";
  // A lens without a command only shows text.
  if (!commands) return { ...lens, command: { title, command: "" } };
  return {
    ...lens,
    command: { title, command: SHOW_REFERENCES, arguments: [document.uri, lens.range.start] },
  };
}

function usesOf(snapshot: Snapshot, found: Found): string {
  let calls = 0;
  let others = 0;
  for (const { document, line: lineNumber, columns, is } of occurrencesOf(snapshot, found)) {
    const line = document.file.lines[lineNumber];
    // A name before a dot isn't a use of the label; it only qualifies a local label.
    if (is === "definition" || line.text[columns.end] === ".") continue;
    const flow = instructionOn(snapshot.set, line)?.definition.flow;
    if (flow === "call") calls++;
    else others++;
  }
  const texts = [
    ...(calls > 0 ? [calls === 1 ? "1 call" : `${calls} calls`] : []),
    ...(others > 0 ? [others === 1 ? "1 other use" : `${others} other uses`] : []),
  ];
  if (texts.length > 0) return texts.join(", ");
  // A program starts at its first statement, even if nothing jumps there.
  const symbol = assembledSymbol(snapshot, found)?.symbol;
  const isEntered = symbol?.kind === "label" && symbol.statement === 0;
  return isEntered ? "" : "never used";
}

/** Size from the label to the next global label, or to the end of the code. */
function sizeOf(snapshot: Snapshot, found: Found): string {
  const assembled = assembledSymbol(snapshot, found);
  if (!assembled) return "";
  const { symbol, assembly } = assembled;
  const start = valueOfSymbol(symbol, assembly);
  if (start === undefined) return "";
  const { program } = assembly;
  let end = BigInt(program.pcs[program.count]);
  for (const other of assembly.root.names.values()) {
    if (other.kind !== "label" || other.name.includes(".")) continue;
    const offset = valueOfSymbol(other, assembly)!;
    if (offset > start && offset < end) end = offset;
  }
  return bytes(Number(end - start));
}

/** Gas of a routine or a public function, including its callees; empty for other labels. */
function costOf(snapshot: Snapshot, found: Found): string {
  const assembled = assembledSymbol(snapshot, found);
  const analysis = snapshot.analysis();
  if (assembled?.symbol.kind !== "label" || analysis?.program !== assembled.assembly.program) return "";
  const routine = gasOfRoutine(analysis, assembled.assembly, assembled.symbol.statement);
  // Unbounded gas isn't worth showing.
  const isKnown = routine && (routine.l2.low > 0 || routine.l2.high < Infinity);
  return isKnown ? `${shownGas(routine.l2)} gas` : "";
}
