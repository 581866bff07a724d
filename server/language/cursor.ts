/** Finds the syntax at a position in a document, from the text alone. */

import type { Position } from "vscode-languageserver-types";
import type { OperandNode, TokenIndex } from "../../grammar/ast.ts";
import { columnsOf, tokenText, type Line } from "../../grammar/line.ts";
import { placeAt, type Document } from "../documents/document.ts";
import { operandsOf, partAt, type Part } from "./classified-tokens.ts";

export interface Cursor {
  readonly document: Document;
  readonly lineNumber: number;
  readonly line: Line;
  readonly column: number;
  /** The token at the position, preferring a word over a bracket if it touches two; -1 if there is none. */
  readonly token: TokenIndex;
  /** The part that the token belongs to. */
  readonly part: Part | undefined;
  readonly inComment: boolean;
}

export function cursorAt(document: Document, position: Position): Cursor {
  const { line: lineNumber, column } = placeAt(document, position);
  const line = document.file.lines[lineNumber];
  const inComment = isInComment(line, column);
  const token = inComment ? -1 : tokenAt(line, column);
  const part = token < 0 ? undefined : partAt(line.tree, token);
  return { document, lineNumber, line, column, token, part, inComment };
}

function isInComment(line: Line, column: number): boolean {
  const { comments, startsInComment, endsInComment } = line;
  return comments.some(({ kind, start, end }, index) => {
    // A comment that isn't closed on the line includes the line's end; one from a line above includes its start.
    const isOpen = kind === "line" || (endsInComment && index === comments.length - 1);
    const isInside = start < column || (startsInComment && index === 0);
    return isInside && (column < end || (column === end && isOpen));
  });
}

function tokenAt(line: Line, column: number): TokenIndex {
  let touching = -1;
  for (let token = 0; token < line.tokenCount && line.startOf(token) <= column; token++) {
    if (line.endOf(token) < column) continue;
    if (touching < 0 || isWord(line.text, line.startOf(token))) touching = token;
  }
  return touching;
}

const WORD = /[A-Za-z0-9_.]/;

function isWord(text: string, column: number): boolean {
  return WORD.test(text[column]);
}

/** The operand around a column and its index; undefined if there is none. */
export function operandAt(line: Line, column: number): { node: OperandNode; index: number } | undefined {
  for (const [index, node] of operandsOf(line.tree.statement).entries()) {
    const { start, end } = columnsOf(line, node);
    if (start <= column && column <= end) return { node, index };
  }
  return undefined;
}

type StringPlace = "path" | "signature" | "halt" | "argument";

/** The unfinished syntax at a position, judged only by the text before it. */
export interface Writing {
  /**
   * - `statement`: a mnemonic, a directive or a macro.
   * - `operand`: in an operand of the statement `head`.
   * - `nothing`: in a comment or a string.
   * - `path`: in the string of an `.include`.
   * - `signature`: in the string of a `.function` or a `.struct`.
   * - `halt`: in the string of a `.halts`.
   * - `argument`: in the string that names a parameter of the function at the label `head`.
   * - `suppression`: a code in an `avm-ignore` comment.
   */
  readonly place: "statement" | "operand" | "nothing" | StringPlace | "suppression";
  /** The mnemonic, macro or directive as it is written. */
  readonly head: string;
  /** Index of the operand. */
  readonly operand: number;
  /** Column where the operand starts: after the comma or the head. */
  readonly start: number;
  /** Number of open brackets. */
  readonly brackets: number;
  /** Tokens of the operand before the position. */
  readonly before: readonly string[];
  /** The unfinished word. */
  readonly word: string;
  readonly wordStart: number;
  /** Whether the position is in a number. */
  readonly inNumber: boolean;
}

const UNFINISHED_WORD = /^(?:\.?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]*)?|\.)$/;

