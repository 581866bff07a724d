/** Text to lines. A line depends on nothing but its text and on whether a block comment is open where it starts. */

import type { IToken } from "chevrotain";
import type { Comment, Line, LineProblem } from "./line.ts";
import { parseTokens } from "./parser.ts";
import { parseByShape } from "./shapes.ts";
import { BlockComment, LineComment, lineLexer, type IndexedToken } from "./tokens.ts";

/** The longest line that is read, in UTF-16 units. */
export const MAX_LINE_LENGTH = 1_000_000;

/** A source text as lines. */
export interface SourceFile {
  /** Path or URI, as it was handed in; diagnostics carry it. */
  readonly name: string;
  readonly lines: readonly Line[];
}

/** A text as it was read. It is parsed once somebody asks for its lines. */
export class SourceText implements SourceFile {
  readonly name: string;
  readonly text: string;
  private parsed: readonly Line[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  get lines(): readonly Line[] {
    return (this.parsed ??= parseLines(this.text));
  }
}

/** A whole text. Nothing in it can make this or its parsing throw. */
export function parseSource(name: string, text: string): SourceText {
  return new SourceText(name, text);
}

/** The text of one line, which doesn't take the others to be parsed; undefined where there is no such line. */
export function lineTextOf(file: SourceFile, line: number): string | undefined {
  if (!(file instanceof SourceText) || file.isParsed) return file.lines.at(line)?.text;
  const breaks = /\r\n|\n|\r/g;
  let start = 0;
  for (let passed = 0; passed < line; passed++) {
    if (!breaks.test(file.text)) return undefined;
    start = breaks.lastIndex;
  }
  const end = breaks.exec(file.text)?.index ?? file.text.length;
  return file.text.slice(start, end);
}

function parseLines(text: string): Line[] {
  const lines: Line[] = [];
  let inComment = false;
  for (const lineText of splitLines(text)) {
    const line = parseLine(lineText, inComment);
    lines.push(line);
    inComment = line.endsInComment;
  }
  return lines;
}

/** Cuts a text at LF, CRLF and CR, as the Language Server Protocol counts lines. */
export function splitLines(text: string): string[] {
  // A pattern takes four times as long, and few texts need one.
  return text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n");
}

const EMPTY_TREE = { labels: [], statement: undefined };

/** Parses one line without its line break. */
export function parseLine(text: string, startsInComment = false): Line {
  if (text.length > MAX_LINE_LENGTH) return tooLong(text, startsInComment);
  return startsInComment ? parseLinePlainly(text, true) : parseByShape(text, parseLinePlainly);
}

/** Parses one line with the lexer and the grammar, as {@link parseLine} does where it knows no faster way. */
export function parseLinePlainly(text: string, startsInComment = false): Line {
  const comments: Comment[] = [];
  const problems: LineProblem[] = [];
  let skipped = 0;
  if (startsInComment) {
    const close = text.indexOf("*/");
    skipped = close < 0 ? text.length : close + 2;
    comments.push({ kind: "block", start: 0, end: skipped });
    if (close < 0) {
      return line(text, EMPTY_TREE, [], comments, problems, true, true);
    }
  }
  const { tokens, groups, errors } = lineLexer().tokenize(
    skipped ? " ".repeat(skipped) + text.slice(skipped) : text,
  );
  let endsInComment = false;
  for (const token of groups.comments) {
    const kind = token.tokenType === LineComment ? "line" : "block";
    if (kind === "block" && token.tokenType !== BlockComment) endsInComment = true;
    comments.push({ kind, start: token.startOffset, end: token.startOffset + token.image.length });
  }
  for (const error of errors) {
    const end = error.offset + error.length;
    problems.push({
      code: "unexpected-character",
      message: `${describeCharacters(text.slice(error.offset, end))} is not part of the language`,
      start: error.offset,
      end,
    });
  }
  if (tokens.length === 0)
    return line(text, EMPTY_TREE, tokens, comments, problems, startsInComment, endsInComment);
  tokens.forEach((token, index) => ((token as IndexedToken).index = index));
  const parsed = parseTokens(tokens);
  // Where characters were dropped, what the grammar misses there is the same mistake seen twice.
  if (problems.length === 0) problems.push(...parsed.problems);
  return line(text, parsed.tree, tokens, comments, problems, startsInComment, endsInComment);
}

function line(
  text: string,
  tree: Line["tree"],
  tokens: readonly IToken[],
  comments: Comment[],
  problems: LineProblem[],
  startsInComment: boolean,
  endsInComment: boolean,
): Line {
  return {
    text,
    tree,
    starts: tokens.map((token) => token.startOffset),
    ends: tokens.map((token) => token.startOffset + token.image.length),
    tokenCount: tokens.length,
    comments,
    problems,
    startsInComment,
    endsInComment,
  };
}

function tooLong(text: string, startsInComment: boolean): Line {
  const problem: LineProblem = {
    code: "limit-exceeded",
    message: `a line has at most ${MAX_LINE_LENGTH} characters; this one has ${text.length}`,
    start: 0,
    end: text.length,
  };
  return line(text, EMPTY_TREE, [], [], [problem], startsInComment, false);
}

function describeCharacters(text: string): string {
  const first = text.codePointAt(0)!;
  const code = `U+${first.toString(16).toUpperCase().padStart(4, "0")}`;
  // Control characters would garble the terminal that the message is printed on.
  const shown = /^[\p{L}\p{N}\p{P}\p{S}\p{M}]/u.test(text)
    ? `\`${String.fromCodePoint(first)}\` (${code})`
    : code;
  return text.length > String.fromCodePoint(first).length ? `what starts with ${shown}` : shown;
}
