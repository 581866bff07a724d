/** The texts of a session: documents that are open in the editor, and files on disk that these need. */

import { toItsEnd, type Paused } from "../../program/cooperative.ts";
import {
  changeDocument,
  openDocument,
  openingDocument,
  type ContentChange,
  type Document,
} from "../documents/document.ts";
import type { PositionEncoding } from "../documents/positions.ts";
import { keyOf } from "../documents/uris.ts";
import { carryStructure } from "../language/scopes.ts";
import type { FileProvider } from "./file-provider.ts";

/** Files that were read, by key. */
export type ReadFiles = Map<string, { readonly stamp: string; readonly document: Document }>;

export class OpenDocuments {
  private readonly provider: FileProvider;
  private readonly encoding: PositionEncoding;
  private readonly realInFolders: (uri: string) => string | undefined;
  /** Open documents by key, in the order in which they were opened. */
  private readonly open = new Map<string, Document>();
  /** Files that were read, by key. */
  private readonly onDisk: ReadFiles = new Map();

  /** @param realInFolders the URI of a file of the open folders with all links resolved; undefined if that is outside of them */
  constructor(
    provider: FileProvider,
    encoding: PositionEncoding,
    realInFolders: (uri: string) => string | undefined,
  ) {
    this.provider = provider;
    this.encoding = encoding;
    this.realInFolders = realInFolders;
  }

  /** The open documents, in the order in which they were opened. */
  all(): Iterable<Document> {
    return this.open.values();
  }

  /** The document if it is open. */
  opened(uri: string): Document | undefined {
    return this.open.get(keyOf(uri));
  }

  openText(uri: string, version: number, text: string): void {
    this.open.set(keyOf(uri), openDocument(uri, version, text, this.encoding));
  }

  /** Applies an edit; false if the document is not open. */
  change(uri: string, version: number, changes: readonly ContentChange[]): boolean {
    const before = this.opened(uri);
    if (!before) return false;
    const after = changeDocument(before, version, changes);
    carryStructure(before.file, after.file);
    this.open.set(keyOf(uri), after);
    return true;
  }

  /** Closes a document; false if it wasn't open. */
  close(uri: string): boolean {
    return this.open.delete(keyOf(uri));
  }

  clear(): void {
    this.open.clear();
  }

  /**
   * The open document, or else the file on disk, which is read again if it changed.
   *
   * @param real the file's URI with all links resolved, if the file may be read; absent for a file of the open folders
   */
  get(uri: string, real?: string): Document | { readonly error: string } {
    return toItsEnd(this.reading(uri, { real }));
  }

  /**
   * Like {@link get}, with pauses while a file is parsed.
   *
   * @param kept stores a file that wasn't known yet
   */
  *reading(
    uri: string,
    {
      real,
      kept = this.onDisk,
    }: { readonly real?: string | undefined; readonly kept?: ReadFiles | undefined },
  ): Paused<Document | { readonly error: string }> {
    const key = keyOf(uri);
    const open = this.open.get(key);
    if (open) return open;
    const stamp = this.provider.stamp(uri);
    const known = this.onDisk.get(key) ?? kept.get(key);
    if (stamp !== undefined && known?.stamp === stamp) return known.document;
    const read = this.readAt(uri, real ?? this.realInFolders(uri));
    if ("error" in read) {
      this.onDisk.delete(key);
      return read;
    }
    const document = yield* openingDocument(uri, undefined, read.text, this.encoding);
    if (stamp !== undefined) kept.set(key, { stamp, document });
    return document;
  }

  /** The text of a file of the open folders on disk. */
  readInFolders(uri: string): ReturnType<FileProvider["read"]> {
    return this.readAt(uri, this.realInFolders(uri));
  }

  private readAt(uri: string, real: string | undefined): ReturnType<FileProvider["read"]> {
    return real === undefined
      ? { error: "it is outside of the open folders" }
      : this.provider.read(uri, real);
  }

  exists(uri: string): boolean {
    return this.open.has(keyOf(uri)) || this.provider.stamp(uri) !== undefined;
  }

  /** A value that changes when the text changes, open or not; undefined if the file doesn't exist. */
  stamp(uri: string): string | undefined {
    const open = this.opened(uri);
    return open ? `open ${String(open.version)}` : this.provider.stamp(uri);
  }

  /** Runs work, and then drops the files that only it has read. */
  withoutKeeping<Result>(work: () => Result): Result {
    const known = new Set(this.onDisk.keys());
    const result = work();
    for (const key of this.onDisk.keys()) if (!known.has(key)) this.onDisk.delete(key);
    return result;
  }
}
