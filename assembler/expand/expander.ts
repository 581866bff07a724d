/**
 * Lines to statements: follows includes, macros, repetitions and conditions, and collects what names stand for.
 * Nothing is encoded here; the result says which lines become statements, and in which scope each is to be read.
 */

import {
  diagnostic,
  type Diagnostic,
  type DiagnosticCode,
  type DiagnosticDetails,
  type Location,
} from "../../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../../diagnostics/suggest.ts";
import type {
  DirectiveStatement,
  Expression,
  InstructionStatement,
  MacroParameter,
  Node,
  TokenIndex,
} from "../../grammar/ast.ts";
import { suggestDirective } from "../../grammar/directives.ts";
import { columnsOf, tokenColumns, tokenText, type Columns, type Line } from "../../grammar/line.ts";
import { namesIn } from "../../grammar/names.ts";
import { parseSource, type SourceFile } from "../../grammar/source-file.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import { TAGS, parseTag } from "../../isa/tags.ts";
import { blocksOf, type Block } from "./blocks.ts";
import { freshContext } from "../expressions/context.ts";
import { evaluate, qualify, type EvaluationContext } from "../expressions/evaluate.ts";
import { replacement } from "../expressions/replacement.ts";
import {
  MAX_DIAGNOSTICS,
  MAX_EXPANDED_LINES,
  MAX_EXPANDED_STATEMENTS,
  MAX_EXPANSION_DEPTH,
  MAX_EXPANSIONS,
  MAX_REPEATED_LINES,
} from "../limits.ts";
import { parseQuoted, plainNumberOf } from "../expressions/literals.ts";
import { expansionsAround, type Frame } from "../../program/source-locations.ts";
import { reservedAs } from "../expressions/reserved-names.ts";
import { Scope, type AssemblySymbol, type MacroSymbol, type Scoped } from "../expressions/symbols.ts";

/** What an `.include` asks for. */
export interface IncludeRequest {
  readonly path: string;
  /** Written `<…>`: part of the standard library. */
  readonly standard: boolean;
  /** Name of the source that includes. */
  readonly from: string;
}

/** Reads included files. Returns the name that diagnostics carry and the text, the parsed file, or why there is none. */
export type IncludeReader = (
  request: IncludeRequest,
) => { readonly name: string; readonly text: string } | SourceFile | { readonly error: string };

/** Lines of a body that every round reads: those of the blocks in it may be left out. */
function linesOutsideOfBlocks(blocks: ReadonlyMap<number, Block>, start: number, end: number): number {
  let count = 0;
  for (let line = start; line < end; line++) {
    count++;
    line = blocks.get(line)?.end ?? line;
  }
  return count;
}

function parameterNames({ file, start, parameters }: MacroSymbol): string[] {
  return parameters.map(({ name }) => tokenText(file.lines[start], name));
}

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
  /** In the order of definition. */
  readonly symbols: AssemblySymbol[];
  readonly files: SourceFile[];
  readonly diagnostics: Diagnostics;
  readonly root: Scope;
  /** There are macros, repetitions or conditions. */
  readonly hasBlocks: boolean;
}

