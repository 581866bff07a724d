/** Turns the definitions of labels, constants, cells and macros into symbols of a scope. */

import type { DiagnosticCode, DiagnosticDetails } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import type { DirectiveStatement, MacroParameter, Node, TokenIndex } from "../../grammar/ast.ts";
import { columnsOf, tokenText, type Line } from "../../grammar/line.ts";
import { namesIn, placesIn } from "../../grammar/names.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { InstructionSet } from "../../isa/instruction-set.ts";
import { TAGS } from "../../isa/tags.ts";
import { qualify } from "../expressions/lookup.ts";
import { tagAt } from "../expressions/parameters.ts";
import { replacement } from "../expressions/replacement.ts";
import { isLibraryName, isLibraryPath, reservedAs } from "../expressions/reserved-names.ts";
import type {
  AssemblySymbol,
  CellSymbol,
  ConstantSymbol,
  LabelSymbol,
  MacroSymbol,
  Scope,
  Scoped,
} from "../expressions/symbols.ts";
import type { Block } from "./blocks.ts";
import { placeIn, type Place } from "./definition-place.ts";
import type { StraightBody } from "./straight-body.ts";
import type { ExpansionBuilder } from "./expansion.ts";

export class Definitions {
  private readonly set: InstructionSet;
  private readonly out: ExpansionBuilder;
  /** The names of all macros that have been defined. */
  readonly macroNames = new Set<string>();
  /** Cache: the places of labels at the start of lines that are expanded repeatedly, if their names are allowed. */
  private readonly placesInBodies = new Map<Line, Place>();

  constructor(set: InstructionSet, out: ExpansionBuilder) {
    this.set = set;
    this.out = out;
  }

  /** Defines a label. Returns the global label that qualifies local labels after it. */
  label(line: Line, lineNumber: number, token: TokenIndex, scope: Scope, label: string): string {
    const text = tokenText(line, token);
    if (line.kept && token === 0 && this.labelAgain(text, line, lineNumber, scope, label)) {
      return text.startsWith(".") ? label : text;
    }
    const at = { node: { first: token, last: token }, line, lineNumber, scope, label };
    // In an expansion, local labels without a global label above them belong to the expansion.
    if (text.startsWith(".") && label === "" && scope.frame.expansion === undefined) {
      this.report(at, "orphan-local-label", `\`${text}\` is local, and there is no global label above it`);
    }
    const statement = this.out.count;
    const isPrivate = scope.frame.expansion !== undefined;
    this.add(at, token, (_, place): LabelSymbol => ({
      kind: "label",
      name: qualify(text, label),
      ...place,
      statement,
      private: isPrivate,
    }));
    return text.startsWith(".") ? label : text;
  }

  /**
   * The fast path of {@link label} for lines that are expanded repeatedly; returns false if {@link label} must report a mistake.
   */
  private labelAgain(text: string, line: Line, lineNumber: number, scope: Scope, label: string): boolean {
    const name = qualify(text, label);
    const { expansion, file } = scope.frame;
    if (expansion === undefined || scope.names.has(name)) return false;
    let place = this.placesInBodies.get(line);
    if (place?.definedOn.line !== lineNumber || place.definedOn.file !== file) {
      const at = { node: { first: 0, last: 0 }, line, lineNumber, scope, label };
      if (!this.checkName(at, name)) return false;
      this.placesInBodies.set(line, (place = this.place(at)));
    }
    const { location, definedOn } = place;
    const statement = this.out.count;
    const symbol: LabelSymbol = { kind: "label", name, location, definedOn, statement, private: true };
    scope.names.set(name, symbol);
    this.out.symbols.push(symbol);
    return true;
  }

  /** Adds the labels of a straight body that starts at a statement to the symbols, but not yet to the names of the call's scope. */
  addLabels({ labels }: StraightBody, start: number): void {
    for (const { name, location, definedOn, statement: before } of labels) {
      const statement = start + before;
      const symbol: LabelSymbol = { kind: "label", name, location, definedOn, statement, private: true };
      this.out.symbols.push(symbol);
    }
  }

  /** Defines a constant or a cell. If it is defined ahead of its line, the global label above it is set later. */
  value(at: Scoped<DirectiveStatement>): ConstantSymbol | CellSymbol | undefined {
    const { body } = at.node;
    const { line, lineNumber, scope, label } = at;
    if (body.kind === "constant") {
      const value = { node: body.value, line, lineNumber, scope, label };
      return this.add(at, body.name, (name, place): ConstantSymbol => ({
        kind: "constant",
        name,
        ...place,
        value,
      }));
    }
    if (body.kind === "cell") {
      const { operand } = body;
      const tag = body.tag === undefined ? undefined : tagAt(at, body.tag);
      if (body.tag !== undefined && !tag) this.reportUnknownTag(at, body.tag);
      if (!operand) return undefined;
      const cell = { node: operand, line, lineNumber, scope, label };
      return this.add(at, body.name, (name, place): CellSymbol => ({
        kind: "cell",
        name,
        ...place,
        operand: cell,
        tag,
      }));
    }
    return undefined;
  }

