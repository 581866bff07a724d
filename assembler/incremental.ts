/**
 * The driver for edits: for a file without macros, repetitions, conditions and includes, it encodes only the changed lines and
 * splices them into the assembly before the edit; all statements after them are shifted. If the result depends on more than those
 * lines, the file falls back to the general driver. A property test compares the two.
 */

import type { Diagnostic, DiagnosticCode, Location } from "../diagnostics/diagnostic.ts";
import { changeBetween, type Change } from "../grammar/line-diff.ts";
import type { Line } from "../grammar/line.ts";
import type { SourceFile } from "../grammar/source-file.ts";
import { HOLE, withHoles } from "../isa/hole.ts";
import type { InstructionSet } from "../isa/instruction-set.ts";
import { freshContext } from "./expressions/context.ts";
import { evaluate } from "./expressions/evaluate.ts";
import { placeOf } from "./expressions/places.ts";
import { Assembly, type LabelUses, type SymbolTable } from "./assembly.ts";
import { DiagnosticList } from "./diagnostic-list.ts";
import { withoutFollowUps } from "../diagnostics/follow-ups.ts";
import type { EditBase } from "./edit-base.ts";
import { mayBoundBlock } from "./expand/blocks.ts";
import { sizeDiagnostics } from "./encode/size-diagnostics.ts";
import { StatementEncoder } from "./encode/statement-encoder.ts";
import { firstStatement } from "./expand/expander.ts";
import { MAX_DIAGNOSTICS } from "./limits.ts";
import { sizeOf, type Program } from "../program/program.ts";
import { lowerBound, partitionPoint } from "../program/search.ts";
import { Scope, type AssemblySymbol } from "./expressions/symbols.ts";

/** If more lines than this have changed, the whole file is assembled. */
const MAX_LINES = 200;
/** If more wide values (of more than 32 bits) than this may be left over from removed lines, the whole file is assembled. */
const MAX_WASTE = 1000;

/** Mistakes that are reported at the first line that leads to them. After the edit, that may be another line. */
const REPORTED_AT_FIRST_USE: readonly DiagnosticCode[] = [
  "cyclic-constant",
  "expression-too-large",
  "limit-exceeded",
];

/**
 * Assembles a file after an edit, with the same options as before. Lines that the edit didn't change must be the same objects.
 *
 * @param before the assembly before the edit
 * @param file the file after the edit
 * @returns undefined if the whole file must be assembled
 */
export function reassemble(before: Assembly, file: SourceFile): Assembly | undefined {
  if (before.files.length !== 1 || before.files[0].name !== file.name) return undefined;
  const change = changeBetween(before.files[0].lines, file.lines);
  if (!isSmall(change) || !isPlain(before.files[0].lines, change.start, change.oldEnd)) return undefined;
  if (!isPlain(file.lines, change.start, change.newEnd)) return undefined;
  // A change at or above the first statement can change the target.
  const first = firstStatement(file);
  if (first < 0 || change.start <= first) return undefined;
  if (before.editBase === undefined) before.editBase = editBaseOf(before) ?? null;
  return before.editBase ? edit(before, before.editBase, file, change) : undefined;
}

function isSmall({ start, oldEnd, newEnd }: Change): boolean {
  return oldEnd - start <= MAX_LINES && newEnd - start <= MAX_LINES;
}

/** True if some lines define no label, contain no directive, and don't start or end a block. */
function isPlain(lines: readonly Line[], start: number, end: number): boolean {
  for (let line = start; line < end; line++) {
    if (lines[line].tree.labels.length > 0 || mayBoundBlock(lines[line])) return false;
  }
  return !lines.at(-1)!.endsInComment;
}

function editBaseOf(assembly: Assembly): EditBase | undefined {
  const { layout } = assembly;
  if (!layout?.isSimple) return undefined;
  const { symbols, root, program } = assembly;
  if (symbols.some((symbol) => dependsOnLayout(symbol, layout.set))) return undefined;
  const numberOf = new Map(symbols.map((symbol, number) => [symbol, number]));
  const { labels, values } = layout.labelUses;
  const globals = symbols.flatMap((symbol, number) =>
    symbol.kind === "label" && !symbol.name.includes(".") ? [number] : [],
  );
  let holes = 0;
  for (let index = 0; index < program.count; index++) if (program.opcodes[index] === HOLE) holes++;
  return {
    set: layout.set,
    symbols,
    scope: root,
    numberOf,
    statementOf: Int32Array.from(symbols, (symbol) => (symbol.kind === "label" ? symbol.statement : -1)),
    lineOf: Int32Array.from(symbols, ({ definedOn }) => definedOn.line),
    globals: Int32Array.from(globals),
    usedLabels: Int32Array.from(labels, (label) => numberOf.get(label as AssemblySymbol)!),
    usingValues: Int32Array.from(values),
    holes,
    wasted: 0,
  };
}

