/** Fuzzes the parser with single lines: parsing by known shapes gives the same as the lexer and the grammar. */

import { columnsOf, type Line } from "../../grammar/line.ts";
import { parseLine, parseLineByGrammar } from "../../grammar/source-file.ts";
import { FRAGMENTS, randomSource } from "./random-source.ts";
import { assertSame, assertThat, many, once, pick, type FuzzTarget } from "./target.ts";

export const line: FuzzTarget<string> = {
  name: "line",
  make: (random) => {
    if (once(random, 2)) return many(random, 20, () => pick(random, FRAGMENTS)).join(pick(random, ["", " "]));
    return randomSource(random, 1);
  },
  check: (text) => {
    // A line contains no line breaks.
    for (const part of text.split(/[\r\n]+/)) {
      for (const inComment of [false, true]) {
        const plain = contentOf(parseLineByGrammar(part, inComment));
        assertSame("the ways to parse a line", contentOf(parseLine(part, inComment)), plain);
        // The second time, the parser knows the line's shape.
        assertSame("the ways to parse a line again", contentOf(parseLine(part, inComment)), plain);
      }
      assertColumns(parseLine(part));
    }
  },
};

/** Everything about a line, in a form that can be compared. */
export function contentOf(line: Line): unknown {
  const { text, tree, tokenCount, comments, problems, startsInComment, endsInComment } = line;
  const starts = Array.from({ length: tokenCount }, (_, index) => line.startOf(index));
  const ends = Array.from({ length: tokenCount }, (_, index) => line.endOf(index));
  return { text, tree, starts, ends, comments, problems, startsInComment, endsInComment };
}

function assertColumns(line: Line): void {
  const { text, tree, tokenCount, problems, comments } = line;
  for (const { start, end } of [...problems, ...comments]) {
    assertThat(
      0 <= start && start <= end && end <= text.length,
      `columns ${start} to ${end} are not in the line`,
    );
  }
  let last = 0;
  for (let index = 0; index < tokenCount; index++) {
    assertThat(last <= line.startOf(index) && line.startOf(index) < line.endOf(index), "tokens overlap");
    last = line.endOf(index);
  }
  if (tree.statement)
    assertThat(columnsOf(line, tree.statement).end <= text.length, "the statement ends too late");
}
