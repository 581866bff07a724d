/** Splits text into lines. A line depends only on its text and on whether a block comment is open at its start. */

import { MAX_GRAMMAR_TOKENS, MAX_LINE_LENGTH, type Line } from "./line.ts";
import { parseLineByGrammar } from "./parser/reference-parser.ts";
import { isByGrammar, parseByShape, parseIfKnown } from "./tree-cache.ts";
import { lineBeyondGrammar } from "./unparsed-line.ts";
import { CARRIAGE_RETURN, decodeUtf8, includesWord, LINE_FEED } from "./utf8.ts";

export { MAX_LINE_LENGTH } from "./line.ts";
export { parseLineByGrammar } from "./parser/reference-parser.ts";

/** A source text as lines. */
export interface SourceFile {
  /** Path or URI from the caller; diagnostics contain it. */
  readonly name: string;
  readonly lines: readonly Line[];
}

/** A text that is decoded and parsed on demand: a program can be assembled from its bytes without either. */
export class SourceText implements SourceFile {
  readonly name: string;
  /** The byte order mark before the text, for callers that write it back; else empty. */
  readonly mark: string;
  private decoded: string | undefined;
  private encoded: Uint8Array | undefined;
  /** The bytes as the caller passed them: searching Node's Buffer is much faster. */
  private readonly searched: Uint8Array | undefined;
  private parsed: readonly Line[] | undefined;
  private texts: readonly string[] | undefined;
  /** Lines that were requested one by one. */
  private readonly single: Line[] = [];

  /** @param content the text, or its valid UTF-8 without a byte order mark */
  constructor(name: string, content: string | Uint8Array, mark = "") {
    this.name = name;
    this.mark = mark;
    if (typeof content === "string") this.decoded = content;
    else {
      this.searched = content;
      // If all texts have the same class, the engine reads them faster.
      this.encoded = new Uint8Array(content.buffer, content.byteOffset, content.length);
    }
  }

  /** The length of the text, in UTF-16 units or in bytes, whichever is known without decoding. */
  get length(): number {
    return this.decoded?.length ?? this.encoded!.length;
  }

  get text(): string {
    return (this.decoded ??= decodeUtf8(this.encoded!));
  }

  /** The text in UTF-8. */
  get bytes(): Uint8Array {
    return (this.encoded ??= new TextEncoder().encode(this.decoded));
  }

  /** True if the text contains an ASCII word. */
  includes(word: string): boolean {
    return this.searched ? includesWord(this.searched, word) : this.text.includes(word);
  }

  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  get lines(): readonly Line[] {
    return (this.parsed ??= parseLines(this.text));
  }

  /** One line of a text without block comments over several lines, parsed without the others. */
  lineAlone(number: number): Line {
    if (this.parsed) return this.parsed[number];
    this.texts ??= splitLines(this.text);
    const text = this.texts[number];
    return (this.single[number] ??= number === 0 ? parseFirstLine(text) : parseLine(text));
  }
}

/** Makes the source of a whole text. Neither this nor parsing it throws for any text. */
export function parseSource(name: string, text: string): SourceText {
  return new SourceText(name, text);
}

/** The texts of all lines, without parsing them. */
export function lineTextsOf(file: SourceFile): readonly string[] {
  if (file instanceof SourceText && !file.isParsed) return splitLines(file.text);
  return file.lines.map(({ text }) => text);
}

/** The text of one line, without parsing the others; undefined if there is no such line. */
export function lineTextOf(file: SourceFile, line: number): string | undefined {
  if (!(file instanceof SourceText) || file.isParsed) return file.lines.at(line)?.text;
  const { bytes } = file;
  let start = 0;
  for (let passed = 0; passed < line; passed++) {
    const end = lineEndAfter(bytes, start);
    if (end === bytes.length) return undefined;
    start = end + (bytes[end] === CARRIAGE_RETURN && bytes[end + 1] === LINE_FEED ? 2 : 1);
  }
  return decodeUtf8(bytes.subarray(start, lineEndAfter(bytes, start)));
}

function lineEndAfter(bytes: Uint8Array, start: number): number {
  let end = start;
  while (end < bytes.length && bytes[end] !== LINE_FEED && bytes[end] !== CARRIAGE_RETURN) end++;
  return end;
}

function parseLines(text: string): Line[] {
  const texts = splitLines(text);
  const lines = [parseFirstLine(texts[0])];
  const parser = new TextParser();
  let inComment = lines[0].endsInComment;
  for (let number = 1; number < texts.length; number++) {
    const line = parser.parse(texts[number], inComment);
    lines.push(line);
    inComment = line.endsInComment;
  }
  return lines;
}

/** Splits a text at LF, CRLF and CR, which are the line breaks of the Language Server Protocol. */
export function splitLines(text: string): string[] {
  // A regular expression takes four times as long, and few texts need one.
  return text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n");
}

/** A byte order mark at the start of a text is part of the first line, so that columns are those of the text. */
export const BYTE_ORDER_MARK = "\ufeff";

/** Parses the first line of a text, and skips a byte order mark. */
export function parseFirstLine(text: string): Line {
  if (!text.startsWith(BYTE_ORDER_MARK) || text.length > MAX_LINE_LENGTH) return parseLine(text);
  return { ...parseLineByGrammar(` ${text.slice(1)}`), text };
}

/** A syntax error counts as so many tokens, because its line is also compared with foreign notations. */
const PROBLEM_TOKENS = 10;

/** Parses the lines of one text, and limits the total work. */
export class TextParser {
  private grammarTokens = 0;
  private isAtEnd = false;

  parse(text: string, startsInComment: boolean): Line {
    if (this.grammarTokens <= MAX_GRAMMAR_TOKENS) {
      const line = parseLine(text, startsInComment);
      if (isByGrammar(line)) this.grammarTokens += line.tokenCount + PROBLEM_TOKENS * line.problems.length;
      return line;
    }
    const known = startsInComment ? undefined : parseIfKnown(text);
    if (known) return known;
    const isFirst = !this.isAtEnd;
    this.isAtEnd = true;
    return lineBeyondGrammar(text, startsInComment, isFirst);
  }
}

/** Parses one line without its line break. */
export function parseLine(text: string, startsInComment = false): Line {
  if (text.length > MAX_LINE_LENGTH || startsInComment) return parseLineByGrammar(text, startsInComment);
  return parseByShape(text);
}
