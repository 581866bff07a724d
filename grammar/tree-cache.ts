/**
 * The fast way to parse a line. Lines that have the same kinds of tokens in the same order have the same tree, since
 * the tree refers to tokens by their index; so each such shape goes through the grammar once, and every further line of
 * it only through a scanner that tells the kinds. The scanner is no second definition of the language: what it isn't
 * sure of (quotes, block comments, anything but ASCII, a shape with a mistake) takes the plain way, and a test holds
 * the two against each other.
 */

import type { LineTree } from "./ast.ts";
import { DIRECTIVES } from "./directives.ts";
import type { Comment, Line } from "./line.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What the scanner tells apart. Directives follow after the last, one kind each. */
const WORD = 1;
const SP = 2;
const QUALIFIED = 3;
const DOT_WORD = 4;
const NUMBER = 5;
const FIRST_SYMBOL = 6;
const SYMBOLS = [..."#[](),:$=|^&+-*/%~!<>", "||", "&&", "==", "!=", "<<", ">>", "<=", ">="];
const FIRST_DIRECTIVE = FIRST_SYMBOL + SYMBOLS.length;
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
const SLASH = "/".charCodeAt(0);
const STAR = "*".charCodeAt(0);

/** What stands for any character beyond ASCII. */
const BEYOND = 128;
/** A longer line is left to the plain way, which bounds it. */
const MAX_LENGTH = 100_000;
/** The characters of the line that was loaded last, a byte each, so that a column is a place in them. */
const lineBytes = new Uint8Array(MAX_LENGTH);

function load(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    lineBytes[at] = code < BEYOND ? code : BEYOND;
  }
}

// The tokens of the line that was scanned last: positions in the bytes that it was scanned in.
const kinds = new Uint8Array(MAX_TOKENS);
const starts = new Int32Array(MAX_TOKENS);
const ends = new Int32Array(MAX_TOKENS);
let count = 0;
/** Of the kinds. */
let hash = 0;
/** Where the comment begins that ends the line, or -1. */
let comment = -1;
/** Where the line ends, if no comment does so. */
let lineEnd = 0;

/** Finds the tokens of the line that begins at a place in a text. False where it takes the lexer to tell. */
function scan(text: Uint8Array, from: number, length: number): boolean {
  let at = from;
  let mixed = 0;
  count = 0;
  comment = -1;
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
  hash = (Math.imul(mixed, 31) + count) | 0;
  lineEnd = at;
  return true;
}

function startsName(code: number): boolean {
  return CLASSES[code] === LETTER;
}

function wordKind(text: Uint8Array, start: number, end: number): number {
  // `sp` in any case is the one word that the grammar knows.
  if (end - start !== 2) return WORD;
  return (text[start] | 32) === 115 && (text[start + 1] | 32) === 112 ? SP : WORD;
}

function dotKind(text: Uint8Array, start: number, end: number): number {
  return DIRECTIVE_KINDS.get(asciiText(text, start + 1, end).toLowerCase()) ?? DOT_WORD;
}

interface Shape {
  readonly kinds: Uint8Array;
  /** Absent where lines of this shape have a mistake, which has columns of its own in each. */
  readonly tree: LineTree | undefined;
  /** The next shape with the same hash. */
  readonly next: Shape | undefined;
}

const shapes = new Map<number, Shape>();

/** Shapes that are kept; a text that was made to have more of them only loses speed. */
const MAX_SHAPES = 20_000;

/** A name and its colon. */
const LABEL_TOKENS = 2;

/** Trees of shapes that an earlier process parsed, as {@link rememberedShapes} gave them. */
let remembered: Uint8Array = new Uint8Array();
/** The lines in front of the trees, which tell where in the bytes a tree begins and ends. */
let rememberedPlaces = "";

/** Makes kinds characters that stand for themselves in a line of text. */
const FIRST_PRINTABLE = 0x20;

function spellingOf(kinds: Uint8Array): string {
  return String.fromCharCode(...kinds.map((kind) => FIRST_PRINTABLE + kind));
}

