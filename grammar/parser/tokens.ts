/** The tokens of the language, for the Chevrotain lexer. The order matters: the first match wins. */

import { Lexer, createToken, type IToken, type TokenType } from "chevrotain";
import { DIRECTIVES, TEST_STEPS, type DirectiveName } from "../directives.ts";

/** Characters that can begin a name: the lexer then only tries patterns that can match. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"];
const DIGITS = [..."0123456789"];

const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t]+/,
  start_chars_hint: [" ", "\t"],
  group: Lexer.SKIPPED,
});
// Extends to the end of the line: `.` would stop at Unicode's line separators, which don't end a line here.
export const LineComment = createToken({
  name: "LineComment",
  pattern: /(?:;|\/\/)[^\n\r]*/,
  start_chars_hint: [";", "/"],
  group: "comments",
});
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*(?:[^*]|\*(?!\/))*\*\//,
  start_chars_hint: ["/"],
  group: "comments",
  line_breaks: true,
});
/** A comment that extends to the end of the line and into the next line. */
const OpenComment = createToken({
  name: "OpenComment",
  pattern: /\/\*[^\n\r]*/,
  start_chars_hint: ["/"],
  group: "comments",
});

export const Qualified = createToken({
  name: "Qualified",
  // The lexer tries it at the start of a token only, never further on in a word.
  // eslint-disable-next-line regexp/no-super-linear-move
  pattern: /[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*/,
  start_chars_hint: LETTERS,
});
export const Word = createToken({
  name: "Word",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  start_chars_hint: LETTERS,
});
export const DotWord = createToken({
  name: "DotWord",
  pattern: /\.[A-Za-z_][A-Za-z0-9_]*/,
  start_chars_hint: ["."],
});
/** The directives that are steps of a test. */
export const TestStepToken = createToken({ name: "TestStep", pattern: Lexer.NA, categories: DotWord });
const STEP_NAMES: readonly string[] = TEST_STEPS;
/** One token for each directive. Each is a {@link DotWord}, too, so that a local label may have its name. */
export const DIRECTIVE_TOKENS = Object.fromEntries(
  Object.keys(DIRECTIVES).map((name) => [
    name,
    createToken({
      name: `.${name}`,
      pattern: new RegExp(`\\.${name}(?![A-Za-z0-9_])`, "i"),
      start_chars_hint: ["."],
      categories: STEP_NAMES.includes(name) ? TestStepToken : DotWord,
    }),
  ]),
) as Record<DirectiveName, TokenType>;

/** A word that starts with a digit; a later step checks whether it is a number. */
export const NumberToken = createToken({
  name: "Number",
  pattern: /[0-9][0-9A-Za-z_]*/,
  start_chars_hint: DIGITS,
});
/** The closing quote may be missing, also for a character. */
export const StringToken = createToken({
  name: "String",
  pattern: /"(?:[^"\\]|\\.)*"?/,
  start_chars_hint: ['"'],
});
export const Character = createToken({
  name: "Character",
  pattern: /'(?:[^'\\]|\\.)*'?/,
  start_chars_hint: ["'"],
});

/** All operators between two values. */
export const BinaryOperatorToken = createToken({ name: "BinaryOperator", pattern: Lexer.NA });
/** All operators before a value. */
export const UnaryOperatorToken = createToken({ name: "UnaryOperator", pattern: Lexer.NA });

const symbol = (name: string, pattern: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern, categories });
export const Hash = symbol("Hash", "#");
export const LBracket = symbol("LBracket", "[");
export const RBracket = symbol("RBracket", "]");
export const LParen = symbol("LParen", "(");
export const RParen = symbol("RParen", ")");
export const Comma = symbol("Comma", ",");
export const Colon = symbol("Colon", ":");
export const Dollar = symbol("Dollar", "$");
const OrOr = symbol("OrOr", "||", BinaryOperatorToken);
const AndAnd = symbol("AndAnd", "&&", BinaryOperatorToken);
const EqualEqual = symbol("EqualEqual", "==", BinaryOperatorToken);
const NotEqual = symbol("NotEqual", "!=", BinaryOperatorToken);
const ShiftLeft = symbol("ShiftLeft", "<<", BinaryOperatorToken);
const ShiftRight = symbol("ShiftRight", ">>", BinaryOperatorToken);
const LessEqual = symbol("LessEqual", "<=", BinaryOperatorToken);
const GreaterEqual = symbol("GreaterEqual", ">=", BinaryOperatorToken);
export const Less = symbol("Less", "<", BinaryOperatorToken);
export const Greater = symbol("Greater", ">", BinaryOperatorToken);
export const Equals = symbol("Equals", "=");
const Bar = symbol("Bar", "|", BinaryOperatorToken);
const Caret = symbol("Caret", "^", BinaryOperatorToken);
const Ampersand = symbol("Ampersand", "&", BinaryOperatorToken);
const Plus = symbol("Plus", "+", BinaryOperatorToken, UnaryOperatorToken);
export const Minus = symbol("Minus", "-", BinaryOperatorToken, UnaryOperatorToken);
const Star = symbol("Star", "*", BinaryOperatorToken);
export const Slash = symbol("Slash", "/", BinaryOperatorToken);
const Percent = symbol("Percent", "%", BinaryOperatorToken);
const Tilde = symbol("Tilde", "~", UnaryOperatorToken);
const Bang = symbol("Bang", "!", UnaryOperatorToken);

/**
 * Characters that begin no token. With this token the lexer reads a run of them at once; otherwise it would try all
 * tokens at each of them. A dot before a name belongs to the name.
 */
const Unexpected = createToken({
  name: "Unexpected",
  // eslint-disable-next-line no-control-regex
  pattern: /[\u0000-\u0008\u000a-\u001f?@\\`{}\u007f-\uffff]+|(?:\.(?![A-Za-z_]))+/,
  line_breaks: true,
  group: "unexpected",
});

/** In the order in which the lexer tries them. */
export const ALL_TOKENS: TokenType[] = [
  WhiteSpace,
  LineComment,
  BlockComment,
  OpenComment,
  Unexpected,
  Qualified,
  Word,
  ...Object.values(DIRECTIVE_TOKENS),
  TestStepToken,
  DotWord,
  NumberToken,
  StringToken,
  Character,
  Hash,
  LBracket,
  RBracket,
  LParen,
  RParen,
  Comma,
  Colon,
  Dollar,
  OrOr,
  AndAnd,
  EqualEqual,
  NotEqual,
  ShiftLeft,
  ShiftRight,
  LessEqual,
  GreaterEqual,
  Less,
  Greater,
  Equals,
  Bar,
  Caret,
  Ampersand,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Tilde,
  Bang,
  BinaryOperatorToken,
  UnaryOperatorToken,
];

/** A token with its index in the line; trees refer to tokens by index. */
export interface IndexedToken extends IToken {
  index: number;
}

let lexer: Lexer | undefined;

/** The lexer, built on first use. */
export function lineLexer(): Lexer {
  lexer ??= new Lexer(ALL_TOKENS, {
    positionTracking: "onlyOffset",
    skipValidations: true,
    ensureOptimizations: true,
  });
  return lexer;
}
