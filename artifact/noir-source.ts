/** Source files in an artifact, Noir or assembly: finds the line and the function of a byte offset. */

import { partitionPoint } from "../program/search.ts";
import { MAX_FUNCTIONS, MAX_LINE_CHARACTERS, MAX_NAME_CHARACTERS } from "./limits.ts";
import { arrayOf, naturalOf, property, stringOf } from "./json.ts";

export interface NoirFile {
  readonly path: string;
  /** The text in UTF-8, because locations are byte offsets. */
  readonly bytes: Uint8Array;
  /** Byte offset of the start of each line. */
  readonly lineStarts: readonly number[];
  /** Sorted by the position of their names. */
  readonly functions: readonly NoirFunction[];
}

/** Maximum number of functions inside of one function that are searched, to bound the time. */
const MAX_SIBLINGS = 64;

interface NoirFunction {
  readonly name: string;
  /** Byte offset of its name. */
  readonly start: number;
  /** Byte offset after its body. */
  readonly end: number;
}

/** Reads an entry of an artifact's `file_map`. Undefined if it has no text. */
export function noirFile(entry: unknown): NoirFile | undefined {
  const source = stringOf(entry, "source");
  const path = stringOf(entry, "path");
  if (source === undefined || path === undefined) return undefined;
  const bytes = new TextEncoder().encode(source);
  // Since 5.0 the compiler writes the full name of each function, with its type.
  const qualified = new Map<number, string>();
  for (const location of arrayOf(entry, "function_locations")) {
    const start = naturalOf(location, "start");
    const name = stringOf(location, "name");
    if (start !== undefined && name !== undefined) qualified.set(start, plainName(name));
  }
  const functions = path.endsWith(".avm")
    ? routinesIn(entry)
    : findFunctions(bytes).map(({ name, body, ...range }) => ({
        ...range,
        name: qualified.get(body) ?? name,
      }));
  return { path, bytes, lineStarts: findLines(bytes), functions };
}

/** Reads the routines and macros of an assembly source from an artifact of this tool. */
function routinesIn(entry: unknown): NoirFunction[] {
  const found = arrayOf(entry, "function_locations")
    .slice(0, MAX_FUNCTIONS)
    .flatMap((location) => {
      const start = naturalOf(location, "start");
      const end = naturalOf(location, "end");
      const name = stringOf(location, "name")?.slice(0, MAX_NAME_CHARACTERS);
      const isMacro = property(location, "macro") === true;
      return start === undefined || end === undefined || name === undefined
        ? []
        : [{ name, start, end, isMacro }];
    })
    .sort((a, b) => a.start - b.start);
  let next = Infinity;
  for (const routine of found.reverse()) {
    if (routine.isMacro) continue;
    routine.end = Math.min(routine.end, next);
    next = routine.start;
  }
  return found.reverse();
}

/** The name of the innermost function around a byte offset. */
export function functionAround({ functions }: NoirFile, offset: number): string | undefined {
  const last = partitionPoint(functions.length, (at) => functions[at].start <= offset) - 1;
  for (let index = last; index >= 0 && index > last - MAX_SIBLINGS; index--) {
    if (offset < functions[index].end) return functions[index].name;
  }
  return undefined;
}

/** The line of a byte offset, counted from 0. */
export function lineAt({ lineStarts }: NoirFile, offset: number): number {
  return Math.max(0, partitionPoint(lineStarts.length, (at) => lineStarts[at] <= offset) - 1);
}

/** The text of a line without its line break, at most {@link MAX_LINE_CHARACTERS}. */
export function lineText({ bytes, lineStarts }: NoirFile, line: number): string {
  const start = lineStarts[line];
  const end = Math.min(lineStarts[line + 1] ?? bytes.length, start + MAX_LINE_CHARACTERS);
  return new TextDecoder().decode(bytes.subarray(start, end)).trimEnd();
}

/** The column of a byte offset in its line, in UTF-16 units, counted from 0. Approximate after {@link MAX_LINE_CHARACTERS}. */
export function columnAt({ bytes, lineStarts }: NoirFile, line: number, offset: number): number {
  const start = lineStarts[line];
  if (offset - start > MAX_LINE_CHARACTERS) return offset - start;
  return new TextDecoder().decode(bytes.subarray(start, offset)).length;
}

