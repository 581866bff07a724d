/**
 * What people write who come from another assembler or language: patterns of whole lines and of pieces of them, and how each
 * is written here. Only a line with a mistake is held against them, and the first that fits is then its one problem.
 */

import type { IToken } from "chevrotain";
import type { LineProblem } from "../line.ts";
import { LINES, LINES_IN_OTHER_CHARACTERS, PROSE } from "./foreign-lines.ts";
import { NOTATIONS, NOTATIONS_IN_OTHER_CHARACTERS, type Notation } from "./foreign-notations.ts";
import * as T from "./tokens.ts";

export interface Foreign {
  readonly problem: LineProblem;
  /** What the line means, if it defines something: uses of the name are then no further mistakes. */
  readonly tokens?: IToken[];
}

const ALL = [...LINES, ...NOTATIONS, PROSE];
const ALL_IN_OTHER_CHARACTERS = [...LINES_IN_OTHER_CHARACTERS, ...NOTATIONS_IN_OTHER_CHARACTERS, PROSE];

/** Longer lines are hardly written by hand. */
const MAX_LENGTH = 300;

/** How a line with a mistake is written here, if it is written as elsewhere. */
export function foreignNotation(tokens: readonly IToken[]): Foreign | undefined {
  // A label in front makes no difference; `SLOT: = 1` begins with what looks like one.
  const labels = tokens.length > 2 && tokens[2].tokenType !== T.Equals ? labelTokens(tokens) : 0;
  const statement = tokens.slice(labels);
  const text = spelled(statement);
  const found = firstFit(ALL, text, statement[0].startOffset);
  return found && { problem: found.problem, ...(found.means && { tokens: found.means(statement) }) };
}

/**
 * The same for a line with characters that the language doesn't have, which belong to how something is written elsewhere.
 * `text` is the line without its comment.
 */
export function foreignCharacters(text: string): LineProblem | undefined {
  const start = /^[ \t]*(?:\.?[a-z_]\w*:[ \t]+)*/i.exec(text)![0].length;
  return firstFit(ALL_IN_OTHER_CHARACTERS, text.slice(start).trimEnd(), start)?.problem;
}

function firstFit(
  notations: readonly Notation[],
  text: string,
  column: number,
): { readonly problem: LineProblem; readonly means: Notation["means"] } | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  for (const { pattern, code = "syntax-error", says, writes, means, depends, kind, skips = 0 } of notations) {
    const match = pattern.exec(text);
    if (!match) continue;
    const rest = text.slice(match.index + match[0].length).trim();
    const pieces = [...match.slice(1), rest, match[0]];
    const message = says(...pieces);
    if (message === undefined) continue;
    const start = column + match.index;
    const written = writes?.(...pieces);
    const ofKind = typeof kind === "function" ? kind(...pieces) : kind;
    const problem: LineProblem = {
      code,
      message,
      start: start + skips,
      end: start + match[0].trimEnd().length,
      ...((depends !== undefined || ofKind !== undefined) && {
        dependence: { ...depends?.(...pieces), ...(ofKind !== undefined && { kind: ofKind }) },
      }),
      ...(written !== undefined && {
        fix: {
          title: written === "" ? `Remove \`${match[0].trim()}\`` : `Write \`${written.trim()}\``,
          text: written,
          at: { start, end: start + match[0].length },
        },
      }),
    };
    return { problem, means };
  }
  return undefined;
}

function labelTokens(tokens: readonly IToken[]): number {
  let count = 0;
  while (
    count + 2 < tokens.length &&
    tokens[count + 1].tokenType === T.Colon &&
    tokens[count].tokenType !== T.NumberToken
  )
    count += 2;
  return count;
}

/** The tokens at their columns, counted from the first one: a tab and a comment are spaces. */
function spelled(tokens: readonly IToken[]): string {
  let text = "";
  for (const { image, startOffset } of tokens) {
    text = text.padEnd(Math.min(startOffset - tokens[0].startOffset, MAX_LENGTH)) + image;
    if (text.length > MAX_LENGTH) break;
  }
  return text;
}
