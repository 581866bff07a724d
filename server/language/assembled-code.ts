/** The results of the assembler and the checker for a line or a symbol. */

import type { Analysis } from "../../analysis/analyze.ts";
import { gasReport, type GasReport, type RoutineGas } from "../../analysis/reports/gas.ts";
import type { Assembly } from "../../assembler/assemble.ts";
import { assembledContext } from "../../assembler/output/evaluation.ts";
import { functionsOf } from "../../assembler/output/labels.ts";
import { freshContext } from "../../assembler/expressions/context.ts";
import { evaluate } from "../../assembler/expressions/evaluate.ts";
import { placeOf } from "../../assembler/expressions/places.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { HOLE } from "../../isa/hole.ts";
import { INDIRECT, RELATIVE, type WireForm } from "../../isa/instruction-set.ts";
import { formOf, valueOf, type Program } from "../../program/program.ts";
import { frameOf } from "../../program/source-locations.ts";
import { lowerBound } from "../../program/search.ts";
import type { TargetName } from "../../isa/table.ts";
import type { AssemblySymbol, CellSymbol } from "../../assembler/expressions/symbols.ts";
import type { Found, Snapshot } from "./snapshot.ts";

/** The statements that the lines of a file assembled to. */
interface LineIndex {
  /** First statement of each line; -1 if it has none. */
  readonly first: Int32Array;
  /** All statements of lines with several, in the order of the code. */
  readonly several: Map<number, number[]>;
}

const statements = new WeakMap<Program, Map<SourceFile, LineIndex>>();

/** The statements that a line assembled to: several if it is in a macro or a repetition. */
function statementsOn(program: Program, file: SourceFile, line: number): readonly number[] {
  const { origins } = program;
  // Without includes and expansions, the statements have the order of the lines.
  if (origins?.frames.length === 1 && origins.frames[0].file === file) {
    const { lineOf } = origins;
    const first = lowerBound(lineOf, program.count, line);
    return first < program.count && lineOf[first] === line ? [first] : [];
  }
  let byFile = statements.get(program);
  if (!byFile) statements.set(program, (byFile = indexStatements(program)));
  const index = byFile.get(file);
  const first = index?.first[line] ?? -1;
  return first < 0 ? [] : (index!.several.get(line) ?? [first]);
}

function indexStatements({ origins, count }: Program): Map<SourceFile, LineIndex> {
  const byFile = new Map<SourceFile, LineIndex>();
  if (!origins) return byFile;
  const { frames, frameOf, lineOf } = origins;
  const byFrame = frames.map(({ file }): LineIndex => {
    let index = byFile.get(file);
    if (!index) {
      index = { first: new Int32Array(file.lines.length).fill(-1), several: new Map<number, number[]>() };
      byFile.set(file, index);
    }
    return index;
  });
  for (let statement = 0; statement < count; statement++) {
    const { first, several } = byFrame[frameOf[statement]];
    const line = lineOf[statement];
    if (first[line] < 0) {
      first[line] = statement;
      continue;
    }
    const found = several.get(line);
    if (found) found.push(statement);
    else several.set(line, [first[line], statement]);
  }
  return byFile;
}

/** An instruction of the assembled program. */
export interface Placed {
  readonly program: Program;
  readonly index: number;
  readonly pc: number;
  readonly form: WireForm;
}

/** The instruction that a line assembled to; undefined if it has none or several, or has an error. */
export function placedOn(snapshot: Snapshot, file: SourceFile, line: number): Placed | undefined {
  const all = allPlacedOn(snapshot, file, line);
  return all.length === 1 ? all[0] : undefined;
}

/** The instructions that a line assembled to: one for each expansion of a macro or repetition that it is in. */
export function allPlacedOn(snapshot: Snapshot, file: SourceFile, line: number): Placed[] {
  const assembly = snapshot.assembly();
  if (!assembly) return [];
  const { program } = assembly;
  return statementsOn(program, file, line).flatMap((index) => {
    const form = formOf(program, index);
    return form && form.opcode !== HOLE ? [{ program, index, pc: program.pcs[index], form }] : [];
  });
}