/** Whether the value of a constant or cell depends on byte offsets. */
function dependsOnLayout(symbol: AssemblySymbol, { target }: InstructionSet): boolean {
  // Evaluate as before the layout, when labels have no offsets.
  const context = freshContext({
    target,
    report: () => undefined,
    here: () => undefined,
    offsetOf: () => undefined,
    sizeOf: () => undefined,
  });
  context.active.add(symbol);
  if (symbol.kind === "constant") evaluate(symbol.value, context);
  else if (symbol.kind === "cell") placeOf(symbol.operand, context);
  return context.dependsOnLayout;
}

function edit(before: Assembly, known: EditBase, file: SourceFile, change: Change): Assembly | undefined {
  const kept = keptDiagnostics(before.diagnostics, change);
  const encoded = kept && encodeLines(known, file, change);
  if (!encoded || !kept || encoded.diagnostics.length + kept.length >= MAX_DIAGNOSTICS) return undefined;
  const together = [...kept, ...encoded.diagnostics];
  if (together.some(({ code }) => REPORTED_AT_FIRST_USE.includes(code))) return undefined;
  if (withoutFollowUps(together) !== together) return undefined;
  const { program: old } = before;
  const lineOf = old.origins!.lineOf;
  const first = lowerBound(lineOf, old.count, change.start);
  const last = lowerBound(lineOf, old.count, change.oldEnd);
  const { program: added, lines, labelUses } = encoded;
  const linesMoved = change.newEnd - change.oldEnd;
  const program = spliced(old, first, last, added, lines, linesMoved);
  const holes = known.holes - holesIn(old, first, last) + holesIn(added, 0, added.count);
  const wasted = known.wasted + added.wide.length;
  if (wasted > MAX_WASTE) return undefined;

  const statements = added.count - (last - first);
  const values = added.firsts[added.count] - (old.firsts[last] - old.firsts[first]);
  const symbolLines = known.lineOf.map((line) => (line >= change.oldEnd ? line + linesMoved : line));
  // A label's line tells whether it is before or after the change; its statement doesn't, since it may be the first after it.
  const statementOf = known.statementOf.map((statement, symbol) =>
    known.lineOf[symbol] >= change.oldEnd ? statement + statements : statement,
  );
  const { usedLabels, usingValues } = movedUses(
    known,
    old.firsts[first],
    old.firsts[last],
    values,
    labelUses,
  );

  const edited: Program = {
    ...program,
    set: holes > 0 ? withHoles(known.set) : known.set,
    origins: { ...program.origins!, frames: [{ file }] },
    taggedCells: before.program.taggedCells!.map((cell) => ({
      ...cell,
      location: moved(cell.location, change)!,
    })),
  };
  for (let index = 0; index < usingValues.length; index++) {
    edited.values[usingValues[index]] = edited.pcs[statementOf[usedLabels[index]]];
  }
  // A mistake in a definition is reported again for each changed line that uses it.
  const reported = new Set(kept.map(keyOf));
  const found = [...kept, ...encoded.diagnostics.filter((one) => !reported.has(keyOf(one)))];
  const diagnostics = [...found, ...sizeDiagnostics(found, sizeOf(edited), file, known.symbols.length > 0)];
  const base: EditBase = {
    ...known,
    statementOf,
    lineOf: symbolLines,
    usedLabels,
    usingValues,
    holes,
    wasted,
  };
  const assembly = new Assembly(edited, diagnostics, [file], () => movedSymbols(edited, base));
  assembly.editBase = base;
  return assembly;
}