/** Takes over what {@link rememberedShapes} gave in another process, so that the grammar needn't be set up for them. */
export function rememberShapes(bytes: Uint8Array): void {
  remembered = bytes;
  // No shape is spelled with what a tree begins with. Most trees are never asked for, and stay bytes.
  rememberedPlaces = decodeUtf8(bytes.subarray(0, Math.max(0, bytes.indexOf("{".charCodeAt(0)))));
}

/**
 * The trees of all shapes that were met so far and have no mistake, in ASCII: a line for each with a character for each of its
 * kinds, a space, and from where to where its tree goes, behind the lines; then the trees as JSON.
 */
export function rememberedShapes(): string {
  let places = "\n";
  let trees = "";
  for (const first of shapes.values()) {
    for (let shape: Shape | undefined = first; shape; shape = shape.next) {
      if (!shape.tree) continue;
      const start = trees.length;
      trees += JSON.stringify(shape.tree);
      places += `${spellingOf(shape.kinds)} ${start} ${trees.length}\n`;
    }
  }
  return places + trees;
}

function rememberedJson(spelling: string): string | undefined {
  const line = `\n${spelling} `;
  const found = rememberedPlaces.indexOf(line);
  if (found < 0) return undefined;
  const start = found + line.length;
  const [from, to] = rememberedPlaces.slice(start, rememberedPlaces.indexOf("\n", start)).split(" ");
  const trees = rememberedPlaces.length;
  return decodeUtf8(remembered.subarray(trees + Number(from), trees + Number(to)));
}

function recall(): Shape | undefined {
  const key = spellingOf(kinds.subarray(0, count));
  const tree = rememberedTree(key) ?? rememberedBehindLabel(key);
  if (!tree) return undefined;
  const shape = { kinds: kinds.slice(0, count), tree, next: shapes.get(hash) };
  shapes.set(hash, shape);
  return shape;
}

function rememberedTree(key: string): LineTree | undefined {
  const tree = rememberedJson(key);
  return tree === undefined ? undefined : (JSON.parse(tree) as LineTree);
}

/** A label makes no difference to what stands behind it, but that its tokens come later. */
function rememberedBehindLabel(key: string): LineTree | undefined {
  const label = rememberedTree(key.slice(0, LABEL_TOKENS));
  const rest = rememberedJson(key.slice(LABEL_TOKENS));
  if (label?.labels.length !== 1 || label.statement || rest === undefined) return undefined;
  // All numbers in a tree are indices of tokens.
  const later = JSON.parse(rest, (_, value: unknown) =>
    typeof value === "number" ? value + LABEL_TOKENS : value,
  ) as LineTree;
  return { ...later, labels: [...label.labels, ...later.labels] };
}

function findShape(): Shape | undefined {
  let shape = shapes.get(hash);
  search: for (; shape; shape = shape.next) {
    if (shape.kinds.length !== count) continue;
    for (let index = 0; index < count; index++) {
      if (shape.kinds[index] !== kinds[index]) continue search;
    }
    return shape;
  }
  return undefined;
}

const NONE: readonly never[] = [];

/** A line that shares its tree with others. Where its tokens are is found again when somebody asks. */
class ShapedLine implements Line {
  readonly text: string;
  readonly tree: LineTree;
  readonly tokenCount: number;
  private readonly comment: number;

  constructor(text: string, tree: LineTree, tokenCount: number, commentStart: number) {
    this.text = text;
    this.tree = tree;
    this.tokenCount = tokenCount;
    this.comment = commentStart;
  }

  get starts(): ArrayLike<number> {
    scanAgain(this);
    return starts;
  }

  get ends(): ArrayLike<number> {
    scanAgain(this);
    return ends;
  }

  get comments(): readonly Comment[] {
    return this.comment < 0 ? NONE : [{ kind: "line", start: this.comment, end: this.text.length }];
  }

  get problems(): readonly never[] {
    return NONE;
  }

  // Fields would cost every line memory for what is the same in all of them.
  /* eslint-disable @typescript-eslint/class-literal-property-style */
  get startsInComment(): boolean {
    return false;
  }

