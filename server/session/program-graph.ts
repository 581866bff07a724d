/**
 * Finds the programs of a session and the files of each, by following `.include`: downwards through the texts, and
 * upwards through the workspace's index to files that aren't open.
 */

import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import { MAX_INCLUDES } from "../../assembler/limits.ts";
import { programUnderTest } from "../../assembler/expand/tests.ts";
import type { FoundFile } from "../../project/include-lookup.ts";
import { mainFiles } from "../../project/main-files.ts";
import type { Document } from "../documents/document.ts";
import { keyOf } from "../documents/uris.ts";
import { includesOf } from "../language/scopes.ts";
import type { IncludeResolver } from "./include-resolver.ts";
import type { OpenDocuments, ReadFiles } from "./open-documents.ts";
import type { ProgramSettings } from "./projects.ts";
import type { WorkspaceIndex } from "./workspace-index.ts";
import { addTo } from "../../diagnostics/lists.ts";

/** Maximum number of programs without an open main file to check for an open file. */
const MAX_PROGRAMS_ABOVE = 100;

/**
 * Each request looks for every file that a program includes, which takes some microseconds for each. For documents with more than
 * this the answers hold for a while.
 */
const MANY_INCLUDES = 100;
/** How long these answers hold, in milliseconds. */
const KEPT_MS = 2_000;

export class ProgramGraph {
  private readonly documents: OpenDocuments;
  private readonly includes: IncludeResolver;
  private readonly index: WorkspaceIndex | undefined;
  private readonly settingsOf: (uri: string) => ProgramSettings;
  /** Cache: the files that documents with very many includes include. */
  private readonly manyIncluded = new WeakMap<
    Document,
    { readonly settings: ProgramSettings; readonly until: number; readonly files: readonly FoundFile[] }
  >();

  constructor(
    documents: OpenDocuments,
    includes: IncludeResolver,
    index: WorkspaceIndex | undefined,
    settingsOf: (uri: string) => ProgramSettings,
  ) {
    this.documents = documents;
    this.includes = includes;
    this.index = index;
    this.settingsOf = settingsOf;
  }

  /** A file and all files that it includes, without those that can't be read. */
  filesFrom(main: Document): Document[] {
    return toItsEnd(this.readingFilesFrom(main));
  }

  /** Like {@link filesFrom}, with pauses while files are parsed. */
  *readingFilesFrom(main: Document, kept?: ReadFiles): Paused<Document[]> {
    const settings = this.settingsOf(main.uri);
    const files = new Set<Document>();
    const keys = new Set<string>();
    const pending = [main];
    while (pending.length > 0) {
      const document = pending.pop()!;
      if (keys.has(keyOf(document.uri))) continue;
      keys.add(keyOf(document.uri));
      files.add(document);
      for (const { place, real } of this.includedBy(document, settings).toReversed()) {
        const found = yield* this.documents.reading(place, { real, kept });
        if (!("error" in found)) pending.push(found);
      }
    }
    return [...files];
  }

  /**
   * The files that a document includes itself, whether they are there or not: each once, and no more than a program may have.
   */
  private includedBy(document: Document, settings: ProgramSettings): readonly FoundFile[] {
    const known = this.manyIncluded.get(document);
    if (known?.settings === settings && performance.now() < known.until) return known.files;
    const lines = new Map(
      includesOf(document.file).flatMap(({ path, standard }) =>
        path === undefined ? [] : [[`${standard ? "<" : '"'}${path}`, { path, standard }]],
      ),
    );
    const files = [...lines.values()].slice(0, MAX_INCLUDES).flatMap((line) => {
      const found = this.includes.locate({ from: document.uri, ...line }, settings);
      return "error" in found ? [] : [found];
    });
    if (lines.size > MANY_INCLUDES)
      this.manyIncluded.set(document, { settings, until: performance.now() + KEPT_MS, files });
    return files;
  }

  /** The program that a file of tests is about, which is a main file itself; undefined of another file. */
  programUnderTest(document: Document): Document | undefined {
    const settings = this.settingsOf(document.uri);
    let found: Document | undefined;
    programUnderTest(document.file, (path) => {
      const program = this.includes.find({ from: document.uri, path, standard: false }, settings);
      if ("error" in program) return undefined;
      found = program;
      return program.file;
    });
    return found;
  }