/** Diagnostics of one run, each mistake once and at most {@link MAX_DIAGNOSTICS}. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];
  private readonly seen = new Set<string>();

  /** Reports a mistake at a node; a place inside an expansion is followed by the calls that led there. */
  readonly report = (
    at: Scoped<Node>,
    code: DiagnosticCode,
    message: string,
    details: DiagnosticDetails = {},
  ): void => {
    const { frame } = at.scope;
    const span = { line: at.lineNumber, ...columnsOf(at.line, at.node) };
    const key = `${code} ${span.line}:${span.start}-${span.end} ${frame.file.name} ${message}`;
    if (this.list.length >= MAX_DIAGNOSTICS || this.seen.has(key)) return;
    this.seen.add(key);
    const related = [...(details.related ?? []), ...expansionsAround(frame)];
    const location = { source: frame.file.name, span };
    this.list.push(
      diagnostic(code, location, message, related.length > 0 ? { ...details, related } : details),
    );
  };

  /** Reports what a file was found to lack when it was parsed. */
  addProblems(file: SourceFile): void {
    this.addLineProblems(file, 0, file.lines.length);
    this.addOpenComment(file);
  }

  /** Reports what some of its lines were found to lack. */
  addLineProblems(file: SourceFile, start: number, end: number): void {
    for (let lineNumber = start; lineNumber < end; lineNumber++) {
      const { problems } = file.lines[lineNumber];
      if (problems.length === 0) continue;
      for (const problem of problems) {
        if (this.list.length >= MAX_DIAGNOSTICS) return;
        const placed = ({ start, end }: Columns): Location => ({
          source: file.name,
          span: { line: lineNumber, start, end },
        });
        const { code, message, fix } = problem;
        const fixes = fix && [
          { title: fix.title, edits: [{ ...placed(fix.at ?? problem), text: fix.text }] },
        ];
        this.list.push(diagnostic(code, placed(problem), message, fixes ? { fixes } : {}));
      }
    }
  }

  /** A comment may be open at the end of a line, but not at the end of the file. */
  addOpenComment({ name, lines }: SourceFile): void {
    if (this.list.length >= MAX_DIAGNOSTICS || !lines.at(-1)?.endsInComment) return;
    const line = lines.findLastIndex(
      ({ startsInComment, comments, endsInComment }) =>
        endsInComment && comments.length > (startsInComment ? 1 : 0),
    );
    const { start } = lines[line].comments.at(-1)!;
    const location = { source: name, span: { line, start, end: start + 2 } };
    this.list.push(diagnostic("unclosed-comment", location, "`/*` is never closed; `*/` is missing"));
  }
}

/** Expands a main file. Nothing in it can make this throw, and every loop in it is bounded. */
export function expand(main: SourceFile, set: InstructionSet, read: IncludeReader | undefined): Expansion {
  return new Expander(set, read).run(main);
}

class Expander {
  private readonly set: InstructionSet;
  private readonly read: IncludeReader | undefined;
  private readonly scopes: Scope[] = [];
  private readonly scopeOf: number[] = [];
  private readonly lineOf: number[] = [];
  private readonly labelOf: string[] = [];
  private readonly holes = new Set<number>();
  private readonly deferred: DeferredDirective[] = [];
  private readonly symbols: AssemblySymbol[] = [];
  private readonly files = new Map<string, SourceFile>();
  private readonly blocks = new Map<SourceFile, ReadonlyMap<number, Block>>();
  private readonly diagnostics = new Diagnostics();
  private readonly context: EvaluationContext;
  private depth = 0;
  private overflowed = false;
  private linesRead = 0;
  private linesRepeated = 0;
  /** The library's files that were read, by the names that they defined theirs among. */
  private readonly included = new WeakMap<Scope["names"], Set<string>>();
  private hasMacros = false;
  /** Definitions that were made ahead, by the line that makes them. */
  private readonly early = new Set<Line>();

  constructor(set: InstructionSet, read: IncludeReader | undefined) {
    this.set = set;
    this.read = read;
    this.context = freshContext({
      report: this.diagnostics.report,
      here: undefined,
      offsetOf: () => undefined,
      sizeOf: () => undefined,
    });
  }

  run(main: SourceFile): Expansion {
    const root = this.openScope({ file: main });
    this.enterFile(main, root);
    const { scopes, scopeOf, lineOf, labelOf, holes, deferred, symbols, diagnostics } = this;
    return {
      scopes,
      scopeOf,
      lineOf,
      labelOf,
      holes,
      deferred,
      symbols,
      files: [...this.files.values()],
      diagnostics,
      root,
      hasBlocks: [...this.blocks.values()].some(({ size }) => size > 0),
    };
  }

  private openScope(frame: Frame, parent?: Scope, names?: Scope["names"]): Scope {
    const scope = new Scope(frame, parent, names);
    this.scopes.push(scope);
    return scope;
  }

