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

interface Shape {
  readonly kinds: Uint8Array;
  /** Absent where lines of this shape have a mistake, which has columns of its own in each. */
  readonly tree: LineTree | undefined;
  /** The next shape with the same hash. */
  readonly next: Shape | undefined;
}

/** Shapes that are kept; a text that was made to have more of them only loses speed. */
const MAX_SHAPES = 20_000;

/** A name and its colon. */
const LABEL_TOKENS = 2;

/** Makes kinds characters that stand for themselves in a line of text. */
const FIRST_PRINTABLE = 0x20;

const NONE: readonly never[] = [];

function spellingOf(kinds: Uint8Array): string {
  return String.fromCharCode(...kinds.map((kind) => FIRST_PRINTABLE + kind));
}

/** Trees by the kinds of a line's tokens. What it answers depends on nothing but the kinds; it only gets quicker. */
class TreeCache {
  private readonly shapes = new Map<number, Shape>();
  /** Trees of shapes that an earlier process parsed, as {@link dump} gave them. */
  private loaded: Uint8Array = new Uint8Array();
  /** Where in them the trees begin. */
  private trees = 0;
  /** The lines in front of the trees, once somebody asks: most trees are never asked for, and stay bytes. */
  private places: readonly string[] | undefined;

  /** Takes over what {@link dump} gave in another process, so that the grammar needn't be set up for them. */
  load(bytes: Uint8Array): void {
    this.loaded = bytes;
    this.places = undefined;
  }

  /**
   * The trees of all shapes that were met so far and have no mistake, in ASCII: a line for each, in the order of characters, with
   * a character for each of its kinds, a space, and from where to where its tree goes, behind the lines; then the trees as JSON.
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

  /** What is known of the shape of the line that was scanned. */
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

  /** Parses with the grammar the line that was scanned, and caches its tree. */
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
    const tree = this.loadedTree(key) ?? this.behindLabel(key);
    return tree && this.add(scanner, tree);
  }

  private loadedJson(spelling: string): string | undefined {
    const lines = (this.places ??= this.readPlaces());
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lines[middle] < `${spelling} `) low = middle + 1;
      else high = middle;
    }
    if (!lines.at(low)?.startsWith(`${spelling} `)) return undefined;
    const [, from, to] = lines[low].split(" ");
    return decodeUtf8(this.loaded.subarray(this.trees + Number(from), this.trees + Number(to)));
  }

  private readPlaces(): string[] {
    // No shape is spelled with what a tree begins with.
    this.trees = Math.max(0, this.loaded.indexOf("{".charCodeAt(0)));
    return decodeUtf8(this.loaded.subarray(0, this.trees)).split("\n");
  }

  private loadedTree(key: string): LineTree | undefined {
    const tree = this.loadedJson(key);
    return tree === undefined ? undefined : (JSON.parse(tree) as LineTree);
  }

  /** A label makes no difference to what stands behind it, but that its tokens come later. */
  private behindLabel(key: string): LineTree | undefined {
    const label = this.loadedTree(key.slice(0, LABEL_TOKENS));
    const rest = this.loadedJson(key.slice(LABEL_TOKENS));
    if (label?.labels.length !== 1 || label.statement || rest === undefined) return undefined;
    // All numbers in a tree are indices of tokens.
    const later = JSON.parse(rest, (_, value: unknown) =>
      typeof value === "number" ? value + LABEL_TOKENS : value,
    ) as LineTree;
    return { ...later, labels: [...label.labels, ...later.labels] };
  }
}

/** The trees of this process. */
const processTrees = new TreeCache();

export function rememberShapes(bytes: Uint8Array): void {
  processTrees.load(bytes);
}

export function rememberedShapes(): string {
  return processTrees.dump();
}

/** The scanner that may still hold a line: a hint that only saves work. */
const asking = new LineScanner();
let recent = asking;

/** A scanner that holds a line. */
function holding(line: ShapedLine): LineScanner {
  if (recent.holds === line) return recent;
  asking.scanText(line.text);
  asking.holds = line;
  return (recent = asking);
}

/** A line that shares its tree with others. Where its tokens are is found again when somebody asks. */
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

/** Makes a line keep its tokens, because it is going to be read again and again. */
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

/** Reads lines one after the other: bytes and places hold until it reads the next one. */
export class LineReader {
  private readonly scanner = new LineScanner();
  starts: ArrayLike<number> = this.scanner.starts;
  ends: ArrayLike<number> = this.scanner.ends;

  /** The characters of the line, a byte each, those beyond ASCII as 128. */
  get bytes(): Uint8Array {
    return this.scanner.bytes;
  }

  /** False of a line that is too long for that. */
  read(line: Line): boolean {
    const { scanner } = this;
    if (line instanceof ShapedLine) {
      if (line.kept) scanner.load(line.text);
      else {
        scanner.scanText(line.text);
        scanner.holds = line;
        recent = scanner;
      }
      this.starts = line.kept?.starts ?? scanner.starts;
      this.ends = line.kept?.ends ?? scanner.ends;
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

/** The same of a line whose shape is known; undefined of one that takes the grammar. */
export function parseIfKnown(text: string): Line | undefined {
  if (text.length > MAX_LENGTH || !parsing.scanText(text)) return undefined;
  const tree = processTrees.find(parsing)?.tree;
  return tree && shapedLine(text, tree);
}

/** True of a line that the grammar has parsed, which takes a hundred times as long. */
export function isByGrammar(line: Line): boolean {
  return !(line instanceof ShapedLine);
}

function shapedLine(text: string, tree: LineTree): Line {
  const line = new ShapedLine(text, tree, parsing.count, parsing.comment);
  parsing.holds = line;
  recent = parsing;
  return line;
}

/** The lines of a text in UTF-8 one after the other, without an object for each. Whatever isn't ASCII is in comments. */
export class LineCursor {
  readonly bytes: Uint8Array;
  private readonly scanner = new LineScanner();
  private readonly trees = processTrees;
  /** Places of the line's tokens in the bytes. */
  readonly starts: ArrayLike<number> = this.scanner.starts;
  readonly ends: ArrayLike<number> = this.scanner.ends;
  tree: LineTree = { labels: NONE, statement: undefined };
  /** Where the line begins and ends in the bytes. */
  start = 0;
  end = 0;
  private next = 0;
  private grammarTokens = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** False once the last line is behind. */
  get hasNext(): boolean {
    return this.next <= this.bytes.length;
  }

  /**
   * Goes to the next line and finds its tree. False where that isn't known without the lexer, the line has a mistake, or too
   * many lines took the grammar: the cursor is then of no further use.
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
