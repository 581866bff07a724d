/** Which source files of the workspace include which others, open or not: as they are on disk, brought up to date when files change. */

import { runSlice, type Paused } from "../../program/cooperative.ts";
import { openingDocument } from "../documents/document.ts";
import { keyOf } from "../documents/uris.ts";
import { includesOf } from "../language/scopes.ts";
import { inNextTurn } from "./event-loop.ts";

/** What the index needs of its session. */
export interface IndexedWorkspace {
  /** URIs of all source files. */
  find(): Promise<readonly string[]>;
  /** Something that changes when a file does; undefined if there is no such file. */
  stamp(uri: string): string | undefined;
  read(uri: string): { readonly text: string } | { readonly error: string };
  /** The URI that an `.include` in a file names; undefined if nothing may be read there. */
  locate(from: string, path: string, standard: boolean): string | undefined;
  /** True while files that were asked for are still on their way. */
  isReading(): boolean;
}

interface IndexedFile {
  readonly uri: string;
  readonly stamp: string;
  readonly includes: readonly { readonly path: string; readonly standard: boolean }[];
}

export class WorkspaceIndex {
  private readonly workspace: IndexedWorkspace;
  /** By key. */
  private files = new Map<string, IndexedFile>();
  /** By key of a file: URIs of those that include it, sorted. */
  private includers = new Map<string, string[]>();
  private running: Promise<void> | undefined;
  private isStale = true;
  private ended = false;

  constructor(workspace: IndexedWorkspace) {
    this.workspace = workspace;
  }

  /** True once every file was looked at since the last change. */
  get isUpToDate(): boolean {
    return !this.isStale;
  }

  /** URIs of the files of the workspace. */
  get uris(): string[] {
    return [...this.files.values()].map(({ uri }) => uri);
  }

  /** URIs of the files that include a file, as they are on disk. */
  includersOf(uri: string): readonly string[] {
    return this.includers.get(keyOf(uri)) ?? [];
  }

  /** Files may have changed. */
  invalidate(): void {
    this.isStale = true;
  }

  /** Resolves once the index is up to date, or files are still being read; {@link invalidate} is called when they came. */
  update(): Promise<void> {
    if (!this.isStale || this.ended) return this.running ?? Promise.resolve();
    this.running ??= this.updateUntilDone().finally(() => (this.running = undefined));
    return this.running;
  }

  end(): void {
    this.ended = true;
  }

  private async updateUntilDone(): Promise<void> {
    while (this.isStale && !this.ended) {
      this.isStale = false;
      await this.readAll();
      if (!this.workspace.isReading()) continue;
      this.isStale = true;
      return;
    }
  }

  private async readAll(): Promise<void> {
    const files = new Map<string, IndexedFile>();
    const uris = await this.workspace.find();
    const work = this.readingFiles(uris, files);
    while (!runSlice(work)) {
      await new Promise<void>((next) => inNextTurn(next));
      if (this.ended) return;
    }
    const includers = new Map<string, string[]>();
    for (const { uri, includes } of files.values()) {
      const targets = includes.flatMap(
        ({ path, standard }) => this.workspace.locate(uri, path, standard) ?? [],
      );
      for (const key of new Set(targets.map(keyOf))) {
        const known = includers.get(key);
        if (known) known.push(uri);
        else includers.set(key, [uri]);
      }
    }
    for (const uris of includers.values()) uris.sort();
    this.files = files;
    this.includers = includers;
  }

  private *readingFiles(uris: readonly string[], files: Map<string, IndexedFile>): Paused<void> {
    for (const uri of uris) {
      const file = yield* this.readingFile(uri);
      if (file) files.set(keyOf(uri), file);
      yield;
    }
  }

  private *readingFile(uri: string): Paused<IndexedFile | undefined> {
    const stamp = this.workspace.stamp(uri);
    if (stamp === undefined) return undefined;
    const known = this.files.get(keyOf(uri));
    if (known?.stamp === stamp) return known;
    const read = this.workspace.read(uri);
    if ("error" in read) return undefined;
    // Most files include nothing: they needn't be parsed.
    const includes = /\.include/i.test(read.text)
      ? includesOf((yield* openingDocument(uri, undefined, read.text, "utf-16")).file)
      : [];
    return {
      uri,
      stamp,
      includes: includes.flatMap(({ path, standard }) => (path === undefined ? [] : [{ path, standard }])),
    };
  }
}
