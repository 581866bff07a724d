/**
 * Finds the tokens of a line of ASCII. The positions of a scanner's tokens are valid until it scans another line; each
 * user of positions has its own scanner.
 */

import { DIRECTIVES } from "./directives.ts";

/** Kinds of tokens. Each directive has a kind of its own, after the last of these. */
const WORD = 1;
const SP = 2;
const QUALIFIED = 3;
const DOT_WORD = 4;
const NUMBER = 5;
const FIRST_SYMBOL = 6;
const SYMBOLS = [..."#[](),:$=|^&+-*/%~!<>", "||", "&&", "==", "!=", "<<", ">>", "<=", ">="];
const STRING = FIRST_SYMBOL + SYMBOLS.length;
const CHARACTER = STRING + 1;
const FIRST_DIRECTIVE = CHARACTER + 1;
const DIRECTIVE_KINDS = new Map(
  Object.keys(DIRECTIVES).map((name, index) => [name, FIRST_DIRECTIVE + index]),
);

/** A line with more tokens goes to the reference parser; only long lists of bytes have as many. */
const MAX_TOKENS = 256;

const UNSURE = 0;
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const SYMBOL = 4;
const DOT = 5;
const SEMICOLON = 6;
const LINE_FEED = 7;
const CARRIAGE_RETURN = 8;
const QUOTE = 9;

/** The class of token that each byte begins; 0 for bytes outside of ASCII. */
const CLASSES = new Uint8Array(256);
/** The kind of each one-character symbol. */
const SYMBOL_KINDS = new Uint8Array(128);
/** The kind of each two-character symbol, at the first character's code * 128 + the second's; 0 if there is none. */
const PAIR_KINDS = new Uint8Array(128 * 128);
/** 1 for characters that can continue a name or a number. */
const CONTINUES = new Uint8Array(256);

for (const space of " \t") CLASSES[space.charCodeAt(0)] = SPACE;
for (const [first, last, kind] of [
  ["A", "Z", LETTER],
  ["a", "z", LETTER],
  ["_", "_", LETTER],
  ["0", "9", DIGIT],
] as const) {
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) {
    CLASSES[code] = kind;
    CONTINUES[code] = 1;
  }
}
for (const [index, symbol] of SYMBOLS.entries()) {
  const code = symbol.charCodeAt(0);
  if (symbol.length === 2) PAIR_KINDS[code * 128 + symbol.charCodeAt(1)] = FIRST_SYMBOL + index;
  else {
    CLASSES[code] = SYMBOL;
    SYMBOL_KINDS[code] = FIRST_SYMBOL + index;
  }
}
CLASSES[".".charCodeAt(0)] = DOT;
CLASSES[";".charCodeAt(0)] = SEMICOLON;
CLASSES["\n".charCodeAt(0)] = LINE_FEED;
CLASSES["\r".charCodeAt(0)] = CARRIAGE_RETURN;
const DOUBLE_QUOTE = '"'.charCodeAt(0);
for (const quote of "\"'") CLASSES[quote.charCodeAt(0)] = QUOTE;
const SLASH = "/".charCodeAt(0);
const STAR = "*".charCodeAt(0);
const BACKSLASH = "\\".charCodeAt(0);
const FIRST_PRINTABLE = " ".charCodeAt(0);

/** Represents any character outside of ASCII. */
const BEYOND = 128;
/** A longer line goes to the reference parser, which reports it. */
export const MAX_LENGTH = 100_000;

export class LineScanner {
  /** The tokens of the last scanned line: kinds, and positions in its bytes. */
  readonly kinds = new Uint8Array(MAX_TOKENS);
  readonly starts = new Int32Array(MAX_TOKENS);
  readonly ends = new Int32Array(MAX_TOKENS);
  count = 0;
  /** The object whose line was scanned last, if the caller set it. */
  holds: object | undefined;
  /** A hash of the kinds. */
  hash = 0;
  /** Position of the comment that ends the line, or -1. */
  comment = -1;
  /** Position of the line's end, if no comment ends it. */
  lineEnd = 0;
  /** The characters of the last loaded line, one byte each, so that columns are positions. */
  bytes = new Uint8Array(256);

