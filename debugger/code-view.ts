/**
 * Maps the instructions of a program to lines, macros and routines, and resolves its names. For code without a source, the
 * disassembly is assembled and takes the place of the source.
 */

import type { Artifact } from "../artifact/artifact.ts";
import { RELATIVE } from "../isa/instruction-set.ts";
import { evaluate, forget, withinChain } from "../assembler/expressions/evaluate.ts";
import { placeOf } from "../assembler/expressions/places.ts";
import type { Assembly } from "../assembler/assemble.ts";
import { columnsOf } from "../grammar/line.ts";
import { parseSource } from "../grammar/source-file.ts";
import type { Tag } from "../isa/tags.ts";
import { blockGraph, routines } from "../program/control-flow.ts";
import { assembledContext } from "../assembler/output/evaluation.ts";
import { functionsOf } from "../assembler/output/labels.ts";
import { statementCovering } from "../program/program.ts";
import { locateStatement, type Frame } from "../program/source-locations.ts";
import type { NoirLines } from "./noir-lines.ts";
import type { Named } from "./watch-expression.ts";

/** A range of a source. Lines and columns count from 0, columns in UTF-16 units. */
export interface SourcePlace {
  /** The name of the file, as it was assembled. */
  readonly source: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The macro or repetition whose body contains the line, or the inlined Noir function. */
  readonly expansion: string | undefined;
}

/** A named cell. */
export interface NamedCell {
  readonly name: string;
  /** The offset from the base if `relative`, else the address. */
  readonly address: number;
  readonly relative: boolean;
  /** The declared tag. */
  readonly tag: Tag | undefined;
}

export class CodeView {
  readonly assembly: Assembly;
  /** The lines of Noir that the code was compiled from, if its artifact has debug symbols. */
  readonly noir: NoirLines | undefined;
  /** The named cells of all files, in the order of their definitions. */
  readonly cells: readonly NamedCell[];
  private readonly numbers: ReadonlyMap<string, bigint>;
  /** Constants that use `$`, so that their value depends on the statement. */
  private readonly placed = new Set<string>();
  private readonly cellByName: ReadonlyMap<string, NamedCell>;
  /** Labels by byte offset. If several are at one offset, the first. */
  private readonly labels = new Map<number, string>();
  private readonly expansions = new Map<Frame, readonly Frame[]>();
  private firsts: Map<Frame, number> | undefined;
  /** By statement: the signature of the public function that it is part of; computed when it is first asked for. */
  private functions: readonly (string | undefined)[] | undefined;
  /** Statements by source and line, computed when the first breakpoint needs them. */
  private lines: Map<string, Map<number, number[]>> | undefined;
  /** Signatures of the public functions by selector; computed when they are first asked for. */
  private selectors: ReadonlyMap<bigint, string> | undefined;
  private readonly artifact: Artifact | undefined;

  constructor(assembly: Assembly, noir?: NoirLines, artifact?: Artifact) {
    this.assembly = assembly;
    this.noir = noir;
    this.artifact = artifact;
    const { program } = assembly;
    const cells: NamedCell[] = [];
    const numbers = new Map<string, bigint>();
    const context = assembledContext(assembly);
    for (const symbol of assembly.symbols) {
      forget(context);
      if (symbol.kind === "label" && !symbol.private) {
        const pc = program.pcs[symbol.statement];
        numbers.set(symbol.name, BigInt(pc));
        if (!this.labels.has(pc)) this.labels.set(pc, symbol.name);
      } else if (symbol.kind === "constant") {
        const value = withinChain(symbol, symbol.value, context, () => evaluate(symbol.value, context));
        if (value === undefined) continue;
        if (context.dependsOnLayout) this.placed.add(symbol.name);
        else numbers.set(symbol.name, value);
      } else if (symbol.kind === "cell") {
        const place = placeOf(symbol.operand, context);
        if (!place) continue;
        const { address, mode } = place;
        cells.push({
          name: symbol.name,
          address: Number(address),
          relative: mode === RELATIVE,
          tag: symbol.tag,
        });
      }
    }
    this.cells = cells;
    this.numbers = numbers;
    this.cellByName = new Map(cells.map((cell) => [cell.name, cell]));
  }

  /** The statement that contains the byte at `pc`, or -1 past the end. */
  statementAt(pc: number): number {
    return statementCovering(this.assembly.program, pc);
  }

  /**
   * The places of a statement, innermost first: its line of Noir and the calls that it was inlined through, or else its line of
   * assembly and the macro calls that it was expanded from.
   */
  placesOf(statement: number): readonly SourcePlace[] {
    const noir = this.noirPlacesOf(statement);
    return noir.length > 0 ? noir : this.assemblyPlacesOf(statement);
  }

  private noirPlacesOf(statement: number): readonly SourcePlace[] {
    const frames = this.noir?.framesAt(this.pcOf(statement)) ?? [];
    return frames
      .map(({ path, line, column, text, function: name }, depth) => ({
        source: path,
        line,
        start: column,
        end: Math.max(column, text.length),
        expansion: depth === 0 ? undefined : (name ?? "inlined"),
      }))
      .reverse();
  }

