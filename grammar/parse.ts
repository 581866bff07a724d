/** Text to lines. A line depends on nothing but its text and on whether a block comment is open where it starts. */

import { MAX_LINE_LENGTH, type Line } from "./line.ts";
import { parseLinePlainly } from "./plain.ts";
import { parseByShape } from "./shapes.ts";

export { MAX_LINE_LENGTH } from "./line.ts";
export { parseLinePlainly } from "./plain.ts";

/** A source text as lines. */
export interface SourceFile {
  /** Path or URI, as it was handed in; diagnostics carry it. */
  readonly name: string;
  readonly lines: readonly Line[];
}

/** A text as it was read. It is parsed once somebody asks for its lines. */
export class SourceText implements SourceFile {
  readonly name: string;
  readonly text: string;
  private parsed: readonly Line[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  get isParsed(): boolean {
    return this.parsed !== undefined;
  }

  get lines(): readonly Line[] {
    return (this.parsed ??= parseLines(this.text));
  }
}

/** A whole text. Nothing in it can make this or its parsing throw. */
export function parseSource(name: string, text: string): SourceText {
  return new SourceText(name, text);
}

/** The text of one line, which doesn't take the others to be parsed; undefined where there is no such line. */
export function lineTextOf(file: SourceFile, line: number): string | undefined {
  if (!(file instanceof SourceText) || file.isParsed) return file.lines.at(line)?.text;
  const breaks = /\r\n|\n|\r/g;
  let start = 0;
  for (let passed = 0; passed < line; passed++) {
    if (!breaks.test(file.text)) return undefined;
    start = breaks.lastIndex;
  }
  const end = breaks.exec(file.text)?.index ?? file.text.length;
  return file.text.slice(start, end);
}

function parseLines(text: string): Line[] {
  const lines: Line[] = [];
  let inComment = false;
  for (const lineText of splitLines(text)) {
    const line = parseLine(lineText, inComment);
    lines.push(line);
    inComment = line.endsInComment;
  }
  return lines;
}

/** Cuts a text at LF, CRLF and CR, as the Language Server Protocol counts lines. */
export function splitLines(text: string): string[] {
  // A pattern takes four times as long, and few texts need one.
  return text.includes("\r") ? text.split(/\r\n|\n|\r/) : text.split("\n");
}

/** Parses one line without its line break. */
export function parseLine(text: string, startsInComment = false): Line {
  if (text.length > MAX_LINE_LENGTH || startsInComment) return parseLinePlainly(text, startsInComment);
  return parseByShape(text, parseLinePlainly);
}
