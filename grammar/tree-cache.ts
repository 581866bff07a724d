/**
 * Parses with the grammar and caches the tree. Lines that have the same kinds of tokens in the same order have the same tree,
 * since the tree refers to tokens by their index; so each such shape goes through the grammar once, and every further
 * line of it only through a scanner that tells the kinds. The scanner is no second definition of the language: a line
 * with an escape in quotes, a block comment, anything but ASCII outside of quotes and comments or a mistake goes to the reference
 * parser, and a property test holds the two against each other. Why there is a cache: docs/decisions/001-line-trees.md.
 */

import type { LineTree, TokenIndex } from "./ast.ts";
import { MAX_GRAMMAR_TOKENS, type Comment, type KeptTokens, type Line } from "./line.ts";
import { parseLineByGrammar } from "./parser/reference-parser.ts";
import { LineScanner, MAX_LENGTH } from "./scanner.ts";
import { decodeUtf8 } from "./utf8.ts";
import { partitionPoint } from "../program/search.ts";

interface Shape {
  readonly kinds: Uint8Array;
  /** Absent if lines of this shape have a syntax error, whose columns differ from line to line. */
  readonly tree: LineTree | undefined;
  /** The next shape with the same hash. */
  readonly next: Shape | undefined;
}

/** Maximum number of cached shapes; a text with more of them is only parsed more slowly. */
const MAX_SHAPES = 20_000;

/** A label is a name and a colon. */
const LABEL_TOKENS = 2;

/** Added to a kind to make it a printable character. */
const FIRST_PRINTABLE = 0x20;

const NONE: readonly never[] = [];

function spellingOf(kinds: Uint8Array): string {
  return String.fromCharCode(...kinds.map((kind) => FIRST_PRINTABLE + kind));
}

/** Trees by the kinds of a line's tokens. The cache affects only speed, not results. */
class TreeCache {
  private readonly shapes = new Map<number, Shape>();
  /** Trees of shapes that an earlier process parsed, in the form of {@link dump}. */
  private loaded: Uint8Array = new Uint8Array();
  /** Position of the first tree in `loaded`. */
  private trees = 0;
  /** The index lines before the trees, split on first use: most trees stay unparsed bytes. */
  private places: readonly string[] | undefined;

  /** Loads the {@link dump} of another process, so that these shapes don't need the grammar. */
  load(bytes: Uint8Array): void {
    this.loaded = bytes;
    this.places = undefined;
  }

  /**
   * The trees of all known shapes without syntax errors, in ASCII: an index line for each, sorted, with one character
   * for each of its kinds, a space, and the start and end of its tree after the index; then the trees as JSON.
   */
  dump(): string {
    const places: string[] = [];
    let trees = "";
    for (const first of this.shapes.values()) {
      for (let shape: Shape | undefined = first; shape; shape = shape.next) {
        if (!shape.tree) continue;
        const start = trees.length;
        trees += JSON.stringify(shape.tree);
        places.push(`${spellingOf(shape.kinds)} ${start} ${trees.length}\n`);
      }
    }
    return places.sort().join("") + trees;
  }

  /** The cached shape of the scanned line. */
  find(scanner: LineScanner): Shape | undefined {
    const { kinds, count } = scanner;
    let shape = this.shapes.get(scanner.hash);
    search: for (; shape; shape = shape.next) {
      const other = shape.kinds;
      if (other.length !== count) continue;
      for (let index = 0; index < count; index++) {
        if (other[index] !== kinds[index]) continue search;
      }
      return shape;
    }
    return this.recall(scanner);
  }

  /** Parses the scanned line with the grammar, and caches its tree. */
  learn(text: string, scanner: LineScanner): Line {
    const line = parseLineByGrammar(text);
    if (this.shapes.size < MAX_SHAPES) this.add(scanner, line.problems.length === 0 ? line.tree : undefined);
    return line;
  }

  private add({ kinds, count, hash }: LineScanner, tree: LineTree | undefined): Shape {
    const shape = { kinds: kinds.slice(0, count), tree, next: this.shapes.get(hash) };
    this.shapes.set(hash, shape);
    return shape;
  }

