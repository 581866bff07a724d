/**
 * The syntax tree of one line.
 *
 * Nodes refer to tokens by their index in the line, not by column: two lines that differ only in their numbers and
 * names have the same tree, so one tree serves all lines of one shape, and a line that moves keeps its tree. The
 * {@link Line} turns token indexes into columns and text.
 */

/** Index of a token in its line. */
export type TokenIndex = number;

/** The tokens that a node covers, both inclusive. An empty node has `last < first` and stands before `first`. */
export interface Node {
  readonly first: TokenIndex;
  readonly last: TokenIndex;
}

export type UnaryOperator = "-" | "+" | "~" | "!";
export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "|"
  | "^"
  | "&"
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** `42`, `0xff`, `'a'`. */
export interface NumberExpression extends Node {
  readonly kind: "number" | "character";
}
/** `name`, `.local` or `global.local`, which is a single token. */
export interface NameExpression extends Node {
  readonly kind: "name";
}
/** `$`: the byte offset of the current instruction. */
export interface HereExpression extends Node {
  readonly kind: "here";
}
/** The `sp` of a relative address, worth 0 in the sum around it. */
export interface BaseExpression extends Node {
  readonly kind: "base";
}
export interface UnaryExpression extends Node {
  readonly kind: "unary";
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}
export interface BinaryExpression extends Node {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** `lo(x, 128)`. The function's name is the first token. */
export interface CallExpression extends Node {
  readonly kind: "call";
  readonly arguments: readonly Expression[];
}
/** `"text"`, as an argument of a function or directive. */
export interface StringExpression extends Node {
  readonly kind: "string";
}
/** Takes the place of a missing expression, which the parser has reported. */
export interface MissingExpression extends Node {
  readonly kind: "missing";
}
export type Expression =
  | NumberExpression
  | NameExpression
  | HereExpression
  | BaseExpression
  | UnaryExpression
  | BinaryExpression
  | CallExpression
  | StringExpression
  | MissingExpression;

/** `#expr`. */
export interface LiteralOperand extends Node {
  readonly kind: "literal";
  readonly value: Expression;
}
/** `[expr]`, `[[expr]]`, `[sp+expr]`, `[[sp+expr]]`. */
export interface MemoryReference extends Node {
  readonly kind: "memory";
  readonly indirect: boolean;
  readonly relative: boolean;
  /** Contains `sp` as a {@link BaseExpression} if the operand is relative. */
  readonly address: Expression;
}
/** A name, or a sum that starts with one: label, enum member, tag, cell. */
export interface BareOperand extends Node {
  readonly kind: "bare";
  readonly value: Expression;
}
export type OperandNode = LiteralOperand | MemoryReference | BareOperand;

/** An instruction or a macro call; the grammar doesn't distinguish them. */
export interface InstructionStatement extends Node {
  readonly kind: "instruction";
  readonly mnemonic: TokenIndex;
  readonly operands: readonly OperandNode[];
}

/** A directive with its arguments. */
export interface DirectiveStatement extends Node {
  readonly kind: "directive";
  /** The token with the dot and the name. */
  readonly name: TokenIndex;
  readonly body: DirectiveBody;
}

export type DirectiveBody =
  /** `.const NAME = expr` */
  | { readonly kind: "constant"; readonly name: TokenIndex; readonly value: Expression }
  /** `.cell NAME = [expr] : tag` */
  | {
      readonly kind: "cell";
      readonly name: TokenIndex;
      readonly operand: OperandNode | undefined;
      readonly tag: TokenIndex | undefined;
    }
  /** `.target v6` */
  | { readonly kind: "target"; readonly name: TokenIndex }
  /** `.byte expr, …` */
  | { readonly kind: "byte"; readonly values: readonly Expression[] }
  /** `.assert expr, "message"` */
  | { readonly kind: "assert"; readonly condition: Expression; readonly message: TokenIndex | undefined }
  /** `.error "message"` */
  | { readonly kind: "error"; readonly message: TokenIndex | undefined }
  /** `.include "path"` or `.include <std/path>` */
  | {
      readonly kind: "include";
      readonly path: TokenIndex;
      readonly standard: boolean;
      readonly last: TokenIndex;
    }
  /** `.macro NAME p1, p2=default` */
  | { readonly kind: "macro"; readonly name: TokenIndex; readonly parameters: readonly MacroParameter[] }
  /** `.rept expr, var` */
  | { readonly kind: "rept"; readonly count: Expression; readonly variable: TokenIndex | undefined }
  /** `.if expr`, `.elif expr` */
  | { readonly kind: "if" | "elif"; readonly condition: Expression }
  /** `.endm`, `.endr`, `.else`, `.endif` */
  | { readonly kind: "endm" | "endr" | "else" | "endif" }
  /** `.assume operand: tag`, `.expect operand: tag` */
  | {
      readonly kind: "assume" | "expect";
      readonly operand: OperandNode | undefined;
      readonly tag: TokenIndex | undefined;
    }
  /** `.test "name"` */
  | { readonly kind: "test"; readonly name: TokenIndex }
  /** `.endtest` */
  | { readonly kind: "endtest" }
  /** A step of a test: `.call`, `.returns` and others. The directive's name determines the step and its arguments. */
  | { readonly kind: "step"; readonly values: readonly Expression[] }
  /** `.contract NAME` */
  | { readonly kind: "contract"; readonly name: TokenIndex }
  /** `.function "name(parameter: Type, …) -> Type", label, attribute, …` */
  | {
      readonly kind: "function";
      readonly signature: TokenIndex;
      readonly label: Expression | undefined;
      readonly attributes: readonly TokenIndex[];
    }
  /** `.struct NAME = "(field: Type, …)"` */
  | { readonly kind: "struct"; readonly name: TokenIndex; readonly fields: TokenIndex }
  /** An unknown directive, or arguments with errors. */
  | { readonly kind: "invalid" };

export type DirectiveKind = DirectiveBody["kind"];

export interface MacroParameter {
  readonly name: TokenIndex;
  readonly value: OperandNode | undefined;
}

/** `name:` or `.name:`. Covers the colon. */
export interface LabelNode extends Node {
  readonly name: TokenIndex;
}

export type Statement = InstructionStatement | DirectiveStatement;

/** The tree of a line, shared by all lines with the same sequence of token kinds. */
export interface LineTree {
  readonly labels: readonly LabelNode[];
  readonly statement: Statement | undefined;
}