  private enterFile(file: SourceFile, scope: Scope): void {
    if (!this.files.has(file.name)) {
      this.files.set(file.name, file);
      this.diagnostics.addProblems(file);
    }
    this.blocksIn(file, scope);
    this.defineAhead(file, scope);
    this.walk(file, 0, file.lines.length, scope, this.scopes.indexOf(scope), "");
  }

  /** The blocks of a file, found once; those left open are reported then. */
  private blocksIn(file: SourceFile, scope: Scope): ReadonlyMap<number, Block> {
    let blocks = this.blocks.get(file);
    if (!blocks) {
      blocks = blocksOf(file, (lineNumber, code, message) => {
        const line = file.lines[lineNumber];
        const node = line.tree.statement!;
        this.diagnostics.report({ node, line, lineNumber, scope, label: "" }, code, message);
      });
      this.blocks.set(file, blocks);
      for (const lineNumber of new Set([...blocks.values()].map(({ end }) => end))) {
        const line = file.lines.at(lineNumber);
        const node = line?.tree.statement;
        if (!line || node?.kind !== "directive" || node.body.kind !== "invalid") continue;
        this.reportUnknownDirective({ node, line, lineNumber, scope, label: "" }, node.name);
      }
    }
    return blocks;
  }

  /** Defines the constants and cells that stand outside of all blocks, so that they may be used above. */
  private defineAhead(file: SourceFile, scope: Scope): void {
    const blocks = this.blocksIn(file, scope);
    for (let lineNumber = 0; lineNumber < file.lines.length; lineNumber++) {
      const line = file.lines[lineNumber];
      const { statement } = line.tree;
      if (statement?.kind !== "directive") continue;
      const block = blocks.get(lineNumber);
      if (block) lineNumber = block.end;
      else if (statement.body.kind === "constant" || statement.body.kind === "cell") {
        this.early.add(line);
        this.define({ node: statement, line, lineNumber, scope, label: "" });
      }
    }
  }

  /** Reads lines from `start` to before `end`. Returns the global label that is in force at the end. */
  private walk(
    file: SourceFile,
    start: number,
    end: number,
    scope: Scope,
    scopeIndex: number,
    label: string,
  ): string {
    const isRepeated = scope.frame.expansion !== undefined;
    for (let lineNumber = start; lineNumber < end && !this.overflowed; lineNumber++) {
      if (isRepeated && ++this.linesRepeated > MAX_REPEATED_LINES) {
        this.overflow(scope, lineNumber, MAX_REPEATED_LINES, "lines in macros and repetitions");
        break;
      }
      if (++this.linesRead > MAX_EXPANDED_LINES) {
        this.overflow(scope, lineNumber, MAX_EXPANDED_LINES, "lines");
        break;
      }
      const line = file.lines[lineNumber];
      const { labels, statement } = line.tree;
      for (const node of labels) label = this.defineLabel(line, lineNumber, node.name, scope, label);
      if (!statement) {
        if (line.problems.length > 0 && line.tokenCount > 0) this.emit(scopeIndex, lineNumber, label);
        continue;
      }
      if (statement.kind === "instruction") {
        const macro = this.macroNamed(line, statement.mnemonic, scope);
        if (!macro) this.emit(scopeIndex, lineNumber, label);
        else if (!this.call(macro, { node: statement, line, lineNumber, scope, label })) {
          this.emitHole(scopeIndex, lineNumber, label);
        }
        continue;
      }
      const block = this.blocks.get(file)!.get(lineNumber);
      if (block) {
        label = this.runBlock(block, file, lineNumber, scope, scopeIndex, label);
        lineNumber = block.end;
      } else {
        this.runDirective({ node: statement, line, lineNumber, scope, label }, scopeIndex);
      }
    }
    // A label in front of the directive that ends a block, or a part of it, belongs to what is ended.
    if (end < file.lines.length && !this.overflowed) {
      const line = file.lines[end];
      for (const node of line.tree.labels) label = this.defineLabel(line, end, node.name, scope, label);
    }
    return label;
  }

