/** Symbols and scopes: what names stand for, and where they are visible. */

import type { Location } from "../../diagnostics/diagnostic.ts";
import type { Expression, MacroParameter, OperandNode } from "../../grammar/ast.ts";
import type { Line } from "../../grammar/line.ts";
import type { SourceFile } from "../../grammar/source-file.ts";
import type { Tag } from "../../isa/tags.ts";
import type { Frame } from "../../program/source-locations.ts";

/** A piece of syntax together with where its names are looked up. */
export interface Scoped<Node> {
  readonly node: Node;
  readonly line: Line;
  readonly lineNumber: number;
  readonly scope: Scope;
  /** The global label above the line, which local ones belong to; empty where there is none. */
  readonly label: string;
}

interface Definition {
  /** As it is shown; a local label's with the global one it belongs to. */
  readonly name: string;
  /** Of the name where it is defined. */
  readonly location: Location;
  /** Line of the comment block right above, if there is one, to the line of the definition. */
  readonly definedOn: { readonly file: SourceFile; readonly line: number };
}

export interface LabelSymbol extends Definition {
  readonly kind: "label";
  /** Index of the statement that it stands before. */
  readonly statement: number;
  /** A label of an expansion isn't part of the file's symbols. */
  readonly private: boolean;
}

export interface ConstantSymbol extends Definition {
  readonly kind: "constant";
  /** The global label above it is known once its line is reached. */
  value: Scoped<Expression>;
}

export interface CellSymbol extends Definition {
  readonly kind: "cell";
  /** An address in brackets, or another cell, a parameter or a neighbour of one. */
  operand: Scoped<OperandNode>;
  readonly tag: Tag | undefined;
}

/** A parameter of a macro where the macro is defined. */
export interface DefinedParameter extends Definition {
  /** The operand that it stands for if a call gives none. */
  readonly value: MacroParameter["value"];
}

export interface MacroSymbol extends Definition {
  readonly kind: "macro";
  readonly parameters: readonly DefinedParameter[];
  /** How many arguments a call has to give. */
  readonly required: number;
  /** False where a default uses what isn't known there: the macro can't be expanded. */
  readonly isWhole: boolean;
  readonly file: SourceFile;
  /** The line of `.macro`. */
  readonly start: number;
  /** The line of `.endm`. */
  readonly end: number;
  /** Where names of the body that the expansion doesn't define are looked up. */
  readonly scope: Scope;
}

/** An operand's value, place or tag, as constant folding finds it without the evaluator. */
export interface FoldedOperand {
  readonly kind: "value" | "place" | "tag";
  /** The number; the address or offset of a place; the code of a tag. Up to 53 bits. */
  readonly value: number;
  /** Mode bits of a place. */
  readonly mode: number;
}

/** A macro's parameter in one expansion. */
export interface ParameterSymbol extends Definition {
  readonly kind: "parameter";
  readonly argument: Scoped<OperandNode>;
  /** The result of folding the argument: undefined before the first request, null while it is being folded and if it can't be. */
  folded: FoldedOperand | null | undefined;
}

/** The counter of a repetition in one round. */
export interface CounterSymbol extends Definition {
  readonly kind: "counter";
  readonly value: bigint;
}

export type AssemblySymbol =
  LabelSymbol | ConstantSymbol | CellSymbol | MacroSymbol | ParameterSymbol | CounterSymbol;

/** Where names are visible: a file with what it includes, or one expansion. */
export class Scope {
  readonly names: Map<string, AssemblySymbol>;
  readonly parent: Scope | undefined;
  readonly frame: Frame;

  /** `names` is given where the scope only continues another one, as an included file does. */
  constructor(frame: Frame, parent?: Scope, names = new Map<string, AssemblySymbol>()) {
    this.frame = frame;
    this.parent = parent;
    this.names = names;
  }

  /** The symbol that a name stands for here or further out. */
  lookup(name: string): AssemblySymbol | undefined {
    return this.names.get(name) ?? this.parent?.lookup(name);
  }

  /** Every symbol that is visible here, with its name. */
  *visible(): Iterable<readonly [string, AssemblySymbol]> {
    yield* this.names;
    if (this.parent) yield* this.parent.visible();
  }
}
