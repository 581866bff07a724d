/**
 * A document: the lines of a text, never changed in place. An edit makes a new document that shares all unchanged
 * lines, so that results cached for a line stay valid while the line exists.
 */

import type { Position, Range } from "vscode-languageserver-types";
import type { Span } from "../../diagnostics/diagnostic.ts";
import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { joined, rememberChange, type Change } from "../../grammar/line-diff.ts";
import type { Line } from "../../grammar/line.ts";
import { BYTE_ORDER_MARK, parseFirstLine, TextParser, type SourceFile } from "../../grammar/source-file.ts";
import { decodeColumn, encodeColumn, type PositionEncoding } from "./positions.ts";

export interface Document {
  readonly uri: string;
  /** The client's version number; undefined for a file that isn't open. */
  readonly version: number | undefined;
  readonly encoding: PositionEncoding;
  /** The text as lines; its name is the document's URI. */
  readonly file: SourceFile;
  /** The line break that ends each line: `\n`, `\r\n` or `\r`, and the empty text after the last. */
  readonly breaks: readonly string[];
}

/** The line break for lines that are added to a document. */
export function lineBreakOf({ breaks }: Document): string {
  return breaks[0] === "" ? "\n" : breaks[0];
}

/** A replacement of a range, or of the whole text if there is no range. */
export interface ContentChange {
  readonly range?: Range;
  readonly text: string;
}

/** A place in a document: a line and a column in UTF-16 units, both from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Number of lines to parse between two pauses. */
const LINES_PER_PAUSE = 16;

export function openDocument(
  uri: string,
  version: number | undefined,
  text: string,
  encoding: PositionEncoding,
): Document {
  return toItsEnd(openingDocument(uri, version, text, encoding));
}

/** Like {@link openDocument}, with pauses. */
export function* openingDocument(
  uri: string,
  version: number | undefined,
  text: string,
  encoding: PositionEncoding,
): Paused<Document> {
  const { texts, breaks } = splitWithBreaks(text);
  const parser = new TextParser();
  const lines: Line[] = [];
  let inComment = false;
  for (const lineText of texts) {
    const line: Line = lines.length === 0 ? parseFirstLine(lineText) : parser.parse(lineText, inComment);
    inComment = line.endsInComment;
    lines.push(line);
    if (lines.length % LINES_PER_PAUSE === 0) yield;
  }
  return { uri, version, encoding, file: { name: uri, lines }, breaks };
}

/** Applies changes in the order of the list, as the protocol defines. */
export function changeDocument(
  document: Document,
  version: number,
  changes: readonly ContentChange[],
): Document {
  const old = document.file.lines;
  const content: Content = { lines: old.slice(), breaks: document.breaks, change: undefined };
  for (const change of changes) applyChange(content, change, document.encoding);
  const { lines, breaks } = content;
  if (content.change) rememberChange(old, lines, content.change);
  return { ...document, version, file: { name: document.uri, lines }, breaks };
}

/** The whole text. */
export function textOf(document: Document): string {
  return document.file.lines.map(({ text }, index) => text + document.breaks[index]).join("");
}

/** The place for a client's position, clamped to the text. */
export function placeAt(document: Document, position: Position): Place {
  return placeIn(document.file.lines, position, document.encoding);
}

export function positionAt(document: Document, line: number, column: number): Position {
  const { lines } = document.file;
  // Clients may name the line after the last one to mean the end of the text.
  const text = line < lines.length ? lines[line].text : "";
  return { line, character: encodeColumn(text, column, document.encoding) };
}

export function rangeOf(document: Document, span: Span): Range {
  return {
    start: positionAt(document, span.line, span.start),
    end: positionAt(document, span.endLine ?? span.line, span.end),
  };
}

/** A text that is being edited. */
interface Content {
  lines: Line[];
  /** Copied before it is changed, because most edits change no line break. */
  breaks: readonly string[];
  change: Change | undefined;
}

function placeIn(lines: readonly Line[], position: Position, encoding: PositionEncoding): Place {
  if (!(position.line >= 0)) return { line: 0, column: 0 };
  const line = Math.trunc(position.line);
  if (line >= lines.length) return { line: lines.length - 1, column: lines[lines.length - 1].text.length };
  return { line, column: decodeColumn(lines[line].text, position.character, encoding) };
}

