/** The tokens of the language, for the Chevrotain lexer. Order matters: the first that matches wins. */

import { Lexer, createToken, type IToken, type TokenType } from "chevrotain";
import { DIRECTIVES, TEST_STEPS, type DirectiveName } from "../directives.ts";

/** All that a name, a number may begin with. Told of this, the lexer tries only the patterns that can match. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"];
const DIGITS = [..."0123456789"];

const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t]+/,
  start_chars_hint: [" ", "\t"],
  group: Lexer.SKIPPED,
});
// To the end of the line: `.` would stop at the separators of Unicode, which end no line here.
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
/** Runs to the end of the line, and the next line starts inside it. */
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
/** All directives that a test is made of. */
export const TestStepToken = createToken({ name: "TestStep", pattern: Lexer.NA, categories: DotWord });
const STEP_NAMES: readonly string[] = TEST_STEPS;
/** One token for each directive. Each is a {@link DotWord} too, so that a local label may have its name. */
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

/** Anything that starts with a digit; whether it is a number is decided where its value is needed. */
export const NumberToken = createToken({
  name: "Number",
  pattern: /[0-9][0-9A-Za-z_]*/,
  start_chars_hint: DIGITS,
});
/** May lack the closing quote, as may a character. */
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

/** All that can stand between two values. */
export const BinaryOperatorToken = createToken({ name: "BinaryOperator", pattern: Lexer.NA });
/** All that can stand before a value. */
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
 * Characters that begin no token. With this token the lexer reads a row of them at once; without it, it would try all tokens on each of
 * them. A dot in front of a name belongs to the name.
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

/** A token with its index among the line's tokens, which is what the tree refers to. */
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
