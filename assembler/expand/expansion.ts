/** The result of the expander: the lines that become statements, and their scopes. */

import type { DirectiveStatement, Node } from "../../grammar/ast.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { Frame } from "../../program/source-locations.ts";
import { Declarations } from "../expressions/declarations.ts";
import type { DiagnosticList } from "../diagnostic-list.ts";
import { Scope, type AssemblySymbol, type Scoped } from "../expressions/symbols.ts";
import type { StraightBody } from "./straight-body.ts";
import { Tests, type MisplacedInstruction, type TestBlock } from "./tests.ts";
import {
  MAX_EXPANDED_LINES,
  MAX_EXPANDED_STATEMENTS,
  MAX_EXPANSION_DEPTH,
  MAX_EXPANSIONS,
  MAX_INCLUDES,
  MAX_REPEATED_LINES,
  PARAMETERS_PER_LINE,
} from "../limits.ts";
import { grouped } from "../../program/grouped.ts";
import { grow } from "../../program/program.ts";

const REPEATED_LINES = "lines in macros, repetitions and files that are read again";

/** The number of statements that there is room for at first. */
const FIRST_CAPACITY = 1024;

/** A directive that takes effect after the layout. */
export interface DeferredDirective {
  /** Index of the statement that follows it. */
  readonly before: number;
  readonly directive: Scoped<DirectiveStatement>;
}

/** The lines that become statements. Arrays have one entry for each statement. */
export interface Expansion {
  readonly scopes: Scope[];
  /** For each scope: the straight body whose statements are its only ones, if it is that of a call of such a macro. */
  readonly bodies: readonly (StraightBody | undefined)[];
  /** Index in `scopes`. */
  readonly scopeOf: Uint32Array;
  /** Line number in the file of the scope. */
  readonly lineOf: Uint32Array;
  /** The last global label before the line. */
  readonly labelOf: string[];
  /** Indices of statements that stand for unknown code because of an error. */
  readonly holes: ReadonlySet<number>;
  readonly deferred: DeferredDirective[];
  readonly declarations: Declarations;
  readonly tests: readonly TestBlock[];
  readonly misplacedInstructions: readonly MisplacedInstruction[];
  /** In the order of their definition. */
  readonly symbols: AssemblySymbol[];
  readonly files: SourceFile[];
  readonly diagnostics: DiagnosticList;
  readonly root: Scope;
  /** Names of the standard library's files. */
  readonly libraryFiles: ReadonlySet<string>;
  /** True if there are macros, repetitions, conditions or tests. */
  readonly hasBlocks: boolean;
}

/** Collects an expansion, and enforces its limits. */
export class ExpansionBuilder {
  readonly scopes: Scope[] = [];
  private readonly bodies: (StraightBody | undefined)[] = [];
  readonly symbols: AssemblySymbol[] = [];
  /** Files by name. */
  readonly files = new Map<string, SourceFile>();
  /** Names of the standard library's files. */
  readonly libraryFiles = new Set<string>();
  readonly diagnostics: DiagnosticList;
  readonly tests: Tests;
  /** True if a limit was reached. Then no more lines are read. */
  overflowed = false;
  private readonly mostLines: number;
  /** The number of statements so far, which is the index of the next one. */
  count = 0;
  private scopeOf = new Uint32Array(FIRST_CAPACITY);
  private lineOf = new Uint32Array(FIRST_CAPACITY);
  private readonly labelOf: string[] = [];
  private readonly holes = new Set<number>();
  private readonly deferred: DeferredDirective[] = [];
  readonly declarations: Declarations;
  private depth = 0;
  private linesRead = 0;
  private linesRepeated = 0;
  private includes = 0;

  constructor(diagnostics: DiagnosticList, lines = MAX_EXPANDED_LINES) {
    this.diagnostics = diagnostics;
    this.mostLines = lines;
    this.declarations = new Declarations(diagnostics.report);
    this.tests = new Tests(diagnostics.report);
  }

  finish(root: Scope, hasBlocks: boolean): Expansion {
    const { scopes, bodies, labelOf, holes, deferred, declarations } = this;
    const { symbols, diagnostics, libraryFiles } = this;
    const scopeOf = this.scopeOf.subarray(0, this.count);
    const lineOf = this.lineOf.subarray(0, this.count);
    const lines = { scopes, bodies, scopeOf, lineOf, labelOf, holes, deferred, declarations };
    const tests = { tests: this.tests.list, misplacedInstructions: this.tests.misplacedInstructions };
    return {
      ...lines,
      ...tests,
      symbols,
      files: [...this.files.values()],
      diagnostics,
      root,
      libraryFiles,
      hasBlocks,
    };
  }

  openScope(frame: Frame, parent?: Scope, names?: Scope["names"]): Scope {
    const scope = new Scope(frame, parent, names);
    this.scopes.push(scope);
    this.bodies.push(undefined);
    return scope;
  }