function applyChange(content: Content, change: ContentChange, encoding: PositionEncoding): void {
  const { lines, breaks } = content;
  if (!change.range) return replaceLines(content, 0, lines.length, change.text);
  let start = placeIn(lines, change.range.start, encoding);
  let end = placeIn(lines, change.range.end, encoding);
  if (start.line > end.line || (start.line === end.line && start.column > end.column)) {
    [start, end] = [end, start];
  }
  let first = start.line;
  let text = lines[first].text.slice(0, start.column) + change.text + lines[end.line].text.slice(end.column);
  text += breaks[end.line];
  // A line feed that an edit puts after a carriage return belongs to the same line break.
  if (text.startsWith("\n") && first > 0 && breaks[first - 1] === "\r") {
    first--;
    text = `${lines[first].text}\r${text}`;
  }
  replaceLines(content, first, end.line + 1, text);
}

/** Replaces whole lines with their breaks by a text, and parses the new lines. */
function replaceLines(content: Content, first: number, end: number, text: string): void {
  const { texts, breaks } = splitWithBreaks(text);
  // The text ends with the line break of its last line, except at the end of the document.
  if (end < content.lines.length) {
    texts.pop();
    breaks.pop();
  }
  let same = 0;
  // A byte order mark counts on the first line only.
  const marked =
    first === 0 && [content.lines[0].text, texts[0]].some((text) => text.startsWith(BYTE_ORDER_MARK));
  const most = marked && texts.length !== end ? 0 : Math.min(texts.length, end - first);
  while (same < most && content.lines[first + same].text === texts[same]) same++;
  let sameAtEnd = 0;
  while (
    sameAtEnd < most - same &&
    content.lines[end - 1 - sameAtEnd].text === texts[texts.length - 1 - sameAtEnd]
  ) {
    sameAtEnd++;
  }
  if (end - first !== breaks.length || breaks.some((text, index) => text !== content.breaks[first + index])) {
    content.breaks = spliced(content.breaks.slice(), first, end - first, breaks);
  }
  const start = first + same;
  let inComment = start > 0 && content.lines[start - 1].endsInComment;
  const parser = new TextParser();
  const parsed: Line[] = [];
  for (let index = same; index < texts.length - sameAtEnd; index++) {
    const text = texts[index];
    const line = first + index === 0 ? parseFirstLine(text) : parser.parse(text, inComment);
    inComment = line.endsInComment;
    parsed.push(line);
  }
  const oldEnd = end - sameAtEnd;
  content.lines = spliced(content.lines, start, oldEnd - start, parsed);
  // Opening or closing a block comment changes the lines below, up to the first line that starts in the same state as
  // before.
  const { lines } = content;
  let newEnd = start + parsed.length;
  for (; newEnd < lines.length; newEnd++) {
    if (lines[newEnd].startsInComment === inComment) break;
    lines[newEnd] = parser.parse(lines[newEnd].text, inComment);
    inComment = lines[newEnd].endsInComment;
  }
  const change = { start, oldEnd: oldEnd + newEnd - start - parsed.length, newEnd };
  content.change = content.change ? joined(content.change, change) : change;
}

/** Replaces items of an array; in place if they are few, because `splice` can't take a hundred thousand arguments. */
function spliced<Item>(items: Item[], start: number, count: number, replacement: readonly Item[]): Item[] {
  if (replacement.length === count) {
    for (let index = 0; index < count; index++) items[start + index] = replacement[index];
    return items;
  }
  if (replacement.length > 1000) return items.slice(0, start).concat(replacement, items.slice(start + count));
  items.splice(start, count, ...replacement);
  return items;
}

/** Splits a text into lines and their line breaks, in the same way as `splitLines` of the grammar. */
function splitWithBreaks(text: string): { texts: string[]; breaks: string[] } {
  const texts: string[] = [];
  const breaks: string[] = [];
  for (const [index, piece] of text.split(/(\r\n|\n|\r)/).entries()) {
    (index % 2 === 0 ? texts : breaks).push(piece);
  }
  breaks.push("");
  return { texts, breaks };
}