  /**
   * The main files of all programs with an open file: first the open ones in the order in which they were opened, then
   * the others by URI.
   */
  mains(upwards = this.openIncluders()): Set<Document> {
    const mains = new Set<Document>();
    const closed = new Map<string, Document>();
    for (const document of this.documents.all()) {
      for (const main of this.mainsAbove(document, upwards)) {
        if (this.documents.opened(main.uri)) mains.add(main);
        else closed.set(main.uri, main);
      }
    }
    const inOrder = [...this.documents.all()].filter((document) => mains.has(document));
    return new Set([...inOrder, ...[...closed.keys()].sort().map((uri) => closed.get(uri)!)]);
  }

  /** The main files of the programs that contain an open document; the document itself if no other file includes it. */
  mainsOf(document: Document, upwards = this.openIncluders()): Document[] {
    const above = new Set(this.mainsAbove(document, upwards));
    const isFirst = (one: Document): boolean => one === document;
    const open = [...this.documents.all()].filter((one) => above.has(one) && !isFirst(one));
    const closed = [...above].filter((one) => !open.includes(one) && !isFirst(one));
    return [
      ...(above.has(document) ? [document] : []),
      ...open,
      ...closed.sort((a, b) => (a.uri < b.uri ? -1 : 1)),
    ];
  }

  /**
   * The open documents that directly include each file, by the file's key. A request that asks for programs several times finds
   * them out once.
   */
  openIncluders(): ReadonlyMap<string, Document[]> {
    const includers = new Map<string, Document[]>();
    for (const document of this.documents.all()) {
      const settings = this.settingsOf(document.uri);
      const keys = new Set(this.includedBy(document, settings).map(({ place }) => keyOf(place)));
      for (const key of keys) addTo(includers, key, document);
    }
    return includers;
  }

  /**
   * The main files among a file and those that include it. Of files that include each other, the one opened first is
   * taken.
   */
  private mainsAbove(document: Document, openIncluders: ReadonlyMap<string, Document[]>): Document[] {
    const { uris, includes } = this.above(document, openIncluders);
    const opened = [...this.documents.all()].map(({ uri }) => keyOf(uri)).filter((key) => uris.has(key));
    const mains = [...mainFiles([...new Set([...opened, ...[...uris.keys()].sort()])], includes)].flatMap(
      (key) => {
        const main = this.documents.get(uris.get(key)!);
        return "error" in main || !this.filesFrom(main).includes(document) ? [] : [main];
      },
    );
    return mains.length > 0 ? mains : [document];
  }

  /**
   * By key: a file and all files that include it, directly or indirectly, each with the files that it includes
   * directly.
   */
  private above(
    document: Document,
    openIncluders: ReadonlyMap<string, Document[]>,
  ): { readonly uris: ReadonlyMap<string, string>; readonly includes: ReadonlyMap<string, string[]> } {
    const pending = new Map([[keyOf(document.uri), document.uri]]);
    const uris = new Map<string, string>();
    const includes = new Map<string, string[]>();
    let tops = 0;
    for (const [key, uri] of pending) {
      if (tops >= MAX_PROGRAMS_ABOVE) break;
      uris.set(key, uri);
      const closed = (this.index?.includersOf(uri) ?? []).filter((one) => !this.documents.opened(one));
      const includers = [...(openIncluders.get(key) ?? []).map((one) => one.uri), ...closed].filter(
        (one) => keyOf(one) !== key,
      );
      for (const includer of includers) pending.set(keyOf(includer), includer);
      // A program that only files of tests include is a program of its own.
      const programs = includers.filter((one) => !this.isTestOf(one, key));
      if (programs.length === 0) tops++;
      for (const includer of programs.map(keyOf)) addTo(includes, includer, key);
    }
    return { uris, includes };
  }

  private isTestOf(uri: string, key: string): boolean {
    const document = this.documents.get(uri);
    const program = "error" in document ? undefined : this.programUnderTest(document);
    return program !== undefined && keyOf(program.uri) === key;
  }
}