  private recall(scanner: LineScanner): Shape | undefined {
    if (this.loaded.length === 0) return undefined;
    const key = spellingOf(scanner.kinds.subarray(0, scanner.count));
    const tree = this.loadedTree(key) ?? this.treeAfterLabel(key);
    return tree && this.add(scanner, tree);
  }

  private loadedJson(spelling: string): string | undefined {
    const lines = (this.places ??= this.readPlaces());
    const wanted = `${spelling} `;
    const found = lines.at(partitionPoint(lines.length, (index) => lines[index] < wanted));
    if (!found?.startsWith(wanted)) return undefined;
    const [, from, to] = found.split(" ");
    return decodeUtf8(this.loaded.subarray(this.trees + Number(from), this.trees + Number(to)));
  }

  private readPlaces(): string[] {
    // The index contains no `{`, with which a tree begins.
    this.trees = Math.max(0, this.loaded.indexOf("{".charCodeAt(0)));
    return decodeUtf8(this.loaded.subarray(0, this.trees)).split("\n");
  }

  private loadedTree(key: string): LineTree | undefined {
    const tree = this.loadedJson(key);
    return tree === undefined ? undefined : (JSON.parse(tree) as LineTree);
  }

  /** A label only changes the token indexes of the code after it. */
  private treeAfterLabel(key: string): LineTree | undefined {
    const label = this.loadedTree(key.slice(0, LABEL_TOKENS));
    const rest = this.loadedJson(key.slice(LABEL_TOKENS));
    if (label?.labels.length !== 1 || label.statement || rest === undefined) return undefined;
    // All numbers in a tree are token indexes.
    const later = JSON.parse(rest, (_, value: unknown) =>
      typeof value === "number" ? value + LABEL_TOKENS : value,
    ) as LineTree;
    return { ...later, labels: [...label.labels, ...later.labels] };
  }
}

/** The cache of this process. */
const processTrees = new TreeCache();

export function rememberShapes(bytes: Uint8Array): void {
  processTrees.load(bytes);
}

export function rememberedShapes(): string {
  return processTrees.dump();
}

/** A scanner that may still hold a line, which only saves work. */
const asking = new LineScanner();
let recent = asking;

/** A scanner that holds a line. */
function holding(line: ShapedLine): LineScanner {
  if (recent.holds === line) return recent;
  asking.scanText(line.text);
  asking.holds = line;
  return (recent = asking);
}

/** A line that shares its tree with others. Its tokens are scanned again on demand. */
class ShapedLine implements Line {
  readonly text: string;
  readonly tree: LineTree;
  readonly tokenCount: number;
  private readonly comment: number;
  kept: KeptTokens | undefined = undefined;

  constructor(text: string, tree: LineTree, tokenCount: number, commentStart: number) {
    this.text = text;
    this.tree = tree;
    this.tokenCount = tokenCount;
    this.comment = commentStart;
  }

  startOf(token: TokenIndex): number {
    return (this.kept ?? holding(this)).starts[token];
  }

  endOf(token: TokenIndex): number {
    return (this.kept ?? holding(this)).ends[token];
  }

  get comments(): readonly Comment[] {
    return this.comment < 0 ? NONE : [{ kind: "line", start: this.comment, end: this.text.length }];
  }

  get problems(): readonly never[] {
    return NONE;
  }

  // As fields, these constants would take memory in every line.
  /* eslint-disable @typescript-eslint/class-literal-property-style */
  get startsInComment(): boolean {
    return false;
  }

  get endsInComment(): boolean {
    return false;
  }
  /* eslint-enable @typescript-eslint/class-literal-property-style */
}

/** Makes a line keep its tokens, because it will be read repeatedly. */
export function keepTokens(line: Line): void {
  if (!(line instanceof ShapedLine) || line.kept) return;
  const { starts, ends } = holding(line);
  const tokens = Array.from({ length: line.tokenCount }, (_, token) => token);
  line.kept = {
    starts: tokens.map((token) => starts[token]),
    ends: tokens.map((token) => ends[token]),
    texts: tokens.map((token) => line.text.slice(starts[token], ends[token])),
  };
}

