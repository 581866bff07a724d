/**
 * Canonical spelling inside of a line: the white space between its tokens, and the case of tokens that can be written
 * in several ways. Both follow from the shape of a line, so they are computed once for all lines that share a tree.
 */

import type { LineTree, MacroParameter, OperandNode, Statement, TokenIndex } from "../ast.ts";
import { tokenText, type Line } from "../line.ts";

/** The roles of tokens in spelling. The first: keep the token as it is. */
export const AS_WRITTEN = 0;
/** The name of a directive or function, or the base `sp`. */
export const LOWER_CASE = 1;
/** An `sp` that is the whole address. */
export const LONE_BASE = 2;
export const NUMBER = 3;
/** A name that is the whole operand: a tag, the member of an enum, a label or a cell. */
export const LONE_NAME = 4;
/** A tag after the colon of a directive, or the argument of `.target`. */
export const TAG = 5;
export const TARGET = 6;
/** The first value of `.env`. */
export const MEMBER = 7;
/** The first value of `.emitted`. */
export const EMITTED_KIND = 8;

/** The spelling of all lines of one shape. */
export interface Spelling {
  /**
   * The white space before each token; undefined if the existing one is kept. The layout determines the white space
   * before a statement's first two tokens.
   */
  readonly before: readonly (string | undefined)[];
  /** By token: {@link AS_WRITTEN} or one of its siblings. */
  readonly roles: Uint8Array;
  /** The operand index of each token with role {@link LONE_NAME}; else -1. */
  readonly operandOf: Int8Array;
}

const known = new WeakMap<LineTree, Spelling>();

/** The spelling of a line without syntax errors. */
export function spellingOf(line: Line): Spelling {
  let spelling = known.get(line.tree);
  if (!spelling) known.set(line.tree, (spelling = spell(line)));
  return spelling;
}

/** More operands than any instruction has; later ones need no index. */
const MAX_OPERANDS = 100;

function spell(line: Line): Spelling {
  const { tokenCount, tree } = line;
  const texts = Array.from({ length: tokenCount }, (_, token) => tokenText(line, token));
  const roles = new Uint8Array(tokenCount);
  const operandOf = new Int8Array(tokenCount).fill(-1);
  const dense = new Uint8Array(tokenCount);
  const { statement } = tree;
  if (statement) {
    for (let token = statement.first + 1; token < tokenCount; token++) {
      if (/^[0-9]/.test(texts[token])) roles[token] = NUMBER;
      else if (/^sp$/i.test(texts[token])) roles[token] = LOWER_CASE;
    }
    for (const name of functionNames(statement, texts)) roles[name] = LOWER_CASE;
    markOperands(statement, roles, operandOf, dense);
    markWord(statement, texts, roles);
  }
  return { before: separators(statement, texts, dense), roles, operandOf };
}

function markOperands(
  statement: Statement,
  roles: Uint8Array,
  operandOf: Int8Array,
  dense: Uint8Array,
): void {
  const mark = (node: OperandNode, position: number): void => {
    if (node.kind === "literal") return;
    dense.fill(1, node.first, node.last + 1);
    if (node.kind === "memory") {
      // An `sp` in parentheses stays as it is.
      const inner = node.first + (node.indirect ? 2 : 1);
      if (node.address.kind === "base" && node.address.first === inner) roles[inner] = LONE_BASE;
    } else if (node.value.kind === "name") {
      roles[node.first] = LONE_NAME;
      operandOf[node.first] = position < MAX_OPERANDS ? position : -1;
    }
  };
  const markParameter = ({ value }: MacroParameter): void => {
    if (!value) return;
    mark(value, -1);
    dense.fill(1, value.first, value.last + 1);
  };
  if (statement.kind === "instruction") return statement.operands.forEach(mark);
  const { body } = statement;
  roles[statement.name] = LOWER_CASE;
  if (body.kind === "target") roles[body.name] = TARGET;
  if (body.kind === "macro") body.parameters.forEach(markParameter);
  if (body.kind === "include") roles.fill(AS_WRITTEN, body.path);
  if (body.kind === "cell" || body.kind === "assume" || body.kind === "expect") {
    if (body.operand) mark(body.operand, -1);
    if (body.tag !== undefined) roles[body.tag] = TAG;
  }
}

/** The names of functions in a statement: only they have a parenthesis after them. */
function functionNames({ first, last }: Statement, texts: readonly string[]): TokenIndex[] {
  const names: TokenIndex[] = [];
  for (let token = first + 1; token < last; token++) {
    if (texts[token + 1] === "(" && /^[A-Za-z_]\w*$/.test(texts[token])) names.push(token);
  }
  return names;
}

/** Marks the keyword that `.env` and `.emitted` begin with. */
function markWord(statement: Statement, texts: readonly string[], roles: Uint8Array): void {
  if (statement.kind !== "directive" || statement.body.kind !== "step") return;
  const first = statement.body.values.at(0);
  if (first?.kind !== "name") return;
  const directive = texts[statement.name].toLowerCase();
  if (directive === ".env") roles[first.first] = MEMBER;
  if (directive === ".emitted") roles[first.first] = EMITTED_KIND;
}

const OPERATOR = /^[-+*/%<>|^&~!=]/;
/** Matches the end of a value: a name, a number, a string, `$` or a bracket. */
const VALUE_END = /[\w"'$)\]]$/;

function separators(
  statement: Statement | undefined,
  texts: readonly string[],
  dense: Uint8Array,
): (string | undefined)[] {
  const before: (string | undefined)[] = texts.map(() => "");
  if (!statement) return before;
  const body = statement.kind === "directive" ? statement.body : undefined;
  const rawFrom = body?.kind === "include" ? body.path + 1 : Infinity;
  const head: TokenIndex = statement.first;
  let signBefore = false;
  for (let token = head + 1; token < texts.length; token++) {
    const text = texts[token];
    const previous = texts[token - 1];
    const followsValue = token - 1 > head && VALUE_END.test(previous);
    const isOperator = text !== "=" && OPERATOR.test(text);
    const isSign = isOperator && !followsValue;
    const around = dense[token] === 1 ? "" : " ";
    let gap = " ";
    if (token >= rawFrom) before[token] = undefined;
    else {
      if (signBefore || /^[#[(]$/.test(previous) || /^[,\])]$/.test(text)) gap = "";
      else if (text === "(" && followsValue) gap = "";
      else if (text === "=" || previous === "=") gap = body?.kind === "macro" ? "" : " ";
      else if (text === ":") gap = body?.kind === "cell" ? " " : "";
      else if (isOperator && followsValue) gap = around;
      else if (token - 1 > head && OPERATOR.test(previous)) gap = text === previous ? " " : around;
      before[token] = gap;
    }
    signBefore = isSign;
  }
  return before;
}
