/** Lines beyond a limit, which aren't parsed: they only have their text and the error. */

import type { LineTree } from "./ast.ts";
import { MAX_GRAMMAR_TOKENS, type Line, type LineProblem } from "./line.ts";

export const EMPTY_TREE: LineTree = { labels: [], statement: undefined };

/** @param message absent if an earlier line has reported the limit */
export function unparsedLine(
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

/** A line of a text whose earlier lines have used up the limit of the grammar. Only the first such line reports it. */
export function lineBeyondGrammar(text: string, startsInComment: boolean, isFirst: boolean): Line {
  const message = `from here on only lines that look like ones above are read: a file has at most ${MAX_GRAMMAR_TOKENS} tokens in lines that differ in more than names and numbers; divide it into several`;
  const endsInComment = startsInComment && !text.includes("*/");
  return unparsedLine(text, startsInComment, isFirst ? message : undefined, endsInComment);
}