  macro(at: Scoped<DirectiveStatement>, block: Block, file: SourceFile): void {
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
    const parameters = body.parameters.map(({ name, value }) => ({
      name: tokenText(at.line, name),
      value,
      ...this.place({ ...at, node: { first: name, last: name } }),
    }));
    // A default before a parameter without a default is never used.
    const required = parameters.findLastIndex(({ value }) => value === undefined) + 1;
    // `a.b` is the local label `.b` of the argument for `a`.
    const usesParameters = body.parameters.some(({ value }) =>
      [...(value ? namesIn(value) : [])].some(({ first }) =>
        seen.has(tokenText(at.line, first).split(".")[0]),
      ),
    );
    const { scope } = at;
    this.macroNames.add(tokenText(at.line, body.name));
    this.add(at, body.name, (name, place): MacroSymbol => ({
      kind: "macro",
      name,
      ...place,
      parameters,
      required,
      usesParameters,
      isWhole,
      file,
      start: at.lineNumber,
      end: block.end,
      scope,
    }));
  }

  /** Defines a macro whose header has a syntax error, so that calls of it aren't reported, too. */
  brokenMacro(at: Scoped<Node>, token: TokenIndex, block: Block, file: SourceFile): void {
    this.macroNames.add(tokenText(at.line, token));
    const { scope } = at;
    this.add(at, token, (name, place): MacroSymbol => ({
      kind: "macro",
      name,
      ...place,
      parameters: [],
      required: 0,
      usesParameters: false,
      isWhole: false,
      file,
      start: at.lineNumber,
      end: block.end,
      scope,
    }));
  }

  /** The place of a definition. */
  place(at: Scoped<Node>): Place {
    return placeIn(at.scope.frame.file, at);
  }

  /** Checks that defaults use only the parameters before them, because others could lead to a cycle. */
  private checkDefaults(at: Scoped<DirectiveStatement>, parameters: readonly MacroParameter[]): boolean {
    let isWhole = true;
    const lastOf = new Map(parameters.map(({ name }, index) => [tokenText(at.line, name), index]));
    for (const [index, { value }] of parameters.entries()) {
      if (!value) continue;
      for (const node of namesIn(value)) {
        const name = tokenText(at.line, node.first);
        if ((lastOf.get(name) ?? -1) < index) continue;
        isWhole = false;
        const message = `\`${name}\` isn't known here: a default may use the parameters before it`;
        this.report({ ...at, node }, "undefined-name", message);
      }
      for (const node of placesIn(value)) {
        isWhole = false;
        const text = tokenText(at.line, node.first);
        const message = `\`${text}\` depends on where a macro is called; a default means the same everywhere`;
        this.report({ ...at, node }, "undefined-name", message);
      }
      for (const node of namesIn(value)) {
        const text = tokenText(at.line, node.first);
        if (!text.startsWith(".")) continue;
        isWhole = false;
        const message = `\`${text}\` is local, but the default of a parameter is outside of any global label; \`global${text}\` names that of one`;
        this.report({ ...at, node }, "undefined-name", message);
      }
    }
    return isWhole;
  }

  /** Adds a symbol to the scope, unless its name is taken. */
  private add<Defined extends AssemblySymbol>(
    at: Scoped<Node>,
    token: TokenIndex,
    make: (name: string, place: Place) => Defined,
  ): Defined | undefined {
    const place = { ...at, node: { first: token, last: token } };
    const symbol = make(tokenText(at.line, token), this.place(place));
    if (!this.checkName(place, symbol.name) && !this.isDefinedAnyway(symbol)) return undefined;
    const existing = at.scope.names.get(symbol.name);
    if (existing && !this.reportDuplicate(place, existing)) return undefined;
    at.scope.names.set(symbol.name, symbol);
    this.out.symbols.push(symbol);
    return symbol;
  }

  /**
   * Reports the later of two definitions in the source. That may be the existing one if it was defined ahead of its line. Returns
   * whether the new definition replaces the existing one.
   */
  private reportDuplicate(place: Scoped<Node>, existing: AssemblySymbol): boolean {
    const { file, line: lineNumber } = existing.definedOn;
    const message = `\`${existing.name}\` is defined already`;
    const related = { message: "the first definition" };
    const body = file.lines[lineNumber].tree.statement;
    const ahead = body?.kind === "directive" && (body.body.kind === "constant" || body.body.kind === "cell");
    // The line has another mistake, which is reported.
    if (place.line.problems.length > 0) return false;
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

  /** True for a symbol that is defined although its name is reserved, so that its uses aren't reported, too. */
  private isDefinedAnyway({ kind, name }: AssemblySymbol): boolean {
    if (kind === "label") return true;
    // The library's own definitions come first, and a mnemonic is one before it is a macro.
    return kind !== "macro" && reservedAs(name, this.set) !== undefined;
  }

  /** Returns whether a name may be defined, and otherwise reports it. */
  checkName(at: Scoped<Node>, name: string): boolean {
    const is = reservedAs(name, this.set);
    const { file } = at.scope.frame;
    // Uses of the name aren't reported, too.
    const dependence = { defines: [name] };
    if (is !== undefined)
      this.report(at, "reserved-name", `\`${name}\` is ${is} and can't be defined`, { dependence });
    else if (isLibraryName(name) && !this.out.libraryFiles.has(file.name) && !isLibraryPath(file.name)) {
      const message = `\`${name}\` can't be defined: names that begin with \`${name.slice(0, 4)}\` are reserved for the standard library`;
      this.report(at, "reserved-name", message, { dependence });
    } else return true;
    return false;
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

  private report(at: Scoped<Node>, code: DiagnosticCode, message: string, details?: DiagnosticDetails): void {
    this.out.diagnostics.report(at, code, message, details);
  }
}