  /** Adds the statement of a line. */
  emit(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.tests.emitsNothing) return this.emitNowhere(this.scopes[scopeIndex], lineNumber);
    const { count } = this;
    if (count >= MAX_EXPANDED_STATEMENTS) {
      return this.overflow(this.scopes[scopeIndex], lineNumber, MAX_EXPANDED_STATEMENTS, "statements");
    }
    this.reserve(count + 1);
    this.scopeOf[count] = scopeIndex;
    this.lineOf[count] = lineNumber;
    this.labelOf.push(label);
    this.count++;
  }

  /** Adds the statements of a straight body to the newest scope. Returns false, without any effect, if a limit could be exceeded. */
  emitBody(body: StraightBody): boolean {
    const { count } = this;
    const { lineCount, lineNumbers, labelOf } = body;
    const { length } = lineNumbers;
    if (
      this.tests.emitsNothing ||
      this.overflowed ||
      this.linesRepeated + lineCount > MAX_REPEATED_LINES ||
      this.linesRead + lineCount > this.mostLines ||
      count + length > MAX_EXPANDED_STATEMENTS
    )
      return false;
    const scopeIndex = this.scopes.length - 1;
    this.linesRepeated += lineCount;
    this.linesRead += lineCount;
    this.reserve(count + length);
    this.bodies[scopeIndex] = body;
    for (let index = 0; index < length; index++) {
      this.scopeOf[count + index] = scopeIndex;
      this.lineOf[count + index] = lineNumbers[index];
      this.labelOf.push(labelOf[index]);
    }
    this.count += length;
    return true;
  }

  /** Makes room for a number of statements. */
  private reserve(count: number): void {
    if (count <= this.lineOf.length) return;
    this.scopeOf = grow(this.scopeOf, 2 * count);
    this.lineOf = grow(this.lineOf, 2 * count);
  }

  /** Reports the statement of a line in a test or test file, which can't contain code. */
  private emitNowhere(scope: Scope, lineNumber: number): void {
    const line = scope.frame.file.lines[lineNumber];
    const node = line.tree.statement;
    if (node) this.tests.misplaced({ node, line, lineNumber, scope, label: "" });
    else this.tests.spoil();
  }

  /** Adds a hole, which stands for code that is unknown because of an error. */
  emitHole(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.overflowed) return;
    if (this.tests.emitsNothing) return this.tests.spoil();
    this.holes.add(this.count);
    this.emit(scopeIndex, lineNumber, label);
  }

  /** Adds a directive that takes effect after the layout. */
  defer(directive: Scoped<DirectiveStatement>): void {
    this.deferred.push({ before: this.count, directive });
  }

  /** Counts a line; returns false if the limit is exceeded. */
  countLine(scope: Scope, lineNumber: number): boolean {
    if (scope.frame.expansion !== undefined && ++this.linesRepeated > MAX_REPEATED_LINES) {
      this.overflow(scope, lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    } else if (++this.linesRead > this.mostLines) {
      this.overflow(scope, lineNumber, this.mostLines, "lines");
    }
    return !this.overflowed;
  }

  /** Counts the parameters of an expansion; returns false if the limit is exceeded. */
  countParameters(count: number, at: Scoped<Node>): boolean {
    this.linesRepeated += Math.floor(count / PARAMETERS_PER_LINE);
    if (this.linesRepeated > MAX_REPEATED_LINES) {
      this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    }
    return !this.overflowed;
  }

  /** Reports an error and returns false if a repetition with this many rounds and lines would exceed a limit. */
  hasRoomFor(rounds: bigint, lines: number, at: Scoped<Node>): boolean {
    if (BigInt(this.scopes.length) + rounds > BigInt(MAX_EXPANSIONS) + 1n) {
      this.overflow(at.scope, at.lineNumber, MAX_EXPANSIONS, "expansions");
    } else if (BigInt(this.linesRepeated) + rounds * BigInt(lines) > BigInt(MAX_REPEATED_LINES)) {
      this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    }
    return !this.overflowed;
  }

  /** Counts an included file; returns false if there are too many, or if it was read before and has too many lines. */
  countInclude(file: SourceFile, at: Scoped<Node>): boolean {
    if (++this.includes > MAX_INCLUDES)
      this.overflow(at.scope, at.lineNumber, MAX_INCLUDES, "included files");
    else if (this.files.has(file.name)) {
      this.linesRepeated += file.lines.length;
      if (this.linesRepeated > MAX_REPEATED_LINES) {
        this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
      }
    }
    return !this.overflowed;
  }

  /** Enters an expansion; reports an error and returns false if the nesting is too deep. */
  descend(at: Scoped<Node>): boolean {
    if (this.depth < MAX_EXPANSION_DEPTH) {
      this.depth++;
      return true;
    }
    const message = `expansions, includes and conditions are nested at most ${MAX_EXPANSION_DEPTH} deep`;
    this.diagnostics.report(at, "limit-exceeded", message);
    return false;
  }

  /** Leaves the expansion that {@link descend} began. */
  ascend(at: Scoped<Node>): void {
    this.depth--;
    this.boundExpansions(at);
  }

  /** Limits the number of expansions, which may have no statements: nesting can double their number at each level. */
  boundExpansions(at: Scoped<Node>): void {
    if (this.scopes.length <= MAX_EXPANSIONS || this.overflowed) return;
    this.overflow(at.scope, at.lineNumber, MAX_EXPANSIONS, "expansions");
  }

  private overflow(scope: Scope, lineNumber: number, bound: number, what: string): void {
    this.overflowed = true;
    const line = scope.frame.file.lines[lineNumber];
    const at = { node: line.tree.statement ?? { first: 0, last: -1 }, line, lineNumber, scope, label: "" };
    this.diagnostics.report(at, "limit-exceeded", tooMany(bound, what));
    this.diagnostics.close();
  }
}

/** The message for a program that exceeds a limit. */
export function tooMany(bound: number, what: string): string {
  return `the program has more than ${grouped(bound)} ${what}`;
}