  /** The places of a statement in the assembly. */
  assemblyPlacesOf(statement: number): readonly SourcePlace[] {
    const { origins } = this.assembly.program;
    if (!origins) return [];
    const { source, span } = locateStatement(origins, statement);
    let frame: Frame = origins.frames[origins.frameOf[statement]];
    const places: SourcePlace[] = [{ source, ...span, expansion: frame.expansion }];
    while (frame.parent) {
      const { frame: outer, line } = frame.parent;
      const text = outer.file.lines[line];
      const columns = columnsOf(text, text.tree.statement ?? { first: 0, last: -1 });
      // The line of an include isn't a call, so it is left out.
      if (frame.expansion !== undefined)
        places.push({ source: outer.file.name, line, ...columns, expansion: outer.expansion });
      frame = outer;
    }
    return places;
  }

  /** The macros and repetitions whose bodies contain a statement, innermost first. */
  expansionsAround(statement: number): readonly Frame[] {
    const { origins } = this.assembly.program;
    if (!origins || statement < 0) return [];
    const frame = origins.frames[origins.frameOf[statement]];
    let found = this.expansions.get(frame);
    if (!found) {
      const frames: Frame[] = [];
      for (let at: Frame | undefined = frame; at; at = at.parent?.frame)
        if (at.expansion !== undefined) frames.push(at);
      this.expansions.set(frame, (found = frames));
    }
    return found;
  }

  /** The first statement of an expansion. */
  firstStatementOf(expansion: Frame): number {
    if (!this.firsts) {
      this.firsts = new Map();
      for (let statement = 0; statement < this.assembly.program.count; statement++)
        for (const frame of this.expansionsAround(statement))
          if (!this.firsts.has(frame)) this.firsts.set(frame, statement);
    }
    return this.firsts.get(expansion) ?? -1;
  }

  /** The name of the routine that starts at `pc`. */
  routineAt(pc: number): string {
    return this.labels.get(pc) ?? (pc === 0 ? "start" : `pc ${pc}`);
  }

  /**
   * The routine that the code at `pc` is part of if no internal call led there: a public function by its signature, or what
   * the code begins with.
   */
  outerRoutineAt(pc: number): string {
    this.functions ??= this.functionsByStatement();
    const statement = this.statementAt(pc);
    return (statement < 0 ? undefined : this.functions[statement]) ?? this.routineAt(0);
  }

  private functionsByStatement(): (string | undefined)[] {
    const { program } = this.assembly;
    const declared = functionsOf(this.assembly);
    const graph = blockGraph(program);
    const found = new Array<string | undefined>(program.count);
    for (const { entry, blocks } of routines(graph, declared.keys())) {
      const signature = declared.get(graph.starts[entry])?.signature;
      if (signature === undefined) continue;
      for (const block of blocks) found.fill(signature, graph.starts[block], graph.starts[block + 1]);
    }
    return found;
  }

  /** The signature of the contract's public function with a selector. */
  functionBySelector(selector: bigint): string | undefined {
    this.selectors ??= new Map([
      ...[...(this.artifact?.selectors() ?? [])].map(
        ([key, { signature }]) => [BigInt(key), signature] as const,
      ),
      ...this.assembly.contract.functions.map((one) => [BigInt(one.selector), one.signature] as const),
    ]);
    return this.selectors.get(selector);
  }

  /** The byte offset of a label, or undefined if there is no such label. */
  pcOfLabel(name: string): number | undefined {
    const value = this.labelNames().has(name) ? this.numbers.get(name) : undefined;
    return value === undefined ? undefined : Number(value);
  }

  /** Whether an instruction begins at a byte offset. */
  beginsAt(pc: number): boolean {
    const statement = this.statementAt(pc);
    return statement >= 0 && statement < this.assembly.program.count && this.pcOf(statement) === pc;
  }

  macroNames(): ReadonlySet<string> {
    return new Set(this.assembly.symbols.filter(({ kind }) => kind === "macro").map(({ name }) => name));
  }

  labelNames(): ReadonlySet<string> {
    return new Set(this.assembly.symbols.filter(({ kind }) => kind === "label").map(({ name }) => name));
  }

  /** The statements that a line of a source was assembled to, in the order of the code. */
  statementsOn(source: string, line: number): readonly number[] {
    this.lines ??= this.indexLines();
    return this.lines.get(source)?.get(line) ?? [];
  }

  pcOf(statement: number): number {
    return this.assembly.program.pcs[statement];
  }

  /** Number of expansions between a statement and one of the lines that it comes from. */
  depthOf(statement: number, source: string, line: number): number {
    return Math.max(
      0,
      this.placesOf(statement).findIndex((place) => place.source === source && place.line === line),
    );
  }