/** Shortens a name: `<impl Hash for Map<K, V>>::hash` and `Map<K, V>::hash` become `Map::hash`. */
function plainName(name: string): string {
  const short = name.slice(0, 4 * MAX_NAME_CHARACTERS);
  if (!short.startsWith("<impl ")) return withoutGenerics(short);
  const close = short.lastIndexOf(">::");
  const type = short.lastIndexOf(" for ", close);
  return close < 0
    ? withoutGenerics(short)
    : withoutGenerics(short.slice(type < 0 ? 6 : type + 5, close)) + short.slice(close + 1);
}

function withoutGenerics(name: string): string {
  let depth = 0;
  let plain = "";
  for (const character of name) {
    if (character === "<") depth++;
    else if (character === ">") depth--;
    else if (depth === 0) plain += character;
  }
  return plain;
}

function findLines(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === LINE_FEED) starts.push(at + 1);
  return starts;
}

const LINE_FEED = 10;
const SLASH = 47;
const STAR = 42;
const QUOTE = 34;
const BACKSLASH = 92;
const HASH = 35;
const SEMICOLON = 59;
const LOWER_R = 114;
const OPENERS = new Set([40, 91]);
const CLOSERS = new Set([41, 93]);
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isWordByte(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || byte === 95 || (byte >= 97 && byte <= 122)
  );
}

/** Finds functions, `fn NAME … { … }`. Skips comments and strings. */
function findFunctions(bytes: Uint8Array): (NoirFunction & { readonly body: number })[] {
  const found: { name: string; start: number; body: number; end: number }[] = [];
  /** Functions whose body isn't closed yet, with the brace depth outside of it. */
  const open: { index: number; depth: number }[] = [];
  let braces = 0;
  let brackets = 0;
  /** The index of the function whose body hasn't begun yet; -1 if there is none. */
  let pending = -1;
  let pendingBrackets = 0;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at];
    const next = skipTrivia(bytes, at);
    if (next > at) at = next;
    else if (isWordByte(byte)) {
      const end = wordEnd(bytes, at);
      if (end - at === 2 && bytes[at] === 102 && bytes[at + 1] === 110) {
        let start = end;
        while (bytes[start] === 32 || bytes[start] === LINE_FEED || bytes[start] === 9) start++;
        const nameEnd = wordEnd(bytes, start);
        if (nameEnd > start) {
          const name = String.fromCharCode(
            ...bytes.subarray(start, Math.min(nameEnd, start + MAX_NAME_CHARACTERS)),
          );
          pending = found.push({ name, start, body: -1, end: start }) - 1;
          pendingBrackets = brackets;
          at = nameEnd;
          continue;
        }
      }
      at = end;
    } else {
      if (OPENERS.has(byte)) brackets++;
      else if (CLOSERS.has(byte)) brackets--;
      else if (byte === OPEN_BRACE) {
        if (pending >= 0 && brackets === pendingBrackets) {
          found[pending].body = at;
          open.push({ index: pending, depth: braces });
          pending = -1;
        }
        braces++;
      } else if (byte === CLOSE_BRACE) {
        braces--;
        if (open.at(-1)?.depth === braces) found[open.pop()!.index].end = at + 1;
      } else if (byte === SEMICOLON && pending >= 0 && brackets === pendingBrackets) pending = -1;
      at++;
    }
  }
  for (const { index } of open) found[index].end = bytes.length;
  return found;
}

function wordEnd(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && isWordByte(bytes[at])) at++;
  return at;
}

/** The offset after the comment or string that starts at `at`, or `at` if none starts there. */
function skipTrivia(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === SLASH && bytes[at + 1] === SLASH) {
    while (at < bytes.length && bytes[at] !== LINE_FEED) at++;
  } else if (byte === SLASH && bytes[at + 1] === STAR) {
    let depth = 1;
    for (at += 2; at < bytes.length && depth > 0; at++) {
      if (bytes[at] === SLASH && bytes[at + 1] === STAR) depth++;
      else if (bytes[at] === STAR && bytes[at + 1] === SLASH) depth--;
      else continue;
      at++;
    }
  } else if (byte === QUOTE) {
    for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    at++;
  } else if (
    byte === LOWER_R &&
    (bytes[at + 1] === QUOTE || bytes[at + 1] === HASH) &&
    !isWordByte(bytes[at - 1])
  ) {
    let hashes = 0;
    while (bytes[at + 1 + hashes] === HASH) hashes++;
    if (bytes[at + 1 + hashes] !== QUOTE) return at;
    for (at += 2 + hashes; at < bytes.length; at++) {
      if (bytes[at] !== QUOTE) continue;
      let closing = 0;
      while (closing < hashes && bytes[at + 1 + closing] === HASH) closing++;
      if (closing === hashes) return at + 1 + hashes;
    }
  }
  return at;
}
