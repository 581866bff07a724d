/**
 * Tells the tokens of a line of ASCII apart. Whoever needs places of tokens has a scanner of its own: they hold until it
 * scans another line, and nobody else can make it do so.
 */

import { DIRECTIVES } from "./directives.ts";

/** What the scanner tells apart. Directives follow after the last, one kind each. */
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

/** More tokens than this are left to the plain way; only lists of bytes have as many. */
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

/** What each byte begins: nothing that is known where it is beyond ASCII. */
const CLASSES = new Uint8Array(256);
/** The kind of each symbol of one character. */
const SYMBOL_KINDS = new Uint8Array(128);
/** The kind of a symbol of two characters, by the first one's code * 128 + the second's; 0 where there is none. */
const PAIR_KINDS = new Uint8Array(128 * 128);
/** 1 for what a name or a number may go on with. */
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

/** What stands for any character beyond ASCII. */
const BEYOND = 128;
/** A longer line is left to the reference parser, which bounds it. */
export const MAX_LENGTH = 100_000;

export class LineScanner {
  /** The tokens of the line that was scanned last: positions in the bytes that it was scanned in. */
  readonly kinds = new Uint8Array(MAX_TOKENS);
  readonly starts = new Int32Array(MAX_TOKENS);
  readonly ends = new Int32Array(MAX_TOKENS);
  count = 0;
  /** What was scanned last, if whoever scanned it said so. */
  holds: object | undefined;
  /** Of the kinds. */
  hash = 0;
  /** Where the comment begins that ends the line, or -1. */
  comment = -1;
  /** Where the line ends, if no comment does so. */
  lineEnd = 0;
  /** The characters of the line that was loaded last, a byte each, so that a column is a place in them. */
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

  /** Finds the tokens of the line that begins at a place in a text. False where it takes the lexer to tell. */
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

/** Behind the closing quote; -1 where it takes the lexer to tell. */
function endOfQuoted(text: Uint8Array, from: number, length: number, quote: number): number {
  for (let at = from; at < length; at++) {
    const code = text[at];
    if (code === quote) return at + 1;
    // A byte of UTF-8 that begins a character is beyond that.
    if (code < FIRST_PRINTABLE || code > BEYOND || code === BACKSLASH) return -1;
  }
  return -1;
}

function wordKind(text: Uint8Array, start: number, end: number): number {
  // `sp` in any case is the one word that the grammar knows.
  if (end - start !== 2) return WORD;
  return (text[start] | 32) === 115 && (text[start + 1] | 32) === 112 ? SP : WORD;
}

function dotKind(text: Uint8Array, start: number, end: number): number {
  return DIRECTIVE_KINDS.get(asciiText(text, start + 1, end).toLowerCase()) ?? DOT_WORD;
}

/** Characters of which each is a byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}