  /** The lines from `first` to `last` that were assembled to an instruction. */
  linesWithCode(source: string, first: number, last: number): number[] {
    this.lines ??= this.indexLines();
    return [...(this.lines.get(source)?.keys() ?? [])].filter((line) => line >= first && line <= last);
  }

  /** The first line from `line` on that was assembled to an instruction; undefined after the last one. */
  lineWithCode(source: string, line: number): number | undefined {
    this.lines ??= this.indexLines();
    const lines = this.lines.get(source);
    let found: number | undefined;
    for (const candidate of lines?.keys() ?? [])
      if (candidate >= line && (found === undefined || candidate < found)) found = candidate;
    return found;
  }

  /** Resolves a name at a statement. A local label belongs to the global label above the statement. */
  lookUp(name: string, statement: number): Named | undefined {
    const full = name.startsWith(".") ? this.globalLabelAbove(statement) + name : name;
    const cell = this.cellByName.get(full);
    if (cell) return { kind: "cell", address: cell.address, relative: cell.relative };
    const value = this.placed.has(name) ? this.evaluate(name, statement) : this.numbers.get(full);
    return typeof value !== "bigint" ? undefined : { kind: "number", value };
  }

  /** All names that an expression may use. */
  names(): Iterable<string> {
    return [...this.cellByName.keys(), ...this.numbers.keys(), ...this.placed];
  }

  private globalLabelAbove(statement: number): string {
    let found = "";
    let nearest = -1;
    for (const symbol of this.assembly.symbols) {
      if (symbol.kind !== "label" || symbol.private || symbol.name.includes(".")) continue;
      if (symbol.statement <= statement && symbol.statement >= nearest) {
        found = symbol.name;
        nearest = symbol.statement;
      }
    }
    return found;
  }

  /**
   * Evaluates an expression of the language at a statement. Cells have no values in it.
   *
   * @returns the value, or why there is none
   */
  evaluate(text: string, statement: number): bigint | { readonly error: string } {
    const { lines } = parseSource("expression", `.byte ${text}`);
    const [line] = lines;
    const body = line.tree.statement?.kind === "directive" ? line.tree.statement.body : undefined;
    const node = body?.kind === "byte" ? body.values.at(0) : undefined;
    const [problem] = line.problems;
    if (problem) return { error: problem.message };
    if (!node) return { error: "there is no expression" };
    let error: string | undefined;
    const context = assembledContext(this.assembly, {
      report: (_at, _code, message) => (error ??= message),
      here: () => this.pcOf(statement),
    });
    const { root: scope } = this.assembly;
    const label = this.globalLabelAbove(statement);
    return (
      evaluate({ node, line, lineNumber: 0, scope, label }, context) ?? { error: error ?? "it has no value" }
    );
  }

  private indexLines(): Map<string, Map<number, number[]>> {
    const index = new Map<string, Map<number, number[]>>();
    const { program } = this.assembly;
    for (let statement = 0; statement < program.count; statement++) {
      // A breakpoint on a macro's call stops at the first instruction of its expansion.
      const places = this.assemblyPlacesOf(statement);
      for (const [depth, { source, line }] of places.entries()) {
        const found = statementsIn(index, source, line);
        if (depth === 0 || found.length === 0 || !this.sameCall(found.at(-1)!, statement, depth))
          found.push(statement);
      }
    }
    if (this.noir) this.indexNoirLines(index);
    return index;
  }

  /** A breakpoint on a line of Noir stops at the first instruction of each sequence that comes from the line. */
  private indexNoirLines(index: Map<string, Map<number, number[]>>): void {
    let before = new Set<string>();
    for (let statement = 0; statement < this.assembly.program.count; statement++) {
      const places = this.noirPlacesOf(statement);
      if (places.length === 0) continue;
      const here = new Set<string>();
      for (const { source, line } of places) {
        const key = `${line} ${source}`;
        if (!here.has(key) && !before.has(key)) statementsIn(index, source, line).push(statement);
        here.add(key);
      }
      before = here;
    }
  }

  /** True if two statements come from the same expansion, `depth` places up from the later one. */
  private sameCall(earlier: number, later: number, depth: number): boolean {
    const { origins } = this.assembly.program;
    if (!origins) return false;
    let frame: Frame | undefined = origins.frames[origins.frameOf[later]];
    for (let left = depth - 1; left > 0 && frame;) {
      if (frame.expansion !== undefined) left--;
      frame = frame.parent?.frame;
    }
    for (let at: Frame | undefined = origins.frames[origins.frameOf[earlier]]; at; at = at.parent?.frame)
      if (at === frame) return true;
    return false;
  }
}

/** The list of a line in an index, which is created if there is none. */
function statementsIn(index: Map<string, Map<number, number[]>>, source: string, line: number): number[] {
  let lines = index.get(source);
  if (!lines) index.set(source, (lines = new Map<number, number[]>()));
  let statements = lines.get(line);
  if (!statements) lines.set(line, (statements = []));
  return statements;
}
