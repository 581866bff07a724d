/** Symbols and the scopes in which their names are visible. */

import type { Location } from "../../diagnostics/diagnostic.ts";
import type { Expression, MacroParameter, Node as SyntaxNode, OperandNode } from "../../grammar/ast.ts";
import { columnsOf, nodeText, type Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { Tag } from "../../isa/tags.ts";
import type { Frame } from "../../program/source-locations.ts";

/** A syntax node with its line, and with the scope in which its names are looked up. */
export interface Scoped<Node> {
  readonly node: Node;
  readonly line: Line;
  readonly lineNumber: number;
  readonly scope: Scope;
  /** The last global label before the node, which qualifies local labels; empty if there is none. */
  readonly label: string;
}

/** The place of a node. */
export function locationOf({ node, line, lineNumber, scope }: Scoped<SyntaxNode>): Location {
  return { source: scope.frame.file.name, span: { line: lineNumber, ...columnsOf(line, node) } };
}

/** The text of a node, as it is written. */
export function textOf({ node, line }: Scoped<SyntaxNode>): string {
  return nodeText(line, node);
}

interface Definition {
  /** The name for output; that of a local label is qualified by its global label. */
  readonly name: string;
  /** The place of the name in its definition. */
  readonly location: Location;
  /** The line of the definition. */
  readonly definedOn: { readonly file: SourceFile; readonly line: number };
}

export interface LabelSymbol extends Definition {
  readonly kind: "label";
  /** Index of the statement that follows the label. */
  readonly statement: number;
  /** Whether it is defined in an expansion, and so isn't among the symbols of the file. */
  readonly private: boolean;
}

export interface ConstantSymbol extends Definition {
  readonly kind: "constant";
  /** Replaced when the expander reaches the line, because the global label above it isn't known before. */
  value: Scoped<Expression>;
}

export interface CellSymbol extends Definition {
  readonly kind: "cell";
  /** An address in brackets, or another cell or a parameter, plus or minus a number. */
  operand: Scoped<OperandNode>;
  readonly tag: Tag | undefined;
}

/** A parameter in the definition of a macro. */
export interface DefinedParameter extends Definition {
  /** The default: the operand that it stands for if a call gives none. */
  readonly value: MacroParameter["value"];
}

export interface MacroSymbol extends Definition {
  readonly kind: "macro";
  readonly parameters: readonly DefinedParameter[];
  /** How many arguments a call must have at least. */
  readonly required: number;
  /** Whether the default of a parameter uses another parameter. */
  readonly usesParameters: boolean;
  /** False if the macro can't be expanded, because its header or a default has a mistake. */
  readonly isWhole: boolean;
  readonly file: SourceFile;
  /** The line of `.macro`. */
  readonly start: number;
  /** The line of `.endm`. */
  readonly end: number;
  /** The scope of the definition, in which names that an expansion doesn't define are looked up. */
  readonly scope: Scope;
}

/** The result of constant folding: a value, a place or a tag. */
export interface FoldedOperand {
  readonly kind: "value" | "place" | "tag";
  /** The number; the address or offset of a place; the code of a tag. Up to 53 bits. */
  readonly value: number;
  /** Mode bits of a place. */
  readonly mode: number;
}

/** The place of a node, without the node. */
export type ScopedPlace = Omit<Scoped<unknown>, "node">;

/** A parameter in one expansion of a macro. There may be a million of them, so it shares the place with the call's others. */
export class ParameterSymbol implements Definition {
  readonly kind = "parameter";
  /** The argument. */
  readonly node: OperandNode;
  /** The place of the argument: the call, or the macro for a default. */
  readonly place: ScopedPlace;
  /** The result of folding the argument: undefined before the first request, null while it is being folded and if it can't be. */
  folded: FoldedOperand | null | undefined = undefined;
  private readonly definition: DefinedParameter;

  constructor(definition: DefinedParameter, node: OperandNode, place: ScopedPlace) {
    this.definition = definition;
    this.node = node;
    this.place = place;
  }

  get name(): string {
    return this.definition.name;
  }

  get location(): Location {
    return this.definition.location;
  }

  get definedOn(): Definition["definedOn"] {
    return this.definition.definedOn;
  }

  get argument(): Scoped<OperandNode> {
    const { line, lineNumber, scope, label } = this.place;
    return { node: this.node, line, lineNumber, scope, label };
  }
}

/** The counter of a repetition in one round. */
export interface CounterSymbol extends Definition {
  readonly kind: "counter";
  readonly value: bigint;
}

export type AssemblySymbol =
  LabelSymbol | ConstantSymbol | CellSymbol | MacroSymbol | ParameterSymbol | CounterSymbol;

/** A scope: a file with the files that it includes, or one expansion. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly frame: Frame;
  /** For a call of a macro with a straight body: the arguments that are numbers or tags, by parameter. */
  folded: readonly (FoldedOperand | undefined)[] | undefined = undefined;
  private known: Map<string, AssemblySymbol> | undefined;
  private define: (() => void) | undefined = undefined;

  /** @param names the names of the including file, for an included file, which adds its names to them */
  constructor(frame: Frame, parent?: Scope, names?: Map<string, AssemblySymbol>) {
    this.frame = frame;
    this.parent = parent;
    this.known = names;
  }

  get names(): Map<string, AssemblySymbol> {
    if (!this.known) {
      this.known = new Map();
      this.define?.();
      this.define = undefined;
    }
    return this.known;
  }

  /** Postpones the definition of the first names to the first request, since the names of most calls are never looked up. */
  defineLater(define: () => void): void {
    this.define = define;
  }

  /** The symbol of a name in this scope or an enclosing one. */
  lookup(name: string): AssemblySymbol | undefined {
    return this.names.get(name) ?? this.parent?.lookup(name);
  }

  /** All visible symbols with their names, those of this scope first. */
  *visible(): Iterable<readonly [string, AssemblySymbol]> {
    yield* this.names;
    if (this.parent) yield* this.parent.visible();
  }
}
