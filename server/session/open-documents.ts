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
  /** Open documents by key, in the order in which they were opened. */
  private readonly open = new Map<string, Document>();
  /** Files that were read, by key. */
  private readonly onDisk: ReadFiles = new Map();

  constructor(provider: FileProvider, encoding: PositionEncoding) {
    this.provider = provider;
    this.encoding = encoding;
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

  /** The open document, or else the file on disk, which is read again if it changed. */
  get(uri: string): Document | { readonly error: string } {
    return toItsEnd(this.reading(uri));
  }

  /**
   * Like {@link get}, with pauses while a file is parsed.
   *
   * @param kept stores a file that wasn't known yet
   */
  *reading(uri: string, kept: ReadFiles = this.onDisk): Paused<Document | { readonly error: string }> {
    const key = keyOf(uri);
    const open = this.open.get(key);
    if (open) return open;
    const stamp = this.provider.stamp(uri);
    const known = this.onDisk.get(key) ?? kept.get(key);
    if (stamp !== undefined && known?.stamp === stamp) return known.document;
    const read = this.provider.read(uri);
    if ("error" in read) {
      this.onDisk.delete(key);
      return read;
    }
    const document = yield* openingDocument(uri, undefined, read.text, this.encoding);
    if (stamp !== undefined) kept.set(key, { stamp, document });
    return document;
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