  load(text: string): void {
    this.holds = undefined;
    const { length } = text;
    if (length > this.bytes.length) this.bytes = new Uint8Array(2 * length);
    const { bytes } = this;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      bytes[at] = code < BEYOND ? code : BEYOND;
    }
  }

  scanText(text: string): boolean {
    this.load(text);
    return this.scan(this.bytes, 0, text.length);
  }

  /** Scans the line at a position of a text. Returns false if the line needs the lexer. */
  scan(text: Uint8Array, from: number, length: number): boolean {
    const { kinds, starts, ends } = this;
    let at = from;
    let mixed = 0;
    let count = 0;
    this.holds = undefined;
    let comment = -1;
    while (at < length) {
      const code = text[at];
      const kind = CLASSES[code];
      if (kind === SPACE) {
        at++;
        continue;
      }
      if (kind === LINE_FEED) break;
      if (kind === SEMICOLON) {
        comment = at;
        break;
      }
      if (kind === CARRIAGE_RETURN) {
        if (at + 1 < length && text[at + 1] === 10) break;
        return false;
      }
      if (kind === UNSURE || count === MAX_TOKENS) return false;
      const start = at++;
      let token: number;
      if (kind === SYMBOL) {
        const next = at < length ? text[at] : 0;
        if (code === SLASH && (next === SLASH || next === STAR)) {
          if (next === STAR) return false;
          comment = start;
          break;
        }
        const pair = next < 128 ? PAIR_KINDS[code * 128 + next] : 0;
        if (pair > 0) at++;
        token = pair > 0 ? pair : SYMBOL_KINDS[code];
      } else if (kind === QUOTE) {
        at = endOfQuoted(text, at, length, code);
        if (at < 0) return false;
        token = code === DOUBLE_QUOTE ? STRING : CHARACTER;
      } else {
        if (kind === DOT && !(at < length && startsName(text[at]))) return false;
        while (at < length && CONTINUES[text[at]] === 1) at++;
        token = kind === DIGIT ? NUMBER : kind === DOT ? dotKind(text, start, at) : wordKind(text, start, at);
        if (kind === LETTER && at + 1 < length && text[at] === 46 && startsName(text[at + 1])) {
          at += 2;
          while (at < length && CONTINUES[text[at]] === 1) at++;
          token = QUALIFIED;
        }
      }
      mixed = (Math.imul(mixed, 31) + token) | 0;
      kinds[count] = token;
      starts[count] = start;
      ends[count++] = at;
    }
    this.hash = (Math.imul(mixed, 31) + count) | 0;
    this.count = count;
    this.comment = comment;
    this.lineEnd = at;
    return true;
  }
}

function startsName(code: number): boolean {
  return CLASSES[code] === LETTER;
}

/** The position after the closing quote; -1 if the line needs the lexer. */
function endOfQuoted(text: Uint8Array, from: number, length: number, quote: number): number {
  for (let at = from; at < length; at++) {
    const code = text[at];
    if (code === quote) return at + 1;
    // Greater values are bytes that begin a character in UTF-8.
    if (code < FIRST_PRINTABLE || code > BEYOND || code === BACKSLASH) return -1;
  }
  return -1;
}

function wordKind(text: Uint8Array, start: number, end: number): number {
  // `sp`, in any case, is the only keyword that is a word.
  if (end - start !== 2) return WORD;
  return (text[start] | 32) === 115 && (text[start + 1] | 32) === 112 ? SP : WORD;
}

function dotKind(text: Uint8Array, start: number, end: number): number {
  return DIRECTIVE_KINDS.get(asciiText(text, start + 1, end).toLowerCase()) ?? DOT_WORD;
}

/** The text of bytes, each of which is one character. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}
