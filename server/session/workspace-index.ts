/**
 * The index of `.include`s between the source files of the workspace, open or not. It uses the files on disk, and is
 * updated when they change.
 */

import { runSlice, type Paused } from "../../program/cooperative.ts";
import { openingDocument } from "../documents/document.ts";
import { keyOf } from "../documents/uris.ts";
import { includesOf } from "../language/scopes.ts";
import { inNextTurn } from "./event-loop.ts";

/** The index's interface to its session. */
export interface IndexedWorkspace {
  /** URIs of all source files. */
  find(): Promise<readonly string[]>;
  /** A value that changes when a file changes; undefined if it doesn't exist. */
  stamp(uri: string): string | undefined;
  read(uri: string): { readonly text: string } | { readonly error: string };
  /** The URI that an `.include` in a file names; undefined if it may not be read. */
  locate(from: string, path: string, standard: boolean): string | undefined;
  /** True while an asynchronous read is in progress. */
  isReading(): boolean;
}

interface IndexedFile {
  readonly uri: string;
  readonly stamp: string;
  readonly includes: readonly { readonly path: string; readonly standard: boolean }[];
}

export class WorkspaceIndex {
  private readonly workspace: IndexedWorkspace;
  /** Files by key. */
  private files = new Map<string, IndexedFile>();
  /** URIs of the files that include a file, sorted, by the file's key. */
  private includers = new Map<string, string[]>();
  private running: Promise<void> | undefined;
  private isStale = true;
  private ended = false;

  constructor(workspace: IndexedWorkspace) {
    this.workspace = workspace;
  }

  /** True if every file was read since the last change. */
  get isUpToDate(): boolean {
    return !this.isStale && this.running === undefined;
  }

  /** URIs of the files of the workspace. */
  get uris(): string[] {
    return [...this.files.values()].map(({ uri }) => uri);
  }

  /** URIs of the files that include a file on disk. */
  includersOf(uri: string): readonly string[] {
    return this.includers.get(keyOf(uri)) ?? [];
  }

  /** Marks the index as outdated after files may have changed. */
  invalidate(): void {
    this.isStale = true;
  }

  /**
   * Resolves once the index is up to date, or while files are being read; the session calls {@link invalidate} after
   * that.
   */
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
    // Most files include nothing, so a text search avoids parsing them.
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
