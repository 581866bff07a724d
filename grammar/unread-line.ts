/** Lines beyond a limit: nothing is known of them but their text, and why they aren't read. */

import type { LineTree } from "./ast.ts";
import { MAX_GRAMMAR_TOKENS, type Line, type LineProblem } from "./line.ts";

export const EMPTY_TREE: LineTree = { labels: [], statement: undefined };

/** @param message absent where a line above has said it already */
export function unreadLine(
  text: string,
  startsInComment: boolean,
  message: string | undefined,
  endsInComment = false,
): Line {
  const problem: LineProblem = { code: "limit-exceeded", message: message ?? "", start: 0, end: text.length };
  return {
    text,
    tree: EMPTY_TREE,
    startOf: () => 0,
    endOf: () => 0,
    tokenCount: 0,
    comments: [],
    problems: message === undefined ? [] : [problem],
    startsInComment,
    endsInComment,
  };
}

/** A line of a text whose lines have taken all of the grammar's share already. Only the first such line says so. */
export function lineBeyondGrammar(text: string, startsInComment: boolean, isFirst: boolean): Line {
  const message = `from here on only lines that look like ones above are read: a file has at most ${MAX_GRAMMAR_TOKENS} tokens in lines that differ in more than names and numbers; divide it into several`;
  const endsInComment = startsInComment && !text.includes("*/");
  return unreadLine(text, startsInComment, isFirst ? message : undefined, endsInComment);
}