/** The word at the end of a text, with its dots; it may be only a dot. */
function unfinishedWord(text: string): string {
  let start = text.length;
  // A name has at most one dot before it and one inside.
  for (let dots = 0; start > 0 && WORD.test(text[start - 1]); start--) {
    if (text[start - 1] === "." && ++dots > 2) break;
  }
  while (start < text.length) {
    const word = text.slice(start);
    if (UNFINISHED_WORD.test(word)) return word;
    // There is a second dot, or the character before the dot can't end a name.
    const next = /^[A-Za-z_]/.test(word) ? word.indexOf(".", 1) : word.slice(1).search(/[A-Za-z_.]/) + 1;
    if (next <= 0) break;
    start += next;
  }
  return "";
}

/** The code that is being written in an `avm-ignore` comment, after the codes before it. */
const UNFINISHED_SUPPRESSION = /(?:;|\/\/|\/\*)\s*avm-ignore\s*:\s*(?:\w+(?:-\w+)*[\s,]+)*([\w-]*)$/;

export function writingAt(line: Line, column: number): Writing {
  const text = line.text.slice(0, column);
  const word = unfinishedWord(text);
  const wordStart = column - word.length;
  const writing = {
    head: "",
    operand: 0,
    start: column,
    brackets: 0,
    before: [],
    word,
    wordStart,
    inNumber: false,
  };
  if (isInComment(line, column)) {
    const code = UNFINISHED_SUPPRESSION.exec(text)?.[1];
    if (code === undefined) return { ...writing, place: "nothing" };
    return { ...writing, place: "suppression", word: code, wordStart: column - code.length };
  }

  const tokens: { text: string; end: number }[] = [];
  let inNumber = false;
  for (let token = 0; token < line.tokenCount && line.startOf(token) < column; token++) {
    const tokenIs = tokenText(line, token);
    const end = line.endOf(token);
    if (/^["']/.test(tokenIs) && (end > column || (end === column && !isClosed(tokenIs)))) {
      const before = tokens.map(({ text: one }) => one);
      const start = line.startOf(token) + 1;
      const place = stringPlace(before);
      if (place !== "halt" && place !== "argument") return { ...writing, place, start };
      // What is completed is the whole text in front of the cursor.
      const head = place === "argument" ? before.at(-2)! : "";
      return { ...writing, place, head, start, word: text.slice(start), wordStart: start };
    }
    // Letters directly after digits belong to the number.
    if (/^[0-9]/.test(tokenIs) && end >= column) inNumber = true;
    if (end <= wordStart) tokens.push({ text: tokenIs, end });
  }
  while (tokens.length > 1 && tokens[1].text === ":" && /^[.A-Za-z_]/.test(tokens[0].text))
    tokens.splice(0, 2);
  if (tokens.length === 0) return { ...writing, place: "statement" };

  const head = tokens[0];
  let operand = 0;
  let start = head.end;
  let brackets = 0;
  let parentheses = 0;
  let before: string[] = [];
  for (const { text: token, end } of tokens.slice(1)) {
    if (token === "," && parentheses === 0) {
      operand++;
      brackets = 0;
      start = end;
      before = [];
      continue;
    }
    if (token === "[") brackets++;
    if (token === "]") brackets--;
    if (token === "(") parentheses++;
    if (token === ")") parentheses--;
    before.push(token);
  }
  return { place: "operand", head: head.text, operand, start, brackets, before, word, wordStart, inNumber };
}

/** What a string may contain, by the tokens before it. */
function stringPlace(before: readonly string[]): StringPlace | "nothing" {
  const words = before.map((word) => word.toLowerCase());
  const last = words.at(-1);
  if (last === ".include") return "path";
  if (last === ".function") return "signature";
  if (last === ".halts") return "halt";
  if (last === "=" && words.at(-3) === ".struct") return "signature";
  const isSecond = last === "," && words.at(-3) === "(";
  return isSecond && /^argument_(?:at|size)$/.test(words.at(-4) ?? "") ? "argument" : "nothing";
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.endsWith(text[0]);
}