/** Mode bits of an operand: INDIRECT, RELATIVE. */
export function modeOf({ program, index, form }: Placed, position: number): number {
  const { pair } = form.fields[position];
  return pair < 0 ? 0 : (program.modes[index] >>> (2 * pair)) & (INDIRECT | RELATIVE);
}

/**
 * Number of memory operands that name a cell, directly or as an address.
 *
 * @param counts whether the statements of a line in a file count
 */
export function timesUsed(
  program: Program,
  { relative, address }: { readonly relative: boolean; readonly address: bigint },
  counts?: (file: string, line: number) => boolean,
): number {
  const { origins } = program;
  let times = 0;
  for (let index = 0; index < program.count; index++) {
    if (counts && origins && !counts(frameOf(origins, index).file.name, origins.lineOf[index])) continue;
    const form = formOf(program, index);
    if (!form || form.opcode === HOLE) continue;
    const placed = { program, index, pc: program.pcs[index], form };
    for (const [position, { operand }] of form.fields.entries()) {
      if (operand.kind !== "memory" || valueOf(program, index, position) !== address) continue;
      if (((modeOf(placed, position) & RELATIVE) !== 0) === relative) times++;
    }
  }
  return times;
}

/** An operand in the notation of the AVM's documentation: `M[M[0] + 3]`. */
export function shownAddress(mode: number, address: bigint | number): string {
  const cell = mode & RELATIVE ? `M[M[0] + ${address}]` : `M[${address}]`;
  return mode & INDIRECT ? `M[${cell}]` : cell;
}

export function valueAt({ program, index }: Placed, position: number): bigint {
  return valueOf(program, index, position);
}

/** The checker's analysis, if it is of this instruction's program. */
export function analysisOf(snapshot: Snapshot, { program }: Placed): Analysis | undefined {
  const analysis = snapshot.analysis();
  return analysis?.program === program ? analysis : undefined;
}

const gasReports = new WeakMap<Analysis, GasReport>();

/**
 * The gas of a program's routines and public functions, computed once for each analysis. `analysis` and `assembly` must
 * be of the same program.
 */
export function gasOf(analysis: Analysis, assembly: Assembly): GasReport {
  let report = gasReports.get(analysis);
  if (!report) gasReports.set(analysis, (report = gasReport(analysis, functionsOf(assembly).keys())));
  return report;
}

/**
 * The gas of the routine or function that begins at a statement; undefined if none begins there or no run reaches it.
 */
export function gasOfRoutine(
  analysis: Analysis,
  assembly: Assembly,
  statement: number,
): RoutineGas | undefined {
  const pc = assembly.program.pcs[statement];
  return gasOf(analysis, assembly).routines.find((routine) => routine.pc === pc);
}

/** The assembler's symbol for a definition in the scope of a file; undefined for other scopes. */
export function assembledSymbol(
  snapshot: Snapshot,
  { definition }: Found,
): { readonly symbol: AssemblySymbol; readonly assembly: Assembly } | undefined {
  if (definition.region.kind !== "file") return undefined;
  const assembly = snapshot.assembly();
  const symbol = assembly?.root.names.get(definition.name);
  return assembly && symbol && { symbol, assembly };
}

/**
 * Whether a cell's address is relative to the base; undefined if the address is in another cell, or if that isn't known.
 */
export function isRelative(cell: CellSymbol, target: TargetName): boolean | undefined {
  const context = freshContext({
    target,
    report: () => undefined,
    here: undefined,
    offsetOf: () => undefined,
    sizeOf: () => undefined,
  });
  const mode = placeOf(cell.operand, context)?.mode;
  return mode === undefined || mode & INDIRECT ? undefined : mode === RELATIVE;
}

/** The value of a constant, the address of a cell, or the byte offset of a label; undefined if it isn't known. */
export function valueOfSymbol(symbol: AssemblySymbol, assembly: Assembly): bigint | undefined {
  const context = assembledContext(assembly);
  switch (symbol.kind) {
    case "label":
      return BigInt(assembly.program.pcs[symbol.statement]);
    case "constant":
      context.active.add(symbol);
      break;
    case "cell":
      break;
    case "counter":
    case "macro":
    case "parameter":
      return undefined;
  }
  const value =
    symbol.kind === "constant" ? evaluate(symbol.value, context) : placeOf(symbol.operand, context)?.address;
  return context.dependsOnLayout ? undefined : value;
}