  get endsInComment(): boolean {
    return false;
  }
  /* eslint-enable @typescript-eslint/class-literal-property-style */
}

/** The line that {@link starts} and {@link ends} are those of. */
let scanned: ShapedLine | undefined;

function scanAgain(line: ShapedLine): void {
  if (scanned === line) return;
  load(line.text);
  scan(lineBytes, 0, line.text.length);
  scanned = line;
}

/**
 * The characters of a line, a byte each, those beyond ASCII as 128: shared as its `starts` are. Undefined of a line that is too
 * long for that.
 */
export function bytesOf(line: Line): Uint8Array | undefined {
  if (line instanceof ShapedLine) scanAgain(line);
  else {
    if (line.text.length > MAX_LENGTH) return undefined;
    scanned = undefined;
    load(line.text);
  }
  return lineBytes;
}

/** Characters of which each is a byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** A line that doesn't start inside a comment, parsed; `plain` is the way that always works. */
export function parseByShape(text: string, plain: (text: string) => Line): Line {
  scanned = undefined;
  if (text.length > MAX_LENGTH) return plain(text);
  load(text);
  if (!scan(lineBytes, 0, text.length)) return plain(text);
  const found = findShape() ?? recall();
  if (found?.tree) {
    const line = new ShapedLine(text, found.tree, count, comment);
    scanned = line;
    return line;
  }
  return found ? plain(text) : learn(text, plain);
}

/** Has a line that was scanned parsed the plain way, and remembers its shape. */
function learn(text: string, plain: (text: string) => Line): Line {
  const shapeKinds = kinds.slice(0, count);
  const shapeHash = hash;
  const line = plain(text);
  if (shapes.size < MAX_SHAPES) {
    const tree = line.problems.length === 0 ? line.tree : undefined;
    shapes.set(shapeHash, { kinds: shapeKinds, tree, next: shapes.get(shapeHash) });
  }
  return line;
}

/** The lines of a text in UTF-8 one after the other, without an object for each. Whatever isn't ASCII is in comments. */
export class LineCursor {
  readonly bytes: Uint8Array;
  /** Places of the line's tokens in the bytes. Shared by all, as a line's are. */
  readonly starts: ArrayLike<number> = starts;
  readonly ends: ArrayLike<number> = ends;
  tree: LineTree = { labels: NONE, statement: undefined };
  /** Where the line begins and ends in the bytes. */
  start = 0;
  end = 0;
  private next = 0;
  private readonly plain: (text: string) => Line;

  constructor(bytes: Uint8Array, plain: (text: string) => Line) {
    this.bytes = bytes;
    this.plain = plain;
  }

  /** False once the last line is behind. */
  get hasNext(): boolean {
    return this.next <= this.bytes.length;
  }

  /**
   * Goes to the next line and finds its tree. False where that isn't known without the lexer, or the line has a mistake: the
   * cursor is then of no further use.
   */
  advance(): boolean {
    const { bytes, next } = this;
    scanned = undefined;
    if (!scan(bytes, next, bytes.length)) return false;
    const shape = findShape() ?? recall();
    let end = lineEnd;
    if (comment >= 0) {
      end = comment;
      while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
      // Alone it ends a line too, but nobody writes it.
      if (bytes[end] === 13 && bytes[end + 1] !== 10) return false;
    }
    // The line feed, with a carriage return in front of it or not.
    this.next = end + (bytes[end] === 13 ? 2 : 1);
    this.start = next;
    this.end = end;
    if (end - next > MAX_LENGTH) return false;
    if (shape) {
      if (!shape.tree) return false;
      this.tree = shape.tree;
      return true;
    }
    const line = learn(this.lineText, this.plain);
    if (line.problems.length > 0) return false;
    this.tree = line.tree;
    // The plain way has its own places; those of this line in this text are found again.
    return scan(bytes, next, bytes.length);
  }

  /** The text of the line. */
  get lineText(): string {
    return decodeUtf8(this.bytes.subarray(this.start, this.end));
  }
}
