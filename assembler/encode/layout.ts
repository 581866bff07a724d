/** Lays out the statements of an expansion: picks the wire form of each and fills labels in. */

import {
  diagnostic,
  hasErrors,
  type Diagnostic,
  type DiagnosticDetails,
} from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type {
  DirectiveStatement,
  Expression,
  InstructionStatement,
  Node,
  OperandNode,
} from "../../grammar/ast.ts";
import { columnsOf, tokenText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import {
  RELATIVE,
  instructionSet,
  type InstructionDefinition,
  type InstructionSet,
  type WireForm,
} from "../../isa/instruction-set.ts";
import { MAX_BYTECODE_BYTES, MAX_BYTECODE_FIELDS } from "../../isa/limits.ts";
import { TARGETS } from "../../isa/table.ts";
import { TAGS, parseTag, tagOfCode } from "../../isa/tags.ts";
import type { Diagnostics, Expansion } from "../expand/expander.ts";
import { freshContext } from "../expressions/context.ts";
import { evaluate, forget, type EvaluationContext } from "../expressions/evaluate.ts";
import { replacement } from "../expressions/replacement.ts";
import { parseQuoted } from "../expressions/literals.ts";
import {
  fitsKind,
  followParameters,
  resolveOperand,
  wrapNegative,
  type ResolvedOperand,
} from "./operands.ts";
import { QuickPlacer, type PlacedLabel } from "./encoding-plans.ts";
import { expansionsAround } from "../../program/source-locations.ts";
import {
  ProgramBuilder,
  sizeOf,
  type Annotation,
  type Program,
  type TaggedCell,
} from "../../program/program.ts";
import type { AssemblySymbol, LabelSymbol, Scope, Scoped } from "../expressions/symbols.ts";

export interface Assembly {
  /** With holes in place of statements that have errors. */
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
  /** Every definition outside of expansions and inside, in order. */
  readonly symbols: readonly AssemblySymbol[];
  /** The names of the main file and all it includes. */
  readonly root: Scope;
  /** The main file first. */
  readonly files: readonly SourceFile[];
}

/** An operand whose value waits for the layout. */
interface Fixup {
  readonly at: Scoped<Expression>;
  readonly statement: number;
  /** Index of the value in the program. */
  readonly value: number;
  /** Bytes that it may take. */
  readonly size: number;
  /** The instruction's tag operand, which decides whether the value may be negative. */
  readonly tag: string | undefined;
  /** Where the operand is one of an instruction that doesn't name its wire form: its mnemonic, and what else it may take. */
  readonly unforced?: {
    readonly mnemonic: Scoped<Node>;
    readonly forms: readonly WireForm[];
    readonly field: number;
  };
}

/** What a layout leaves behind for one that goes on from it. */
export interface LaidOut {
  readonly set: InstructionSet;
  /** One file alone, without blocks, whose statements depend on how the code is laid out by naming labels at most. */
  readonly isSimple: boolean;
  /** The labels that operands name, and the indices of the values that hold their offsets, ascending. */
  readonly waitingLabels: readonly PlacedLabel[];
  readonly waitingValues: readonly number[];
}

const layouts = new WeakMap<Assembly, LaidOut>();

/** How an assembly was laid out, where that was done here. */
export function layoutOf(assembly: Assembly): LaidOut | undefined {
  return layouts.get(assembly);
}

export class Layout {
  private readonly set: InstructionSet;
  private readonly expansion: Expansion;
  private readonly diagnostics: Diagnostics;
  private readonly builder: ProgramBuilder;
  private readonly quick: QuickPlacer | undefined;
  private readonly fixups: Fixup[] = [];
  private readonly annotations: Annotation[] = [];
  /** Names of all macros, once one is asked for that isn't there. */
  private macros: ReadonlySet<string> | undefined;
  /** Statements at which global labels stand, in order; filled when the layout is done. */
  private globalOffsets: number[] | undefined;
  private statement = 0;
  private readonly context: EvaluationContext;

  constructor(set: InstructionSet, expansion: Expansion, plainly: boolean) {
    this.set = set;
    this.expansion = expansion;
    this.diagnostics = expansion.diagnostics;
    this.builder = new ProgramBuilder(set, Math.max(16, expansion.lineOf.length));
    this.quick = plainly ? undefined : new QuickPlacer(set, this.builder);
    this.context = freshContext({
      report: this.diagnostics.report,
      here: () => (this.globalOffsets ? this.builder.offsetOf(this.statement) : undefined),
      offsetOf: (label) => (this.globalOffsets ? this.builder.offsetOf(label.statement) : undefined),
      sizeOf: (label) => this.sizeOfLabel(label),
    });
  }

  run(): Assembly {
    const { lineOf, scopeOf, scopes, labelOf, holes, symbols, files, root } = this.expansion;
    for (let index = 0; index < lineOf.length; index++) {
      this.statement = index;
      if (holes.size > 0 && holes.has(index)) {
        this.builder.addHole();
        continue;
      }
      const scope = scopes[scopeOf[index]];
      const lineNumber = lineOf[index];
      const line = scope.frame.file.lines[lineNumber];
      this.placeLine(line, lineNumber, scope, labelOf[index]);
    }
    this.globalOffsets = symbols
      .filter((symbol) => symbol.kind === "label" && !symbol.private && !symbol.name.includes("."))
      .map((label) => this.builder.offsetOf((label as LabelSymbol).statement));
    this.quick?.fillLabels();
    for (const fixup of this.fixups) this.fill(fixup);
    for (const { before, directive } of this.expansion.deferred) this.runDeferred(before, directive);
    // Where `$` stands in a definition it means the place of use; here there is none.
    this.statement = 0;
    this.checkSymbols(symbols);
    const program = this.builder.finish({
      origins: { frameOf: scopeOf, lineOf, frames: scopes.map(({ frame }) => frame) },
      annotations: this.annotations,
      taggedCells: symbols.flatMap((symbol) => this.taggedCell(symbol)),
    });
    const { list } = this.diagnostics;
    const diagnostics = [...list, ...sizeDiagnostics(list, sizeOf(program), files[0], symbols.length > 0)];
    const assembly = { program, diagnostics, symbols, root, files };
    const { hasBlocks, deferred } = this.expansion;
    const isAlone = files.length === 1 && scopes.length === 1 && !hasBlocks && deferred.length === 0;
    layouts.set(assembly, this.laidOut(isAlone));
    return assembly;
  }

  /** Places the instructions of lines that define nothing and belong to no block. Returns the line of each statement. */
  placeLines(lines: readonly Line[], start: number, end: number, scope: Scope, label: string): number[] {
    const placed: number[] = [];
    for (let lineNumber = start; lineNumber < end; lineNumber++) {
      const line = lines[lineNumber];
      if (!line.tree.statement && (line.problems.length === 0 || line.tokenCount === 0)) continue;
      placed.push(lineNumber);
      this.placeLine(line, lineNumber, scope, label);
    }
    return placed;
  }

  /** What was placed so far, labels left open; undefined where some of it depends on more than labels. */
  finishPart(): (LaidOut & { readonly program: Program }) | undefined {
    if (this.fixups.length > 0) return undefined;
    return { ...this.laidOut(true), program: this.builder.finish() };
  }

  private laidOut(isSimple: boolean): LaidOut {
    const { waitingLabels = [], waitingValues = [] } = this.quick ?? {};
    return { set: this.set, isSimple: isSimple && this.fixups.length === 0, waitingLabels, waitingValues };
  }

  /** Appends the statement of a line, the fast way where that is enough. */
  private placeLine(line: Line, lineNumber: number, scope: Scope, label: string): void {
    if (line.problems.length === 0 && this.quick?.place(line, scope, label)) return;
    this.place({ node: line.tree, line, lineNumber, scope, label });
  }

  /** Appends one statement to the program. */
  private place(at: Scoped<Line["tree"]>): void {
    const { statement } = at.node;
    if (at.line.problems.length > 0 || !statement) this.builder.addHole();
    else if (statement.kind === "instruction") this.placeInstruction({ ...at, node: statement });
    else this.placeBytes({ ...at, node: statement });
  }

  private placeBytes(at: Scoped<DirectiveStatement>): void {
    const { body } = at.node;
    if (body.kind !== "byte") return void this.builder.addHole();
    const bytes: number[] = [];
    const waiting: { expression: Scoped<Expression>; index: number }[] = [];
    for (const [index, node] of body.values.entries()) {
      const expression = { ...at, node };
      const value = this.evaluateAt(expression);
      if (this.context.dependsOnLayout) waiting.push({ expression, index });
      else if (value !== undefined && (value < 0n || value > 0xffn)) {
        this.context.report(expression, "out-of-range", `${value} doesn't fit a byte`);
      }
      bytes.push(Number(BigInt.asUintN(8, value ?? 0n)));
    }
    const first = this.builder.valuesSoFar;
    const statement = this.builder.addData(bytes);
    for (const { expression, index } of waiting) {
      this.fixups.push({ at: expression, statement, value: first + index, size: 1, tag: undefined });
    }
  }

  private placeInstruction(at: Scoped<InstructionStatement>): void {
    const written = tokenText(at.line, at.node.mnemonic);
    const upper = written.toUpperCase();
    const definition = this.set.byMnemonic.get(upper);
    const forced = definition ? undefined : this.set.byForm.get(upper);
    const instruction = definition ?? forced?.definition;
    if (!instruction) {
      this.reportUnknown(at, written);
      return void this.builder.addHole();
    }
    const operands = this.resolveOperands(at, instruction, upper);
    const form = operands && this.chooseForm(at, instruction, forced, operands);
    if (!form) return void this.builder.addHole();
    let mode = 0;
    for (const [index, field] of form.fields.entries()) {
      if (field.pair >= 0) mode |= operands[index].mode << (2 * field.pair);
    }
    const statement = this.builder.startInstruction(form, mode);
    const tag = tagOf(instruction, operands);
    for (const [field, { size }] of form.fields.entries()) {
      const { value: known, waiting } = operands[field];
      const value = size > 4 ? this.builder.addWide(known) : this.builder.addValue(Number(known));
      if (!waiting) continue;
      const mnemonic = { ...at, node: { first: at.node.mnemonic, last: at.node.mnemonic } };
      const unforced = forced ? undefined : { mnemonic, forms: instruction.wireForms, field };
      this.fixups.push({ at: waiting, statement, value, size, tag, unforced });
    }
  }

  private resolveOperands(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    mnemonic: string,
  ): ResolvedOperand[] | undefined {
    const nodes = at.node.operands;
    const wanted = instruction.operands;
    if (nodes.length !== wanted.length) {
      this.reportCount(at, instruction, mnemonic);
      return undefined;
    }
    if (this.reportOrder(at, instruction, mnemonic)) return undefined;
    const tagIndex = wanted.findIndex(({ kind }) => kind === "tag");
    const written = tagIndex < 0 ? undefined : followParameters({ ...at, node: nodes[tagIndex] });
    const tag = written && parseTag(textOf(written.line, written.node));
    const resolved: ResolvedOperand[] = [];
    // Every operand is looked at, so that all mistakes of a line are reported at once.
    for (const [index, operand] of wanted.entries()) {
      const result = resolveOperand({ ...at, node: nodes[index] }, operand, mnemonic, tag, this.context);
      if (result) resolved.push(result);
    }
    return resolved.length === wanted.length ? resolved : undefined;
  }

  private reportCount(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    mnemonic: string,
  ): void {
    const wanted = instruction.operands.length;
    const { operands, mnemonic: token } = at.node;
    const names = instruction.operands.map(({ name }) => name).join(", ");
    const node =
      operands.length > wanted
        ? { first: operands[wanted].first, last: operands.at(-1)!.last }
        : { first: token, last: token };
    const list = wanted === 0 ? "" : ` (${names})`;
    const count = wanted === 1 ? "1 operand" : wanted === 0 ? "no operands" : `${wanted} operands`;
    this.context.report(
      { ...at, node },
      "operand-count",
      `\`${mnemonic}\` takes ${count}${list}; ${operands.length} given`,
    );
  }

  /** Reports operands that would be right in another order as the one mistake that they are. */
  private reportOrder(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    mnemonic: string,
  ): boolean {
    const nodes = at.node.operands.map((node) => ({ ...at, node }));
    const wanted = instruction.operands;
    const misfits = wanted.flatMap((operand, index) => (fitsKind(nodes[index], operand) ? [] : [index]));
    if (misfits.length < 2) return false;
    const free = [...misfits];
    const order = misfits.map((index) => {
      const from = free.findIndex((candidate) => fitsKind(nodes[candidate], wanted[index]));
      return from < 0 ? -1 : free.splice(from, 1)[0];
    });
    if (order.includes(-1)) return false;
    const texts = nodes.map(({ node }) => textOf(at.line, node));
    const ordered = texts.slice();
    misfits.forEach((index, position) => (ordered[index] = texts[order[position]]));
    const node = { first: nodes[misfits[0]].node.first, last: nodes[misfits.at(-1)!].node.last };
    const text = ordered.slice(misfits[0], misfits.at(-1)! + 1).join(", ");
    const names = wanted.map(({ name }) => name).join(", ");
    this.context.report(
      { ...at, node },
      "operand-kind",
      `the operands of \`${mnemonic}\` are ${names}, in this order`,
      replacement({ ...at, node }, text),
    );
    return true;
  }

  /** The form that was asked for, or the narrowest that holds every operand. */
  private chooseForm(
    at: Scoped<InstructionStatement>,
    instruction: InstructionDefinition,
    forced: WireForm | undefined,
    operands: readonly ResolvedOperand[],
  ): WireForm | undefined {
    if (forced) {
      const misfit = misfitIn(forced, operands, true);
      if (misfit < 0) return forced;
      this.reportMisfit(at, forced, misfit, operands, instruction);
      return undefined;
    }
    for (const form of instruction.wireForms) {
      if (misfitIn(form, operands, false) < 0) return form;
    }
    const widest = instruction.wireForms.at(-1)!;
    const misfit = misfitIn(widest, operands, true);
    // Some have no form of 32 bits for a label; whether its offset fits is seen once it is known.
    if (misfit < 0) return widest;
    this.reportMisfit(at, widest, misfit, operands, undefined);
    return undefined;
  }

  private reportMisfit(
    at: Scoped<InstructionStatement>,
    form: WireForm,
    misfit: number,
    operands: readonly ResolvedOperand[],
    alternatives: InstructionDefinition | undefined,
  ): void {
    const field = form.fields[misfit];
    const place = { ...at, node: at.node.operands[misfit] };
    const limit = (1n << BigInt(8 * field.size)) - 1n;
    const what =
      field.operand.kind === "memory" ? `an address in \`${form.name}\`` : `\`${field.operand.name}\``;
    const message = `${shown(operands[misfit].value)} is too large: ${what} is at most ${shown(limit)}`;
    const other = alternatives?.wireForms.find((candidate) => misfitIn(candidate, operands, true) < 0);
    if (alternatives) {
      const hint = other ? `; \`${other.name}\` would hold it` : "";
      const node = { first: at.node.mnemonic, last: at.node.mnemonic };
      const details = other ? replacement({ ...at, node }, alternatives.mnemonic) : {};
      this.context.report(place, "no-such-form", message + hint, details);
    } else this.context.report(place, "out-of-range", message);
  }

  private reportUnknown(at: Scoped<InstructionStatement>, written: string): void {
    const node = { first: at.node.mnemonic, last: at.node.mnemonic };
    const upper = written.toUpperCase();
    const renamed = this.set.instructions.find(({ aliases }) => aliases?.includes(upper));
    const elsewhere = TARGETS.filter((target) => {
      const other = instructionSet(target);
      return other.byMnemonic.has(upper) || other.byForm.has(upper);
    });
    // A repetition can have hundreds of thousands of symbols and as many unknown names.
    this.macros ??= new Set(
      this.expansion.symbols.filter(({ kind }) => kind === "macro").map(({ name }) => name),
    );
    if (this.macros.has(written)) {
      return this.context.report(
        { ...at, node },
        "unknown-mnemonic",
        `the macro \`${written}\` is called above its definition`,
      );
    }
    const suggestion =
      renamed?.mnemonic ??
      nearest(written, [...this.set.byMnemonic.keys(), ...this.macros]) ??
      nearest(written, this.set.byForm.keys());
    const where = elsewhere.length > 0 ? ` in ${this.set.target}, only in ${elsewhere.join(", ")}` : "";
    if (suggestion === undefined && where === "" && at.node.operands.length === 0) {
      const message = `there is no instruction or macro \`${written}\`; a label has a colon behind its name`;
      const { fixes = [] } = replacement({ ...at, node }, `${written}:`);
      const details = { fixes: fixes.map((fix) => ({ ...fix, needsReview: true as const })) };
      return this.context.report({ ...at, node }, "unknown-mnemonic", message, details);
    }
    this.context.report(
      { ...at, node },
      "unknown-mnemonic",
      `there is no instruction or macro \`${written}\`${where}${didYouMean(suggestion)}`,
      replacement({ ...at, node }, suggestion),
    );
  }

  // --- once the layout is known ---

  private fill({ at, statement, value: index, size, tag, unforced }: Fixup): void {
    this.statement = statement;
    const value = this.evaluateAt(at);
    if (value === undefined) return;
    const limit = (1n << BigInt(8 * size)) - 1n;
    const wrapped = wrapNegative(value, tag);
    if (wrapped === undefined || wrapped > limit) {
      return this.context.report(
        at,
        "out-of-range",
        `the value is ${shown(value)}; it has to be from 0 to ${shown(limit)}`,
        roomFor(wrapped, unforced),
      );
    }
    if (size > 4) this.builder.setWide(index, wrapped);
    else this.builder.setValue(index, Number(wrapped));
  }

  private runDeferred(before: number, at: Scoped<DirectiveStatement>): void {
    this.statement = before;
    const { body } = at.node;
    if (at.line.problems.length > 0) return;
    if (body.kind === "assert") {
      const node = body.condition;
      const value = this.evaluateAt({ ...at, node });
      if (value !== 0n) return;
      const text = body.message === undefined ? "" : this.messageOf(at, body.message);
      const why = text === "" ? "" : `: ${text}`;
      this.context.report({ ...at, node }, "assertion-failed", `the assertion doesn't hold${why}`);
    } else if (body.kind === "error") {
      const text = body.message === undefined ? "" : this.messageOf(at, body.message);
      this.context.report(at, "user-error", text === "" ? "an .error was reached" : text);
    } else if (body.kind === "assume" || body.kind === "expect") {
      this.annotate(body.kind, before, at);
    }
  }

  private messageOf(at: Scoped<Node>, token: number): string {
    return parseQuoted(tokenText(at.line, token)) ?? tokenText(at.line, token).slice(1, -1);
  }

  private annotate(kind: "assume" | "expect", before: number, at: Scoped<DirectiveStatement>): void {
    const { body } = at.node;
    if (body.kind !== kind || !body.operand) return;
    const tag = body.tag === undefined ? undefined : parseTag(tokenText(at.line, body.tag));
    if (!tag) {
      const node = body.tag === undefined ? at.node : { first: body.tag, last: body.tag };
      const message = `\`.${kind}\` takes an operand and one of the tags ${TAGS.join(", ")}: \`.${kind} [1]: u32\``;
      return this.context.report({ ...at, node }, "unknown-tag", message);
    }
    const place = { ...at, node: body.operand };
    const memory = { kind: "memory", name: "operand", access: "read" } as const;
    const operand = resolveOperand(place, memory, `.${kind}`, undefined, this.context);
    if (!operand || !this.isAddress(operand.value, place)) return;
    const span = { line: at.lineNumber, ...columnsOf(at.line, body.operand) };
    this.annotations.push({
      kind,
      before,
      mode: operand.mode,
      address: Number(operand.value),
      tag,
      location: { source: at.scope.frame.file.name, span },
      around: expansionsAround(at.scope.frame),
    });
  }

  /** Evaluates every constant and cell, so that a mistake in one that nothing uses is reported too. */
  private checkSymbols(symbols: readonly AssemblySymbol[]): void {
    for (const symbol of symbols) {
      if (symbol.kind === "constant") {
        this.context.active.add(symbol);
        this.evaluateAt(symbol.value);
        this.context.active.clear();
      }
    }
  }

  private taggedCell(symbol: AssemblySymbol): TaggedCell[] {
    if (symbol.kind !== "cell") return [];
    const { operand, tag, name, location } = symbol;
    const value = this.evaluateAt({ ...operand, node: operand.node.address });
    if (value === undefined) return [];
    if (this.context.cell) {
      const message = `\`${name}\` would be what \`${this.context.cell.name}\` points at; a cell has an address that is a number`;
      this.context.report(operand, "operand-kind", message);
      return [];
    }
    if (!this.isAddress(value, operand) || !tag) return [];
    return [{ name, mode: operand.node.relative ? RELATIVE : 0, address: Number(value), tag, location }];
  }

  /** Reports an address that memory doesn't have. */
  private isAddress(value: bigint, at: Scoped<Node>): boolean {
    if (value >= 0n && value <= 0xffff_ffffn) return true;
    const message = `the address is ${shown(value)}; it has to be from 0 to 2^32 - 1`;
    this.context.report(at, "out-of-range", message);
    return false;
  }

  private sizeOfLabel(label: LabelSymbol): number | undefined {
    if (!this.globalOffsets) return undefined;
    const start = this.builder.offsetOf(label.statement);
    const next = this.globalOffsets.find((offset) => offset > start);
    return (next ?? this.builder.size) - start;
  }

  private evaluateAt(at: Scoped<Expression>): bigint | undefined {
    forget(this.context);
    return evaluate(at, this.context);
  }
}

/**
 * What is wrong with the size of a whole program, where nothing else is.
 *
 * @param found what is known to be wrong with it
 */
export function sizeDiagnostics(
  found: readonly Diagnostic[],
  size: number,
  file: SourceFile,
  hasSymbols: boolean,
): Diagnostic[] {
  // Of a program with holes, or one that was broken off, the size says nothing.
  if (hasErrors(found)) return [];
  const location = { source: file.name, span: { line: 0, start: 0, end: 0 } };
  if (size > MAX_BYTECODE_BYTES) {
    const message =
      `the bytecode has ${size} bytes; a contract can publish at most ${MAX_BYTECODE_BYTES} ` +
      `(${MAX_BYTECODE_FIELDS} fields)`;
    return [diagnostic("bytecode-too-large", location, message)];
  }
  if (size > 0) return [];
  const message = "there is no code; the AVM rejects empty bytecode";
  // A file of definitions is there for others to include.
  return [diagnostic("empty-program", location, message, { severity: hasSymbols ? "hint" : "warning" })];
}

/** Names the narrowest form that has room for an operand: what waits for the layout takes no wider one by itself. */
function roomFor(value: bigint | undefined, unforced: Fixup["unforced"]): DiagnosticDetails {
  if (value === undefined || !unforced) return {};
  const { mnemonic, forms, field } = unforced;
  const form = forms.find(({ fields }) => value >> BigInt(8 * fields[field].size) === 0n);
  return replacement(mnemonic, form?.name);
}

/** The index of the first operand that doesn't fit a form, or -1. */
function misfitIn(form: WireForm, operands: readonly ResolvedOperand[], forced: boolean): number {
  return form.fields.findIndex(({ size, operand }, index) => {
    const { value, waiting } = operands[index];
    // What waits for the layout takes the form that a label always fits, so that one pass lays the code out.
    if (waiting)
      return !forced && size < (operand.kind === "memory" ? 2 : operand.kind === "immediate" ? 4 : 1);
    return size < 32 && value >> BigInt(8 * size) !== 0n ? true : value >> 256n !== 0n;
  });
}

function tagOf(instruction: InstructionDefinition, operands: readonly ResolvedOperand[]): string | undefined {
  const index = instruction.operands.findIndex(({ kind }) => kind === "tag");
  return index < 0 ? undefined : tagOfCode(Number(operands[index].value));
}

function textOf(line: Line, node: OperandNode): string {
  const { start, end } = columnsOf(line, node);
  return line.text.slice(start, end);
}

/** A number for a message: short ones in full. */
function shown(value: bigint): string {
  const text = String(value);
  return text.length <= 24 ? text : `0x${value.toString(16)}`;
}
