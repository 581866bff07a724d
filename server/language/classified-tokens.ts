/**
 * Classifies the tokens of a line by its syntax alone: mnemonics, numbers, names, definitions. `name-resolution.ts`
 * resolves the names.
 */

import type {
  DirectiveBody,
  Expression,
  LineTree,
  OperandNode,
  Statement,
  TokenIndex,
} from "../../grammar/ast.ts";

export type Defines = "label" | "constant" | "cell" | "macro" | "parameter" | "counter";

interface PartBase {
  readonly token: TokenIndex;
  /** Index of the token's operand; -1 if it is in none. */
  readonly operand: number;
}
/** A name in its definition. */
export interface DefinitionPart extends PartBase {
  readonly kind: "definition";
  readonly defines: Defines;
}
/** A use of a name: `name`, `.local` or `global.local`. */
export interface NamePart extends PartBase {
  readonly kind: "name";
  /** True if the name is the whole operand: it may be a tag or the member of an enum. */
  readonly alone: boolean;
}
export interface OtherPart extends PartBase {
  readonly kind:
    | "mnemonic"
    | "directive"
    | "number"
    | "character"
    | "string"
    | "base"
    | "here"
    | "function"
    /** A tag after the colon of a directive. */
    | "tag"
    /** The argument of `.target`. */
    | "target";
}
/** A path from its first token to `last`. */
export interface PathPart extends PartBase {
  readonly kind: "path";
  readonly last: TokenIndex;
}
export type Part = DefinitionPart | NamePart | OtherPart | PathPart;

const known = new WeakMap<LineTree, readonly Part[]>();

/** The parts of a line in the order of the text, without punctuation. */
export function partsOf(tree: LineTree): readonly Part[] {
  let parts = known.get(tree);
  if (!parts) known.set(tree, (parts = collect(tree)));
  return parts;
}

/** The part that a token belongs to. */
export function partAt(tree: LineTree, token: TokenIndex): Part | undefined {
  return partsOf(tree).find((part) =>
    part.kind === "path" ? part.token <= token && token <= part.last : part.token === token,
  );
}

/** The operands of a statement, including those of directives. */
export function operandsOf(statement: Statement | undefined): readonly OperandNode[] {
  if (!statement) return [];
  if (statement.kind === "instruction") return statement.operands;
  const { body } = statement;
  if (body.kind === "cell" || body.kind === "assume" || body.kind === "expect") {
    return body.operand ? [body.operand] : [];
  }
  return [];
}

function collect(tree: LineTree): Part[] {
  const parts: Part[] = tree.labels.map((label) => define("label", label.name));
  const { statement } = tree;
  if (statement?.kind === "instruction") {
    parts.push({ kind: "mnemonic", token: statement.mnemonic, operand: -1 });
    statement.operands.forEach((operand, index) => addOperand(parts, operand, index));
  } else if (statement) {
    parts.push({ kind: "directive", token: statement.name, operand: -1 });
    addBody(parts, statement.body);
  }
  return parts;
}

function define(defines: Defines, token: TokenIndex): DefinitionPart {
  return { kind: "definition", defines, token, operand: -1 };
}

function addBody(parts: Part[], body: DirectiveBody): void {
  const token = (kind: OtherPart["kind"], index: TokenIndex | undefined): void => {
    if (index !== undefined) parts.push({ kind, token: index, operand: -1 });
  };
  switch (body.kind) {
    case "constant":
      parts.push(define("constant", body.name));
      return addExpression(parts, body.value, -1, false);
    case "cell":
      parts.push(define("cell", body.name));
      if (body.operand) addOperand(parts, body.operand, 0);
      return token("tag", body.tag);
    case "target":
      return token("target", body.name);
    case "byte":
      for (const value of body.values) addExpression(parts, value, -1, false);
      return;
    case "assert":
      addExpression(parts, body.condition, -1, false);
      return token("string", body.message);
    case "error":
      return token("string", body.message);
    case "include":
      parts.push({ kind: "path", token: body.path, last: body.last, operand: -1 });
      return;
    case "macro":
      parts.push(define("macro", body.name));
      for (const { name, value } of body.parameters) {
        parts.push(define("parameter", name));
        if (value) addOperand(parts, value, -1);
      }
      return;
    case "rept":
      addExpression(parts, body.count, -1, false);
      if (body.variable !== undefined) parts.push(define("counter", body.variable));
      return;
    case "if":
    case "elif":
      return addExpression(parts, body.condition, -1, false);
    case "assume":
    case "expect":
      if (body.operand) addOperand(parts, body.operand, 0);
      return token("tag", body.tag);
    case "test":
      return token("string", body.name);
    case "contract":
      return;
    case "function":
      token("string", body.signature);
      if (body.label) addExpression(parts, body.label, -1, false);
      return;
    case "struct":
      return token("string", body.fields);
    case "step":
      // The first value of `.env` and `.emitted` is a keyword of the directive.
      for (const value of body.values) addExpression(parts, value, -1, value.kind === "name");
      return;
    case "endtest":
    case "endm":
    case "endr":
    case "else":
    case "endif":
    case "invalid":
      return;
  }
}

function addOperand(parts: Part[], node: OperandNode, operand: number): void {
  if (node.kind === "memory") addExpression(parts, node.address, operand, false);
  else addExpression(parts, node.value, operand, node.kind === "bare" && node.value.kind === "name");
}

function addExpression(parts: Part[], node: Expression, operand: number, alone: boolean): void {
  switch (node.kind) {
    case "number":
    case "character":
    case "string":
    case "here":
    case "base":
      parts.push({ kind: node.kind, token: node.first, operand });
      return;
    case "name":
      parts.push({ kind: "name", token: node.first, operand, alone });
      return;
    case "unary":
      return addExpression(parts, node.operand, operand, false);
    case "binary":
      addExpression(parts, node.left, operand, false);
      return addExpression(parts, node.right, operand, false);
    case "call":
      parts.push({ kind: "function", token: node.first, operand });
      for (const argument of node.arguments) addExpression(parts, argument, operand, false);
      return;
    case "missing":
      return;
  }
}
