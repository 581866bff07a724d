/** The result of the expander: which lines become statements, and in which scope each is read. */

import type { DirectiveStatement, Node } from "../../grammar/ast.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { Frame } from "../../program/source-locations.ts";
import { Declarations } from "../expressions/declarations.ts";
import type { DiagnosticList } from "../diagnostic-list.ts";
import { Scope, type AssemblySymbol, type Scoped } from "../expressions/symbols.ts";
import { Tests, type TestBlock } from "./tests.ts";
import {
  MAX_EXPANDED_LINES,
  MAX_EXPANDED_STATEMENTS,
  MAX_EXPANSION_DEPTH,
  MAX_EXPANSIONS,
  MAX_INCLUDES,
  MAX_REPEATED_LINES,
  PARAMETERS_PER_LINE,
} from "../limits.ts";

const REPEATED_LINES = "lines in macros, repetitions and files that are read again";

/** A directive whose effect comes once the layout is known. */
export interface DeferredDirective {
  /** Index of the statement in front of which it stands. */
  readonly before: number;
  readonly directive: Scoped<DirectiveStatement>;
}

/** The lines that become statements, one each. */
export interface Expansion {
  readonly scopes: Scope[];
  readonly scopeOf: number[];
  readonly lineOf: number[];
  /** The global label above each. */
  readonly labelOf: string[];
  /** Statements that stand for an expansion that couldn't be made. */
  readonly holes: ReadonlySet<number>;
  readonly deferred: DeferredDirective[];
  readonly declarations: Declarations;
  readonly tests: readonly TestBlock[];
  /** In the order of definition. */
  readonly symbols: AssemblySymbol[];
  readonly files: SourceFile[];
  readonly diagnostics: DiagnosticList;
  readonly root: Scope;
  /** Names of those that belong to the standard library. */
  readonly libraryFiles: ReadonlySet<string>;
  /** There are macros, repetitions, conditions or tests. */
  readonly hasBlocks: boolean;
}

/** Collects an expansion, and holds it to its bounds. */
export class ExpansionBuilder {
  readonly scopes: Scope[] = [];
  readonly symbols: AssemblySymbol[] = [];
  /** By name. */
  readonly files = new Map<string, SourceFile>();
  /** Names of those that belong to the standard library. */
  readonly libraryFiles = new Set<string>();
  readonly diagnostics: DiagnosticList;
  readonly tests: Tests;
  /** A bound was reached, so that nothing is read any more. */
  overflowed = false;
  private readonly mostLines: number;
  private readonly scopeOf: number[] = [];
  private readonly lineOf: number[] = [];
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

  /** Number of statements so far: the index of the next. */
  get count(): number {
    return this.lineOf.length;
  }

  finish(root: Scope, hasBlocks: boolean): Expansion {
    const { scopes, scopeOf, lineOf, labelOf, holes, deferred, declarations } = this;
    const { symbols, diagnostics, libraryFiles } = this;
    const lines = { scopes, scopeOf, lineOf, labelOf, holes, deferred, declarations, tests: this.tests.list };
    return { ...lines, symbols, files: [...this.files.values()], diagnostics, root, libraryFiles, hasBlocks };
  }

  openScope(frame: Frame, parent?: Scope, names?: Scope["names"]): Scope {
    const scope = new Scope(frame, parent, names);
    this.scopes.push(scope);
    return scope;
  }

  /** A line becomes a statement. */
  emit(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.tests.emitsNothing) return this.emitNowhere(this.scopes[scopeIndex], lineNumber);
    if (this.lineOf.length >= MAX_EXPANDED_STATEMENTS) {
      return this.overflow(this.scopes[scopeIndex], lineNumber, MAX_EXPANDED_STATEMENTS, "statements");
    }
    this.scopeOf.push(scopeIndex);
    this.lineOf.push(lineNumber);
    this.labelOf.push(label);
  }

  /** Reports a line that can't become a statement where it is. */
  private emitNowhere(scope: Scope, lineNumber: number): void {
    const line = scope.frame.file.lines[lineNumber];
    const node = line.tree.statement;
    if (node) this.tests.misplaced({ node, line, lineNumber, scope, label: "" });
    else this.tests.spoil();
  }

  /** In place of what isn't known because of a mistake. */
  emitHole(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.overflowed) return;
    if (this.tests.emitsNothing) return this.tests.spoil();
    this.holes.add(this.lineOf.length);
    this.emit(scopeIndex, lineNumber, label);
  }

  /** A directive takes effect once the layout is known. */
  defer(directive: Scoped<DirectiveStatement>): void {
    this.deferred.push({ before: this.lineOf.length, directive });
  }

  /** Counts a line that is read; false if it is one too many. */
  countLine(scope: Scope, lineNumber: number): boolean {
    if (scope.frame.expansion !== undefined && ++this.linesRepeated > MAX_REPEATED_LINES) {
      this.overflow(scope, lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    } else if (++this.linesRead > this.mostLines) {
      this.overflow(scope, lineNumber, this.mostLines, "lines");
    }
    return !this.overflowed;
  }

  /** Counts the parameters that an expansion binds; false if that is too much. */
  countParameters(count: number, at: Scoped<Node>): boolean {
    this.linesRepeated += Math.floor(count / PARAMETERS_PER_LINE);
    if (this.linesRepeated > MAX_REPEATED_LINES) {
      this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    }
    return !this.overflowed;
  }

  /** False if so many rounds of so many lines are known to be too much, which isn't begun then. */
  hasRoomFor(rounds: bigint, lines: number, at: Scoped<Node>): boolean {
    if (BigInt(this.scopes.length) + rounds > BigInt(MAX_EXPANSIONS) + 1n) {
      this.overflow(at.scope, at.lineNumber, MAX_EXPANSIONS, "expansions");
    } else if (BigInt(this.linesRepeated) + rounds * BigInt(lines) > BigInt(MAX_REPEATED_LINES)) {
      this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, REPEATED_LINES);
    }
    return !this.overflowed;
  }

  /** Counts a file that is included; false if it is one too many, or was read before and has too many lines. */
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

  /** Goes one expansion deeper, or reports that it is one too many. */
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

  /**
   * Bounds the expansions that emit nothing: a number could ask for any count of them, and nesting could double it at
   * each level.
   */
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

/** The message for a program that has more of something than it may. */
export function tooMany(bound: number, what: string): string {
  return `the program has more than ${bound.toLocaleString("en")} ${what}`;
}