/** The changed lines as a program, without the offsets of labels. */
interface EncodedLines {
  readonly program: Program;
  readonly labelUses: LabelUses<unknown>;
  /** The line number of each statement. */
  readonly lines: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Encodes the changed lines separately; undefined if an operand depends on the layout without being a label alone. */
function encodeLines(
  { set, scope, symbols, lineOf, globals }: EditBase,
  file: SourceFile,
  { start, newEnd }: Change,
): EncodedLines | undefined {
  const diagnostics = new DiagnosticList();
  diagnostics.addLineProblems(file, start, newEnd);
  const encoder = new StatementEncoder({
    set,
    capacity: newEnd - start,
    report: diagnostics.report,
    macros: () => new Set(),
    sizeOf: () => 0,
    reference: false,
  });
  // The last global label before the changed lines.
  const above = partitionPoint(globals.length, (index) => lineOf[globals[index]] < start) - 1;
  const label = above < 0 ? "" : symbols[globals[above]].name;
  const lines: number[] = [];
  for (let lineNumber = start; lineNumber < newEnd; lineNumber++) {
    const line = file.lines[lineNumber];
    if (!line.tree.statement && (line.problems.length === 0 || line.tokenCount === 0)) continue;
    lines.push(lineNumber);
    encoder.encodeLine(line, lineNumber, scope, label);
  }
  if (encoder.hasFixups) return undefined;
  const { builder, labelUses } = encoder;
  return { program: builder.finish(), labelUses, lines, diagnostics: diagnostics.list };
}

function holesIn({ opcodes }: Program, start: number, end: number): number {
  let count = 0;
  for (let index = start; index < end; index++) if (opcodes[index] === HOLE) count++;
  return count;
}

/** Replaces the statements from `first` to before `last` by others. The offsets of labels aren't filled in. */
function spliced(
  old: Program,
  first: number,
  last: number,
  added: Program,
  lines: readonly number[],
  linesMoved: number,
): Program {
  const count = old.count - (last - first) + added.count;
  const afterAdded = first + added.count;
  const bytes = added.pcs[added.count] - (old.pcs[last] - old.pcs[first]);
  const [firstValue, lastValue] = [old.firsts[first], old.firsts[last]];
  const addedValues = added.firsts[added.count];
  const valuesMoved = addedValues - (lastValue - firstValue);

  const pcs = new Uint32Array(count + 1);
  const firsts = new Uint32Array(count + 1);
  pcs.set(old.pcs.subarray(0, first));
  firsts.set(old.firsts.subarray(0, first));
  for (let index = 0; index < added.count; index++) {
    pcs[first + index] = old.pcs[first] + added.pcs[index];
    firsts[first + index] = firstValue + added.firsts[index];
  }
  for (let index = last; index <= old.count; index++) {
    pcs[afterAdded + index - last] = old.pcs[index] + bytes;
    firsts[afterAdded + index - last] = old.firsts[index] + valuesMoved;
  }
  const opcodes = new Uint8Array(count);
  opcodes.set(old.opcodes.subarray(0, first));
  opcodes.set(added.opcodes, first);
  opcodes.set(old.opcodes.subarray(last), afterAdded);
  const modes = new Uint16Array(count);
  modes.set(old.modes.subarray(0, first));
  modes.set(added.modes, first);
  modes.set(old.modes.subarray(last), afterAdded);
  const values = new Uint32Array(old.values.length + valuesMoved);
  values.set(old.values.subarray(0, firstValue));
  values.set(added.values, firstValue);
  values.set(old.values.subarray(lastValue), firstValue + addedValues);
  for (let index = 0; index < added.count; index++) {
    const form = added.set.byOpcode[added.opcodes[index]];
    // The added wide values follow the old ones, so their indices are shifted.
    form?.fields.forEach(({ size }, field) => {
      if (size > 4) values[firstValue + added.firsts[index] + field] += old.wide.length;
    });
  }
  const oldLines = old.origins!.lineOf;
  const lineOf = new Uint32Array(count);
  for (let index = 0; index < first; index++) lineOf[index] = oldLines[index];
  lineOf.set(lines, first);
  for (let index = last; index < old.count; index++)
    lineOf[afterAdded + index - last] = oldLines[index] + linesMoved;
  return {
    ...old,
    count,
    pcs,
    opcodes,
    modes,
    firsts,
    values,
    wide: added.wide.length > 0 ? [...old.wide, ...added.wide] : old.wide,
    origins: { frames: [], frameOf: new Uint8Array(count), lineOf },
  };
}

/** The operands that name labels after the edit: without those of removed lines, and with those of added ones. */
function movedUses(
  known: EditBase,
  firstValue: number,
  lastValue: number,
  valuesMoved: number,
  added: LabelUses<unknown>,
): Pick<EditBase, "usedLabels" | "usingValues"> {
  const { usedLabels, usingValues, numberOf } = known;
  const start = lowerBound(usingValues, usingValues.length, firstValue);
  const end = lowerBound(usingValues, usingValues.length, lastValue);
  const count = added.labels.length;
  const length = usedLabels.length - (end - start) + count;
  const labels = new Int32Array(length);
  const values = new Int32Array(length);
  labels.set(usedLabels.subarray(0, start));
  values.set(usingValues.subarray(0, start));
  for (let index = 0; index < count; index++) {
    labels[start + index] = numberOf.get(added.labels[index] as AssemblySymbol)!;
    values[start + index] = firstValue + added.values[index];
  }
  labels.set(usedLabels.subarray(end), start + count);
  for (let index = end; index < usingValues.length; index++) {
    values[start + count + index - end] = usingValues[index] + valuesMoved;
  }
  return { usedLabels: labels, usingValues: values };
}

/** A key that is equal for duplicate diagnostics. */
function keyOf({ code, message, source, span }: Diagnostic): string {
  return JSON.stringify([code, message, source, span.line, span.start, span.end]);
}

/** The diagnostics of the unchanged lines with their new places; undefined if one of them also refers to a changed line. */
function keptDiagnostics(diagnostics: readonly Diagnostic[], change: Change): Diagnostic[] | undefined {
  const kept: Diagnostic[] = [];
  for (const found of diagnostics) {
    if (found.code === "bytecode-too-large" || found.code === "empty-program") continue;
    const { line } = found.span;
    if (line >= change.start && line < change.oldEnd) continue;
    if (
      line < change.start &&
      (found.span.endLine ?? line) < change.start &&
      !found.related &&
      !found.fixes
    ) {
      kept.push(found);
      continue;
    }
    const span = moved(found, change);
    const related = found.related?.map((place) => {
      const location = moved(place, change);
      return location && { ...place, ...location };
    });
    const fixes = found.fixes?.map((fix) => {
      const edits = fix.edits.map((one) => {
        const location = moved(one, change);
        return location && { ...one, ...location };
      });
      return edits.includes(undefined) ? undefined : { ...fix, edits: edits as (typeof fix.edits)[number][] };
    });
    if (!span || related?.includes(undefined) || fixes?.includes(undefined)) return undefined;
    kept.push({
      ...found,
      ...span,
      ...(related && { related: related as Diagnostic["related"] & object }),
      ...(fixes && { fixes: fixes as Diagnostic["fixes"] & object }),
    });
  }
  return kept;
}

/** The new place of a location after the edit; undefined if the location includes changed lines. */
function moved({ source, span }: Location, { start, oldEnd, newEnd }: Change): Location | undefined {
  const { line, endLine = line } = span;
  if (endLine < start) return { source, span };
  if (line < oldEnd) return undefined;
  const by = newEnd - oldEnd;
  const there = { ...span, line: line + by };
  return { source, span: span.endLine === undefined ? there : { ...there, endLine: endLine + by } };
}

/** The symbols with their new places. */
function movedSymbols(
  program: Program,
  { symbols, statementOf, lineOf, scope, numberOf }: EditBase,
): SymbolTable {
  const [frame] = program.origins!.frames;
  const { file } = frame;
  const root = new Scope(frame);
  const renewed = symbols.map((symbol, number): AssemblySymbol => {
    const line = lineOf[number];
    const { source, span } = symbol.location;
    const place = { location: { source, span: { ...span, line } }, definedOn: { file, line } };
    if (symbol.kind === "label") return { ...symbol, ...place, statement: statementOf[number] };
    if (symbol.kind === "constant") {
      return { ...symbol, ...place, value: { ...symbol.value, lineNumber: line, scope: root } };
    }
    if (symbol.kind === "cell") {
      return { ...symbol, ...place, operand: { ...symbol.operand, lineNumber: line, scope: root } };
    }
    // Parameters belong to expansions, which no program here has.
    return symbol.kind === "parameter" ? symbol : { ...symbol, ...place };
  });
  for (const [name, symbol] of scope.names) root.names.set(name, renewed[numberOf.get(symbol)!]);
  return { symbols: renewed, root };
}
