/**
 * The expander: the first half of the general driver. It follows includes, macro calls, repetitions and conditions, and defines
 * symbols. It encodes nothing; the result is a list of the lines that become statements, each with its scope.
 */

import type { Dependence, DiagnosticCode, DiagnosticDetails, Related } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/suggest.ts";
import type {
  DirectiveBody,
  DirectiveStatement,
  Expression,
  InstructionStatement,
  Node,
  TokenIndex,
} from "../../grammar/ast.ts";
import { suggestDirective, withoutCounterpart } from "../../grammar/directives.ts";
import { tokenText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import { keepTokens } from "../../grammar/tree-cache.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import type { Paused } from "../../program/cooperative.ts";
import type { Frame } from "../../program/source-locations.ts";
import { DiagnosticList } from "../diagnostic-list.ts";
import { namesOf, namesInUnclosedBlock } from "./names-in-unclosed-blocks.ts";
import { plainOperand } from "../expressions/constant-folding.ts";
import { freshContext } from "../expressions/context.ts";
import { evaluate, type EvaluationContext } from "../expressions/evaluate.ts";
import { groupedDigits } from "../expressions/grouped-digits.ts";
import { replacement } from "../expressions/replacement.ts";
import { lookupName } from "../expressions/lookup.ts";
import {
  Scope,
  type AssemblySymbol,
  type CellSymbol,
  type ConstantSymbol,
  type MacroSymbol,
  ParameterSymbol,
  type Scoped,
} from "../expressions/symbols.ts";
import { blocksOf, END_NAMES, firstBehindLabels, linesOutsideOfBlocks, type Block } from "./blocks.ts";
import { Definitions } from "./definitions.ts";
import { ExpansionBuilder, type Expansion } from "./expansion.ts";
import { Includes, type IncludeReader } from "./includes.ts";
import { MAX_KEPT_LINES, straightBodyOf, type StraightBody } from "./straight-body.ts";
import type { ProgramUnderTest } from "./tests.ts";

/** How many lines are read between two pauses. */
const LINES_PER_PAUSE = 200;

interface ExpansionOptions {
  readonly read?: IncludeReader;
  /** How many lines may be read, if fewer than `MAX_EXPANDED_LINES`. */
  readonly lines?: number;
  /** Expand every body line by line. */
  readonly reference?: boolean;
}

/**
 * Expands a main file, with pauses between lines. No source makes this throw, and all of its loops are bounded.
 *
 * @param subject the program under test, if the main file is a test file
 */
export function expanding(
  main: SourceFile,
  set: InstructionSet,
  options: ExpansionOptions,
  subject?: ProgramUnderTest,
): Paused<Expansion> {
  return new Expander(set, options).run(main, subject);
}

/** At most this many unclosed blocks of a file are searched for the names that they take in: each search reads the rest of the file. */
const MAX_SEARCHED = 10;

/** A macro call whose body is being expanded, with what its caller needs to continue. */
interface Call {
  readonly at: Scoped<InstructionStatement>;
  /** The end of the lines that the call is among. */
  readonly end: number;
  readonly scopeIndex: number;
  readonly isReadOften: boolean;
}

class Expander {
  private readonly set: InstructionSet;
  private readonly reference: boolean;
  private readonly diagnostics = new DiagnosticList();
  private readonly out: ExpansionBuilder;
  private readonly definitions: Definitions;
  private readonly includes: Includes;
  private readonly blocks = new Map<SourceFile, ReadonlyMap<number, Block>>();
  private readonly context: EvaluationContext;
  /** By line: the symbols of constants and cells that were defined ahead; undefined for other declarations. */
  private readonly early = new Map<Line, ConstantSymbol | CellSymbol | undefined>();
  /** Reports of undefined names in conditions and counts, deferred until all names are known. */
  private readonly unknownNames: Parameters<DiagnosticList["report"]>[] = [];
  /** The straight bodies of macros, from their second call on; null for other bodies. */
  private readonly straightBodies = new Map<MacroSymbol, StraightBody | null | undefined>();
  /** How many lines were read since the last pause. */
  private linesSincePause = 0;

  constructor(set: InstructionSet, { read, lines, reference = false }: ExpansionOptions) {
    this.set = set;
    this.reference = reference;
    this.out = new ExpansionBuilder(this.diagnostics, lines);
    this.definitions = new Definitions(set, this.out);
    this.includes = new Includes(this.out, read);
    this.context = freshContext({
      target: set.target,
      report: this.diagnostics.report,
      here: undefined,
      offsetOf: () => undefined,
      sizeOf: () => undefined,
      declarations: this.out.declarations,
    });
  }

  *run(main: SourceFile, subject: ProgramUnderTest | undefined): Paused<Expansion> {
    if (subject) this.addFile(main);
    const program = subject?.file ?? main;
    const root = this.out.openScope({ file: program });
    yield* this.enteringFile(program, root);
    if (subject) {
      this.out.tests.subject = subject;
      yield* this.enteringFile(main, this.out.openScope({ file: main }, root));
    }
    this.reportUnknownNames();
    return this.out.finish(
      root,
      [...this.blocks.values()].some(({ size }) => size > 0),
    );
  }

  private *enteringFile(file: SourceFile, scope: Scope): Paused<void> {
    yield;
    this.addFile(file);
    this.blocksIn(file, scope);
    yield* this.definingAhead(file, scope);
    yield* this.walk(file, 0, file.lines.length, scope, this.out.scopes.lastIndexOf(scope), "");
  }

  private addFile(file: SourceFile): void {
    const { files } = this.out;
    if (files.has(file.name)) return;
    files.set(file.name, file);
    this.diagnostics.addProblems(file);
  }

  /** The blocks of a file. They are found once, and mistakes in them are reported then. */
  private blocksIn(file: SourceFile, scope: Scope): ReadonlyMap<number, Block> {
    let blocks = this.blocks.get(file);
    if (!blocks) {
      let unclosed = 0;
      blocks = blocksOf(file, (lineNumber, code, message) => {
        const line = file.lines[lineNumber];
        const first = firstBehindLabels(line);
        const node = line.tree.statement ?? { first, last: first };
        const at = { node, line, lineNumber, scope, label: "" };
        if (code !== "unclosed-block") return void this.report(at, code, message);
        const defines = ++unclosed <= MAX_SEARCHED ? namesInUnclosedBlock(file, lineNumber + 1) : [];
        const dependence = { defines, block: "begins" as const };
        this.report(at, code, message, { dependence });
      });
      this.blocks.set(file, blocks);
      const ends = new Map([...blocks.values()].map(({ end, kind }) => [end, kind]));
      for (const [lineNumber, kind] of ends) {
        const line = file.lines.at(lineNumber);
        const node = line?.tree.statement;
        if (!line || node?.kind !== "directive" || node.body.kind !== "invalid") continue;
        const at = { node, line, lineNumber, scope, label: "" };
        if (/^\.end$/i.test(tokenText(line, node.name))) this.reportBareEnd(at, node.name, kind);
        else this.reportUnknownDirective(at, node.name);
      }
    }
    return blocks;
  }

  /** Reports `.end`, which ends blocks in other assemblers. */
  private reportBareEnd(at: Scoped<Node>, token: TokenIndex, kind: Block["kind"]): void {
    const name = kind === "ifdef" || kind === "ifndef" ? ".endif" : END_NAMES[kind];
    const place = { ...at, node: { first: token, last: token } };
    const message = `there is no directive \`.end\`${didYouMean(name)}`;
    this.report(place, "unknown-directive", message, replacement(place, name));
  }

  /** Defines the constants, cells and functions outside of all blocks, so that lines above their definitions can use them. */
  private *definingAhead(file: SourceFile, scope: Scope): Paused<void> {
    const blocks = this.blocksIn(file, scope);
    for (let lineNumber = 0; lineNumber < file.lines.length; lineNumber++) {
      if (this.isPauseDue()) yield;
      const line = file.lines[lineNumber];
      const { statement } = line.tree;
      const block = blocks.get(lineNumber);
      if (block) lineNumber = block.end;
      if (block ?? statement?.kind !== "directive") continue;
      if (statement.body.kind === "constant" || statement.body.kind === "cell") {
        const symbol = this.definitions.value({ node: statement, line, lineNumber, scope, label: "" });
        this.early.set(line, symbol);
      } else if (isDeclaration(statement.body)) {
        this.early.set(line, undefined);
        this.out.declarations.add({ node: statement, line, lineNumber, scope, label: "" });
      }
    }
  }

  /** Counts a line or a round. Returns whether to pause. */
  private isPauseDue(): boolean {
    if (++this.linesSincePause < LINES_PER_PAUSE) return false;
    this.linesSincePause = 0;
    return true;
  }

  /**
   * Expands the lines from `start` to before `end`, and the labels on the line at `end`. Returns the last global label.
   *
   * The bodies of macros are expanded in the same loop, since a generator for each call would take as long as its body.
   */
  private *walk(
    file: SourceFile,
    start: number,
    end: number,
    scope: Scope,
    scopeIndex: number,
    label: string,
  ): Paused<string> {
    const { out, definitions } = this;
    const calls: Call[] = [];
    let isReadOften = scope.frame.expansion !== undefined && end - start <= MAX_KEPT_LINES;
    let lineNumber = start;
    for (; ; lineNumber++) {
      if (lineNumber >= end || out.overflowed || !out.countLine(scope, lineNumber)) {
        label = this.labelsAtEnd(file, end, scope, label);
        const call = calls.pop();
        if (!call) return label;
        out.ascend(call.at);
        ({ end, scopeIndex, isReadOften } = call);
        ({ lineNumber, scope, label } = call.at);
        ({ file } = scope.frame);
        continue;
      }
      if (this.isPauseDue()) yield;
      const line = file.lines[lineNumber];
      if (isReadOften && !line.kept) keepTokens(line);
      const { labels, statement } = line.tree;
      for (let index = 0; index < labels.length; index++) {
        const node = labels[index];
        if (out.tests.emitsNothing) out.tests.misplaced({ node, line, lineNumber, scope, label });
        else label = definitions.label(line, lineNumber, node.name, scope, label);
      }
      const block =
        line.problems.length > 0 || statement?.kind === "directive"
          ? this.blocks.get(file)!.get(lineNumber)
          : undefined;
      if (block) {
        label = yield* this.runBlock(block, file, lineNumber, scope, scopeIndex, label);
        lineNumber = block.end;
        continue;
      }
      if (!statement) {
        if (line.problems.length > 0 && line.tokenCount > 0) out.emit(scopeIndex, lineNumber, label);
        continue;
      }
      if (statement.kind === "instruction") {
        const macro = this.macroNamed(line, statement.mnemonic, scope);
        if (!macro) {
          out.emit(scopeIndex, lineNumber, label);
          continue;
        }
        const at = { node: statement, line, lineNumber, scope, label };
        const body = this.enterCall(macro, at);
        if (!body) {
          out.emitHole(scopeIndex, lineNumber, label);
          continue;
        }
        const straight = this.straightBodyOf(macro);
        const first = out.count;
        if (!straight || !out.emitBody(straight)) this.bindArguments(macro, at, body);
        else {
          this.defineNamesLater(straight, macro, at, body, first);
          this.linesSincePause += straight.lineCount;
          out.ascend(at);
          continue;
        }
        calls.push({ at, end, scopeIndex, isReadOften });
        ({ file, end, start: lineNumber } = macro);
        scope = body;
        scopeIndex = out.scopes.length - 1;
        label = "";
        isReadOften = end - lineNumber - 1 <= MAX_KEPT_LINES;
        continue;
      }
      const at = { node: statement, line, lineNumber, scope, label };
      if (statement.body.kind === "include") yield* this.runInclude(at, scopeIndex);
      else this.runDirective(at, scopeIndex);
      if (mayHaveBeenMore(line, statement)) out.emitHole(scopeIndex, lineNumber, label);
    }
  }

  /** Defines the labels on the line of the directive that ends a block or a part of one: they belong to it. */
  private labelsAtEnd(file: SourceFile, end: number, scope: Scope, before: string): string {
    let label = before;
    if (end >= file.lines.length || this.out.overflowed || this.out.tests.emitsNothing) return label;
    const line = file.lines[end];
    for (const node of line.tree.labels) label = this.definitions.label(line, end, node.name, scope, label);
    return label;
  }

  // --- directives ---

  private runDirective(at: Scoped<DirectiveStatement>, scopeIndex: number): void {
    const { body } = at.node;
    switch (body.kind) {
      case "constant":
      case "cell":
        if (this.early.has(at.line)) this.standBelow(at);
        else this.definitions.value(at);
        return;
      case "byte":
        return this.out.emit(scopeIndex, at.lineNumber, at.label);
      case "assert":
      case "error":
        return this.out.defer(at);
      case "assume":
      case "expect":
        return this.isAllowed(at) ? this.out.defer(at) : this.out.tests.misplaced(at);
      case "contract":
      case "function":
      case "struct":
        if (!this.isAllowed(at)) return this.out.tests.misplaced(at);
        if (!this.early.has(at.line)) this.out.declarations.add(at);
        return;
      case "step":
        return this.out.tests.step(at);
      case "target":
        // The target of the first statement was read before the expansion.
        if (at.scope.frame.parent || firstStatement(at.scope.frame.file) !== at.lineNumber) {
          this.report(at, "misplaced-target", "`.target` must be the first statement of the main file");
        }
        return;
      case "invalid":
        return this.reportIfUnknown(at);
      default:
      // Directives that end or divide blocks were handled by `blocksOf`.
    }
  }

  /** Whether a directive can stand where the expansion is: a test has no code. */
  private isAllowed({ line, node }: Scoped<DirectiveStatement>): boolean {
    const { tests } = this.out;
    return !tests.emitsNothing || tests.allows(tokenText(line, node.name));
  }

  private *runInclude(at: Scoped<DirectiveStatement>, scopeIndex: number): Paused<void> {
    if (at.line === this.out.tests.subject?.include) return;
    if (!this.isAllowed(at)) return this.out.tests.misplaced(at);
    if (!(yield* this.include(at))) this.out.emitHole(scopeIndex, at.lineNumber, at.label);
  }

  /** Sets the global label above a definition that was made ahead, which qualifies local labels in its value. */
  private standBelow({ line, label }: Scoped<DirectiveStatement>): void {
    const symbol = this.early.get(line);
    if (symbol?.kind === "constant") symbol.value = { ...symbol.value, label };
    else if (symbol) symbol.operand = { ...symbol.operand, label };
  }

  /** True for a mnemonic with a dot, as in `.ADD [1], …`. In a test, or before a name, the author rather means a directive. */
  private isMnemonicWithDot(line: Line, name: TokenIndex, suggestion: string | undefined): boolean {
    if (!this.set.byMnemonic.has(tokenText(line, name).slice(1).toUpperCase())) return false;
    const isBeforeCell = name + 1 < line.tokenCount && tokenText(line, name + 1) === "[";
    return !this.out.tests.isInside && (isBeforeCell || suggestion === undefined);
  }

  /** Reports a directive that isn't one; one with a syntax error was reported as such. */
  private reportIfUnknown(at: Scoped<DirectiveStatement>): void {
    if (at.node.body.kind === "invalid" && at.line.problems.length === 0)
      this.reportUnknownDirective(at, at.node.name);
  }

  private reportUnknownDirective(at: Scoped<DirectiveStatement>, name: TokenIndex): void {
    this.out.tests.spoil();
    if (this.diagnostics.isFull) return;
    const token = tokenText(at.line, name);
    const suggestion = suggestDirective(token);
    const needless = withoutCounterpart(token);
    const node = { first: name, last: name };
    if (needless === undefined && this.isMnemonicWithDot(at.line, name, suggestion)) {
      const mnemonic = token.slice(1);
      const message = `an instruction has no dot in front: \`${mnemonic}\``;
      this.report({ ...at, node }, "unknown-directive", message, replacement({ ...at, node }, mnemonic));
      return;
    }
    this.report(
      { ...at, node },
      "unknown-directive",
      needless === undefined
        ? `there is no directive \`${token}\`${didYouMean(suggestion)}`
        : `there is no \`${token}\`: ${needless}`,
      needless === undefined
        ? {
            ...replacement({ ...at, node }, suggestion),
            dependence: lostWith(suggestion, at.line, name),
          }
        : { dependence: { kind: `no ${needless}` } },
    );
  }

  /** Expands the file that an `.include` names; returns false if it can't be read. */
  private *include(at: Scoped<DirectiveStatement>): Paused<boolean> {
    const found = this.includes.resolve(at);
    if (!found || found === "known") return found === "known";
    const { frame, at: place } = found;
    if (!this.out.countInclude(frame.file, place) || !this.out.descend(place)) return false;
    // An included file shares the names of the including one, so that its definitions are visible after the `.include`.
    yield* this.enteringFile(frame.file, this.out.openScope(frame, at.scope.parent, at.scope.names));
    this.out.ascend(at);
    return true;
  }

  // --- blocks ---

  private *runBlock(
    block: Block,
    file: SourceFile,
    lineNumber: number,
    scope: Scope,
    scopeIndex: number,
    label: string,
  ): Paused<string> {
    const line = file.lines[lineNumber];
    const { statement } = line.tree;
    const at = { line, lineNumber, scope, label };
    if (block.isBroken || statement?.kind !== "directive") {
      return yield* this.runBroken(block, file, at, scopeIndex);
    }
    switch (block.kind) {
      case "macro":
        this.definitions.macro({ ...at, node: statement }, block, file);
        return label;
      case "rept":
        if (!(yield* this.repeat({ ...at, node: statement }, block, file))) {
          this.out.emitHole(scopeIndex, lineNumber, label);
        }
        return label;
      case "test":
        yield* this.readTest({ ...at, node: statement }, block, file);
        return label;
      default:
        return yield* this.choose(block, file, scope, scopeIndex, label);
    }
  }

  /** Expands a test, which has a scope of its own. */
  private *readTest(at: Scoped<DirectiveStatement>, block: Block, file: SourceFile): Paused<void> {
    const { out } = this;
    if (!out.tests.begin(at)) return;
    const scope = out.openScope(at.scope.frame, at.scope);
    yield* this.walk(file, at.lineNumber + 1, block.end, scope, out.scopes.length - 1, at.label);
    out.tests.end();
  }

  /**
   * Handles a block whose header has a syntax error. For a condition, expands the first part, so that its definitions are known.
   */
  private *runBroken(
    block: Block,
    file: SourceFile,
    at: Omit<Scoped<Node>, "node">,
    scopeIndex: number,
  ): Paused<string> {
    const { line, lineNumber, scope, label } = at;
    const { statement } = line.tree;
    if (statement?.kind === "directive" && block.kind !== "ifdef" && block.kind !== "ifndef")
      this.reportIfUnknown({ ...at, node: statement });
    if (block.kind === "test") return label;
    this.out.emitHole(scopeIndex, lineNumber, label);
    if (block.kind === "macro") {
      const body = statement?.kind === "directive" ? statement.body : undefined;
      const token = body?.kind === "macro" ? body.name : firstBehindLabels(line) + 1;
      const isNamed = token < line.tokenCount && /^[A-Za-z_]\w*$/.test(tokenText(line, token));
      const node = { first: token, last: token };
      if (isNamed) this.definitions.brokenMacro({ ...at, node }, token, block, file);
      return label;
    }
    if (block.kind === "rept") return label;
    return yield* this.walk(file, lineNumber + 1, block.parts.at(1) ?? block.end, scope, scopeIndex, label);
  }

  /** Expands the body of a repetition once for each round; returns false if the number of rounds isn't valid. */
  private *repeat(at: Scoped<DirectiveStatement>, block: Block, file: SourceFile): Paused<boolean> {
    const { body } = at.node;
    const { out } = this;
    if (body.kind !== "rept") return false;
    const count = this.evaluateNow({ ...at, node: body.count });
    if (count === undefined) return false;
    if (count < 0n) {
      const message = `${count} is not a number of repetitions`;
      return this.fail({ ...at, node: body.count }, "out-of-range", message);
    }
    const lines = linesOutsideOfBlocks(this.blocksIn(file, at.scope), at.lineNumber + 1, block.end);
    if (body.variable !== undefined) {
      const node = { first: body.variable, last: body.variable };
      if (!this.definitions.checkName({ ...at, node }, tokenText(at.line, body.variable))) return false;
    }
    if (!out.hasRoomFor(count, lines, at) || !out.descend(at)) return false;
    const parent = { frame: at.scope.frame, line: at.lineNumber };
    const expansion = `.rept ${count}`;
    const node = { first: body.variable ?? 0, last: body.variable ?? 0 };
    const place = this.definitions.place({ ...at, node });
    const name = body.variable === undefined ? undefined : tokenText(at.line, body.variable);
    for (let round = 0n; round < count && !out.overflowed; round++) {
      if (this.isPauseDue()) yield;
      const scope = out.openScope({ file, parent, expansion }, at.scope);
      if (name !== undefined) scope.names.set(name, { kind: "counter", name, ...place, value: round });
      yield* this.walk(file, at.lineNumber + 1, block.end, scope, out.scopes.length - 1, at.label);
      out.boundExpansions(at);
    }
    out.ascend(at);
    return true;
  }

  /** Expands the part of a condition that is to be assembled, if any. Returns the last global label. */
  private *choose(
    block: Block,
    file: SourceFile,
    scope: Scope,
    scopeIndex: number,
    label: string,
  ): Paused<string> {
    for (const [index, part] of block.parts.entries()) {
      const line = file.lines[part];
      const { body } = line.tree.statement as DirectiveStatement;
      const isForeign = index === 0 && block.kind !== "if";
      if (isForeign || body.kind === "if" || body.kind === "elif") {
        const at = { line, lineNumber: part, scope, label };
        const value =
          body.kind === "if" || body.kind === "elif"
            ? this.evaluateNow({ ...at, node: body.condition })
            : this.evaluateForeign(block, at);
        if (value === undefined) {
          this.out.emitHole(scopeIndex, part, label);
          return label;
        }
        if (value === 0n) continue;
      }
      const end = block.parts[index + 1] ?? block.end;
      const at = { node: line.tree.statement!, line, lineNumber: part, scope, label };
      if (!this.out.descend(at)) {
        this.out.emitHole(scopeIndex, part, label);
        return label;
      }
      label = yield* this.walk(file, part + 1, end, scope, scopeIndex, label);
      this.out.ascend(at);
      return label;
    }
    return label;
  }

  /** Reports `.ifdef X` or `.ifndef X`, which other assemblers have, and evaluates it as its author means it. */
  private evaluateForeign({ kind }: Block, at: Omit<Scoped<Node>, "node">): bigint {
    const { line, scope, label } = at;
    const first = firstBehindLabels(line);
    const name = first + 1 < line.tokenCount ? tokenText(line, first + 1) : "NAME";
    const written = kind === "ifdef" ? `.if defined(${name})` : `.if !defined(${name})`;
    const node = { first, last: Math.min(first + 1, line.tokenCount - 1) };
    const message = `there is no directive \`.${kind}\`; write \`${written}\``;
    const isWhole = first + 2 === line.tokenCount;
    this.report(
      { ...at, node },
      "unknown-directive",
      message,
      isWhole ? replacement({ ...at, node }, written) : {},
    );
    const isDefined = lookupName(name, scope, label) !== undefined;
    return isDefined === (kind === "ifdef") ? 1n : 0n;
  }

  // --- macros ---

  private macroNamed(line: Line, mnemonic: TokenIndex, scope: Scope): MacroSymbol | undefined {
    const { macroNames } = this.definitions;
    if (macroNames.size === 0) return undefined;
    const name = tokenText(line, mnemonic);
    const symbol = macroNames.has(name) ? scope.lookup(name) : undefined;
    return symbol?.kind === "macro" ? symbol : undefined;
  }

  /** Opens the scope of a macro call, for its body, which has no names yet; returns undefined if the call has a mistake. */
  private enterCall(macro: MacroSymbol, at: Scoped<InstructionStatement>): Scope | undefined {
    if (!this.checkCall(macro, at) || !this.out.countParameters(macro.parameters.length, at))
      return undefined;
    if (!this.out.descend(at)) return undefined;
    const parent = { frame: at.scope.frame, line: at.lineNumber };
    const frame = { file: macro.file, parent, expansion: macro.name };
    const scope = this.out.openScope(frame, macro.scope);
    return scope;
  }

  private straightBodyOf(macro: MacroSymbol): StraightBody | undefined {
    if (this.reference) return undefined;
    const { straightBodies, definitions } = this;
    let body = straightBodies.get(macro);
    if (body === undefined && !straightBodies.has(macro)) straightBodies.set(macro, undefined);
    else if (body === undefined || (body && body.macroCount !== definitions.macroNames.size)) {
      body = straightBodyOf(macro, this.set, definitions.macroNames) ?? null;
      straightBodies.set(macro, body);
    }
    return body ?? undefined;
  }

  private checkCall(macro: MacroSymbol, at: Scoped<InstructionStatement>): boolean {
    const { operands } = at.node;
    const { required } = macro;
    const wanted = macro.parameters.length;
    if (at.line.problems.length > 0 || !macro.isWhole) return false;
    const related = (): Related[] => [{ ...macro.location, message: "the macro is defined here" }];
    if (operands.length > wanted || operands.length < required) {
      const grouped = groupedDigits(at.line, operands, wanted);
      if (grouped) {
        const node = { ...at, node: grouped.node };
        return this.fail(node, "malformed-number", grouped.message, replacement(node, grouped.text));
      }
      const number = required === wanted ? `${wanted}` : `${required} to ${wanted}`;
      const names = wanted > 0 ? ` (${macro.parameters.map(({ name }) => name).join(", ")})` : "";
      const message = `\`${macro.name}\` takes ${number} argument${number === "1" ? "" : "s"}${names}; ${operands.length} given`;
      return this.fail(at, "macro-arguments", message, { related: related() });
    }
    for (let outer: Frame | undefined = at.scope.frame; outer; outer = outer.parent?.frame) {
      if (outer.expansion === macro.name) {
        return this.fail(at, "macro-recursion", `\`${macro.name}\` calls itself`, { related: related() });
      }
    }
    return true;
  }

  /** Adds the labels of a call that has a straight body, which starts at a statement, and defines its names at their first use. */
  private defineNamesLater(
    body: StraightBody,
    macro: MacroSymbol,
    at: Scoped<InstructionStatement>,
    scope: Scope,
    start: number,
  ): void {
    const { symbols } = this.out;
    const firstLabel = symbols.length;
    this.definitions.addLabels(body, start);
    const { operands } = at.node;
    // Later, the line would have to be scanned again.
    scope.folded = body.defaults.map((value, index) =>
      index < operands.length ? plainOperand(operands[index], at.line) : value,
    );
    scope.defineLater(() => {
      this.bindArguments(macro, at, scope);
      for (let index = 0; index < body.labels.length; index++) {
        const label = symbols[firstLabel + index];
        scope.names.set(label.name, label);
      }
    });
  }

  private bindArguments(macro: MacroSymbol, at: Scoped<InstructionStatement>, scope: Scope): void {
    const { operands } = at.node;
    const { parameters, start, file } = macro;
    for (let index = 0; index < operands.length; index++) {
      const { name } = parameters[index];
      scope.names.set(name, new ParameterSymbol(parameters[index], operands[index], at));
    }
    if (operands.length === parameters.length) return;
    // A default can use the parameters before it and the names around the macro's definition, not those of the macro's body.
    const { frame } = scope;
    const defaults = macro.usesParameters
      ? new Scope(frame, macro.scope, new Map(scope.names))
      : new Scope(frame, macro.scope.parent, macro.scope.names);
    const place = { line: file.lines[start], lineNumber: start, scope: defaults, label: "" };
    for (let index = operands.length; index < parameters.length; index++) {
      const { name, value } = parameters[index];
      const symbol = new ParameterSymbol(parameters[index], value!, place);
      scope.names.set(name, symbol);
      if (macro.usesParameters) defaults.names.set(name, symbol);
    }
  }

  // --- helpers ---

  private report(at: Scoped<Node>, code: DiagnosticCode, message: string, details?: DiagnosticDetails): void {
    this.diagnostics.report(at, code, message, details);
  }

  private fail(at: Scoped<Node>, code: DiagnosticCode, message: string, details?: DiagnosticDetails): false {
    this.report(at, code, message, details);
    return false;
  }

  /** The value of a condition or a count. It decides which lines are assembled, so it can't depend on the layout. */
  private evaluateNow(at: Scoped<Expression>): bigint | undefined {
    const report: DiagnosticList["report"] = (...parts) => {
      if (parts[1] === "undefined-name") this.unknownNames.push(parts);
      else this.diagnostics.report(...parts);
    };
    const context = { ...this.context, report, active: new Set<AssemblySymbol>() };
    const value = evaluate(at, context);
    if (!context.dependsOnLayout) return value;
    this.report(
      at,
      "label-dependent",
      "this decides what is assembled, so it can't depend on where labels are",
    );
    return undefined;
  }

  private reportUnknownNames(): void {
    for (const [at, code, message, details] of this.unknownNames) {
      const name = tokenText(at.line, at.node.first);
      if (lookupName(name, at.scope, at.label)) {
        const reason = `\`${name}\` is defined further down; a condition or a count of rounds can use only names that are defined above it`;
        this.report(at, code, reason, { dependence: { uses: name } });
      } else this.report(at, code, message, details);
    }
  }
}

/** The line of a file's first statement, or -1. */
export function firstStatement(file: SourceFile): number {
  return file.lines.findIndex((line) => line.tree.statement !== undefined || line.tree.labels.length > 0);
}

function isDeclaration(body: DirectiveBody): boolean {
  return body.kind === "contract" || body.kind === "function" || body.kind === "struct";
}

/** True for a directive with a mistake on which later code may depend. */
function mayHaveBeenMore({ problems }: Line, { body }: DirectiveStatement): boolean {
  switch (body.kind) {
    case "cell":
      return problems.length > 0;
    case "invalid":
      return true;
    case "assume":
      return problems.length > 0 || body.tag === undefined;
    default:
      return false;
  }
}

/** What the rest of a program lacks because a directive is misspelt that probably means `meant`. */
function lostWith(meant: string | undefined, line: Line, name: TokenIndex): Dependence {
  const next = name + 1 < line.tokenCount ? name + 1 : undefined;
  switch (meant) {
    case ".const":
    case ".cell":
    case ".struct":
      return next === undefined ? {} : { defines: [tokenText(line, next)] };
    case ".function":
      return { defines: namesOf(line) };
    case ".include":
      if (next === undefined) return { lacks: true };
      return {
        includes: line.text.slice(line.startOf(next), line.endOf(line.tokenCount - 1)).replace(/["<>]/g, ""),
      };
    case ".endm":
    case ".endr":
    case ".endif":
      return { block: "ends" };
    default:
      // A local label without its colon.
      return next === undefined ? { defines: [tokenText(line, name)] } : {};
  }
}