  private emit(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.lineOf.length >= MAX_EXPANDED_STATEMENTS) {
      return this.overflow(this.scopes[scopeIndex], lineNumber, MAX_EXPANDED_STATEMENTS, "statements");
    }
    this.scopeOf.push(scopeIndex);
    this.lineOf.push(lineNumber);
    this.labelOf.push(label);
  }

  /** In place of what isn't known because of a mistake. */
  private emitHole(scopeIndex: number, lineNumber: number, label: string): void {
    if (this.overflowed) return;
    this.holes.add(this.lineOf.length);
    this.emit(scopeIndex, lineNumber, label);
  }

  private overflow(scope: Scope, lineNumber: number, bound: number, what: string): void {
    this.overflowed = true;
    const line = scope.frame.file.lines[lineNumber];
    const at = { node: line.tree.statement ?? { first: 0, last: -1 }, line, lineNumber, scope, label: "" };
    const message = `the program has more than ${bound.toLocaleString("en")} ${what}`;
    this.diagnostics.report(at, "limit-exceeded", message);
  }

  // --- directives ---

  private runDirective(at: Scoped<DirectiveStatement>, scopeIndex: number): void {
    const { body, name } = at.node;
    switch (body.kind) {
      case "constant":
      case "cell":
        if (!this.early.has(at.line)) this.define(at);
        return;
      case "byte":
        return this.emit(scopeIndex, at.lineNumber, at.label);
      case "assert":
      case "error":
      case "assume":
      case "expect":
        this.deferred.push({ before: this.lineOf.length, directive: at });
        return;
      case "include":
        if (!this.include(at)) this.emitHole(scopeIndex, at.lineNumber, at.label);
        return;
      case "target":
        // The first statement's was taken before anything else.
        if (at.scope.frame.parent || firstStatement(at.scope.frame.file) !== at.lineNumber) {
          this.report(at, "misplaced-target", "`.target` must be the first statement of the main file");
        }
        return;
      case "invalid":
        if (at.line.problems.length === 0) this.reportUnknownDirective(at, name);
        return;
      default:
      // Ends and divisions of blocks were looked at when the blocks were found.
    }
  }

  private reportUnknownDirective(at: Scoped<DirectiveStatement>, name: TokenIndex): void {
    const token = tokenText(at.line, name);
    const suggestion = suggestDirective(token);
    const node = { first: name, last: name };
    this.diagnostics.report(
      { ...at, node },
      "unknown-directive",
      `there is no directive \`${token}\`${didYouMean(suggestion)}`,
      replacement({ ...at, node }, suggestion),
    );
  }

  /** Reads the file that an `.include` names; false where that couldn't be. */
  private include(at: Scoped<DirectiveStatement>): boolean {
    const { body } = at.node;
    if (body.kind !== "include" || at.line.problems.length > 0) return false;
    const columns = {
      start: tokenColumns(at.line, body.path).start,
      end: tokenColumns(at.line, body.last).end,
    };
    const written = at.line.text.slice(columns.start, columns.end);
    const path = body.standard ? written.slice(1, -1) : parseQuoted(written);
    const node = { first: body.path, last: body.last };
    if (path === undefined) {
      return this.fail({ ...at, node }, "malformed-character", "the path holds an unknown escape");
    }
    const found = this.read?.({ path, standard: body.standard, from: at.scope.frame.file.name }) ?? {
      error: "files can't be included here",
    };
    if ("error" in found) {
      return this.fail({ ...at, node }, "include-failed", `${written} can't be included: ${found.error}`);
    }
    const frame: Frame = {
      file: this.files.get(found.name) ?? ("lines" in found ? found : parseSource(found.name, found.text)),
      parent: { frame: at.scope.frame, line: at.lineNumber },
    };
    for (let outer: Frame | undefined = at.scope.frame; outer; outer = outer.parent?.frame) {
      if (outer.file.name === found.name) {
        return this.fail(
          { ...at, node },
          "include-cycle",
          `${written} is being read already: it includes itself`,
        );
      }
    }
    // The library's files need each other, and whoever includes two of them needn't know.
    if (body.standard && this.isIncluded(found.name, at.scope)) return true;
    if (!this.descend({ ...at, node })) return false;
    // An included file's names are the including one's: what it defines is visible behind the `.include`.
    this.enterFile(frame.file, this.openScope(frame, at.scope.parent, at.scope.names));
    this.boundExpansions(at);
    this.depth--;
    return true;
  }

  /** Whether a file of the library was read here or further out already; from now on it was. */
  private isIncluded(name: string, scope: Scope): boolean {
    for (let outer: Scope | undefined = scope; outer; outer = outer.parent) {
      if (this.included.get(outer.names)?.has(name)) return true;
    }
    const here = this.included.get(scope.names);
    if (here) here.add(name);
    else this.included.set(scope.names, new Set([name]));
    return false;
  }

  /** What emits nothing could otherwise be expanded as often as a number can say, or twice as often at each level. */
  private boundExpansions(at: Scoped<Node>): void {
    if (this.scopes.length <= MAX_EXPANSIONS || this.overflowed) return;
    this.overflow(at.scope, at.lineNumber, MAX_EXPANSIONS, "expansions");
  }

  /** Goes one expansion deeper, or reports that it is one too many. */
  private descend(at: Scoped<Node>): boolean {
    if (this.depth < MAX_EXPANSION_DEPTH) {
      this.depth++;
      return true;
    }
    this.report(
      at,
      "limit-exceeded",
      `expansions and includes are nested at most ${MAX_EXPANSION_DEPTH} deep`,
    );
    return false;
  }

  // --- blocks ---

  private runBlock(
    block: Block,
    file: SourceFile,
    lineNumber: number,
    scope: Scope,
    scopeIndex: number,
    label: string,
  ): string {
    const line = file.lines[lineNumber];
    const statement = line.tree.statement as DirectiveStatement;
    const at = { node: statement, line, lineNumber, scope, label };
    switch (statement.body.kind) {
      case "macro":
        this.defineMacro(at, block, file);
        return label;
      case "rept":
        if (!this.repeat(at, block, file)) this.emitHole(scopeIndex, lineNumber, label);
        return label;
      default:
        return this.choose(block, file, scope, scopeIndex, label);
    }
  }

  private defineMacro(at: Scoped<DirectiveStatement>, block: Block, file: SourceFile): void {
    const { body } = at.node;
    if (body.kind !== "macro") return;
    const seen = new Set<string>();
    for (const { name } of body.parameters) {
      const text = tokenText(at.line, name);
      const node = { first: name, last: name };
      this.checkName({ ...at, node }, text);
      if (seen.has(text)) {
        this.report({ ...at, node }, "duplicate-definition", `the parameter \`${text}\` is there twice`);
      }
      seen.add(text);
    }
    const isWhole = this.checkDefaults(at, body.parameters);
    const { scope } = at;
    this.hasMacros = true;
    this.add(at, body.name, (name, definition) => ({
      kind: "macro",
      name,
      ...definition,
      parameters: body.parameters,
      isWhole,
      file,
      start: at.lineNumber,
      end: block.end,
      scope,
    }));
  }

  /** A default may use the parameters before it: one that used itself would have no end. */
  private checkDefaults(at: Scoped<DirectiveStatement>, parameters: readonly MacroParameter[]): boolean {
    let isWhole = true;
    const names = parameters.map(({ name }) => tokenText(at.line, name));
    for (const [index, { value }] of parameters.entries()) {
      if (!value) continue;
      const later = new Set(names.slice(index));
      for (const node of namesIn(value)) {
        const name = tokenText(at.line, node.first);
        if (!later.has(name)) continue;
        isWhole = false;
        const message = `\`${name}\` isn't known here: a default may use the parameters before it`;
        this.report({ ...at, node }, "undefined-name", message);
      }
    }
    return isWhole;
  }

  /** Reads a repetition's body as often as it says; false where that isn't known. */
  private repeat(at: Scoped<DirectiveStatement>, block: Block, file: SourceFile): boolean {
    const { body } = at.node;
    if (body.kind !== "rept") return false;
    const count = this.evaluateNow({ ...at, node: body.count });
    if (count === undefined) return false;
    if (count < 0n) {
      return this.fail(
        { ...at, node: body.count },
        "out-of-range",
        `${count} is not a number of repetitions`,
      );
    }
    // What is known to be too much isn't begun.
    const lines = BigInt(linesOutsideOfBlocks(this.blocksIn(file, at.scope), at.lineNumber + 1, block.end));
    if (BigInt(this.scopes.length) + count > BigInt(MAX_EXPANSIONS) + 1n) {
      this.overflow(at.scope, at.lineNumber, MAX_EXPANSIONS, "expansions");
      return false;
    }
    if (BigInt(this.linesRepeated) + count * lines > BigInt(MAX_REPEATED_LINES)) {
      this.overflow(at.scope, at.lineNumber, MAX_REPEATED_LINES, "lines in macros and repetitions");
      return false;
    }
    if (!this.descend(at)) return false;
    const scopeOfRound = (round: bigint): Scope => {
      const parent = { frame: at.scope.frame, line: at.lineNumber };
      const scope = this.openScope({ file, parent, expansion: `.rept ${count}` }, at.scope);
      if (body.variable !== undefined) {
        const name = tokenText(at.line, body.variable);
        const node = { first: body.variable, last: body.variable };
        scope.names.set(name, {
          kind: "counter",
          name,
          ...this.definition({ ...at, node }),
          value: round,
          plain: Number(round),
        });
      }
      return scope;
    };
    for (let round = 0n; round < count && !this.overflowed; round++) {
      const scope = scopeOfRound(round);
      this.walk(file, at.lineNumber + 1, block.end, scope, this.scopes.length - 1, at.label);
      this.boundExpansions(at);
    }
    this.depth--;
    return true;
  }

  private choose(block: Block, file: SourceFile, scope: Scope, scopeIndex: number, label: string): string {
    for (const [index, part] of block.parts.entries()) {
      const line = file.lines[part];
      const { body } = line.tree.statement as DirectiveStatement;
      if (body.kind === "if" || body.kind === "elif") {
        const value = this.evaluateNow({ node: body.condition, line, lineNumber: part, scope, label });
        if (value === undefined) {
          this.emitHole(scopeIndex, part, label);
          return label;
        }
        if (value === 0n) continue;
      }
      const end = block.parts[index + 1] ?? block.end;
      return this.walk(file, part + 1, end, scope, scopeIndex, label);
    }
    return label;
  }

  // --- macros ---

  private macroNamed(line: Line, mnemonic: TokenIndex, scope: Scope): MacroSymbol | undefined {
    if (!this.hasMacros) return undefined;
    const symbol = scope.lookup(tokenText(line, mnemonic));
    return symbol?.kind === "macro" ? symbol : undefined;
  }

  /** Reads a macro's body; false where the call is wrong. */
  private call(macro: MacroSymbol, at: Scoped<InstructionStatement>): boolean {
    const { operands } = at.node;
    const wanted = macro.parameters.length;
    // A default in front of a parameter that has none is never used.
    const required = macro.parameters.findLastIndex(({ value }) => value === undefined) + 1;
    if (at.line.problems.length > 0 || !macro.isWhole) return false;
    if (operands.length > wanted || operands.length < required) {
      const number = required === wanted ? `${wanted}` : `${required} to ${wanted}`;
      const names = wanted > 0 ? ` (${parameterNames(macro).join(", ")})` : "";
      return this.fail(
        at,
        "macro-arguments",
        `\`${macro.name}\` takes ${number} argument${number === "1" ? "" : "s"}${names}; ${operands.length} given`,
        { related: [{ ...macro.location, message: "the macro is defined here" }] },
      );
    }
    for (let outer: Frame | undefined = at.scope.frame; outer; outer = outer.parent?.frame) {
      if (outer.expansion === macro.name) {
        return this.fail(at, "macro-recursion", `\`${macro.name}\` calls itself`, {
          related: [{ ...macro.location, message: "the macro is defined here" }],
        });
      }
    }
    if (!this.descend(at)) return false;
    const parent = { frame: at.scope.frame, line: at.lineNumber };
    const scope = this.openScope({ file: macro.file, parent, expansion: macro.name }, macro.scope);
    this.bindArguments(macro, at, scope);
    this.walk(macro.file, macro.start + 1, macro.end, scope, this.scopes.length - 1, "");
    this.boundExpansions(at);
    this.depth--;
    return true;
  }

  private bindArguments(macro: MacroSymbol, at: Scoped<InstructionStatement>, scope: Scope): void {
    const line = macro.file.lines[macro.start];
    for (const [index, { name, value }] of macro.parameters.entries()) {
      const text = tokenText(line, name);
      const given = at.node.operands.at(index);
      // A default may name the parameters before it.
      const argument = given
        ? { ...at, node: given }
        : { node: value!, line, lineNumber: macro.start, scope, label: "" };
      const place = { node: { first: name, last: name }, line, lineNumber: macro.start, scope, label: "" };
      const plain = plainValue(
        argument.line,
        argument.node.kind === "memory" ? undefined : argument.node.value,
      );
      scope.names.set(text, { kind: "parameter", name: text, ...this.definition(place), argument, plain });
    }
  }

  // --- definitions ---

  private define(at: Scoped<DirectiveStatement>): void {
    const { body } = at.node;
    const { line, lineNumber, scope, label } = at;
    if (body.kind === "constant") {
      const value = { node: body.value, line, lineNumber, scope, label };
      const plain = plainValue(line, body.value);
      this.add(at, body.name, (name, definition) => ({
        kind: "constant",
        name,
        ...definition,
        value,
        plain,
      }));
    } else if (body.kind === "cell") {
      const { operand } = body;
      const tag = body.tag === undefined ? undefined : parseTag(tokenText(line, body.tag));
      if (body.tag !== undefined && !tag) this.reportUnknownTag(at, body.tag);
      if (!operand) return;
      if (operand.kind !== "memory" || operand.indirect) {
        const message = "a cell is an address in single brackets: `[expr]` or `[sp+expr]`";
        return this.report({ ...at, node: operand }, "operand-kind", message);
      }
      const cell = { node: operand, line, lineNumber, scope, label };
      this.add(at, body.name, (name, definition) => ({
        kind: "cell",
        name,
        ...definition,
        operand: cell,
        tag,
      }));
    }
  }

  private reportUnknownTag(at: Scoped<Node>, token: TokenIndex): void {
    const text = tokenText(at.line, token);
    const node = { first: token, last: token };
    const suggestion = nearest(text, TAGS);
    this.report(
      { ...at, node },
      "unknown-tag",
      `\`${text}\` is not a tag; the tags are ${TAGS.join(", ")}`,
      replacement({ ...at, node }, suggestion),
    );
  }

  /** Defines a label. Returns the global label that is in force behind it. */
  private defineLabel(
    line: Line,
    lineNumber: number,
    token: TokenIndex,
    scope: Scope,
    label: string,
  ): string {
    const text = tokenText(line, token);
    const at = { node: { first: token, last: token }, line, lineNumber, scope, label };
    // An expansion's local labels belong to the expansion where no label of its own is above them.
    if (text.startsWith(".") && label === "" && scope.frame.expansion === undefined) {
      this.report(at, "orphan-local-label", `\`${text}\` is local, and there is no global label above it`);
    }
    const statement = this.lineOf.length;
    const isPrivate = scope.frame.expansion !== undefined;
    this.add(at, token, (_, definition) => ({
      kind: "label",
      name: qualify(text, label),
      ...definition,
      statement,
      private: isPrivate,
    }));
    return text.startsWith(".") ? label : text;
  }

  /** Adds a symbol to the scope, unless its name is taken. */
  private add(
    at: Scoped<Node>,
    token: TokenIndex,
    make: (name: string, definition: ReturnType<Expander["definition"]>) => AssemblySymbol,
  ): void {
    const place = { ...at, node: { first: token, last: token } };
    const symbol = make(tokenText(at.line, token), this.definition(place));
    if (!this.checkName(place, symbol.name)) return;
    const existing = at.scope.names.get(symbol.name);
    if (existing && !this.reportDuplicate(place, existing)) return;
    at.scope.names.set(symbol.name, symbol);
    this.symbols.push(symbol);
  }

  /**
   * Reports the later of two definitions, which may be the one that was made first, ahead of its line. Returns whether
   * the new one takes its place.
   */
  private reportDuplicate(place: Scoped<Node>, existing: AssemblySymbol): boolean {
    const { file, line: lineNumber } = existing.definedOn;
    const message = `\`${existing.name}\` is defined already`;
    const related = { message: "the first definition" };
    const body = file.lines[lineNumber].tree.statement;
    const ahead = body?.kind === "directive" && (body.body.kind === "constant" || body.body.kind === "cell");
    if (!ahead || file !== place.scope.frame.file || lineNumber <= place.lineNumber) {
      this.report(place, "duplicate-definition", message, {
        related: [{ ...existing.location, ...related }],
      });
      return false;
    }
    const token = (body.body as { name: TokenIndex }).name;
    const later = { ...place, node: { first: token, last: token }, line: file.lines[lineNumber], lineNumber };
    const span = { line: place.lineNumber, ...columnsOf(place.line, place.node) };
    this.report(later, "duplicate-definition", message, {
      related: [{ source: file.name, span, ...related }],
    });
    return true;
  }

  /** True where a name may be defined; otherwise it is reported. */
  private checkName(at: Scoped<Node>, name: string): boolean {
    const is = reservedAs(name, this.set);
    if (is === undefined) return true;
    this.report(at, "reserved-name", `\`${name}\` is ${is} and can't be defined`);
    return false;
  }

  private definition(at: Scoped<Node>): Pick<AssemblySymbol, "location" | "definedOn"> {
    const { file } = at.scope.frame;
    return {
      location: { source: file.name, span: { line: at.lineNumber, ...columnsOf(at.line, at.node) } },
      definedOn: { file, line: at.lineNumber },
    };
  }

  // --- helpers ---

  private report(at: Scoped<Node>, code: DiagnosticCode, message: string, details?: DiagnosticDetails): void {
    this.diagnostics.report(at, code, message, details);
  }

  private fail(at: Scoped<Node>, code: DiagnosticCode, message: string, details?: DiagnosticDetails): false {
    this.report(at, code, message, details);
    return false;
  }

  /** The value of an expression that decides what is assembled, so that it can't depend on the layout. */
  private evaluateNow(at: Scoped<Expression>): bigint | undefined {
    const context = { ...this.context, active: new Set<AssemblySymbol>() };
    const value = evaluate(at, context);
    if (!context.dependsOnLayout) return value;
    this.report(
      at,
      "label-dependent",
      "this decides what is assembled, so it can't depend on where labels are",
    );
    return undefined;
  }
}

/** The value of an expression that is a plain number, or undefined. */
function plainValue(line: Line, node: Expression | undefined): number | undefined {
  if (node?.kind !== "number" || node.first !== node.last) return undefined;
  const value = plainNumberOf(tokenText(line, node.first));
  return value < 0 ? undefined : value;
}

/** The line of a file's first statement, or -1. */
export function firstStatement(file: SourceFile): number {
  return file.lines.findIndex((line) => line.tree.statement !== undefined || line.tree.labels.length > 0);
}
