/** One line of source: its text, the columns of its tokens, and its tree. It doesn't depend on its place in a file. */

import type { Dependence, DiagnosticCode } from "../diagnostics/diagnostic.ts";
import type { LineTree, Node, TokenIndex } from "./ast.ts";

/** Maximum length of a line in UTF-16 units. */
export const MAX_LINE_LENGTH = 1_000_000;
/** Maximum number of tokens of a line, more than twice the bytes that a contract can publish. */
export const MAX_LINE_TOKENS = 200_000;
/**
 * Maximum number of tokens of a text that the grammar parses: each takes some microseconds, while a whole line of a
 * known shape takes one.
 */
export const MAX_GRAMMAR_TOKENS = 40_000;

/** Columns of a part of a line; `end` is exclusive. */
export interface Columns {
  readonly start: number;
  readonly end: number;
}

/** A syntax error in a line. */
export interface LineProblem extends Columns {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly dependence?: Dependence;
  /** The fix: its title, its text, and the columns to replace if they differ from the error's. */
  readonly fix?: {
    readonly title: string;
    readonly text: string;
    readonly at?: Columns;
    /** As in `Fix`: the fix never makes another program than the intended one. */
    readonly certain?: true;
  };
}

/** A comment, or the part of a block comment that is on this line. */
export interface Comment extends Columns {
  readonly kind: "line" | "block";
}

export interface Line {
  readonly text: string;
  readonly tree: LineTree;
  /** First column of a token. */
  startOf(token: TokenIndex): number;
  /** One past the last column of a token. */
  endOf(token: TokenIndex): number;
  readonly tokenCount: number;
  readonly comments: readonly Comment[];
  readonly problems: readonly LineProblem[];
  /** A block comment from a line above extends into this line. */
  readonly startsInComment: boolean;
  /** A block comment is open at the end of the line. */
  readonly endsInComment: boolean;
  /** The line's tokens, if it is read repeatedly. */
  readonly kept?: KeptTokens | undefined;
}

/** Tokens of a line that is read repeatedly, such as the body of a macro, so that it is scanned only once. */
export interface KeptTokens {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly texts: readonly string[];
}

/** The text of one token. */
export function tokenText(line: Line, token: TokenIndex): string {
  return line.kept ? line.kept.texts[token] : line.text.slice(line.startOf(token), line.endOf(token));
}

/** The text of a node, as it is written. */
export function nodeText(line: Line, node: Node): string {
  const { start, end } = columnsOf(line, node);
  return line.text.slice(start, end);
}

/** The columns of a node. An empty node has empty columns at its place. */
export function columnsOf(line: Line, node: Node): Columns {
  if (node.last < node.first) {
    const point = node.first > 0 ? line.endOf(node.first - 1) : 0;
    return { start: point, end: point };
  }
  return { start: line.startOf(node.first), end: line.endOf(node.last) };
}

/** The columns of one token. */
export function tokenColumns(line: Line, token: TokenIndex): Columns {
  return { start: line.startOf(token), end: line.endOf(token) };
}
