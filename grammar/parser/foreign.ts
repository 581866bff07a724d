/**
 * Recognises notations of other assemblers and languages by patterns of lines and their parts, with the replacement for
 * each. Only a line with a syntax error is compared with the patterns; the first match is then its only error.
 */

import type { IToken } from "chevrotain";
import type { LineProblem } from "../line.ts";
import { LINES, LINES_IN_OTHER_CHARACTERS, PROSE } from "./foreign-lines.ts";
import { NOTATIONS, NOTATIONS_IN_OTHER_CHARACTERS, type Notation } from "./foreign-notations.ts";
import * as T from "./tokens.ts";

export interface Foreign {
  readonly problem: LineProblem;
  /** The tokens that the line probably means, if it defines a name: uses of the name are then no further errors. */
  readonly tokens?: IToken[];
}

const ALL = [...LINES, ...NOTATIONS, PROSE];
const ALL_IN_OTHER_CHARACTERS = [...LINES_IN_OTHER_CHARACTERS, ...NOTATIONS_IN_OTHER_CHARACTERS, PROSE];

/** Longer lines are seldom written by hand, so they aren't compared. */
const MAX_LENGTH = 300;

/** The error of a line in foreign notation; undefined if no pattern matches. */
export function foreignNotation(tokens: readonly IToken[]): Foreign | undefined {
  // Labels before the statement are skipped, except in `SLOT: = 1`, where `SLOT:` isn't a label.
  const labels = tokens.length > 2 && tokens[2].tokenType !== T.Equals ? labelTokens(tokens) : 0;
  const statement = tokens.slice(labels);
  const text = spelled(statement);
  const found = firstFit(ALL, text, statement[0].startOffset);
  return found && { problem: found.problem, ...(found.means && { tokens: found.means(statement) }) };
}

/**
 * The error of a line in foreign notation with characters that this language doesn't have. `text` is the line without
 * its comment.
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
          title:
            written.trim() === ""
              ? `Remove \`${match[0].trim()}\``
              : `Write \`${isBegun(written) ? `${written.trim()} ${rest}` : written.trim()}\``,
          text: written,
          at: { start, end: start + match[0].length },
        },
      }),
    };
    return { problem, means };
  }
  return undefined;
}

/** True for the beginning of a definition, whose value stays as it is. */
function isBegun(written: string): boolean {
  return /^\.\w+ \w.*= ?$/.test(written);
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

/** The text of the tokens at their columns relative to the first one; tabs and comments become spaces. */
function spelled(tokens: readonly IToken[]): string {
  let text = "";
  for (const { image, startOffset } of tokens) {
    text = text.padEnd(Math.min(startOffset - tokens[0].startOffset, MAX_LENGTH)) + image;
    if (text.length > MAX_LENGTH) break;
  }
  return text;
}
