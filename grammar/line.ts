/** One line of source: its text, where its tokens are, and its tree. Knows nothing of where in a file it stands. */

import type { Dependence, DiagnosticCode } from "../diagnostics/diagnostic.ts";
import type { LineTree, Node, TokenIndex } from "./ast.ts";

/** The longest line that is read, in UTF-16 units. */
export const MAX_LINE_LENGTH = 1_000_000;
/** Tokens of a line. More than twice as many as a contract can publish bytes. */
export const MAX_LINE_TOKENS = 200_000;
/** Tokens of a text that go through the grammar: each costs some microseconds, where a line of a known shape costs one. */
export const MAX_GRAMMAR_TOKENS = 40_000;

/** Columns of a piece of a line; `end` is exclusive. */
export interface Columns {
  readonly start: number;
  readonly end: number;
}

/** A mistake in one line. */
export interface LineProblem extends Columns {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly dependence?: Dependence;
  /** Text to put in place of the columns, or of others; and what doing so is called. */
  readonly fix?: {
    readonly title: string;
    readonly text: string;
    readonly at?: Columns;
    /** As in a diagnostic's fix: it can't make another program than the one that was meant. */
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
  /** A block comment that was opened above reaches into this line. */
  readonly startsInComment: boolean;
  /** A block comment is open at the end of this line. */
  readonly endsInComment: boolean;
  /** If the line is read again and again. */
  readonly kept?: KeptTokens | undefined;
}

/** The tokens of a line that is read again and again, as the body of a macro is: nobody scans it for them once more. */
export interface KeptTokens {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly texts: readonly string[];
}

/** The text of one token. */
export function tokenText(line: Line, token: TokenIndex): string {
  return line.kept ? line.kept.texts[token] : line.text.slice(line.startOf(token), line.endOf(token));
}

/** The columns of a node. An empty one is a point where it would stand. */
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
