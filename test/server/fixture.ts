/**
 * Programs for the tests of the server. In a text `$0` marks the cursor, and a comment line with carets marks a range of
 * the line above it, with a word about it:
 *
 * ```
 *         MOV $0zero, [1]
 * ;           ^^^^ read
 * ```
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Location, Position, Range } from "vscode-languageserver-types";
import type { PositionEncoding } from "../../server/documents/positions.ts";
import type { FileProvider } from "../../server/session/file-provider.ts";
import { Session, type Client } from "../../server/session/session.ts";
import { readSettings } from "../../server/documents/settings.ts";
import type { Snapshot } from "../../server/language/snapshot.ts";
import { root } from "../support/command.ts";

export const MAIN = "file:///work/main.avm";

/** The URI of a file beside the main one. */
export function uriOf(name: string): string {
  return new URL(name, MAIN).href;
}

export interface FixtureOptions {
  /** Texts of other files, by name. They are not open. */
  readonly files?: Readonly<Record<string, string>>;
  /** The standard library is installed. */
  readonly library?: boolean;
  readonly settings?: unknown;
  readonly encoding?: PositionEncoding;
}

export interface Fixture {
  readonly session: Session;
  readonly snapshot: Snapshot;
  /** Of `$0`; the start of the text if there is none. */
  readonly position: Position;
  /** Without `$0`. */
  readonly text: string;
}

const silent: Client = {
  publish: () => undefined,
  logError: (message) => assert.fail(message),
  refresh: () => undefined,
};

/** The files of a program that aren't the library's. */
export function ownFiles({ files }: Snapshot, names: readonly string[]): Snapshot["files"] {
  const own = new Set(names.map(uriOf));
  return files.filter(({ uri }) => own.has(uri));
}

/** A session with the text as its only open document. */
export function open(marked: string, options: FixtureOptions = {}): Fixture {
  const { text, offset } = withoutCursor(marked);
  const files = options.files ?? {};
  const session = newSession(silent, files, options.encoding, options.library);
  session.changeSettings(readSettings(options.settings ?? { inlayHints: { tags: true } }));
  session.openDocument(MAIN, 1, text);
  const position = positionIn(text, offset, options.encoding ?? "utf-16");
  return { session, snapshot: session.snapshot(MAIN)!, position, text };
}

function newSession(
  client: Client,
  files: Readonly<Record<string, string>> = {},
  encoding: PositionEncoding = "utf-16",
  library = false,
): Session {
  const own = providerOf(files);
  const provider = library ? { ...own, ...libraryProvider(own) } : own;
  return new Session(client, provider, { encoding, push: false });
}

export function providerOf(files: Readonly<Record<string, string>>): FileProvider {
  const uris = new Map<string, string>();
  const uriOfFile = (name: string): string => {
    let uri = uris.get(name);
    if (uri === undefined) uris.set(name, (uri = uriOf(name)));
    return uri;
  };
  const textOf = (uri: string): string | undefined =>
    files[Object.keys(files).find((name) => uriOfFile(name) === uri) ?? ""];
  return {
    read: (uri) => {
      const text = textOf(uri);
      return text === undefined ? { error: "there is no such file" } : { text };
    },
    stamp: textOf,
  };
}

/** The standard library, beside what another provider has. */
function libraryProvider(own: FileProvider): FileProvider {
  const folder = pathToFileURL(path.join(root, "lib/")).href;
  return {
    library: folder,
    read: (uri, real) =>
      uri.startsWith(folder) ? { text: readFileSync(new URL(uri), "utf8") } : own.read(uri, real),
    stamp: (uri) => (uri.startsWith(folder) ? "" : own.stamp(uri)),
  };
}

function withoutCursor(marked: string): { text: string; offset: number } {
  const offset = Math.max(0, marked.indexOf("$0"));
  return { text: marked.replace("$0", ""), offset };
}

function positionIn(text: string, offset: number, encoding: PositionEncoding): Position {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  const last = before.at(-1)!;
  const character =
    encoding === "utf-8"
      ? new TextEncoder().encode(last).length
      : encoding === "utf-32"
        ? [...last].length
        : last.length;
  return { line: before.length - 1, character };
}

/** The ranges that a text marks, as `line:start-end word`. */
export function markedRanges(text: string): string[] {
  const marked: string[] = [];
  let line = 0;
  for (const [index, content] of withoutCursor(text).text.split("\n").entries()) {
    const carets = /^;\s*(\^+)\s*(.*)$/.exec(content);
    if (!carets) {
      line = index;
      continue;
    }
    const start = content.indexOf("^");
    marked.push(`${line}:${start}-${start + carets[1].length} ${carets[2]}`.trimEnd());
  }
  return marked.sort();
}

/** A range of one line in the form of {@link markedRanges}. */
export function shownRange({ start, end }: Range, word = ""): string {
  assert.equal(start.line, end.line);
  return `${start.line}:${start.character}-${end.character} ${word}`.trimEnd();
}

/** A place, with the name of its file. */
export function shownLocation({ uri, range }: Location): string {
  return `${uri.slice(uri.lastIndexOf("/") + 1)} ${shownRange(range)}`;
}

/** The text with the edits of one file done. */
export function edited(text: string, edits: readonly { range: Range; newText: string }[]): string {
  const lines = text.split("\n");
  const offsetOf = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + character;
  const sorted = [...edits].sort((a, b) => offsetOf(b.range.start) - offsetOf(a.range.start));
  return sorted.reduce(
    (result, { range, newText }) =>
      result.slice(0, offsetOf(range.start)) + newText + result.slice(offsetOf(range.end)),
    text,
  );
}
