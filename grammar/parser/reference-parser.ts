/** The reference parser: parses one line with the lexer and the grammar, which are built on first use. */

import type { IToken } from "chevrotain";
import {
  MAX_LINE_LENGTH,
  MAX_LINE_TOKENS,
  type Columns,
  type Comment,
  type Line,
  type LineProblem,
} from "../line.ts";
import { foreignCharacters } from "./foreign.ts";
import { NO_CONTINUATION } from "../foreign-messages.ts";
import { parseTokens } from "./line-parser.ts";
import { blankName, isInvisible, lookAlike } from "./look-alikes.ts";
import { BlockComment, LineComment, lineLexer, type IndexedToken } from "./tokens.ts";
import { EMPTY_TREE, unparsedLine } from "../unparsed-line.ts";

/** Parses one line without its line break. */
export function parseLineByGrammar(text: string, startsInComment = false): Line {
  if (text.length > MAX_LINE_LENGTH) {
    const message = `a line has at most ${MAX_LINE_LENGTH} characters; this one has ${text.length}`;
    return unparsedLine(text, startsInComment, message);
  }
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
  const { tokens, groups } = lineLexer().tokenize(skipped ? " ".repeat(skipped) + text.slice(skipped) : text);
  let endsInComment = false;
  for (const token of groups.comments) {
    const kind = token.tokenType === LineComment ? "line" : "block";
    if (kind === "block" && token.tokenType !== BlockComment) endsInComment = true;
    comments.push({ kind, start: token.startOffset, end: token.startOffset + token.image.length });
  }
  const unexpected = rowsOf(groups.unexpected);
  const foreign = unexpected.length > 0 ? foreignCharacters(withoutComments(text, comments)) : undefined;
  if (foreign) problems.push(foreign);
  for (const { start, end } of foreign ? [] : unexpected) {
    // The error is the brace that was opened before it.
    if (text[start] === "}" && problems.some(({ fix }) => fix?.at?.end === start + 1)) continue;
    const described = describeCharacters(text.slice(start, end), text.slice(end), start);
    problems.push({ code: "unexpected-character", start, end, ...described });
  }
  if (tokens.length === 0)
    return line(text, EMPTY_TREE, tokens, comments, problems, startsInComment, endsInComment);
  if (tokens.length > MAX_LINE_TOKENS) {
    const message = `a line has at most ${MAX_LINE_TOKENS} tokens; this one has ${tokens.length}`;
    return unparsedLine(text, startsInComment, message, endsInComment);
  }
  tokens.forEach((token, index) => ((token as IndexedToken).index = index));
  const parsed = parseTokens(tokens);
  // After dropped characters, a syntax error would repeat the same mistake.
  if (problems.length === 0) problems.push(...parsed.problems);
  return line(text, parsed.tree, tokens, comments, problems, startsInComment, endsInComment);
}

/** Joins tokens without blanks between them. */
function rowsOf(tokens: readonly IToken[]): Columns[] {
  const rows: { start: number; end: number }[] = [];
  for (const { startOffset: start, image } of tokens) {
    const last = rows.at(-1);
    const end = start + image.length;
    if (last?.end === start) last.end = end;
    else rows.push({ start, end });
  }
  return rows;
}

/** Replaces comments by blanks. */
function withoutComments(text: string, comments: readonly Comment[]): string {
  let rest = text;
  for (const { start, end } of comments) rest = rest.slice(0, start).padEnd(end) + rest.slice(end);
  return rest;
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
  const starts = tokens.map((token) => token.startOffset);
  const ends = tokens.map((token) => token.startOffset + token.image.length);
  return {
    text,
    tree,
    startOf: (token) => starts[token],
    endOf: (token) => ends[token],
    tokenCount: tokens.length,
    comments,
    problems,
    startsInComment,
    endsInComment,
  };
}

function describeCharacters(
  text: string,
  behind: string,
  start: number,
): Pick<LineProblem, "message"> & Partial<Pick<LineProblem, "fix" | "dependence">> {
  if (text === "\\" && /^[ \t]*(?:;.*|\/\/.*)?$/.test(behind)) {
    return { message: NO_CONTINUATION, dependence: { continues: true } };
  }
  if (/^[\s\u0085\ufeff]+$/.test(text)) {
    const code = codeOf(text.codePointAt(0)!);
    const name = blankName(text[0]);
    const message = `${code}, ${name} can't be here: only spaces and tabs may separate tokens`;
    return { message, fix: { title: "Change to a space", text: " " } };
  }
  if (isInvisible(text)) {
    const message = `${codeOf(text.codePointAt(0)!)}, an invisible character, is not part of the language`;
    return { message, fix: { title: "Remove it", text: "" } };
  }
  const message = `${nameOf(text)} is not part of the language`;
  const plain = lookAlike(text);
  if (plain !== undefined)
    return {
      message: `${message}; did you mean \`${plain}\`?`,
      fix: { title: `Change to \`${plain}\``, text: plain },
    };
  const braced = text.startsWith("{") ? /^([^{},]*)\}/.exec(behind) : null;
  if (braced) {
    const cell = `[${braced[1]}]`;
    return {
      message: `${message}; a cell is written \`${cell}\``,
      fix: { title: `Write \`${cell}\``, text: cell, at: { start, end: start + 1 + braced[0].length } },
    };
  }
  const address = text === "@" ? /^\d+(?!\w)/.exec(behind)?.[0] : undefined;
  if (address !== undefined) {
    const cell = `[[${address}]]`;
    return {
      message: `${message}; what a pointer points to is \`${cell}\``,
      fix: { title: `Write \`${cell}\``, text: cell, at: { start, end: start + 1 + address.length } },
    };
  }
  const name = text === "@" ? /^\w+/.exec(behind)?.[0] : undefined;
  if (name !== undefined) return { message: `${message}; a local label is written \`.${name}\`` };
  if (text === "." && /^\d/.test(behind)) return { message: `${message}; numbers are whole` };
  return { message };
}

function codeOf(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

function nameOf(text: string): string {
  const first = text.codePointAt(0)!;
  const code = codeOf(first);
  // Control characters could garble the terminal.
  const shown = /^[\p{L}\p{N}\p{P}\p{S}\p{M}]/u.test(text)
    ? `\`${String.fromCodePoint(first)}\` (${code})`
    : code;
  return text.length > String.fromCodePoint(first).length ? `what starts with ${shown}` : shown;
}