/** Reads lines one after the other: bytes and positions are valid until it reads the next line. */
export class LineReader {
  private readonly scanner = new LineScanner();
  starts: ArrayLike<number> = this.scanner.starts;
  ends: ArrayLike<number> = this.scanner.ends;

  /** The characters of the line, one byte each; 128 for characters outside of ASCII. */
  get bytes(): Uint8Array {
    return this.scanner.bytes;
  }

  /** Returns false for a line that is too long. */
  read(line: Line): boolean {
    const { scanner } = this;
    if (line instanceof ShapedLine) {
      scanner.scanText(line.text);
      scanner.holds = line;
      recent = scanner;
      this.starts = scanner.starts;
      this.ends = scanner.ends;
      return true;
    }
    this.starts = Array.from({ length: line.tokenCount }, (_, token) => line.startOf(token));
    this.ends = Array.from({ length: line.tokenCount }, (_, token) => line.endOf(token));
    if (line.text.length > MAX_LENGTH) return false;
    scanner.load(line.text);
    return true;
  }
}

const parsing = new LineScanner();

/** Parses a line that doesn't start inside a comment. */
export function parseByShape(text: string, trees = processTrees): Line {
  if (text.length > MAX_LENGTH || !parsing.scanText(text)) return parseLineByGrammar(text);
  const found = trees.find(parsing);
  if (found?.tree) return shapedLine(text, found.tree);
  return found ? parseLineByGrammar(text) : trees.learn(text, parsing);
}

/** Parses a line whose shape is known; undefined if it needs the grammar. */
export function parseIfKnown(text: string): Line | undefined {
  if (text.length > MAX_LENGTH || !parsing.scanText(text)) return undefined;
  const tree = processTrees.find(parsing)?.tree;
  return tree && shapedLine(text, tree);
}

/** True for a line that the grammar has parsed, which takes a hundred times as long. */
export function isByGrammar(line: Line): boolean {
  return !(line instanceof ShapedLine);
}

function shapedLine(text: string, tree: LineTree): Line {
  const line = new ShapedLine(text, tree, parsing.count, parsing.comment);
  parsing.holds = line;
  recent = parsing;
  return line;
}

/**
 * Iterates over the lines of a UTF-8 text without creating an object for each. Only comments may contain characters
 * outside of ASCII.
 */
export class LineCursor {
  readonly bytes: Uint8Array;
  private readonly scanner = new LineScanner();
  private readonly trees = processTrees;
  /** Positions of the line's tokens in the bytes. */
  readonly starts: ArrayLike<number> = this.scanner.starts;
  readonly ends: ArrayLike<number> = this.scanner.ends;
  tree: LineTree = { labels: NONE, statement: undefined };
  /** Start and end of the line in the bytes. */
  start = 0;
  end = 0;
  private next = 0;
  private grammarTokens = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** False after the last line. */
  get hasNext(): boolean {
    return this.next <= this.bytes.length;
  }

  /**
   * Goes to the next line and finds its tree. Returns false if the line needs the lexer or has a syntax error, or if
   * too many lines needed the grammar; the cursor can't be used after that.
   */
  advance(): boolean {
    const { bytes, next, scanner } = this;
    if (!scanner.scan(bytes, next, bytes.length)) return false;
    const shape = this.trees.find(scanner);
    const { comment } = scanner;
    let end = scanner.lineEnd;
    if (comment >= 0) {
      end = comment;
      while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++;
      // A CR alone also ends a line, but hardly any text has one.
      if (bytes[end] === 13 && bytes[end + 1] !== 10) return false;
    }
    // The line break is LF or CRLF.
    this.next = end + (bytes[end] === 13 ? 2 : 1);
    this.start = next;
    this.end = end;
    if (end - next > MAX_LENGTH) return false;
    if (shape) {
      if (!shape.tree) return false;
      this.tree = shape.tree;
      return true;
    }
    const line = this.trees.learn(this.lineText, scanner);
    this.grammarTokens += line.tokenCount;
    if (line.problems.length > 0 || this.grammarTokens > MAX_GRAMMAR_TOKENS) return false;
    this.tree = line.tree;
    return true;
  }

  /** The text of the line. */
  get lineText(): string {
    return decodeUtf8(this.bytes.subarray(this.start, this.end));
  }
}
