/**
 * What people write who come from another assembler or language: patterns of whole lines and of pieces of them, and how each
 * is written here. Only a line with a mistake is held against them, and the first that fits is then its one problem.
 */

import type { IToken, TokenType } from "chevrotain";
import { suggestDirective, withoutCounterpart } from "../directives.ts";
import type { LineProblem } from "../line.ts";
import * as T from "./tokens.ts";

export interface Foreign {
  readonly problem: LineProblem;
  /** What the line means, if it defines something: uses of the name are then no further mistakes. */
  readonly tokens?: IToken[];
}

interface Notation {
  /** What the problem's columns are, with the pieces that the texts below use. */
  readonly pattern: RegExp;
  readonly code?: LineProblem["code"];
  /** What is wrong, or undefined if it is something else after all. */
  readonly says: (...pieces: string[]) => string | undefined;
  /** What to write in place of the columns. */
  readonly writes?: (...pieces: string[]) => string;
  readonly means?: (tokens: readonly IToken[]) => IToken[];
}

/** Longer lines are hardly written by hand. */
const MAX_LENGTH = 300;
const TAG = "u1|u8|u16|u32|u64|u128|ff";

/* Quadratic in a line that is at most 300 characters long. */
/* eslint-disable regexp/no-super-linear-move */
/** The first that fits is taken. What stands behind it on the line comes after the pieces of its pattern. */
const NOTATIONS: readonly Notation[] = [
  {
    pattern: /^[%#](?:define|assign|xdefine) +([a-z_]\w*) +(?=\S)/i,
    says: (name) => `a constant is written \`.const ${name} = value\``,
    writes: (name) => `.const ${name} = `,
    means: ([, directive, name, ...rest]) => [
      as(directive, T.DIRECTIVE_TOKENS.const),
      name,
      as(name, T.Equals),
      ...rest,
    ],
  },
  {
    pattern: /^[%#]([a-z_]+)/i,
    code: "unknown-directive",
    says: (name) => {
      const known = withoutCounterpart(`.${name}`) === undefined ? suggestDirective(`.${name}`) : undefined;
      return known && `a directive begins with a dot: \`${known}\``;
    },
    writes: (name) => suggestDirective(`.${name}`)!,
  },
  {
    pattern: /^(?:#|--)/,
    says: () => "comments begin with `;`",
    writes: () => ";",
  },
  {
    pattern: /(?<=[\w\]] +)(?:#|--) *(?=[a-z_]+(?: [^,]*)?$)/i,
    says: (...[, mark]) => `comments begin with \`;\`${mark.startsWith("#") ? ": `#` marks a literal" : ""}`,
    writes: () => "; ",
  },
  {
    pattern: /^(?:let|const|var|int) +([a-z_]\w*) *=(?!=)/i,
    says: (name) => `a constant is written \`.const ${name} = value\``,
    writes: (name) => `.const ${name} =`,
    means: ([, name, ...rest]) => definition(name, rest),
  },
  {
    pattern: /^([a-z_]\w*) *:?=(?!=)(?= *\S)/i,
    says: (name, rest) =>
      isCell(rest)
        ? `a cell is named by \`.cell ${name} = ${rest}\``
        : `a constant is written \`.const ${name} = ${rest}\``,
    writes: (name, rest) => `${isCell(rest) ? ".cell" : ".const"} ${name} =`,
    means: ([name, ...rest]) => definition(name, rest[0].tokenType === T.Colon ? rest.slice(1) : rest),
  },
  {
    pattern: /^(?:import|use|include|require|from) +(?=[<"a-z])/i,
    says: () => 'a file is brought in by `.include "path"`, one of the library by `.include <std/…>`',
  },
  {
    pattern: /^times +(\w+) +(?=\S)/i,
    says: (count) => `what is repeated stands between \`.rept ${count}\` and \`.endr\``,
  },
  {
    pattern: /^([a-z_]\w*(?:[-.]\w+)+|\d\w*)(?= *:(?!=))/i,
    says: (name) => `\`${name}\` is no name: a name has letters, digits and \`_\`, and begins with no digit`,
  },
  {
    pattern: /^\.macro +([a-z_]\w*) *\(([^()]*)\)/i,
    code: "malformed-directive",
    says: (name, parameters) =>
      `the parameters of a macro stand without parentheses: \`.macro ${name} ${parameters}\``,
    writes: (name, parameters) => `.macro ${name} ${parameters}`,
    means: (tokens) => tokens.filter(({ tokenType }) => tokenType !== T.LParen && tokenType !== T.RParen),
  },
  {
    pattern: /^\.rept +([a-z_]\w*) *= *(\w+)$/i,
    code: "malformed-directive",
    says: (name, count) => `the number comes first, then the counter: \`.rept ${count}, ${name}\``,
    writes: (name, count) => `.rept ${count}, ${name}`,
    means: ([rept, name, equals, count]) => [rept, count, as(equals, T.Comma), name],
  },
  {
    pattern: new RegExp(String.raw`^\.cell +(${TAG}) +([a-z_]\w*) *= *(\S.*)$`, "i"),
    code: "malformed-directive",
    says: (tag, name, place) => `a cell's tag stands behind it: \`.cell ${name} = ${place} : ${tag}\``,
    writes: (tag, name, place) => `.cell ${name} = ${place} : ${tag}`,
    means: ([cell, , ...rest]) => [cell, ...rest],
  },
  {
    pattern: new RegExp(String.raw`(?<=^\.(?:cell|assume|expect) .*\] *)(${TAG})$`, "i"),
    code: "malformed-directive",
    says: (tag) => `a cell's tag stands behind a colon: \`: ${tag}\``,
    writes: (tag) => `: ${tag}`,
  },
  {
    pattern: /^\.else +if\b/i,
    code: "malformed-directive",
    says: () => "a further condition is written `.elif`",
    writes: () => ".elif",
  },
  {
    pattern: /(?<=^\.(?:el)?if .*[^=!<>])=(?!=)/i,
    code: "malformed-directive",
    says: () => "`==` compares",
    writes: () => "==",
  },
  {
    pattern: /^([a-z_]\w*)\.([a-z_]\w*)(?= |$)/i,
    code: "unknown-mnemonic",
    says: (type, operation) =>
      `there is no instruction \`${type}.${operation}\`${adviceFor(type, operation)}`,
  },
  {
    pattern: /(?<![\w$)\]])\$([\da-f]+)(?!\w)/i,
    code: "malformed-number",
    says: (digits) => `a hexadecimal number is written \`0x${digits}\``,
    writes: (digits) => `0x${digits}`,
  },
  {
    pattern: /(?<![\w)\]] *)&h([\da-f]+)(?!\w)/i,
    code: "malformed-number",
    says: (digits) => `a hexadecimal number is written \`0x${digits}\``,
    writes: (digits) => `0x${digits}`,
  },
  {
    pattern: /(?<=[#(] *)%([01]+)(?!\w)/,
    code: "malformed-number",
    says: (digits) => `a binary number is written \`0b${digits}\``,
    writes: (digits) => `0b${digits}`,
  },
  {
    pattern: /\[\[([^[\]]*)\] *[+-] *\w+\]/,
    code: "operand-kind",
    says: (inner) =>
      `nothing is added to what a cell holds: \`ADD\` to a copy of \`[${inner}]\` first, and go through that`,
  },
  {
    pattern: /\[([^[\]]*)\] *([+-]) *(\w+)/,
    code: "operand-kind",
    says: (inner, sign, offset) => `an offset stands inside of the brackets: \`[${inner}${sign}${offset}]\``,
    writes: (inner, sign, offset) => `[${inner}${sign}${offset}]`,
  },
  {
    pattern: /\[([^[\]()]*)\)/,
    code: "unclosed-bracket",
    says: () => "`[` is closed by `]`, not by `)`",
    writes: (inner) => `[${inner}]`,
  },
  {
    pattern: /(?<=^[a-z_]\w* |, *)<([^<>]*)>/i,
    code: "operand-kind",
    says: (inner) => `a cell is written in square brackets: \`[${inner}]\``,
    writes: (inner) => `[${inner}]`,
  },
  {
    pattern: /(?<=^[a-z_].*\]) *:(?= *[\w[#])/i,
    says: () => "operands are separated by commas",
    writes: () => ",",
  },
  {
    pattern: /^([a-z_]\w*) *\((.*)\)$/i,
    says: (name) => `operands stand without parentheses behind \`${name}\``,
    writes: (name, operands) => `${name} ${operands}`,
  },
];
/* eslint-enable regexp/no-super-linear-move */

/** How a line with a mistake is written here, if it is written as elsewhere. */
export function foreignNotation(tokens: readonly IToken[]): Foreign | undefined {
  // A label in front makes no difference; `SLOT: = 1` begins with what looks like one.
  const labels = tokens.length > 2 && tokens[2].tokenType !== T.Equals ? labelTokens(tokens) : 0;
  const statement = tokens.slice(labels);
  const text = spelled(statement);
  if (text.length > MAX_LENGTH) return undefined;
  for (const { pattern, code = "syntax-error", says, writes, means } of NOTATIONS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const rest = text.slice(match.index + match[0].length).trim();
    const pieces = [...match.slice(1), rest, match[0]];
    const message = says(...pieces);
    if (message === undefined) continue;
    const start = statement[0].startOffset + match.index;
    const problem: LineProblem = {
      code,
      message,
      start,
      end: start + match[0].trimEnd().length,
      ...(writes && {
        fix: {
          title: `Write \`${writes(...pieces).trim()}\``,
          text: writes(...pieces),
          at: { start, end: start + match[0].length },
        },
      }),
    };
    return { problem, ...(means && { tokens: means(statement) }) };
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

/** The tokens of a `.const`, or of a `.cell` if the value is one. */
function definition(name: IToken, [equals, ...value]: readonly IToken[]): IToken[] {
  // A constant's value has no `#`.
  const plain = value[0]?.tokenType === T.Hash ? value.slice(1) : value;
  const directive = plain[0]?.tokenType === T.LBracket ? T.DIRECTIVE_TOKENS.cell : T.DIRECTIVE_TOKENS.const;
  return [as(name, directive), name, equals, ...plain];
}

function as(token: IToken, tokenType: TokenType): IToken {
  return { ...token, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! };
}

function isCell(value: string): boolean {
  return value.startsWith("[");
}

/** For who comes from WebAssembly. */
function adviceFor(type: string, operation: string): string {
  if (operation === "const") return "; `SET dst, tag, #value` puts a number into a cell";
  return /^(?:local|global)$/.test(type) ? "; there are only cells: `MOV src, dst` copies one" : "";
}
